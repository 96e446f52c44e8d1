"""The parenchyma of the liver on a CT, and what of a mask of the liver is another organ."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.neighbours import Spacing

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

SMOOTH_MM = 2.0
"""Standard deviation in mm of the smoothing before HU are compared."""

ALIKE_HU = 22.0
"""What differs from the parenchyma by less is parenchyma."""

BIN_HU = 4.0
DEEP_PX = 2
"""Depth in pixels from which the parenchyma's HU are looked for."""

NECK_PX = 2
"""Regions that hang together by less than twice this width are two."""

SURROUNDED = 0.5
"""Share of its border on a slice at which a region lies in the parenchyma, as a lesion does; the
border of a stomach that was taken for liver is mostly free."""

ON_SLICE = np.zeros((3, 3, 3), bool)
ON_SLICE[1] = [[False, True, False], [True, True, True], [False, True, False]]


def other_organs(liver: Mask, hu: Array, spacing_mm: Spacing) -> Mask:
    """What of a mask of the liver differs from its parenchyma and is not surrounded by it.

    Parameters
    ----------
    liver : Mask
        (slices, rows, columns), what was taken for liver.
    hu : Array
        float32 of the same shape, Hounsfield units.
    spacing_mm : Spacing
        Distances of (slices, rows, columns) in mm.

    Returns
    -------
    Mask
        Of the same shape; empty where the parenchyma is not the most of the mask.
    """
    from scipy import ndimage

    if not liver.any():
        return np.zeros_like(liver)
    widths = [SMOOTH_MM / mm for mm in spacing_mm]
    smooth = ndimage.gaussian_filter(hu, widths if len(hu) > 1 else (0, *widths[1:]))
    alike = liver & (np.abs(smooth - _mode(smooth, liver)) < ALIKE_HU)
    alike = _largest(ndimage.binary_opening(alike, ON_SLICE))
    if 2 * alike.sum() < liver.sum():
        return np.zeros_like(liver)
    rest = liver & ~alike
    regions, count = ndimage.label(
        ndimage.binary_opening(rest, ON_SLICE, iterations=NECK_PX), ON_SLICE
    )
    if not count:
        return np.zeros_like(liver)
    regions = _grown(regions, rest)
    around = ndimage.grey_dilation(regions, footprint=ON_SLICE)
    border = (around > 0) & (regions == 0)
    borders = np.bincount(around[border], minlength=count + 1)
    inner = np.bincount(around[border & alike], minlength=count + 1)
    is_other = inner < SURROUNDED * borders
    is_other[0] = False
    other: Mask = is_other[regions]
    return other


def _mode(smooth: Array, liver: Mask) -> float:
    """The most frequent HU deep in the liver."""
    from scipy import ndimage

    deep = ndimage.binary_erosion(liver, ON_SLICE, iterations=DEEP_PX)
    values = smooth[deep if deep.any() else liver]
    edges = np.arange(values.min() - BIN_HU, values.max() + 2 * BIN_HU, BIN_HU)
    counts, _ = np.histogram(values, edges)
    often = ndimage.gaussian_filter1d(counts.astype(float), 1.5)
    return float(edges[np.argmax(often)] + BIN_HU / 2)


def _largest(mask: Mask) -> Mask:
    from scipy import ndimage

    parts, _ = ndimage.label(mask)
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    largest: Mask = (parts == np.argmax(sizes)) & mask
    return largest


def _grown(regions: NDArray[np.int32], within: Mask) -> NDArray[np.int32]:
    """Regions that take in what is near to them on their slices, as before they were opened."""
    from scipy import ndimage

    grown = regions
    for _ in range(2 * NECK_PX):
        wider = ndimage.grey_dilation(grown, footprint=ON_SLICE)
        grown = np.where((grown == 0) & within, wider, grown)
    return grown
