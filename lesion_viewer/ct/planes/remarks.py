"""What must be said beside a picture: that it is resampled, why, and how thick it is."""

import numpy as np

from lesion_viewer.ct.planes.grids import PlaneGrid, coordinates
from lesion_viewer.ct.planes.picture import Remark
from lesion_viewer.ct.planes.slabs import Projection, Slab
from lesion_viewer.geometry.alignment import Along, alignment_of, is_parallel, is_straight
from lesion_viewer.geometry.reach import wide_steps
from lesion_viewer.geometry.sections import Section
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.geometry.stack import usual_step_mm

UNEVEN = 0.05
PROJECTIONS = {
    Projection.MEAN: "mean",
    Projection.MAXIMUM: "MIP",
    Projection.MINIMUM: "MinIP",
}


def remarks_on(
    geometry: SeriesGeometry, section: Section, grid: PlaneGrid, slab: Slab, is_partial: bool
) -> tuple[Remark, ...]:
    """How a picture differs from slices as they are stored.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    section : Section
        Plane in the patient.
    grid : PlaneGrid
        Pixels of the picture.
    slab : Slab
        What is shown of which thickness.
    is_partial : bool
        Whether slices of the slab are left out, see ``Pixels``.

    Returns
    -------
    tuple[Remark, ...]
        The slab first; nothing for a single layer of the stack's own voxels.
    """
    remarks = []
    if slab.mm:
        remarks.append(Remark("slab", f"{PROJECTIONS[slab.projection]} of {slab.mm:g} mm"))
    if is_partial:
        text = "without slices that are missing or unreadable"
        remarks.append(Remark("partial_slab", text))
    alignment = alignment_of(geometry, section)
    if alignment is not None and _is_of_voxels(geometry, section, grid, alignment):
        return tuple(remarks)
    remarks.append(Remark("resampled", "resampled"))
    if alignment is not None and alignment[2].axis == 0:
        return tuple(remarks)
    if not is_straight(geometry):
        remarks.append(Remark("tilted", _tilt_text(geometry)))
    steps = np.diff(geometry.locations_mm)
    usual = usual_step_mm(geometry.locations_mm)
    if usual is not None:
        wide = wide_steps(geometry)
        others = steps[~wide & (steps > usual * UNEVEN)]
        if len(others) and float(np.ptp(others)) > UNEVEN * usual:
            text = f"slices {others.min():.2f} to {others.max():.2f} mm apart"
            remarks.append(Remark("uneven", text))
        if wide.any():
            text = f"{wide.sum()} gap{'s' if wide.sum() > 1 else ''} of up to {steps.max():.1f} mm"
            remarks.append(Remark("missing_slices", text))
    return tuple(remarks)


def _is_of_voxels(
    geometry: SeriesGeometry,
    section: Section,
    grid: PlaneGrid,
    alignment: tuple[Along, Along, Along],
) -> bool:
    """Whether each pixel of a picture lies at the centre of a voxel of one layer."""
    places = (
        (alignment[0], section.right, grid.across_mm),
        (alignment[1], section.down, grid.down_mm),
        (alignment[2], tuple(section.normal), np.zeros(1)),
    )
    return all(
        not (coordinates(geometry, section, along.axis, np.array(direction), offsets) % 1).any()
        for along, direction, offsets in places
    )


def _tilt_text(geometry: SeriesGeometry) -> str:
    if not is_parallel(geometry):
        return "slices turned against one another"
    line = geometry.positions_mm[-1] - geometry.positions_mm[0]
    along = float(line @ geometry.normal)
    aside = float(np.linalg.norm(line - along * geometry.normal))
    return f"gantry tilted by {np.degrees(np.arctan2(aside, along)):.1f}°"
