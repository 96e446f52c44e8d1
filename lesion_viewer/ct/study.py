"""What a path holds: a study of series, each an ordered run of slices that can be decoded."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.values.window import Window


@dataclass(frozen=True, slots=True)
class Fault:
    """A departure from a regular axial stack, named on screen and never repaired.

    ``code`` is stable (``gantry_tilt``, ``variable_spacing``, ``gap`` ...); ``text`` is one
    sentence with the numbers.
    """

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not part of any series, and why."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class SliceSource:
    """Where one slice comes from.

    ``file`` is relative to the opened path, with ``/``; ``location_mm`` is the position along the
    series' normal, None where the file gives none.
    """

    file: str
    frame: int = 0
    sop_instance_uid: str = ""
    location_mm: float | None = None
    window: Window | None = None


@dataclass(frozen=True)
class Series:
    """Slices of one series, ordered along the normal; headers only, voxels on demand.

    Attributes
    ----------
    uid : Series Instance UID, with ``#`` and a name after it for a part of a series that is shown
        in parts; for files without one, a name that is unique within the study
    study_uid : Study Instance UID, empty for files without one
    shape : (slices, rows, columns)
    spacing_mm : distances between centres of (slices, rows, columns), the DICOM order with the
        slice distance first; None where the file gives none
    affine : 4 x 4, voxel (column, row, slice) -> patient millimetres in DICOM's LPS axes;
        None where orientation or position is unknown
    decode : slice index -> int16 array (rows, columns) in HU; raises CTError naming file and reason
    """

    uid: str
    study_uid: str
    modality: str
    description: str
    number: int | None
    slices: tuple[SliceSource, ...]
    shape: tuple[int, int, int]
    spacing_mm: tuple[float, float, float] | None
    affine: NDArray[np.float64] | None
    faults: tuple[Fault, ...]
    decode: Callable[[int], NDArray[np.int16]] = field(repr=False, compare=False)

    @property
    def file_window(self) -> Window | None:
        """Window of the middle slice, as the file gives it."""
        return self.slices[len(self.slices) // 2].window


@dataclass(frozen=True, slots=True)
class Study:
    """All that was found under ``path``.

    ``key`` names the study wherever its files lie (DICOM: from the UIDs; else from the content),
    so that a review finds its journal again.
    """

    path: Path
    key: str
    series: tuple[Series, ...]
    left_out: tuple[LeftOut, ...]
