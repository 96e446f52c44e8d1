"""Connected parts of a liver at many thresholds, and their shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.geometric.liver_picture import LiverPicture, Mask

Numbers = NDArray[np.float64]

LEVELS_HU = tuple(range(10, 101, 6))
"""How much darker or brighter than liver: the levels, the faintest first."""

LEAST_MM2 = 12.0
MOST_MM2 = 15000.0
UNBOUNDED = 3.0
"""How much a part grows from its level to the fainter one, where there is none."""

BEYOND, BEYOND_MM = 0.75, 2.0
"""Share of its diameter, and mm more, beyond which a ball has ended above and below its middle."""

UNKNOWN_ALONG = 0.4
"""How much of a part's contrast is left beyond its ends, where no slice shows them."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A connected part of a slice at a level, with its shape.

    Attributes
    ----------
    top, left : int
        Its first row and column in the picture.
    mask : Mask
        (rows, columns) from there on.
    is_bright : bool
        Whether it is brighter than liver.
    level_hu : float
        The difference to liver from which a pixel belongs to it; over 0.
    diameter_mm : float
        Of the disc of the same area.
    asymmetry : float
        1 less the ratio of its short axis to its long one: 0 for a disc, 1 for a line.
    compactness : float
        4 pi times its area over the square of its outline: about 1 for a disc, 0 for a branch.
    bordering : float
        Share of its outline that lies on the liver's edge.
    growth : float
        Its area at the next fainter level over its own: 1 with a sharp edge.
    along : float
        Contrast that is left where a ball of its diameter would have ended, as a share of its own:
        0 for a ball, 1 for a vessel across the slice.
    """

    top: int
    left: int
    mask: Mask
    is_bright: bool
    level_hu: float
    diameter_mm: float
    asymmetry: float
    compactness: float
    bordering: float
    growth: float
    along: float


def parts_of(picture: LiverPicture) -> list[Part]:
    """The parts of a slice at all levels; those of a level lie within those of the fainter one.

    Parameters
    ----------
    picture : LiverPicture
        The liver on a slice.

    Returns
    -------
    list[Part]
        Dark ones and bright ones, the faintest levels first.

    Notes
    -----
    After Ruskó and Perényi, Int J CARS 9 (2014), 577: abnormal regions by a multi-level
    segmentation, analysed from the inside out by asymmetry, compactness and volume.
    """
    found = []
    for is_bright in (False, True):
        fainter: tuple[NDArray[np.int32], Numbers] | None = None
        for level in LEVELS_HU:
            sign = 1 if is_bright else -1
            labels = _labels(picture, sign * level)
            if labels is None:
                break
            areas = np.bincount(labels.ravel()).astype(float)
            areas[0] = 0
            found += _measured(picture, labels, areas, fainter, level, is_bright)
            fainter = labels, areas
    return found


def _labels(picture: LiverPicture, level: float) -> NDArray[np.int32] | None:
    from scipy import ndimage

    is_beyond = picture.away > level if level > 0 else picture.away < level
    labels, count = ndimage.label(is_beyond & picture.region)
    return labels if count else None


def _measured(
    picture: LiverPicture,
    labels: NDArray[np.int32],
    areas: Numbers,
    fainter: tuple[NDArray[np.int32], Numbers] | None,
    level: float,
    is_bright: bool,
) -> list[Part]:
    """The parts of a level that may be a lesion by their size."""
    from scipy import ndimage

    areas_mm2 = areas * picture.pixel_mm**2
    wanted = np.flatnonzero((areas_mm2 >= LEAST_MM2) & (areas_mm2 <= MOST_MM2))
    if not len(wanted):
        return []
    y, x = np.nonzero(labels)
    of = labels[y, x]
    shapes = _Shapes(y, x, of, areas)
    outline, on_edge = _outlines(labels, picture.region, len(areas))
    growth = np.full(len(areas), UNBOUNDED)
    if fainter is not None:
        within = np.zeros(len(areas), int)
        within[of] = fainter[0][y, x]
        growth = fainter[1][within] / np.maximum(areas, 1)
    diameters = 2 * np.sqrt(areas_mm2 / np.pi)
    along = _along(picture, y, x, of, diameters, areas)
    compact = 4 * np.pi * areas / np.maximum(outline, 1) ** 2
    boxes = ndimage.find_objects(labels)
    return [
        Part(
            top=boxes[k - 1][0].start,
            left=boxes[k - 1][1].start,
            mask=labels[boxes[k - 1]] == k,
            is_bright=is_bright,
            level_hu=level,
            diameter_mm=float(diameters[k]),
            asymmetry=float(shapes.asymmetry[k]),
            compactness=float(compact[k]),
            bordering=float(on_edge[k] / outline[k]),
            growth=float(growth[k]),
            along=float(along[k]),
        )
        for k in wanted
    ]


class _Shapes:
    """Axes of the labelled parts, by the moments of their pixels."""

    def __init__(
        self, y: NDArray[np.intp], x: NDArray[np.intp], of: NDArray[np.int32], areas: Numbers
    ) -> None:
        count, size = len(areas), np.maximum(areas, 1)
        middle_y, middle_x = (np.bincount(of, at, count) / size for at in (y, x))
        away_y, away_x = y - middle_y[of], x - middle_x[of]
        # A pixel is no point: its own variance is 1/12.
        yy = np.bincount(of, away_y**2, count) / size + 1 / 12
        xx = np.bincount(of, away_x**2, count) / size + 1 / 12
        xy = np.bincount(of, away_y * away_x, count) / size
        half, root = (yy + xx) / 2, np.sqrt(((yy - xx) / 2) ** 2 + xy**2)
        self.asymmetry = 1 - np.sqrt(np.maximum(half - root, 0) / (half + root))


def _outlines(labels: NDArray[np.int32], region: Mask, count: int) -> tuple[Numbers, Numbers]:
    """Length of each part's outline in pixels, and of what of it borders on no liver."""
    padded, inside = np.pad(labels, 1), np.pad(region, 1)
    total, on_edge = np.zeros(count), np.zeros(count)
    for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
        is_outline = (padded > 0) & (np.roll(padded, step, axis) != padded)
        is_edge = is_outline & ~np.roll(inside, step, axis)
        total += np.bincount(padded[is_outline], minlength=count)
        on_edge += np.bincount(padded[is_edge], minlength=count)
    # Steps along pixels are 4 / pi times as long as the circle that they follow.
    return total * np.pi / 4, on_edge * np.pi / 4


