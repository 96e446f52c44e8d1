"""Boxes of a lesion on the slices between two that are known."""

from lesion_viewer.detection.boxes import Box


def interpolated(low: Box, high: Box, low_slice: int, high_slice: int) -> dict[int, Box]:
    """Boxes on the slices between two, on which each edge moves by the same step per slice.

    Parameters
    ----------
    low : Box
        Box on ``low_slice``, in pixels.
    high : Box
        Box on ``high_slice``, in pixels.
    low_slice : int
        Index of a slice.
    high_slice : int
        Index of a later slice.

    Returns
    -------
    dict[int, Box]
        Slice index -> box; empty where no slice lies between the two.
    """
    steps = high_slice - low_slice
    boxes = {}
    for i in range(low_slice + 1, high_slice):
        share = (i - low_slice) / steps
        pairs = zip(low.as_tuple(), high.as_tuple(), strict=True)
        boxes[i] = Box(*(a * (1 - share) + b * share for a, b in pairs))
    return boxes
