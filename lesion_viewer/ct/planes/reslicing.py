"""A picture of any plane through a volume, resampled where it must be, and said so."""

from lesion_viewer.ct.planes.aligned import aligned_pixels
from lesion_viewer.ct.planes.grids import PlaneGrid, grid_of
from lesion_viewer.ct.planes.leaning import is_along_slices, leaning_pixels
from lesion_viewer.ct.planes.oblique import oblique_pixels
from lesion_viewer.ct.planes.picture import PlanePicture
from lesion_viewer.ct.planes.remarks import remarks_on
from lesion_viewer.ct.planes.slabs import THIN, Slab
from lesion_viewer.ct.planes.voxel_stack import slice_in, stack_of
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.geometry.alignment import alignment_of, spacings_mm
from lesion_viewer.geometry.sections import Section
from lesion_viewer.geometry.series_geometry import SeriesGeometry

MOST_VOXELS = 2_000_000
"""So many voxels in one picture are still read within a frame, also across the slices."""


def is_slow(geometry: SeriesGeometry, section: Section, slab: Slab) -> bool:
    """Whether a picture takes longer than a person at the screen should wait for.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    section : Section
        Plane in the patient.
    slab : Slab
        What is shown of which thickness.

    Returns
    -------
    bool
        True for slabs that lie aslant to the voxels: each of their pixels is sampled many times;
        and for those across the slices of more than ``MOST_VOXELS``.
    """
    if slab.mm == 0:
        return False
    alignment = alignment_of(geometry, section)
    if alignment is None or alignment[2].axis == 0:
        return not (alignment or is_along_slices(geometry, section))
    grid, step = grid_of(geometry, section), spacings_mm(geometry)[alignment[2].axis - 1]
    return grid is not None and grid.rows * grid.columns * slab.mm / step > MOST_VOXELS


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
    grid = grid or (grid_of(geometry, section) if geometry else None)
    if geometry is None or grid is None:
        return None
    stack = stack_of(volume, geometry)
    if slab.mm == 0:
        stack = slice_in(stack, section) or stack
    alignment = alignment_of(stack.geometry, section)
    if alignment is not None:
        pixels = aligned_pixels(stack, section, grid, alignment, slab, is_interpolated)
    elif slab.mm > 0 and is_along_slices(stack.geometry, section):
        pixels = leaning_pixels(stack, section, grid, slab, is_interpolated)
    else:
        pixels = oblique_pixels(stack, section, grid, slab, is_interpolated)
    remarks = remarks_on(stack.geometry, section, slab, pixels)
    return PlanePicture(section, grid, pixels.hu, pixels.shows, pixels.is_whole, remarks)
