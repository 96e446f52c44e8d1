"""Links boxes of neighbouring slices to 3D candidates."""

from collections.abc import Iterable

import numpy as np

from lesion_viewer.detection.boxes import pairwise_iou
from lesion_viewer.detection.candidates import Candidate, Detection, SliceDetections

MIN_IOU = 0.2
"""Low, because a lesion is much smaller on its outermost slices than on the next ones."""

MAX_STEP = 2
"""Largest step from a box to the next box of its candidate: 2 bridges one slice without a box."""

Node = tuple[int, int]  # slice index, rank of the box on its slice


def link(detections: Iterable[SliceDetections], min_iou: float = MIN_IOU) -> tuple[Candidate, ...]:
    """The 3D candidates of a volume, the best score first; every box is in exactly one.

    Parameters
    ----------
    detections : Iterable[SliceDetections]
        Detections on any slices, in any order.
    min_iou : float
        Boxes of neighbouring slices are linked from this IoU on, 0 to 1.

    Returns
    -------
    tuple[Candidate, ...]
        Candidates with at most one box on each slice.

    Notes
    -----
    On each pair of neighbouring slices boxes are linked one to one, pairs with the highest IoU
    first; among equal IoUs, higher scores first. Then the same rule links chains that end on a
    slice to chains that begin two slices further on.
    """
    slices = _boxes_by_slice(detections)
    following: dict[Node, Node] = {}
    for step in range(1, MAX_STEP + 1):
        preceded = set(following.values())
        for i in slices:
            ends = [(i, k) for k in range(len(slices[i])) if (i, k) not in following]
            next_boxes = range(len(slices.get(i + step, ())))
            starts = [(i + step, k) for k in next_boxes if (i + step, k) not in preceded]
            following.update(_pairs(slices, ends, starts, min_iou))
    starts = sorted({(i, k) for i in slices for k in range(len(slices[i]))} - {*following.values()})
    candidates = [_chain(slices, start, following) for start in starts]
    return tuple(sorted(candidates, key=_rank))


def _boxes_by_slice(detections: Iterable[SliceDetections]) -> dict[int, list[Detection]]:
    """The distinct boxes of each slice, slices ascending, best score first."""
    collected: dict[int, set[Detection]] = {}
    for found in detections:
        collected.setdefault(found.slice_index, set()).update(found.detections)
    return {
        i: sorted(collected[i], key=lambda d: (-d.score, d.box.as_tuple()))
        for i in sorted(collected)
    }


def _pairs(
    slices: dict[int, list[Detection]], ends: list[Node], starts: list[Node], min_iou: float
) -> dict[Node, Node]:
    if not ends or not starts:
        return {}
    iou = pairwise_iou(
        np.array([slices[i][k].box.as_tuple() for i, k in ends]),
        np.array([slices[i][k].box.as_tuple() for i, k in starts]),
    )
    pairs: dict[Node, Node] = {}
    rows, columns = np.nonzero((iou >= min_iou) & (iou > 0))
    for row, column in sorted(
        zip(rows, columns, strict=True), key=lambda rc: (-iou[rc], ends[rc[0]], starts[rc[1]])
    ):
        if ends[row] not in pairs and starts[column] not in pairs.values():
            pairs[ends[row]] = starts[column]
    return pairs


def _chain(
    slices: dict[int, list[Detection]], start: Node, following: dict[Node, Node]
) -> Candidate:
    boxes: dict[int, Detection] = {}
    node: Node | None = start
    while node is not None:
        boxes[node[0]] = slices[node[0]][node[1]]
        node = following.get(node)
    return Candidate(boxes)


def _rank(candidate: Candidate) -> tuple[float, int, tuple[float, ...]]:
    key = candidate.key_slice
    return -candidate.score, key, candidate.detections[key].box.as_tuple()
