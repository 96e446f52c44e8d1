"""What must be said beside a picture: that it is resampled, why, and how thick it is."""

import numpy as np

from lesion_viewer.ct.planes.picture import Pixels, Remark
from lesion_viewer.ct.planes.slabs import Projection, Slab
from lesion_viewer.geometry.alignment import alignment_of, is_parallel, is_straight
from lesion_viewer.geometry.reach import wide_steps
from lesion_viewer.geometry.sections import Section
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.geometry.stack import usual_step_mm
from lesion_viewer.text import Text

UNEVEN = 0.05
PROJECTIONS = {
    Projection.MEAN: Text("mean"),
    Projection.MAXIMUM: Text("MIP"),
    Projection.MINIMUM: Text("MinIP"),
}


def remarks_on(
    geometry: SeriesGeometry, section: Section, slab: Slab, pixels: Pixels
) -> tuple[Remark, ...]:
    """How a picture differs from slices as they are stored.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    section : Section
        Plane in the patient.
    slab : Slab
        What is shown of which thickness.
    pixels : Pixels
        Pixels of the picture.

    Returns
    -------
    tuple[Remark, ...]
        The slab first; nothing for a single layer of the stack's own voxels.
    """
    remarks = []
    if slab.mm:
        projection = PROJECTIONS[slab.projection]
        text = Text("{projection} of {mm:g} mm", projection=projection, mm=slab.mm)
        remarks.append(Remark("slab", text))
    if pixels.is_partial:
        text = Text("without slices that are missing or unreadable")
        remarks.append(Remark("partial_slab", text))
    if not pixels.is_resampled:
        return tuple(remarks)
    remarks.append(Remark("resampled", Text("resampled")))
    alignment = alignment_of(geometry, section)
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
            text = Text(
                "slices {least:.2f} to {most:.2f} mm apart",
                least=float(others.min()),
                most=float(others.max()),
            )
            remarks.append(Remark("uneven", text))
        if wide.any():
            count, mm = int(wide.sum()), float(steps[wide].max())
            text = Text("{n} gaps of up to {mm:.1f} mm", n=count, mm=mm)
            if count == 1:
                text = Text("1 gap of up to {mm:.1f} mm", mm=mm)
            remarks.append(Remark("missing_slices", text))
    return tuple(remarks)


def _tilt_text(geometry: SeriesGeometry) -> Text:
    if not is_parallel(geometry):
        return Text("slices turned against one another")
    line = geometry.positions_mm[-1] - geometry.positions_mm[0]
    along = float(line @ geometry.normal)
    aside = float(np.linalg.norm(line - along * geometry.normal))
    degrees = float(np.degrees(np.arctan2(aside, along)))
    return Text("gantry tilted by {degrees:.1f}°", degrees=degrees)
