"""Where a view stands along its normal, as a number that wheel, keys and slider share."""

import numpy as np

from lesion_viewer.geometry.alignment import corners_of, spacings_mm
from lesion_viewer.viewing.views.plane_view import PlaneView


def place_of(view: PlaneView) -> tuple[int, int]:
    """The number of the layer of voxels on show, from 0, and how many there are.

    Parameters
    ----------
    view : PlaneView
        Any view.

    Returns
    -------
    tuple[int, int]
        Of a plane aslant to the voxels, steps of ``PlaneView.step`` from the volume's edge; 0, 0
        where nothing is on show.
    """
    if view.layer is not None:
        return view.layer
    geometry = view.viewer.series.geometry if view.viewer.series else None
    if geometry is None or view.section is None:
        return 0, 0
    normal, step = view.section.normal, min(spacings_mm(geometry))
    heights = corners_of(geometry) @ normal
    first, last = float(heights.min()), float(heights.max())
    at = float(np.array(view.section.point_mm) @ normal)
    count = max(round((last - first) / step), 1)
    return min(max(round((at - first) / step - 0.5), 0), count - 1), count


def show_place(view: PlaneView, number: int) -> None:
    """Move the cursor so that the view stands at another number; beyond the ends at the last one.

    Parameters
    ----------
    view : PlaneView
        Any view.
    number : int
        As ``place_of`` counts.
    """
    here, count = place_of(view)
    view.step(min(max(number, 0), count - 1) - here)
