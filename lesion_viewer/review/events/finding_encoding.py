"""A finding with all that belongs to it as JSON for the journal, and back, without rounding."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lesion_viewer.review.annotations.annotation import Annotation, OfSeries, decode_shape
from lesion_viewer.review.events.encoding import (
    Value,
    by_index,
    by_number,
    decode_axes,
    decode_box,
    decode_mask,
    decode_origin,
    decode_window,
    encode_axes,
    encode_box,
    encode_mask,
    encode_origin,
    encode_window,
)
from lesion_viewer.review.events.slices import Slices
from lesion_viewer.review.finding import Decision, Finding, Reading, Status
from lesion_viewer.review.times import moment


def encode_finding(finding: Finding, slices: Slices) -> dict[str, Any]:
    """A finding as JSON, without its id.

    Parameters
    ----------
    finding : Finding
        The finding.
    slices : Slices
        Of the journal.

    Returns
    -------
    dict[str, Any]
        Its fields by name; axes, readings, COCO ids, annotations, masks and types only where it
        has any.
    """

    def numbered(values: Mapping[int, Value], encode: Callable[[Value], Any]) -> dict[str, Any]:
        return by_number(values, encode, finding.series_uid, slices)

    decision = finding.decision
    extra: dict[str, Any] = {}
    if finding.axes or finding.original_axes:
        extra["axes"] = numbered(finding.axes, encode_axes)
        extra["original_axes"] = numbered(finding.original_axes, encode_axes)
    if finding.readings:
        extra["readings"] = [
            _encode_reading(reading, numbered(reading.boxes, encode_box))
            for reading in finding.readings
        ]
    if finding.annotation_ids:
        extra["annotation_ids"] = numbered(finding.annotation_ids, lambda n: n)
    if finding.annotations:
        extra["annotations"] = {
            uid: encode_annotation(one, finding.series_uid, slices)
            for uid, one in finding.annotations.items()
        }
    if finding.masks:
        extra["masks"] = numbered(finding.masks, encode_mask)
    if finding.lesion_type or finding.original_type:
        extra["types"] = [finding.lesion_type, finding.original_type]
    return {
        **extra,
        "series": finding.series_uid,
        "origin": encode_origin(finding.origin),
        "boxes": numbered(finding.boxes, encode_box),
        "original_boxes": numbered(finding.original_boxes, encode_box),
        "scores": numbered(finding.scores, float),
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


def decode_finding(finding_id: str, fields: Mapping[str, Any], slices: Slices) -> Finding:
    """A finding from JSON; in older journals it has no lesion types.

    Parameters
    ----------
    finding_id : str
        Id of the finding.
    fields : Mapping[str, Any]
        As ``encode_finding`` gives them.
    slices : Slices
        Of the journal.

    Returns
    -------
    Finding
        The finding.

    Raises
    ------
    ValueError
        For a status, an origin or a time that there is not.
    LookupError
        For a missing field, or a slice that is not known.
    """

    def indexed(name: str, decode: Callable[[Any], Value]) -> dict[int, Value]:
        return by_index(fields.get(name, {}), decode, slices)

    decision = fields["decision"]
    lesion_type, original_type = fields.get("types", ("", ""))
    return Finding(
        id=finding_id,
        series_uid=fields["series"],
        origin=decode_origin(fields["origin"]),
        boxes=by_index(fields["boxes"], decode_box, slices),
        original_boxes=by_index(fields["original_boxes"], decode_box, slices),
        scores=by_index(fields["scores"], lambda score: score, slices),
        masks=indexed("masks", decode_mask),
        status=Status(fields["status"]),
        reason=fields["reason"],
        note=fields["note"],
        decision=None if decision is None else _decode_decision(*decision),
        axes=indexed("axes", decode_axes),
        original_axes=indexed("original_axes", decode_axes),
        readings=tuple(_decode_reading(r, slices) for r in fields.get("readings", ())),
        annotation_ids=indexed("annotation_ids", lambda n: n),
        annotations={
            uid: decode_annotation(uid, one, slices)
            for uid, one in fields.get("annotations", {}).items()
        },
        lesion_type=str(lesion_type),
        original_type=str(original_type),
    )


def encode_annotation(annotation: Annotation, series_uid: str, slices: Slices) -> dict[str, Any]:
    """An annotation as JSON, without its UID.

    Parameters
    ----------
    annotation : Annotation
        On a slice.
    series_uid : str
        UID of the series.
    slices : Slices
        Of the journal.

    Returns
    -------
    dict[str, Any]
        ``slice``, ``kind`` and ``shape``.
    """
    return {
        "slice": slices.number(series_uid, annotation.slice_index),
        "kind": annotation.shape.kind,
        "shape": annotation.shape.encode(),
    }


def decode_annotation(uid: str, fields: Mapping[str, Any], slices: Slices) -> Annotation:
    """The annotation of what ``encode_annotation`` made of it.

    Parameters
    ----------
    uid : str
        Its UID.
    fields : Mapping[str, Any]
        As ``encode_annotation`` gives them.
    slices : Slices
        Of the journal.

    Returns
    -------
    Annotation
        On its slice, as slices are counted now.

    Raises
    ------
    LookupError
        For a kind or a slice that there is not.
    """
    index = slices.index(fields["slice"])
    return Annotation(uid, index, decode_shape(fields["kind"], fields["shape"]))


def encode_drawn(drawn: Iterable[OfSeries], slices: Slices) -> list[dict[str, Any]]:
    """Annotations of no finding, or of one that is named elsewhere, as JSON.

    Parameters
    ----------
    drawn : Iterable[OfSeries]
        On slices of the review.
    slices : Slices
        Of the journal.

    Returns
    -------
    list[dict[str, Any]]
        In their order, each with its UID.
    """
    return [
        {
            "annotation": one.annotation.uid,
            **encode_annotation(one.annotation, one.series_uid, slices),
        }
        for one in drawn
    ]


def decode_drawn(rows: Iterable[Mapping[str, Any]], slices: Slices) -> tuple[OfSeries, ...]:
    """The annotations of what ``encode_drawn`` made of them.

    Parameters
    ----------
    rows : Iterable[Mapping[str, Any]]
        As ``encode_drawn`` gives them.
    slices : Slices
        Of the journal.

    Returns
    -------
    tuple[OfSeries, ...]
        In their order.

    Raises
    ------
    LookupError
        For a kind or a slice that there is not.
    """
    return tuple(
        OfSeries(slices.place(row["slice"])[0], decode_annotation(row["annotation"], row, slices))
        for row in rows
    )


def _encode_reading(reading: Reading, boxes: dict[str, Any]) -> dict[str, Any]:
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


def _decode_reading(fields: Mapping[str, Any], slices: Slices) -> Reading:
    boxes = by_index(fields["boxes"], decode_box, slices)
    return Reading(**{**fields, "status": Status(fields["status"]), "boxes": boxes})


def _decode_decision(
    reader: str, decided_at: str, threshold: float | None, window: Sequence[float] | None
) -> Decision:
    moment(decided_at)
    return Decision(reader, decided_at, threshold, decode_window(window))
