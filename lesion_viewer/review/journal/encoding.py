"""Values of a review as JSON for the journal, and back; exact, since JSON keeps every float."""

from collections.abc import Mapping, Sequence
from typing import Any

from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection
from lesion_viewer.review.finding import Decision, Finding, Origin, OriginKind, Reading, Status
from lesion_viewer.review.journal.times import moment
from lesion_viewer.review.recist import Axes


def encode_window(window: Window | None) -> list[float] | None:
    """Width and level."""
    return None if window is None else [window.width, window.level]


def decode_window(pair: Sequence[float] | None) -> Window | None:
    """The window of a width and a level."""
    return None if pair is None else Window(*pair)


def encode_origin(origin: Origin) -> dict[str, Any]:
    """The fields of an origin by name."""
    return {
        "kind": origin.kind,
        "name": origin.name,
        "version": origin.version,
        "sha256": origin.sha256,
        "row": origin.row,
    }


def decode_origin(fields: Mapping[str, Any]) -> Origin:
    """The origin with these fields."""
    return Origin(**{**fields, "kind": OriginKind(fields["kind"])})


def encode_detection(detection: Detection) -> list[float]:
    """x1, y1, x2, y2, score; plain floats, whatever number type the detector gave."""
    return [float(v) for v in (*detection.box.as_tuple(), detection.score)]


def decode_detection(numbers: Sequence[float]) -> Detection:
    """The detection of x1, y1, x2, y2, score."""
    return Detection(Box(*numbers[:4]), numbers[4])


def encode_box(box: Box) -> list[float]:
    """x1, y1, x2, y2 as plain floats."""
    return [float(v) for v in box.as_tuple()]


def encode_axes(axes: Axes) -> list[float]:
    """Ends of the long axis, then of the short one, as plain floats."""
    return [float(v) for v in (*axes.long, *axes.short)]


def decode_axes(numbers: Sequence[float]) -> Axes:
    """The axes of eight numbers."""
    a, b, c, d, *short = numbers
    return Axes((a, b, c, d), (short[0], short[1], short[2], short[3]))


def encode_finding(finding: Finding) -> dict[str, Any]:
    """All fields of a finding but its id."""
    decision = finding.decision
    extra: dict[str, Any] = {}
    if finding.axes or finding.original_axes:
        extra["axes"] = _encode_all_axes(finding.axes)
        extra["original_axes"] = _encode_all_axes(finding.original_axes)
    if finding.readings:
        extra["readings"] = [_encode_reading(reading) for reading in finding.readings]
    return {
        **extra,
        "series": finding.series_uid,
        "origin": encode_origin(finding.origin),
        "boxes": {str(i): encode_box(box) for i, box in finding.boxes.items()},
        "original_boxes": {str(i): encode_box(box) for i, box in finding.original_boxes.items()},
        "scores": {str(i): float(score) for i, score in finding.scores.items()},
        "status": finding.status,
        "reason": finding.reason,
        "note": finding.note,
        "decision": None
        if decision is None
        else [
            decision.reader,
            decision.decided_at,
            decision.threshold,
            encode_window(decision.window),
        ],
    }


def decode_finding(finding_id: str, fields: Mapping[str, Any]) -> Finding:
    """The finding with these fields."""
    decision = fields["decision"]
    return Finding(
        id=finding_id,
        series_uid=fields["series"],
        origin=decode_origin(fields["origin"]),
        boxes={int(i): Box(*box) for i, box in fields["boxes"].items()},
        original_boxes={int(i): Box(*box) for i, box in fields["original_boxes"].items()},
        scores={int(i): score for i, score in fields["scores"].items()},
        status=Status(fields["status"]),
        reason=fields["reason"],
        note=fields["note"],
        decision=None if decision is None else _decode_decision(*decision),
        axes=_decode_all_axes(fields.get("axes", {})),
        original_axes=_decode_all_axes(fields.get("original_axes", {})),
        readings=tuple(_decode_reading(r) for r in fields.get("readings", ())),
    )


def _encode_all_axes(axes: Mapping[int, Axes]) -> dict[str, list[float]]:
    return {str(i): encode_axes(a) for i, a in axes.items()}


def _decode_all_axes(fields: Mapping[str, Sequence[float]]) -> dict[int, Axes]:
    return {int(i): decode_axes(numbers) for i, numbers in fields.items()}


def _encode_reading(reading: Reading) -> dict[str, Any]:
    boxes = {str(i): encode_box(box) for i, box in reading.boxes.items()}
    return {
        "reader": reading.reader,
        "status": reading.status,
        "boxes": boxes,
        "reason": reading.reason,
        "note": reading.note,
        "decided_at": reading.decided_at,
    }


def _decode_reading(fields: Mapping[str, Any]) -> Reading:
    boxes = {int(i): Box(*box) for i, box in fields["boxes"].items()}
    return Reading(**{**fields, "status": Status(fields["status"]), "boxes": boxes})


def _decode_decision(
    reader: str, decided_at: str, threshold: float | None, window: Sequence[float] | None
) -> Decision:
    moment(decided_at)
    return Decision(reader, decided_at, threshold, decode_window(window))
