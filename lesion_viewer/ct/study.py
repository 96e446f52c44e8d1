"""A study of series, each of which is an ordered list of slices that can be decoded."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.values.window import Window
from lesion_viewer.geometry.turn import Turn, standard_turn


@dataclass(frozen=True, slots=True)
class Fault:
    """A departure from a regular stack of slices; it is reported on screen and never corrected.

    Attributes
    ----------
    code : str
        Stable identifier, for example ``gantry_tilt``, ``variable_spacing`` or ``gap``.
    text : str
        One sentence with the measured numbers.
    """

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not part of any series, and the reason.

    Attributes
    ----------
    file : str
        Name relative to the opened path, with ``/``.
    reason : str
        Predicate whose subject is the file, for example "is not CT".
    """

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class SliceSource:
    """The file, frame and stated values that one slice comes from.

    Attributes
    ----------
    file : str
        Name relative to the opened path, with ``/``.
    frame : int
        Index of the slice among the frames of the file, from 0.
    sop_instance_uid : str
        SOP Instance UID; empty for files that are not DICOM.
    location_mm : float | None
        Position along the normal of the series; None where the file gives none.
    window : Window | None
        First window that the file gives; None where it gives none.
    instance_number : int | None
        Instance Number, which all frames of a file share; None where the file gives none.
    further_windows : tuple[Window, ...]
        Windows that the file gives after the first.
    """

    file: str
    frame: int = 0
    sop_instance_uid: str = ""
    location_mm: float | None = None
    window: Window | None = None
    instance_number: int | None = None
    further_windows: tuple[Window, ...] = ()


@dataclass(frozen=True)
class Series:
    """The slices of one series, ordered along the normal; voxels are decoded on demand.

    Voxels, ``shape``, ``spacing_mm`` and ``affine`` describe the pixels as stored. ``turn`` leads
    from them to the standard orientation, in which images are drawn and detectors search. The
    slices are in the order of the standard orientation: axial slices run towards the head.

    Attributes
    ----------
    uid : str
        Series Instance UID; ``#`` and a name follow it for one part of a series that is shown in
        parts. For files without a UID, a name that is unique within the study.
    study_uid : str
        Study Instance UID; empty for files without one.
    modality : str
        Modality in capitals, for example "CT".
    description : str
        Series Description, with the name of the part; the file name for other formats.
    number : int | None
        Series Number; None where the file gives none.
    slices : tuple[SliceSource, ...]
        Source of each slice, in order.
    shape : tuple[int, int, int]
        (slices, rows, columns).
    spacing_mm : tuple[float, float, float] | None
        Distances between the centres of (slices, rows, columns) in mm; None where the file gives
        none.
    affine : NDArray[np.float64] | None
        4 x 4, voxel (column, row, slice) to patient millimetres (LPS); None where orientation or
        position is unknown.
    faults : tuple[Fault, ...]
        Departures from a regular stack.
    decode : Callable[[int], NDArray[np.int16]]
        Slice index to HU (rows, columns); raises CTError with file and reason.
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

    @cached_property
    def turn(self) -> Turn:
        """The turn from stored to standard orientation; ``AS_STORED`` where that is unknown."""
        return standard_turn(self.affine)

    @property
    def file_window(self) -> Window | None:
        """The window that the file of the middle slice gives; None where it gives none."""
        return self.slices[len(self.slices) // 2].window


@dataclass(frozen=True, slots=True)
class Study:
    """All series that were found under a path.

    Attributes
    ----------
    path : Path
        The opened path, absolute.
    key : str
        Identifies the study wherever its files lie, so that its review is found again: from the
        UIDs of DICOM files, from the content of others.
    series : tuple[Series, ...]
        Series in the order in which they are listed.
    left_out : tuple[LeftOut, ...]
        Files that are not part of any series, sorted by name.
    """

    path: Path
    key: str
    series: tuple[Series, ...]
    left_out: tuple[LeftOut, ...]
