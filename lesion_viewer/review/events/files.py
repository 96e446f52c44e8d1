"""Files that a review takes up: labels, boxes, and reviews of others."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, NamedTuple, Self

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.annotations.annotation import OfSeries
from lesion_viewer.review.events.decisions import Seen
from lesion_viewer.review.events.encoding import decode_axes, decode_box, encode_axes, encode_box
from lesion_viewer.review.events.event import Event, Gesture, Payload, RecordedEvent, Target
from lesion_viewer.review.events.finding_encoding import (
    decode_drawn,
    decode_finding,
    encode_drawn,
    encode_finding,
)
from lesion_viewer.review.events.slices import Slices
from lesion_viewer.review.events.tables import MarkKey, Tables
from lesion_viewer.review.finding import Finding, Origin, OriginKind, Place
from lesion_viewer.review.reading_mode import ReadingState
from lesion_viewer.review.recist import Axes
from lesion_viewer.text import Text

MAX_REPORT_BYTES = 2**28


class Label(NamedTuple):
    """A label of an annotation file.

    Attributes
    ----------
    place : Place
        UID of the series and index of the slice.
    box : Box
        In pixels.
    row : int
        Data row in the file, from 0.
    axes : Axes | None
        RECIST axes; None where it has none.
    lesion_type : str
        Empty where it has none.
    """

    place: Place
    box: Box
    row: int
    axes: Axes | None = None
    lesion_type: str = ""


@dataclass(frozen=True, slots=True)
class LabelsImported(Event):
    """The labels of an annotation file became findings.

    Attributes
    ----------
    name : str
        Of the file.
    sha256 : str
        Of its content.
    labels : Mapping[str, Label]
        Id of the finding -> label.
    """

    kind: ClassVar[str] = "labels_imported"
    name: str
    sha256: str
    labels: Mapping[str, Label]

    @property
    def findings(self) -> Sequence[str]:
        """Ids of the labels' findings."""
        return tuple(self.labels)

    @property
    def taken_file(self) -> tuple[str, str]:
        """Name and SHA-256 of the file."""
        return self.name, self.sha256

    def tell(self, tables: Tables) -> None:  # noqa: D102
        tables.imported_labels = self.name, self.sha256

    def apply(self, finding: Finding | None, to: Target) -> Finding:  # noqa: D102
        (series_uid, index), box, row, ends, lesion_type = self.labels[to.finding_id]
        boxes, axes = {index: box}, {index: ends} if ends else {}
        return Finding(
            to.finding_id,
            series_uid,
            Origin(OriginKind.LABEL, self.name, row=row),
            boxes,
            boxes,
            axes=axes,
            original_axes=axes,
            lesion_type=lesion_type,
            original_type=lesion_type,
            arrival=to.arrival,
        )

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        findings = {
            finding_id: [
                label.place[0],
                slices.number(*label.place),
                encode_box(label.box),
                label.row,
                *([encode_axes(label.axes)] if label.axes else ()),
            ]
            for finding_id, label in self.labels.items()
        }
        types = {i: label.lesion_type for i, label in self.labels.items() if label.lesion_type}
        typed = {"types": types} if types else {}
        return {"name": self.name, "sha256": self.sha256, "findings": findings, **typed}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        types = payload.get("types", {})
        labels = {}
        for finding_id, (_, number, box, row, *ends) in payload["findings"].items():
            axes = decode_axes(ends[0]) if ends else None
            came = types.get(finding_id, "")
            labels[finding_id] = Label(slices.place(number), decode_box(box), row, axes, came)
        return cls(payload["name"], payload["sha256"], labels)


