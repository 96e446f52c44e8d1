"""The patient on a grid, without the table that he lies on."""

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.registration.sampling import CLIPPED_HU, Grid
from lesion_viewer.errors import GeometryError

TABLE_MM = 6.0
"""A table's top is thinner than twice this."""


def body_of(grid: Grid) -> NDArray[np.bool_]:
    """The largest connected piece of tissue; what is thin beside it is the table or clothing.

    Parameters
    ----------
    grid : Grid
        A CT on an even grid.

    Returns
    -------
    NDArray[np.bool_]
        (slices, rows, columns).

    Raises
    ------
    GeometryError
        Where there is no tissue.
    """
    from scipy import ndimage  # slow to import, and not needed to show a CT

    tissue = grid.is_known & (grid.values > CLIPPED_HU[0])
    cross = ndimage.generate_binary_structure(3, 1)
    # Its first and last slices are no surface: there nothing may be taken away.
    cross[0] = cross[2] = False
    turns = max(round(TABLE_MM / grid.step_mm), 1)
    opened = ndimage.binary_opening(tissue, cross, iterations=turns)
    pieces, count = ndimage.label(opened)
    if not count:
        raise GeometryError("A series cannot be registered that shows no body.")
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    largest = pieces == sizes.argmax()
    body: NDArray[np.bool_] = ndimage.binary_dilation(largest, cross, iterations=turns) & tissue
    return body
