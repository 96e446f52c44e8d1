"""The pixels of a finding: those that a reader outlined, else those that its model marked."""

from dataclasses import dataclass

import numpy as np

from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.review.annotations.shapes import Mask
from lesion_viewer.review.finding import Finding


@dataclass(frozen=True, slots=True)
class Outlined:
    """The pixels of a finding on one slice.

    Attributes
    ----------
    mask : SliceMask
        The pixels.
    is_model : bool
        Whether its model marked them; else a reader did.
    """

    mask: SliceMask
    is_model: bool


def outlines(finding: Finding) -> dict[int, Outlined]:
    """The pixels of a finding on each slice that has any.

    Parameters
    ----------
    finding : Finding
        Any finding.

    Returns
    -------
    dict[int, Outlined]
        Slice index -> pixels, slices ascending.
    """
    drawn: dict[int, list[Mask]] = {}
    for one in finding.annotations.values():
        if isinstance(one.shape, Mask):
            drawn.setdefault(one.slice_index, []).append(one.shape)
    found = {i: Outlined(mask, is_model=True) for i, mask in model_masks(finding).items()}
    for i, shapes in drawn.items():
        mask = _joined(shapes)
        if mask is not None:
            found[i] = Outlined(mask, is_model=False)
    return {i: found[i] for i in sorted(found)}


def model_masks(finding: Finding) -> dict[int, SliceMask]:
    """What a model marked, on those slices whose box is as the model gave it.

    Where a reader has changed or removed the box, nobody has said that the pixels in it are the
    lesion's.

    Parameters
    ----------
    finding : Finding
        Any finding.

    Returns
    -------
    dict[int, SliceMask]
        Slice index -> pixels; a reader may have outlined others there.
    """
    return {
        i: mask
        for i, mask in finding.masks.items()
        if i in finding.boxes and finding.boxes[i] == finding.original_boxes.get(i)
    }


def _joined(shapes: list[Mask]) -> SliceMask | None:
    """The pixels that are in any of them."""
    right = max(one.corner[0] + one.shape[1] for one in shapes)
    bottom = max(one.corner[1] + one.shape[0] for one in shapes)
    whole = np.zeros((bottom, right), bool)
    for one in shapes:
        (x, y), (rows, columns) = one.corner, one.shape
        whole[y : y + rows, x : x + columns] |= one.pixels
    return SliceMask.of(whole)
