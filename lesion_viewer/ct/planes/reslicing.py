"""A picture of any plane through a volume, resampled where it must be, and said so."""

from lesion_viewer.ct.planes.aligned import aligned_picture
from lesion_viewer.ct.planes.grids import PlaneGrid, grid_of
from lesion_viewer.ct.planes.oblique import oblique_picture
from lesion_viewer.ct.planes.picture import PlanePicture
from lesion_viewer.ct.planes.remarks import remarks_on
from lesion_viewer.ct.planes.slabs import THIN, Slab
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.geometry.alignment import alignment_of
from lesion_viewer.geometry.sections import Section


def reslice(
    volume: CTVolume,
    section: Section,
    grid: PlaneGrid | None = None,
    slab: Slab = THIN,
    is_interpolated: bool = True,
) -> PlanePicture | None:
    """A picture of a volume on a section.

    Every pixel shows the place in the patient that its centre lies at: right under gantry tilt,
    unequal spacing, gaps, and directions that differ from slice to slice. Nothing is interpolated
    across missing slices, or with slices that are not read.

    Parameters
    ----------
    volume : CTVolume
        Its slices may still have to be read; its series says where they lie.
    section : Section
        Plane in the patient.
    grid : PlaneGrid | None
        Pixels of the picture; ``grid_of`` when left out, which is the fastest.
    slab : Slab
        What is shown of which thickness.
    is_interpolated : bool
        Whether what lies between voxels is interpolated; else it is the nearest voxel's.

    Returns
    -------
    PlanePicture | None
        None where nobody knows how the slices lie in the patient, or how thick the only one is.
    """
    geometry = volume.series.geometry
    if geometry is None:
        return None
    grid = grid or grid_of(geometry, section)
    if grid is None:
        return None
    alignment = alignment_of(geometry, section)
    if alignment is not None:
        hu, shows = aligned_picture(volume, section, grid, alignment, slab, is_interpolated)
    else:
        hu, shows = oblique_picture(volume, section, grid, slab, is_interpolated)
    is_whole = not shows.any()
    return PlanePicture(
        section, grid, hu, shows, is_whole, remarks_on(geometry, section, grid, slab)
    )
