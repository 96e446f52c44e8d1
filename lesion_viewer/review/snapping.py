"""The edge of a lesion near a box that was drawn by hand."""

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.boxes import Box

REACH = 0.35
"""How far outside the box the edge is searched, as a share of its shorter side; at least 3 px."""

MIN_CONTRAST_HU = 8.0
"""A lesion that differs less from its surroundings has no edge that can be found."""

MIN_IOU = 0.3
"""A result that overlaps the drawn box less is another lesion."""

CORE, RING = 0.5, 1.2
"""Radii inside and outside which the HU of lesion and surroundings are taken; 1 is the ellipse
that fits the box."""

TRUST = 0.8
"""Weight of the drawn box against the image; with 0 the image alone decides."""

Mask = NDArray[np.bool_]


def snap(hu: NDArray[np.int16], box: Box) -> Box | None:
    """The tight box of the lesion that ``box`` was drawn round.

    Parameters
    ----------
    hu : NDArray[np.int16]
        One slice (rows, columns) in HU.
    box : Box
        About where the lesion is, in 0-based pixel edges; a few pixels off on any side.

    Returns
    -------
    Box | None
        A box of whole pixels; None where no edge is clear.
    """
    found = outline(hu, box)
    return None if found is None else _extent(found)


def outline(hu: NDArray[np.int16], box: Box) -> Mask | None:
    """The pixels of the lesion that ``box`` was drawn round.

    Parameters
    ----------
    hu : NDArray[np.int16]
        One slice (rows, columns) in HU.
    box : Box
        About where the lesion is, in 0-based pixel edges; a few pixels off on any side.

    Returns
    -------
    Mask | None
        (rows, columns) of the slice; None where no edge is clear.

    Notes
    -----
    The slice is smoothed slightly. The HU of lesion and surroundings are medians, of the middle of
    the box and of a ring round it. A pixel is of the lesion where its HU is nearer to the lesion's;
    near the middle of the box less is needed, far from it more. The connected piece in the middle
    is kept; its holes are filled and thin bridges are cut.
    """
    from scipy import ndimage  # takes .2 s and more

    rows, columns = hu.shape
    margin = max(3.0, REACH * min(box.width, box.height))
    try:
        window = box.padded(margin).clamped(rows, columns)
        inner = box.clamped(rows, columns)
    except ValueError:
        return None
    top, left = int(window.y1), int(window.x1)
    part = hu[top : int(np.ceil(window.y2)), left : int(np.ceil(window.x2))].astype(np.float32)
    smooth = ndimage.gaussian_filter(part, 0.8)
    local = inner.moved(-left, -top)
    radius = _radius(part.shape, local)
    middle, ring = radius <= CORE, radius >= RING
    if not middle.any() or not ring.any():
        return None
    lesion_hu, around_hu = float(np.median(smooth[middle])), float(np.median(smooth[ring]))
    noise_hu = float(np.median(np.abs(smooth[ring] - around_hu)))
    if abs(lesion_hu - around_hu) < max(MIN_CONTRAST_HU, noise_hu):
        return None
    # .5 in the middle, -.5 in the ring; the drawn box shifts the limit between them.
    likeness = (smooth - (lesion_hu + around_hu) / 2) / (lesion_hu - around_hu)
    is_lesion = likeness + TRUST * (1 - radius) > 0
    piece = _piece_in(is_lesion, middle, min(local.width, local.height))
    if piece is None:
        return None
    if _extent(piece).moved(left, top).iou(inner) < MIN_IOU or _reaches_border(piece):
        return None
    pixels = np.zeros(hu.shape, bool)
    pixels[top : top + piece.shape[0], left : left + piece.shape[1]] = piece
    return pixels


def _radius(shape: tuple[int, ...], box: Box) -> NDArray[np.float64]:
    """How far each pixel is from the middle; 1 on the ellipse that fits the box."""
    y, x = np.mgrid[: shape[0], : shape[1]] + 0.5
    cx, cy = box.centre
    a, b = max(box.width / 2, 1.0), max(box.height / 2, 1.0)
    radius: NDArray[np.float64] = np.hypot((x - cx) / a, (y - cy) / b)
    return radius


def _piece_in(is_lesion: Mask, middle: Mask, side_px: float) -> Mask | None:
    """The connected piece with most of the middle, without holes and thin bridges."""
    from scipy import ndimage  # takes .2 s and more

    radius = 1 if side_px < 16 else 2
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    disk = x**2 + y**2 <= radius**2
    opened = ndimage.binary_opening(is_lesion, disk)
    for candidates in (opened, is_lesion):
        labels, _ = ndimage.label(candidates)
        counts = np.bincount(labels[middle], minlength=1)
        counts[0] = 0
        if counts.max(initial=0) >= middle.sum() / 3:
            piece: Mask = ndimage.binary_fill_holes(labels == counts.argmax())
            return piece
    return None


def _extent(piece: Mask) -> Box:
    ys, xs = np.nonzero(piece)
    return Box(float(xs.min()), float(ys.min()), float(xs.max() + 1), float(ys.max() + 1))


def _reaches_border(piece: Mask) -> bool:
    """Whether the piece leaves the searched part on more than one side."""
    edges = (piece[0], piece[-1], piece[:, 0], piece[:, -1])
    return sum(bool(edge.any()) for edge in edges) > 1
