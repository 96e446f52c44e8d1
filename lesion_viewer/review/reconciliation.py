"""What a detector's new boxes mean for the findings that are already there."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from lesion_viewer.detection.candidates import Candidate, Detection, SliceDetections
from lesion_viewer.detection.linking import MAX_STEP, link, may_be_one
from lesion_viewer.review.events.tables import DetectionKey, Run
from lesion_viewer.review.journal.review_state import State
from lesion_viewer.review.uids import new_uid

SAME_LESION_IOU = 0.3
"""From this IoU on any slice, a candidate is the lesion that a reader has decided on."""

Slices = Mapping[int, tuple[Detection, ...]]


@dataclass(slots=True)
class Proposals:
    """What a detector's new boxes change.

    Attributes
    ----------
    proposed : dict[str, tuple[DetectionKey, ...]]
        Finding id -> all the detections that are now proposed for it.
    vanished : list[str]
        Ids of findings that became part of another one, or that no box of the run supports.
    """

    proposed: dict[str, tuple[DetectionKey, ...]] = field(default_factory=dict)
    vanished: list[str] = field(default_factory=list)


def reconcile(state: State, run: Run, slices: Slices, new: Iterable[int]) -> Proposals:
    """Proposals after the run answered the slices ``new``, with all its answers in ``slices``.

    A candidate that grows keeps its finding. Where candidates become one, the finding that a reader
    has touched stays, else the one of more boxes, else the older. A finding that a reader has
    touched takes new boxes and is never removed, and its lesion is not proposed again.

    Parameters
    ----------
    state : State
        Of the review before the answer.
    run : Run
        The detector's run.
    slices : Slices
        All its answers, slice index -> detections.
    new : Iterable[int]
        Indices of the slices whose answers are new.

    Returns
    -------
    Proposals
        What is proposed, and what goes.

    Notes
    -----
    Only candidates that a chain of possible links joins to the new boxes are linked again. Those of
    others cannot change.
    """
    reached = _reachable(run, slices, [(i, n) for i in new for n in range(len(slices[i]))])
    claimed: dict[str, tuple[DetectionKey, ...]] = {}
    for candidate in link(_detections(slices, reached)):
        found = ((i, d) for i in sorted(candidate.detections) for d in candidate.on(i))
        keys = tuple((i, slices[i].index(d)) for i, d in found)
        finding_id = _owner(state, run, keys, claimed)
        if finding_id in state.touched:
            claimed[finding_id] = _joined(state.proposals.get(finding_id, ()), keys)
        elif finding_id in state.findings or not _is_touched(state, run, candidate):
            claimed[finding_id or new_uid()] = keys
    owners = {state.owners.get((run.id, *key), "") for key in reached}
    free = (owners & state.findings.keys()) - state.touched - claimed.keys()
    news = {i: keys for i, keys in claimed.items() if _is_new_evidence(state, i, keys)}
    return Proposals(news, sorted(free, key=state.arrivals.__getitem__))


def replaced_by(state: State, run: Run) -> list[str]:
    """Ids of other models' candidates on the series which no reader has touched.

    Parameters
    ----------
    state : State
        Of the review.
    run : Run
        The run of the model that replaces others.

    Returns
    -------
    list[str]
        Ids, the oldest first.
    """
    others = [r for r in state.runs_on.get(run.series_uid, ()) if r.id != run.id]
    keys = [
        (r.id, i, n) for r in others for i, found in r.slices.items() for n in range(len(found))
    ]
    ids = {state.owners.get(key, "") for key in keys}
    return sorted((ids & state.findings.keys()) - state.touched, key=state.arrivals.__getitem__)


def _reachable(run: Run, slices: Slices, seeds: Iterable[DetectionKey]) -> set[DetectionKey]:
    """The seeds and all detections that a chain of possible links joins to them."""
    new: dict[tuple[int, int], list[list[int]]] = {}
    reached = set(seeds)
    open_ends = list(reached)
    while open_ends:
        i, n = open_ends.pop()
        for j in range(i - MAX_STEP, i + MAX_STEP + 1):
            if not slices.get(j):
                continue
            # Detections that are not recorded yet may differ the next time, and are not kept.
            partners = run.partners if i in run.slices and j in run.slices else new
            if (i, j) not in partners:
                partners[i, j] = _partners(slices[i], slices[j], abs(i - j))
            found = {(j, m) for m in partners[i, j][n]} - reached
            reached |= found
            open_ends.extend(found)
    return reached


def _partners(
    found: Sequence[Detection], others: Sequence[Detection], step: int
) -> list[list[int]]:
    """For each box the places of the others that it may link to."""
    partners: list[list[int]] = [[] for _ in found]
    for n, m in np.argwhere(may_be_one(found, others, step)).tolist():
        partners[n].append(m)
    return partners


def _detections(slices: Slices, keys: Iterable[DetectionKey]) -> list[SliceDetections]:
    return [SliceDetections(i, (slices[i][n],)) for i, n in keys]


def _owner(
    state: State, run: Run, keys: Iterable[DetectionKey], claimed: Mapping[str, object]
) -> str:
    """The finding that stands for most of these detections and is still free; empty for none."""
    counts = Counter(state.owners.get((run.id, *key), "") for key in keys)
    owners = [i for i in counts if i and i not in claimed]
    return max(
        owners, key=lambda i: (i in state.touched, counts[i], -state.arrivals[i]), default=""
    )


def _joined(
    before: Sequence[DetectionKey], keys: Iterable[DetectionKey]
) -> tuple[DetectionKey, ...]:
    """The detections of both; on a slice of both the earlier ones."""
    kept = {i for i, _ in before}
    return tuple(sorted({*before, *(key for key in keys if key[0] not in kept)}))


def _is_touched(state: State, run: Run, candidate: Candidate) -> bool:
    for i, detection in candidate.detections.items():
        for finding in state.on_slice(run.series_uid, i):
            boxes = (finding.boxes.get(i), finding.original_boxes.get(i))
            if finding.id in state.touched and any(
                box and box.iou(detection.box) >= SAME_LESION_IOU for box in boxes
            ):
                return True
    return False


def _is_new_evidence(state: State, finding_id: str, keys: tuple[DetectionKey, ...]) -> bool:
    return finding_id not in state.findings or state.proposals.get(finding_id) != keys
