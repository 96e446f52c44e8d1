"""A slab about a slice as it is stored, on the slice's own pixels."""

from lesion_viewer.ct.planes.grids import PlaneGrid
from lesion_viewer.ct.planes.picture import PlanePicture
from lesion_viewer.ct.planes.reslicing import reslice
from lesion_viewer.ct.planes.slabs import Slab
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.geometry.sections import section_of_slice
from lesion_viewer.geometry.turn import Turn


def slab_of_slice(
    volume: CTVolume, slice_index: int, turn: Turn, slab: Slab
) -> PlanePicture | None:
    """A picture of a thickness with a slice in its middle, pixel for pixel as that slice.

    Parameters
    ----------
    volume : CTVolume
        Its slices may still have to be read.
    slice_index : int
        Index of the slice, from 0.
    turn : Turn
        Turn from the stored image to the picture.
    slab : Slab
        What is shown of which thickness.

    Returns
    -------
    PlanePicture | None
        (rows, columns) of the turned slice; None where nobody knows how slices lie in the patient.
    """
    geometry = volume.series.geometry
    if geometry is None:
        return None
    rows, columns = turn.size(*geometry.size)
    row_mm, column_mm = geometry.plane(slice_index).spacing_mm
    if turn.swaps_axes:
        row_mm, column_mm = column_mm, row_mm
    left, top = -columns * column_mm / 2, -rows * row_mm / 2
    grid = PlaneGrid(left, top, column_mm, row_mm, rows, columns)
    return reslice(volume, section_of_slice(geometry, slice_index, turn), grid, slab)