@dataclass(frozen=True, slots=True)
class BoxesImported(Event):
    """Findings of a file of boxes were taken up.

    Attributes
    ----------
    name : str
        Of the file.
    sha256 : str
        Of the file, and of what was chosen of it.
    brought : Mapping[str, Finding]
        Id -> finding.
    """

    kind: ClassVar[str] = "boxes_imported"
    name: str
    sha256: str
    brought: Mapping[str, Finding]

    @property
    def findings(self) -> Sequence[str]:
        """Their ids."""
        return tuple(self.brought)

    @property
    def taken_file(self) -> tuple[str, str]:
        """Name and SHA-256 of the file."""
        return self.name, self.sha256

    def tell(self, tables: Tables) -> None:  # noqa: D102
        tables.imported_boxes.add(self.sha256)

    def tell_reading(  # noqa: D102
        self, reading: ReadingState, recorded: RecordedEvent, is_on: bool
    ) -> None:
        _search(reading, self.brought.values(), recorded.at)

    def apply(self, finding: Finding | None, to: Target) -> Finding:  # noqa: D102
        return replace(self.brought[to.finding_id], arrival=to.arrival)

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        findings = {i: encode_finding(f, slices) for i, f in self.brought.items()}
        return {"name": self.name, "sha256": self.sha256, "findings": findings}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        return cls(payload["name"], str(payload["sha256"]), _findings(payload, slices))


@dataclass(frozen=True, slots=True)
class ReviewImported(Gesture):
    """What a file of a review says was taken over: findings, and slices that are read in full.

    Attributes
    ----------
    name : str
        Of the file.
    sha256 : str
        Of its content; empty where it is unknown.
    brought : Mapping[str, Finding]
        Id -> finding, in the place of one with this id.
    read : Sequence[Place]
        UID of the series and index of each slice that is read in full.
    seen : Seen
        What was on screen.
    of_series : Sequence[OfSeries]
        Measurements of no finding, in the place of those with their UIDs.
    report : bytes
        The file, where it is a report that holds what the review cannot take up; empty otherwise.
    """

    kind: ClassVar[str] = "review_imported"
    text: ClassVar[str] = Text("import of a review")
    name: str
    sha256: str
    brought: Mapping[str, Finding]
    read: Sequence[Place]
    seen: Seen
    of_series: Sequence[OfSeries] = ()
    report: bytes = field(default=b"", repr=False)

    @property
    def findings(self) -> Sequence[str]:
        """Ids of what it brought."""
        return tuple(self.brought)

    @property
    def marks(self) -> Sequence[MarkKey]:
        """The slices that are read in full."""
        return self.read

    @property
    def taken_file(self) -> tuple[str, str]:
        """Name and SHA-256 of the file."""
        return self.name, self.sha256

    def tell_reading(  # noqa: D102
        self, reading: ReadingState, recorded: RecordedEvent, is_on: bool
    ) -> None:
        _search(reading, self.brought.values(), recorded.at)

    def apply(self, finding: Finding | None, to: Target) -> Finding:  # noqa: D102
        return replace(self.brought[to.finding_id], arrival=to.arrival)

    def drawn(self, tables: Tables) -> Sequence[str]:  # noqa: D102
        return tuple(one.annotation.uid for one in self.of_series)

    def redrawn(self, uid: str, one: OfSeries | None) -> OfSeries | None:  # noqa: D102
        return next((own for own in self.of_series if own.annotation.uid == uid), one)

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        extra: dict[str, Any] = {}
        if self.of_series:
            extra["drawn"] = encode_drawn(self.of_series, slices)
        if self.report:
            extra["report"] = b64encode(zlib.compress(self.report)).decode()
        return {
            **extra,
            "name": self.name,
            "sha256": self.sha256,
            "findings": {i: encode_finding(f, slices) for i, f in self.brought.items()},
            "slices": [slices.number(*place) for place in self.read],
            "seen": self.seen.encode(),
        }

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        return cls(
            payload["name"],
            payload["sha256"],
            _findings(payload, slices),
            tuple(slices.place(number) for number in payload["slices"]),
            Seen.decode(payload["seen"]),
            decode_drawn(payload.get("drawn", ()), slices),
            _unpacked(payload.get("report", "")),
        )


def _unpacked(said: str) -> bytes:
    try:
        packed = b64decode(said, validate=True)
        return zlib.decompressobj().decompress(packed, MAX_REPORT_BYTES)
    except (zlib.error, ValueError) as error:
        raise ValueError(f"a report that cannot be read: {error}") from error


def _findings(payload: Payload, slices: Slices) -> dict[str, Finding]:
    return {i: decode_finding(i, fields, slices) for i, fields in payload["findings"].items()}


def _search(reading: ReadingState, brought: Iterable[Finding], at: str) -> None:
    for finding in brought:
        if finding.origin.kind is OriginKind.MODEL:
            reading.search(finding.series_uid, at)
