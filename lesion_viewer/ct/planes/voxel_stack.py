"""The voxels of a volume where they lie in the patient, and which slices of them are read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.planes.picture import Shows
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.geometry.alignment import index_in, slice_geometry
from lesion_viewer.geometry.sections import Section
from lesion_viewer.geometry.series_geometry import SeriesGeometry


@dataclass(frozen=True, slots=True, eq=False)
class VoxelStack:
    """Slices of a volume.

    Attributes
    ----------
    geometry : SeriesGeometry
        Where the slices lie.
    voxels : NDArray[np.int16]
        (slices, rows, columns) in HU.
    states : NDArray[np.uint8]
        (slices) of ``Shows``: ``VOXELS``, ``UNREAD`` or ``UNREADABLE``.
    """

    geometry: SeriesGeometry
    voxels: NDArray[np.int16]
    states: NDArray[np.uint8]

    @property
    def is_read(self) -> bool:
        """Whether all slices are read."""
        return not self.states.any()


def stack_of(volume: CTVolume, geometry: SeriesGeometry) -> VoxelStack:
    """All slices of a volume.

    Parameters
    ----------
    volume : CTVolume
        Its slices may still have to be read.
    geometry : SeriesGeometry
        Geometry of its series.

    Returns
    -------
    VoxelStack
        Which slices are read is as it is now.
    """
    states = np.where(volume.is_loaded, np.uint8(Shows.VOXELS), np.uint8(Shows.UNREAD))
    states[list(volume.failures.copy())] = Shows.UNREADABLE
    return VoxelStack(geometry, volume.voxels, states)


def slice_in(stack: VoxelStack, section: Section) -> VoxelStack | None:
    """The slice that a section lies in, where slices are not stacked straight on one another.

    Parameters
    ----------
    stack : VoxelStack
        All slices.
    section : Section
        Plane in the patient.

    Returns
    -------
    VoxelStack | None
        The slice alone; None where the section lies in none, or all slices are stacked straight.
    """
    index = index_in(stack.geometry, section)
    return None if index is None else slice_alone(stack, index)


def slice_alone(stack: VoxelStack, index: int) -> VoxelStack:
    """One slice.

    Parameters
    ----------
    stack : VoxelStack
        All slices.
    index : int
        Index from 0.

    Returns
    -------
    VoxelStack
        Where it lies by itself.
    """
    here = slice(index, index + 1)
    geometry = slice_geometry(stack.geometry, index)
    return VoxelStack(geometry, stack.voxels[here], stack.states[here])
