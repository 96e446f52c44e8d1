"""A slice as the method sees it: how much darker or brighter each pixel is than liver there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.gate import LiverOnSlice
from lesion_viewer.detection.inputs import ASSUMED_PIXEL_MM, ModelInput
from lesion_viewer.detection.neighbours import Spacing

Picture = NDArray[np.float32]
Mask = NDArray[np.bool_]

SMOOTHING_MM = 1.2
AROUND_MM = 18.0
"""Standard deviation of the weights with which liver counts for the liver of a place."""

LIKE_LIVER_HU = 25.0
"""Pixels this close to the liver's median count for the liver of a place."""

CLOSING_MM = 10.0
"""Notches of the gate's liver up to twice as wide are filled: it leaves lesions out at the edge."""

EDGE_MM = 2.0
"""Pixels closer to the liver's edge are part fat, and belong to no lesion."""

LEAST_CM2 = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class LiverPicture:
    """The part of a slice that holds the liver.

    Attributes
    ----------
    away : Picture
        (rows, columns), HU above the liver around each pixel; smoothed.
    beside : tuple[Picture, ...]
        The same of the slices beside it, the lowest first, each against this slice's liver; empty
        for a slice without neighbours.
    step_mm : float
        Distance of two of them.
    region : Mask
        (rows, columns), where lesions are looked for.
    pixel_mm : float
        Size of a pixel.
    rows, columns : slice
        Where it lies in the input that it was made of.
    """

    away: Picture
    beside: tuple[Picture, ...]
    step_mm: float
    region: Mask
    pixel_mm: float
    rows: slice
    columns: slice


def liver_picture(
    seen: ModelInput,
    window: Window,
    step_mm: float,
    spacing_mm: Spacing | None,
    liver: LiverOnSlice,
) -> LiverPicture | None:
    """The liver of a slice with what is around it taken off.

    Parameters
    ----------
    seen : ModelInput
        The slice between those beside it, an odd number of channels over ``window``.
    window : Window
        HU that 0 and 1 of ``seen`` stand for.
    step_mm : float
        Distance of two channels.
    spacing_mm : Spacing | None
        Distances in mm of the stored volume; None where unknown.
    liver : LiverOnSlice
        The liver, as the gate marks it.

    Returns
    -------
    LiverPicture | None
        None where there is too little liver to compare with.
    """
    from scipy import ndimage

    spacing = seen.turn.spacing(spacing_mm)
    row_mm = spacing[1] if spacing else ASSUMED_PIXEL_MM
    pixel_mm = row_mm / seen.scale_y
    marked = _on_input(liver, seen)
    if not marked.any():
        return None
    rows, columns = _around(marked, int((CLOSING_MM + AROUND_MM) / pixel_mm))
    whole, region = _region(marked[rows, columns], pixel_mm)
    if region.sum() * pixel_mm**2 < LEAST_CM2 * 100:
        return None
    hu = seen.image[:, rows, columns] * window.width + window.lower
    middle = len(hu) // 2
    smooth = SMOOTHING_MM / pixel_mm
    thick = hu[max(middle - 1, 0) : middle + 2].mean(axis=0)
    picture = ndimage.gaussian_filter(thick, smooth)
    around = _liver_around(picture, region, AROUND_MM / pixel_mm)
    is_alone = all(np.array_equal(channel, hu[middle]) for channel in hu)
    beside = () if is_alone else tuple(ndimage.gaussian_filter(c, smooth) - around for c in hu)
    return LiverPicture(picture - around, beside, step_mm, region, pixel_mm, rows, columns)


def _on_input(liver: LiverOnSlice, seen: ModelInput) -> Mask:
    """The gate's liver in pixels of another input of the same slice."""
    rows, columns = seen.image.shape[1:]
    high, wide = liver.liver.shape
    y = ((np.arange(rows) + 0.5) / seen.scale_y * liver.seen.scale_y).astype(int)
    x = ((np.arange(columns) + 0.5) / seen.scale_x * liver.seen.scale_x).astype(int)
    marked: Mask = liver.liver[np.ix_(y.clip(max=high - 1), x.clip(max=wide - 1))]
    return marked


def _around(mask: Mask, margin: int) -> tuple[slice, slice]:
    """The rectangle of what is true, and a margin."""
    sides = []
    for axis in (1, 0):
        there = np.flatnonzero(mask.any(axis=axis))
        sides.append(slice(max(int(there[0]) - margin, 0), int(there[-1]) + 1 + margin))
    return sides[0], sides[1]


def _region(marked: Mask, pixel_mm: float) -> tuple[Mask, Mask]:
    """The liver with its notches filled, and the part of it that is not its edge."""
    from scipy import ndimage

    closing = CLOSING_MM / pixel_mm
    margin = int(closing) + 2
    padded = np.pad(marked, margin)
    grown = ndimage.distance_transform_edt(~padded) <= closing
    inner = ndimage.distance_transform_edt(grown)
    whole = ndimage.binary_fill_holes((inner > closing) | padded)
    region = ndimage.distance_transform_edt(whole) > EDGE_MM / pixel_mm
    cut = slice(margin, -margin)
    return whole[cut, cut], region[cut, cut]


def _liver_around(picture: Picture, region: Mask, sigma: float) -> Picture:
    """The attenuation of liver about each pixel, from the pixels that are like liver."""
    from scipy import ndimage

    middle = float(np.median(picture[region]))
    above = picture - middle
    is_liver = region & (np.abs(above) < LIKE_LIVER_HU)
    # Every second pixel: it is smooth over centimetres.
    counted = ndimage.gaussian_filter(is_liver[::2, ::2].astype(np.float32), sigma / 2)
    summed = ndimage.gaussian_filter(np.where(is_liver, above, 0)[::2, ::2], sigma / 2)
    mean = np.where(counted > 1e-3, summed / np.maximum(counted, 1e-3), 0).repeat(2, 0).repeat(2, 1)
    rows, columns = picture.shape
    around: Picture = (middle + mean[:rows, :columns]).astype(np.float32)
    return around
