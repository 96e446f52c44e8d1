"""What a reader does to a finding's boxes and RECIST axes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.events.decisions import OnFinding, Seen
from lesion_viewer.review.events.encoding import (
    by_index,
    by_number,
    decode_axes,
    decode_box,
    encode_axes,
    encode_box,
)
from lesion_viewer.review.events.event import Gesture, Payload, Target
from lesion_viewer.review.events.slices import Slices
from lesion_viewer.review.finding import Finding, Origin, OriginKind, Place, Status
from lesion_viewer.review.recist import Axes, box_of, moved_with
from lesion_viewer.text import Text


@dataclass(frozen=True, slots=True)
class Added(Gesture):
    """A reader drew a finding.

    Attributes
    ----------
    finding_id : str
        Id of the new finding.
    seen : Seen
        What was on screen.
    place : Place
        UID of the series and index of the slice.
    box : Box
        In pixels.
    """

    kind: ClassVar[str] = "added"
    text: ClassVar[str] = Text("new finding")
    finding_id: str
    seen: Seen
    place: Place
    box: Box

    @property
    def findings(self) -> Sequence[str]:
        """Its id."""
        return (self.finding_id,)

    def apply(self, finding: Finding | None, to: Target) -> Finding:  # noqa: D102
        series_uid, index = self.place
        return Finding(
            to.finding_id,
            series_uid,
            Origin(OriginKind.READER, to.reader),
            {index: self.box},
            status=Status.ADDED,
            decision=self.seen.decision(to),
            arrival=to.arrival,
        )

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {
            "finding": self.finding_id,
            "series": self.place[0],
            "slice": slices.number(*self.place),
            "box": encode_box(self.box),
            "seen": self.seen.encode(),
        }

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        place, box = slices.place(payload["slice"]), decode_box(payload["box"])
        return cls(payload["finding"], Seen.decode(payload["seen"]), place, box)


@dataclass(frozen=True, slots=True)
class OnSlice(OnFinding):
    """A gesture on what a finding has on one slice; the base of those kinds.

    Attributes
    ----------
    place : Place
        UID of the finding's series and index of the slice.
    """

    place: Place

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {**OnFinding.encode(self, slices), "slice": slices.number(*self.place)}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        place = slices.place(payload["slice"])
        return cls(payload["finding"], Seen.decode(payload["seen"]), place)


@dataclass(frozen=True, slots=True)
class BoxSet(OnSlice):
    """A finding has a box on a slice; the base of two kinds.

    Attributes
    ----------
    box : Box
        In pixels.
    """

    box: Box

    def changed(self, finding: Finding, to: Target) -> Finding:  # noqa: D102
        (_, i), box, axes = self.place, self.box, finding.axes
        if i in axes and i in finding.boxes:
            axes = {**axes, i: moved_with(axes[i], finding.boxes[i], box)}
            if finding.original_boxes.get(i) == box and i in finding.original_axes:
                axes[i] = finding.original_axes[i]  # as it came, without rounding
        return self.with_boxes(replace(finding, axes=axes), to, {**finding.boxes, i: box})

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {**OnSlice.encode(self, slices), "box": encode_box(self.box)}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        place, box = slices.place(payload["slice"]), decode_box(payload["box"])
        return cls(payload["finding"], Seen.decode(payload["seen"]), place, box)


@dataclass(frozen=True, slots=True)
class BoxChanged(BoxSet):
    """A finding's box on a slice was moved or resized."""

    kind: ClassVar[str] = "box_changed"
    text: ClassVar[str] = Text("change box")


@dataclass(frozen=True, slots=True)
class BoxAdded(BoxSet):
    """A finding has a box on one more slice."""

    kind: ClassVar[str] = "box_added"
    text: ClassVar[str] = Text("add box")


@dataclass(frozen=True, slots=True)
class BoxRemoved(OnSlice):
    """A finding's box on a slice is gone; without any a drawn one is too, another is rejected."""

    kind: ClassVar[str] = "box_removed"
    text: ClassVar[str] = Text("remove box")

    def changed(self, finding: Finding, to: Target) -> Finding | None:  # noqa: D102
        boxes = {i: box for i, box in finding.boxes.items() if i != self.place[1]}
        if boxes:
            axes = {i: a for i, a in finding.axes.items() if i in boxes}
            return self.with_boxes(replace(finding, axes=axes), to, boxes)
        if finding.origin.kind is OriginKind.READER:
            return None
        return self.decided(finding, to, status=Status.REJECTED)


@dataclass(frozen=True, slots=True)
class AxesSet(OnSlice):
    """A finding's box on a slice has RECIST axes, of which it is the extent.

    Attributes
    ----------
    axes : Axes
        Long and short axis, in pixels.
    """

    kind: ClassVar[str] = "axes_set"
    text: ClassVar[str] = Text("change axes")
    axes: Axes

    def changed(self, finding: Finding, to: Target) -> Finding:  # noqa: D102
        i = self.place[1]
        changed = replace(finding, axes={**finding.axes, i: self.axes})
        return self.with_boxes(changed, to, {**finding.boxes, i: box_of(self.axes)})

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {**OnSlice.encode(self, slices), "axes": encode_axes(self.axes)}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        place, axes = slices.place(payload["slice"]), decode_axes(payload["axes"])
        return cls(payload["finding"], Seen.decode(payload["seen"]), place, axes)


@dataclass(frozen=True, slots=True)
class BoxesInterpolated(OnFinding):
    """A finding has boxes on the slices between two of its boxes.

    Attributes
    ----------
    series_uid : str
        UID of the finding's series.
    boxes : Mapping[int, Box]
        Slice index -> box in pixels.
    """

    kind: ClassVar[str] = "boxes_interpolated"
    text: ClassVar[str] = Text("boxes between")
    series_uid: str
    boxes: Mapping[int, Box]

    def changed(self, finding: Finding, to: Target) -> Finding:  # noqa: D102
        return self.with_boxes(finding, to, {**finding.boxes, **self.boxes})

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        boxes = by_number(self.boxes, encode_box, self.series_uid, slices)
        return {**OnFinding.encode(self, slices), "boxes": boxes}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        fields = payload["boxes"]
        boxes = by_index(fields, decode_box, slices)
        series_uid = slices.place(int(next(iter(fields))))[0]
        return cls(payload["finding"], Seen.decode(payload["seen"]), series_uid, boxes)
