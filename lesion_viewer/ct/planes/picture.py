"""A picture of a plane through a volume: its HU, and where there are none."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.planes.grids import PlaneGrid
from lesion_viewer.geometry.sections import Section

NO_HU = np.int16(-32768)
"""Value of pixels that show nothing."""


class Shows(IntEnum):
    """What a pixel shows."""

    VOXELS = 0
    OUTSIDE = 1  #: it lies beside the volume
    UNREAD = 2  #: its slice is still to be read
    UNREADABLE = 3  #: its slice cannot be read
    GAP = 4  #: it lies where slices are missing


@dataclass(frozen=True, slots=True)
class Remark:
    """What must be said beside a picture.

    Attributes
    ----------
    code : str
        Stable identifier: ``resampled``, ``tilted``, ``uneven``, ``missing_slices``, ``slab`` or
        ``partial_slab``.
    text : str
        A few words with the measured numbers.
    """

    code: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Pixels:
    """The pixels of a picture.

    Attributes
    ----------
    hu : NDArray[np.int16]
        (rows, columns) in HU; ``NO_HU`` where a pixel shows no voxels.
    shows : NDArray[np.uint8]
        (rows, columns) of ``Shows``.
    is_whole : bool
        Whether every pixel shows voxels.
    is_resampled : bool
        Whether pixels lie elsewhere than voxels do.
    is_partial : bool
        Whether slices of a slab are missing or cannot be read, and are left out of it.
    """

    hu: NDArray[np.int16]
    shows: NDArray[np.uint8]
    is_whole: bool
    is_resampled: bool
    is_partial: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class PlanePicture:
    """What is seen of a volume on a section.

    Attributes
    ----------
    section : Section
        Plane in the patient.
    grid : PlaneGrid
        Where the pixels lie on it.
    hu : NDArray[np.int16]
        (rows, columns) in HU; ``NO_HU`` where a pixel shows no voxels. Not to be written: it may be
        a view of the volume.
    shows : NDArray[np.uint8]
        (rows, columns) of ``Shows``; not to be written.
    is_whole : bool
        Whether every pixel shows voxels.
    remarks : tuple[Remark, ...]
        How it differs from slices as they are stored.
    """

    section: Section
    grid: PlaneGrid
    hu: NDArray[np.int16]
    shows: NDArray[np.uint8]
    is_whole: bool
    remarks: tuple[Remark, ...] = ()

    def hu_at(self, u: float, v: float) -> int | None:
        """The HU of the pixel at a position on the section.

        Parameters
        ----------
        u, v : float
            In mm.

        Returns
        -------
        int | None
            None where it shows no voxels.
        """
        x, y = self.grid.pixel(u, v)
        if not (0 <= x < self.grid.columns and 0 <= y < self.grid.rows):
            return None
        at = int(y), int(x)
        return int(self.hu[at]) if self.shows[at] == Shows.VOXELS else None
