"""What is seen around a box: patches of a model input, near and far."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.inputs import ASSUMED_PIXEL_MM, ModelInput
from lesion_viewer.detection.neighbours import Spacing

SIDE = 32
"""Rows and columns of a patch."""

NEAR_SIDES, NEAR_LEAST_MM = 2.0, 16.0
"""A near patch is as wide as two of the box's longer sides, so that every lesion is shown alike."""

FAR_MM = 80.0
"""A far patch shows where in the body the box lies, and how large it is."""

VIEWS = 2


def patches_around(
    seen: ModelInput, boxes: NDArray[np.float32], spacing_mm: Spacing | None
) -> NDArray[np.float32]:
    """Near and far patches around boxes, in the orientation of the input.

    Parameters
    ----------
    seen : ModelInput
        Input with any number of slices.
    boxes : NDArray[np.float32]
        (n, 4), x1, y1, x2, y2 in pixel edges of the stored image, with an area.
    spacing_mm : Spacing | None
        Distances of (slices, rows, columns) of the stored volume in mm; None where unknown.

    Returns
    -------
    NDArray[np.float32]
        (n, 2 x (slices + 1), ``SIDE``, ``SIDE``), 0 to 1: the near patch of each slice and the
        share of each of its pixels that lies in the box, then the same of the far patch. Outside
        the image is 0.

    Notes
    -----
    Filtered as the input itself (``inputs.model_input``). The patches are squares in mm, so that
    they do not depend on the size of the input's pixels.
    """
    spacing = seen.turn.spacing(spacing_mm)
    row_mm, column_mm = spacing[1:] if spacing else (ASSUMED_PIXEL_MM, ASSUMED_PIXEL_MM)
    per_mm = seen.scale_x / column_mm, seen.scale_y / row_mm
    made = [_patch(seen.image, box, per_mm) for box in seen.boxes_to_input(boxes)]
    planes = VIEWS * (len(seen.image) + 1)
    return np.array(made, np.float32).reshape(-1, planes, SIDE, SIDE)


def _patch(
    image: NDArray[np.float32], box: NDArray[np.float32], per_mm: tuple[float, float]
) -> list[NDArray[np.float32]]:
    x1, y1, x2, y2 = map(float, box)
    longer_mm = max((x2 - x1) / per_mm[0], (y2 - y1) / per_mm[1])
    near_mm = max(NEAR_SIDES * longer_mm, NEAR_LEAST_MM)
    planes = []
    for side_mm in (near_mm, max(FAR_MM, near_mm)):
        left, top = ((x1 + x2 - side_mm * per_mm[0]) / 2, (y1 + y2 - side_mm * per_mm[1]) / 2)
        steps = side_mm * per_mm[0] / SIDE, side_mm * per_mm[1] / SIDE
        columns, wide = _shares(left, steps[0], image.shape[2])
        rows, tall = _shares(top, steps[1], image.shape[1])
        planes += list(tall @ image[:, rows, columns] @ wide.T)
        inside = _covered(top, steps[1], y1, y2)[:, None] * _covered(left, steps[0], x1, x2)
        planes.append(inside.astype(np.float32))
    return planes


def _shares(start: float, step: float, count: int) -> tuple[slice, NDArray[np.float32]]:
    """The pixels of an axis that a patch's pixels of width ``step`` are made of, and their shares.

    As ``inputs``: a triangle as wide as two pixels, of the input or the patch, whichever are
    larger; here a triangle may reach over the image's edge, where all is 0.
    """
    reach = max(step, 1.0)
    centres = start + (np.arange(SIDE) + 0.5) * step
    first, end = math.floor(start - reach), math.ceil(start + SIDE * step + reach)
    distances = np.abs(np.arange(first, end) + 0.5 - centres[:, None])
    shares = np.clip(1 - distances / reach, 0, None)
    shares /= shares.sum(axis=1, keepdims=True)
    low, high = min(max(first, 0), count), min(max(end, 0), count)
    return slice(low, high), shares[:, low - first : high - first].astype(np.float32)


def _covered(start: float, step: float, low: float, high: float) -> NDArray[np.float64]:
    """The share of each of a patch's pixels, along an axis, that lies between two places."""
    edges = np.clip(start + np.arange(SIDE + 1) * step, low, high)
    covered: NDArray[np.float64] = np.diff(edges) / step
    return covered