def _along(
    picture: LiverPicture,
    y: NDArray[np.intp],
    x: NDArray[np.intp],
    of: NDArray[np.int32],
    diameters_mm: Numbers,
    areas: Numbers,
) -> Numbers:
    """What is left of each part's contrast beyond where a ball of its diameter ends."""
    count = len(areas)
    if not picture.beside:
        return np.full(count, UNKNOWN_ALONG)
    size = np.maximum(areas, 1)
    own = np.bincount(of, picture.away[y, x], count) / size
    middle = len(picture.beside) // 2
    means = [np.bincount(of, slice_[y, x], count) / size for slice_ in picture.beside]
    steps = np.round((BEYOND * diameters_mm + BEYOND_MM) / picture.step_mm)
    steps = np.clip(steps, 1, middle).astype(int)
    stacked, index = np.stack(means), np.arange(count)
    beyond = (stacked[middle - steps, index] + stacked[middle + steps, index]) / 2
    shares: Numbers = np.divide(beyond, own, out=np.zeros(count), where=own != 0)
    return shares.clip(-0.5, 1.2)


SAME_IOU = 0.2
SAME_SHARE = 0.6
"""Two parts are one where their boxes share this much, or the smaller lies so far in the larger."""


def best_first(parts: Sequence[Part], scores: Numbers, most: int) -> list[int]:
    """The places of the parts that stand for themselves: no better one lies at the same place.

    Parameters
    ----------
    parts : Sequence[Part]
        Parts of a slice.
    scores : Numbers
        One for each.
    most : int
        Largest number of parts.

    Returns
    -------
    list[int]
        The best score first.
    """
    if not parts:
        return []
    heights, widths = zip(*(part.mask.shape for part in parts), strict=True)
    top, left = (np.array([getattr(p, side) for p in parts]) for side in ("top", "left"))
    below, right = top + heights, left + widths
    sizes = (below - top) * (right - left)
    left_over = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while len(left_over) and len(kept) < most:
        best, others = left_over[0], left_over[1:]
        high = np.minimum(below[others], below[best]) - np.maximum(top[others], top[best])
        wide = np.minimum(right[others], right[best]) - np.maximum(left[others], left[best])
        shared = np.maximum(high, 0) * np.maximum(wide, 0)
        iou = shared / (sizes[others] + sizes[best] - shared)
        is_within = shared / np.minimum(sizes[others], sizes[best]) > SAME_SHARE
        kept.append(int(best))
        left_over = others[(iou < SAME_IOU) & ~is_within]
    return kept
