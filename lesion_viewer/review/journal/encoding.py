"""Values of a review as JSON for the journal, and back, without rounding."""

from collections.abc import Mapping, Sequence
from typing import Any

from lesion_viewer.ct.values.window import Curve, Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection
from lesion_viewer.review.finding import Decision, Finding, Origin, OriginKind, Reading, Status
from lesion_viewer.review.journal.times import moment
from lesion_viewer.review.recist import Axes


def encode_window(window: Window | None) -> list[Any] | None:
    """A window as JSON.

    Parameters
    ----------
    window : Window | None
        In HU.

    Returns
    -------
    list[Any] | None
        Width, level, and the curve where it is not linear; None where there is no window.
    """
    if window is None:
        return None
    curve = [] if window.curve is Curve.LINEAR else [window.curve.value]
    return [window.width, window.level, *curve]


def decode_window(values: Sequence[Any] | None) -> Window | None:
    """The window of what ``encode_window`` made of it.

    Parameters
    ----------
    values : Sequence[Any] | None
        As ``encode_window`` gives them.

    Returns
    -------
    Window | None
        None where there are no values.
    """
    return None if values is None else Window(*values[:2], *map(Curve, values[2:3]))


def encode_origin(origin: Origin) -> dict[str, Any]:
    """An origin as JSON.

    Parameters
    ----------
    origin : Origin
        Of a finding.

    Returns
    -------
    dict[str, Any]
        Its fields by name.
    """
    return {
        "kind": origin.kind,
        "name": origin.name,
        "version": origin.version,
        "sha256": origin.sha256,
        "row": origin.row,
    }


def decode_origin(fields: Mapping[str, Any]) -> Origin:
    """The origin with these fields.

    Parameters
    ----------
    fields : Mapping[str, Any]
        As ``encode_origin`` gives them.

    Returns
    -------
    Origin
        The origin.
    """
    return Origin(**{**fields, "kind": OriginKind(fields["kind"])})


def encode_detection(detection: Detection) -> list[float | str]:
    """A detection as JSON.

    Parameters
    ----------
    detection : Detection
        A box in pixels with its score.

    Returns
    -------
    list[float | str]
        Corners x1, y1, x2, y2, the score, and the lesion type where there is one.
    """
    numbers = [float(v) for v in (*detection.box.as_tuple(), detection.score)]
    return [*numbers, detection.lesion_type] if detection.lesion_type else [*numbers]


def decode_detection(fields: Sequence[Any]) -> Detection:
    """The detection of x1, y1, x2, y2, score, and a lesion type where there is one.

    Parameters
    ----------
    fields : Sequence[Any]
        As ``encode_detection`` gives them.

    Returns
    -------
    Detection
        The detection.
    """
    return Detection(Box(*fields[:4]), fields[4], *map(str, fields[5:6]))


def encode_box(box: Box) -> list[float]:
    """A box as JSON.

    Parameters
    ----------
    box : Box
        In pixels.

    Returns
    -------
    list[float]
        Corners x1, y1, x2, y2.
    """
    return [float(v) for v in box.as_tuple()]


def encode_axes(axes: Axes) -> list[float]:
    """Axes as JSON.

    Parameters
    ----------
    axes : Axes
        In pixels.

    Returns
    -------
    list[float]
        Ends of the long axis, then of the short one.
    """
    return [float(v) for v in (*axes.long, *axes.short)]


def decode_axes(numbers: Sequence[float]) -> Axes:
    """The axes of eight numbers.

    Parameters
    ----------
    numbers : Sequence[float]
        As ``encode_axes`` gives them.

    Returns
    -------
    Axes
        In pixels.
    """
    a, b, c, d, *short = numbers
    return Axes((a, b, c, d), (short[0], short[1], short[2], short[3]))


def encode_finding(finding: Finding) -> dict[str, Any]:
    """A finding as JSON, without its id.

    Parameters
    ----------
    finding : Finding
        The finding.

    Returns
    -------
    dict[str, Any]
        Its fields by name; axes, readings, COCO ids and types only where it has any.
    """
    decision = finding.decision
    extra: dict[str, Any] = {}
    if finding.axes or finding.original_axes:
        extra["axes"] = _encode_all_axes(finding.axes)
        extra["original_axes"] = _encode_all_axes(finding.original_axes)
    if finding.readings:
        extra["readings"] = [_encode_reading(reading) for reading in finding.readings]
    if finding.annotation_ids:
        extra["annotation_ids"] = {str(i): n for i, n in finding.annotation_ids.items()}
    if finding.lesion_type or finding.original_type:
        extra["types"] = [finding.lesion_type, finding.original_type]
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


def decode_finding(finding_id: str, arrival: int, fields: Mapping[str, Any]) -> Finding:
    """A finding from JSON; in older journals it has no lesion types.

    Parameters
    ----------
    finding_id : str
        Id of the finding.
    arrival : int
        Its place among all findings of the journal.
    fields : Mapping[str, Any]
        As ``encode_finding`` gives them.

    Returns
    -------
    Finding
        The finding.

    Raises
    ------
    ValueError
        For a status, an origin or a time that there is not.
    KeyError
        For a missing field.
    """
    decision = fields["decision"]
    lesion_type, original_type = fields.get("types", ("", ""))
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
        annotation_ids={int(i): n for i, n in fields.get("annotation_ids", {}).items()},
        lesion_type=str(lesion_type),
        original_type=str(original_type),
        arrival=arrival,
    )


def _encode_all_axes(axes: Mapping[int, Axes]) -> dict[str, list[float]]:
    return {str(i): encode_axes(a) for i, a in axes.items()}


def _decode_all_axes(fields: Mapping[str, Sequence[float]]) -> dict[int, Axes]:
    return {int(i): decode_axes(numbers) for i, numbers in fields.items()}


def _encode_reading(reading: Reading) -> dict[str, Any]:
    boxes = {str(i): encode_box(box) for i, box in reading.boxes.items()}
    extra = {"lesion_type": reading.lesion_type} if reading.lesion_type else {}
    return {
        **extra,
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
