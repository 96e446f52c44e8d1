"""Links detections of neighbouring slices to 3D candidates, by their masks where they have any."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.boxes import pairwise_iou
from lesion_viewer.detection.candidates import Candidate, Detection, SliceDetections, together

MIN_IOU = 0.2
"""Low, because a lesion is much smaller on its outermost slices than on the next ones."""

MAX_STEP = 2
"""Largest step from a box to the next box of its candidate: 2 bridges one slice without a box."""

PART = 0.7
"""Masks of one slice, or of neighbours, are of one lesion where they share this much of the smaller
one."""

LEAST_OF_SCORE = 0.1
"""Share of the better score that the other one has at least: what hardly looks like a lesion makes
none larger."""

Node = tuple[int, int]  # slice index, rank of the box on its slice
Links = list[tuple[Node, Node]]


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
        Candidates with at most one box on each slice where there are no masks.

    Notes
    -----
    On each pair of neighbouring slices boxes are linked one to one, pairs with the highest IoU
    first; among equal IoUs, higher scores first. Then the same rule links chains that end on a
    slice to chains that begin two slices further on. The IoU is that of the masks where both have
    one. Chains whose masks share ``PART`` of the smaller one, on a slice or from a slice to the
    next, are then one candidate, so that a large mass is whole that is marked in pieces.
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
    groups = _groups(slices, [*following.items(), *_pieces(slices)])
    return tuple(sorted((_candidate(slices, nodes) for nodes in groups), key=_rank))


def may_be_one(
    found: Sequence[Detection], others: Sequence[Detection], step: int
) -> NDArray[np.bool_]:
    """Which detections of two slices ``link`` may put into one candidate directly.

    Parameters
    ----------
    found, others : Sequence[Detection]
        Those of the two slices, at least one of each.
    step : int
        How many slices they are apart, 0 to ``MAX_STEP``.

    Returns
    -------
    NDArray[np.bool_]
        (detections of the first slice, of the second).
    """
    possible = np.zeros((len(found), len(others)), bool)
    if step:
        possible |= _iou(found, others) >= MIN_IOU
    if step < 2:
        for n, m in _with_masks(found, others):
            possible[n, m] |= _is_part(found[n], others[m])
    return possible


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
    iou = _iou([slices[i][k] for i, k in ends], [slices[i][k] for i, k in starts])
    pairs: dict[Node, Node] = {}
    rows, columns = np.nonzero((iou >= min_iou) & (iou > 0))
    for row, column in sorted(
        zip(rows, columns, strict=True), key=lambda rc: (-iou[rc], ends[rc[0]], starts[rc[1]])
    ):
        if ends[row] not in pairs and starts[column] not in pairs.values():
            pairs[ends[row]] = starts[column]
    return pairs


def _iou(found: Sequence[Detection], others: Sequence[Detection]) -> NDArray[np.float64]:
    """IoU of the masks of two detections, of their boxes where one has no mask."""
    a, b = (np.array([d.box.as_tuple() for d in one]) for one in (found, others))
    iou = pairwise_iou(a, b)
    for n, m in _with_masks(found, others):
        first, second = found[n].mask, others[m].mask
        assert first is not None and second is not None
        shared = first.shared(second)
        iou[n, m] = shared / (first.count + second.count - shared) if shared else 0.0
    return iou


def _with_masks(found: Sequence[Detection], others: Sequence[Detection]) -> list[tuple[int, int]]:
    first, second = ([n for n, d in enumerate(one) if d.mask] for one in (found, others))
    return [(n, m) for n in first for m in second]


def _is_part(one: Detection, other: Detection) -> bool:
    """Whether two detections with masks are of one lesion."""
    assert one.mask is not None and other.mask is not None
    if min(one.score, other.score) < LEAST_OF_SCORE * max(one.score, other.score):
        return False
    shared = one.mask.shared(other.mask)
    return shared > 0 and shared >= PART * min(one.mask.count, other.mask.count)


def _pieces(slices: dict[int, list[Detection]]) -> Links:
    """Pairs of detections, on a slice or on neighbours, whose masks are of one lesion."""
    found: Links = []
    for i in slices:
        for j in (i, i + 1):
            for k, m in _with_masks(slices[i], slices.get(j, ())):
                if (i, k) < (j, m) and _is_part(slices[i][k], slices[j][m]):
                    found.append(((i, k), (j, m)))
    return found


def _groups(slices: dict[int, list[Detection]], links: Links) -> list[list[Node]]:
    """The boxes that links join, each box in one group."""
    above: dict[Node, Node] = {(i, k): (i, k) for i in slices for k in range(len(slices[i]))}

    def top(node: Node) -> Node:
        while above[node] != node:
            node = above[node]
        return node

    for one, other in links:
        above[top(other)] = top(one)
    groups: dict[Node, list[Node]] = defaultdict(list)
    for node in above:
        groups[top(node)].append(node)
    return list(groups.values())


def _candidate(slices: dict[int, list[Detection]], nodes: list[Node]) -> Candidate:
    on_slice: dict[int, list[Detection]] = defaultdict(list)
    for i, k in sorted(nodes):
        on_slice[i].append(slices[i][k])
    parts = {i: tuple(found) for i, found in on_slice.items() if len(found) > 1}
    return Candidate({i: together(found) for i, found in on_slice.items()}, parts)


def _rank(candidate: Candidate) -> tuple[float, int, tuple[float, ...]]:
    key = candidate.key_slice
    return -candidate.score, key, candidate.detections[key].box.as_tuple()
