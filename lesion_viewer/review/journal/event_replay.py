"""How one event changes one finding.

An event acts on each finding by itself, so that a finding depends on its own events alone. Undo
therefore replays only the events of the findings that it touches.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Candidate, Detection
from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.review.finding import Decision, Finding, Origin, OriginKind, Status
from lesion_viewer.review.journal.encoding import decode_axes, decode_finding, decode_window
from lesion_viewer.review.journal.event import Event
from lesion_viewer.review.recist import box_of, moved_with


def apply_event(
    finding: Finding | None, event: Event, finding_id: str, arrival: int
) -> Finding | None:
    """A finding after a gesture or an import.

    Parameters
    ----------
    finding : Finding | None
        Before the event; None where it does not exist yet.
    event : Event
        Of a kind in ``CREATING`` or ``CHANGING``.
    finding_id : str
        Id of the finding.
    arrival : int
        Its place among all findings of the journal.

    Returns
    -------
    Finding | None
        None where the event removes it.
    """
    if event.kind in CREATING:
        return CREATING[event.kind](finding_id, arrival, event)
    if finding is None:
        return None
    return CHANGING[event.kind](finding, event)


def propose(
    finding: Finding | None,
    finding_id: str,
    series_uid: str,
    origin: Origin,
    proposal: Mapping[int, Detection],
    arrival: int,
) -> Finding:
    """A finding after a detector proposed boxes for it.

    A box that the reader moved, drew or removed stays as the reader left it.

    Parameters
    ----------
    finding : Finding | None
        Before; None for a new one.
    finding_id : str
        Id of the finding.
    series_uid : str
        UID of the series.
    origin : Origin
        The model.
    proposal : Mapping[int, Detection]
        Slice index -> detection.
    arrival : int
        The finding's place among all of the journal.

    Returns
    -------
    Finding
        With the new boxes and scores.
    """
    originals = {i: d.box for i, d in proposal.items()}
    scores = {i: d.score for i, d in proposal.items()}
    came = lesion_type_in(Candidate(dict(proposal)).lesion_type)
    if finding is None:
        return Finding(
            finding_id,
            series_uid,
            origin,
            originals,
            originals,
            scores,
            lesion_type=came,
            original_type=came,
            arrival=arrival,
        )
    boxes = {i: box for i, box in finding.boxes.items() if finding.original_boxes.get(i) != box}
    for i, box in originals.items():
        was_removed = i in finding.original_boxes and i not in finding.boxes
        if i not in boxes and not was_removed:
            boxes[i] = box
    is_changed = finding.lesion_type != finding.original_type
    return replace(
        finding,
        boxes=boxes or finding.boxes,
        original_boxes=originals,
        scores=scores,
        lesion_type=finding.lesion_type if is_changed else came,
        original_type=came,
        arrival=arrival,
    )


def as_proposed(finding: Finding) -> Finding:
    """The finding as its origin proposed it, with nothing decided.

    Parameters
    ----------
    finding : Finding
        As it is now.

    Returns
    -------
    Finding
        Undecided.
    """
    return Finding(
        finding.id,
        finding.series_uid,
        finding.origin,
        finding.original_boxes,
        finding.original_boxes,
        finding.scores,
        axes=finding.original_axes,
        original_axes=finding.original_axes,
        readings=finding.readings,
        lesion_type=finding.original_type,
        original_type=finding.original_type,
        arrival=finding.arrival,
    )


def without_slice(finding: Finding, slice_index: int) -> Finding | None:
    """A finding after the image of a slice was replaced.

    A label is set back to what it was when it came. Others lose what they had on the slice.

    Parameters
    ----------
    finding : Finding
        Before.
    slice_index : int
        The slice, from 0.

    Returns
    -------
    Finding | None
        None where nothing is left of it.
    """
    if finding.origin.kind is OriginKind.LABEL:
        return as_proposed(finding)
    boxes = {i: box for i, box in finding.boxes.items() if i != slice_index}
    if not boxes:
        return None
    originals = {i: box for i, box in finding.original_boxes.items() if i != slice_index}
    return replace(
        finding,
        boxes=boxes,
        original_boxes=originals,
        scores={i: score for i, score in finding.scores.items() if i != slice_index},
        axes={i: axes for i, axes in finding.axes.items() if i != slice_index},
        original_axes={i: axes for i, axes in finding.original_axes.items() if i != slice_index},
    )


def _added(finding_id: str, arrival: int, event: Event) -> Finding:
    p = event.payload
    return Finding(
        finding_id,
        p["series"],
        Origin(OriginKind.READER, event.reader),
        {p["slice"]: Box(*p["box"])},
        status=Status.ADDED,
        decision=_decision(event),
        arrival=arrival,
    )


def _labelled(finding_id: str, arrival: int, event: Event) -> Finding:
    series_uid, slice_index, box, row, *ends = event.payload["findings"][finding_id]
    boxes = {slice_index: Box(*box)}
    axes = {slice_index: decode_axes(ends[0])} if ends else {}
    origin = Origin(OriginKind.LABEL, event.payload["name"], row=row)
    came = event.payload.get("types", {}).get(finding_id, "")
    return Finding(
        finding_id,
        series_uid,
        origin,
        boxes,
        boxes,
        axes=axes,
        original_axes=axes,
        lesion_type=came,
        original_type=came,
        arrival=arrival,
    )


def _imported(finding_id: str, arrival: int, event: Event) -> Finding:
    return decode_finding(finding_id, arrival, event.payload["findings"][finding_id])


def _accepted(finding: Finding, event: Event) -> Finding:
    place = event.payload.get("findings", {}).get(finding.id, 0)
    at = (datetime.fromisoformat(event.at) + timedelta(microseconds=place)) if place else None
    event = replace(event, at=at.isoformat(timespec="microseconds")) if at else event
    return _decided(finding, event, status=_lesion_status(finding), reason="")


def _rejected(finding: Finding, event: Event) -> Finding:
    return _decided(finding, event, status=Status.REJECTED, reason=event.payload["reason"])


def _marked_unsure(finding: Finding, event: Event) -> Finding:
    return _decided(finding, event, status=Status.UNSURE, reason="")


def _reset(finding: Finding, event: Event) -> Finding | None:
    return as_proposed(finding) if finding.original_boxes else None


def _box_set(finding: Finding, event: Event) -> Finding:
    i, box = event.payload["slice"], Box(*event.payload["box"])
    axes = finding.axes
    if i in axes and i in finding.boxes:
        axes = {**axes, i: moved_with(axes[i], finding.boxes[i], box)}
        if finding.original_boxes.get(i) == box and i in finding.original_axes:
            axes[i] = finding.original_axes[i]  # as it came, without rounding
    return _with_boxes(replace(finding, axes=axes), event, {**finding.boxes, i: box})


def _axes_set(finding: Finding, event: Event) -> Finding:
    i, axes = event.payload["slice"], decode_axes(event.payload["axes"])
    changed = replace(finding, axes={**finding.axes, i: axes})
    return _with_boxes(changed, event, {**finding.boxes, i: box_of(axes)})


def _interpolated(finding: Finding, event: Event) -> Finding:
    between = {int(i): Box(*box) for i, box in event.payload["boxes"].items()}
    return _with_boxes(finding, event, {**finding.boxes, **between})


def _box_removed(finding: Finding, event: Event) -> Finding | None:
    boxes = {i: box for i, box in finding.boxes.items() if i != event.payload["slice"]}
    if boxes:
        axes = {i: a for i, a in finding.axes.items() if i in boxes}
        return _with_boxes(replace(finding, axes=axes), event, boxes)
    if finding.origin.kind is OriginKind.READER:
        return None
    return _decided(finding, event, status=Status.REJECTED)


def _noted(finding: Finding, event: Event) -> Finding:
    return _decided(finding, event, note=event.payload["text"])


def _typed(finding: Finding, event: Event) -> Finding:
    return _decided(finding, event, lesion_type=event.payload["text"])


def _reason_given(finding: Finding, event: Event) -> Finding:
    return _decided(finding, event, reason=event.payload["text"])


def _with_boxes(finding: Finding, event: Event, boxes: Mapping[int, Box]) -> Finding:
    changed = replace(finding, boxes=boxes)
    return _decided(changed, event, status=_lesion_status(changed), reason="")


def _lesion_status(finding: Finding) -> Status:
    if finding.origin.kind is OriginKind.READER:
        return Status.ADDED
    is_as_proposed = (finding.boxes, finding.axes) == (
        finding.original_boxes,
        finding.original_axes,
    )
    return Status.ACCEPTED if is_as_proposed else Status.CORRECTED


def _decided(finding: Finding, event: Event, **changes: Any) -> Finding:
    return replace(finding, decision=_decision(event), **changes)


def _decision(event: Event) -> Decision:
    seen = event.payload["seen"]
    return Decision(event.reader, event.at, seen["threshold"], decode_window(seen["window"]))


CREATING: dict[str, Callable[[str, int, Event], Finding]] = {
    "added": _added,
    "labels_imported": _labelled,
    "boxes_imported": _imported,
    "review_imported": _imported,
}
CHANGING: dict[str, Callable[[Finding, Event], Finding | None]] = {
    "accepted": _accepted,
    "rejected": _rejected,
    "marked_unsure": _marked_unsure,
    "reset": _reset,
    "box_changed": _box_set,
    "box_added": _box_set,
    "box_removed": _box_removed,
    "axes_set": _axes_set,
    "boxes_interpolated": _interpolated,
    "noted": _noted,
    "reason_given": _reason_given,
    "typed": _typed,
}
