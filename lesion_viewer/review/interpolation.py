"""Boxes of a lesion on the slices between two that are known."""

from lesion_viewer.detection.boxes import Box


def interpolated(low: Box, high: Box, low_slice: int, high_slice: int) -> dict[int, Box]:
    """The boxes strictly between two slices; each edge runs straight from one box to the other.

    Parameters
    ----------
    low, high : boxes on the slices ``low_slice`` < ``high_slice``
    """
    steps = high_slice - low_slice
    boxes = {}
    for i in range(low_slice + 1, high_slice):
        share = (i - low_slice) / steps
        pairs = zip(low.as_tuple(), high.as_tuple(), strict=True)
        boxes[i] = Box(*(a * (1 - share) + b * share for a, b in pairs))
    return boxes
