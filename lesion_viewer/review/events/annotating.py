"""What a reader draws on slices beside boxes and axes: on a finding, or on none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from lesion_viewer.review.annotations.annotation import Annotation, OfSeries
from lesion_viewer.review.events.decisions import OnFinding, Seen
from lesion_viewer.review.events.event import Gesture, Payload, Target
from lesion_viewer.review.events.finding_encoding import (
    decode_annotation,
    decode_drawn,
    encode_annotation,
    encode_drawn,
)
from lesion_viewer.review.events.slices import Slices
from lesion_viewer.review.events.tables import Tables
from lesion_viewer.review.finding import Finding
from lesion_viewer.text import Text


@dataclass(frozen=True, slots=True)
class AnnotationSet(OnFinding):
    """A finding has an annotation, in the place of the former one with its UID; nothing is decided.

    Attributes
    ----------
    series_uid : str
        UID of the finding's series.
    annotation : Annotation
        On one of its slices.
    """

    kind: ClassVar[str] = "annotation_set"
    text: ClassVar[str] = Text("measurement")
    series_uid: str
    annotation: Annotation

    def changed(self, finding: Finding, to: Target) -> Finding:  # noqa: D102
        one = self.annotation
        return replace(finding, annotations={**finding.annotations, one.uid: one})

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {
            **OnFinding.encode(self, slices),
            "annotation": self.annotation.uid,
            **encode_annotation(self.annotation, self.series_uid, slices),
        }

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        series_uid = slices.place(payload["slice"])[0]
        annotation = decode_annotation(payload["annotation"], payload, slices)
        return cls(payload["finding"], Seen.decode(payload["seen"]), series_uid, annotation)


@dataclass(frozen=True, slots=True)
class AnnotationRemoved(OnFinding):
    """A finding has an annotation no longer.

    Attributes
    ----------
    annotation_uid : str
        UID of the annotation.
    """

    kind: ClassVar[str] = "annotation_removed"
    text: ClassVar[str] = Text("remove measurement")
    annotation_uid: str

    def changed(self, finding: Finding, to: Target) -> Finding:  # noqa: D102
        kept = {uid: a for uid, a in finding.annotations.items() if uid != self.annotation_uid}
        return replace(finding, annotations=kept)

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {**OnFinding.encode(self, slices), "annotation": self.annotation_uid}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        return cls(payload["finding"], Seen.decode(payload["seen"]), payload["annotation"])


@dataclass(frozen=True, slots=True)
class SeriesAnnotationSet(Gesture):
    """A series has an annotation of no finding, in the place of the former one with its UID.

    Attributes
    ----------
    one : OfSeries
        The annotation, and its series.
    seen : Seen
        What was on screen.
    """

    kind: ClassVar[str] = "series_annotation_set"
    text: ClassVar[str] = AnnotationSet.text
    one: OfSeries
    seen: Seen

    def drawn(self, tables: Tables) -> Sequence[str]:  # noqa: D102
        return (self.one.annotation.uid,)

    def redrawn(self, uid: str, one: OfSeries | None) -> OfSeries | None:  # noqa: D102
        return self.one

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {
            "series": self.one.series_uid,
            "annotation": self.one.annotation.uid,
            **encode_annotation(self.one.annotation, self.one.series_uid, slices),
            "seen": self.seen.encode(),
        }

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        annotation = decode_annotation(payload["annotation"], payload, slices)
        one = OfSeries(slices.place(payload["slice"])[0], annotation)
        return cls(one, Seen.decode(payload["seen"]))


@dataclass(frozen=True, slots=True)
class SeriesAnnotationRemoved(Gesture):
    """A series has an annotation of no finding no longer.

    Attributes
    ----------
    series_uid : str
        UID of the series.
    annotation_uid : str
        UID of the annotation.
    seen : Seen
        What was on screen.
    """

    kind: ClassVar[str] = "series_annotation_removed"
    text: ClassVar[str] = AnnotationRemoved.text
    series_uid: str
    annotation_uid: str
    seen: Seen

    def drawn(self, tables: Tables) -> Sequence[str]:  # noqa: D102
        return (self.annotation_uid,)

    def redrawn(self, uid: str, one: OfSeries | None) -> OfSeries | None:  # noqa: D102
        return None

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        uid, seen = self.annotation_uid, self.seen.encode()
        return {"series": self.series_uid, "annotation": uid, "seen": seen}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        return cls(payload["series"], payload["annotation"], Seen.decode(payload["seen"]))


@dataclass(frozen=True, slots=True)
class MeasurementsTaken(Gesture):
    """Several measurements are in the review, in the place of former ones with their UIDs.

    Attributes
    ----------
    of_findings : Mapping[str, Sequence[OfSeries]]
        Id of the finding -> its annotations.
    of_series : Sequence[OfSeries]
        Those of no finding.
    seen : Seen
        What was on screen.
    """

    kind: ClassVar[str] = "measurements_taken"
    text: ClassVar[str] = Text("measurements")
    needs_findings: ClassVar[bool] = True
    of_findings: Mapping[str, Sequence[OfSeries]]
    of_series: Sequence[OfSeries]
    seen: Seen

    @property
    def findings(self) -> Sequence[str]:
        """Ids of the findings that have any."""
        return tuple(self.of_findings)

    def apply(self, finding: Finding | None, to: Target) -> Finding | None:  # noqa: D102
        if finding is None:
            return None
        taken = {one.annotation.uid: one.annotation for one in self.of_findings[to.finding_id]}
        return replace(finding, annotations={**finding.annotations, **taken})

    def drawn(self, tables: Tables) -> Sequence[str]:  # noqa: D102
        return tuple(one.annotation.uid for one in self.of_series)

    def redrawn(self, uid: str, one: OfSeries | None) -> OfSeries | None:  # noqa: D102
        return next((own for own in self.of_series if own.annotation.uid == uid), one)

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        series: dict[str, list[OfSeries]] = {}
        for one in self.of_series:
            series.setdefault(one.series_uid, []).append(one)
        return {
            "findings": {i: encode_drawn(own, slices) for i, own in self.of_findings.items()},
            "series": {uid: encode_drawn(own, slices) for uid, own in series.items()},
            "seen": self.seen.encode(),
        }

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        own = {i: decode_drawn(rows, slices) for i, rows in payload["findings"].items()}
        of_series = [
            one for rows in payload["series"].values() for one in decode_drawn(rows, slices)
        ]
        return cls(own, tuple(of_series), Seen.decode(payload["seen"]))
