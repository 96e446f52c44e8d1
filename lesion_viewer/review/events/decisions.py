"""What a reader decides or says of a finding."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.events.encoding import (
    decode_origin,
    decode_window,
    encode_origin,
    encode_window,
)
from lesion_viewer.review.events.event import Gesture, Payload, Target
from lesion_viewer.review.events.slices import Slices
from lesion_viewer.review.finding import Decision, Finding, Origin, OriginKind, Status
from lesion_viewer.text import Text


@dataclass(frozen=True, slots=True)
class Seen:
    """What was on screen when a reader decided.

    Attributes
    ----------
    threshold : float | None
        Score threshold below which candidates were hidden; None where there was none.
    window : Window | None
        Width and level of the shown range in HU; None where nothing was shown.
    origin : Origin | None
        Who proposed the finding; None for a gesture that is not on one finding.
    score : float | None
        Its score; None where no model scored it.
    """

    threshold: float | None = None
    window: Window | None = None
    origin: Origin | None = None
    score: float | None = None

    def encode(self) -> dict[str, Any]:
        """It as JSON."""
        seen = {"threshold": self.threshold, "window": encode_window(self.window)}
        if self.origin is None:
            return seen
        return {**seen, "origin": encode_origin(self.origin), "score": self.score}

    @classmethod
    def decode(cls, fields: Payload) -> Self:
        """What was seen, from what ``encode`` made of it.

        Parameters
        ----------
        fields : Payload
            As ``encode`` gives them.
        """
        origin = decode_origin(fields["origin"]) if "origin" in fields else None
        window = decode_window(fields["window"])
        return cls(fields["threshold"], window, origin, fields.get("score"))

    def decision(self, to: Target) -> Decision:
        """The decision that was made then.

        Parameters
        ----------
        to : Target
            By whom and when.

        Returns
        -------
        Decision
            With who and when.
        """
        return Decision(to.reader, to.at, self.threshold, self.window)


@dataclass(frozen=True, slots=True)
class OnFinding(Gesture):
    """A gesture on one finding; the base of those kinds.

    A kind says in ``changed`` what becomes of the finding. One with more fields also extends
    ``encode`` and ``decode``.

    Attributes
    ----------
    finding_id : str
        Id of the finding.
    seen : Seen
        What was on screen.
    """

    needs_findings: ClassVar[bool] = True
    finding_id: str
    seen: Seen

    @property
    def findings(self) -> Sequence[str]:
        """Its id."""
        return (self.finding_id,)

    def apply(self, finding: Finding | None, to: Target) -> Finding | None:  # noqa: D102
        return None if finding is None else self.changed(finding, to)

    @abstractmethod
    def changed(self, finding: Finding, to: Target) -> Finding | None:
        """The finding after the gesture.

        Parameters
        ----------
        finding : Finding
            Before.
        to : Target
            By whom and when.

        Returns
        -------
        Finding | None
            None where it does not exist afterwards.
        """

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {"finding": self.finding_id, "seen": self.seen.encode()}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        return cls(payload["finding"], Seen.decode(payload["seen"]))

    def decided(self, finding: Finding, to: Target, **changes: Any) -> Finding:
        """The finding with changes, and this as its last decision.

        Parameters
        ----------
        finding : Finding
            Before.
        to : Target
            By whom and when.
        **changes : Any
            Fields of the finding.

        Returns
        -------
        Finding
            Decided.
        """
        return replace(finding, decision=self.seen.decision(to), **changes)

    def with_boxes(self, finding: Finding, to: Target, boxes: Mapping[int, Box]) -> Finding:
        """The finding as a lesion with these boxes.

        Parameters
        ----------
        finding : Finding
            Before.
        to : Target
            By whom and when.
        boxes : Mapping[int, Box]
            Slice index -> box in pixels.

        Returns
        -------
        Finding
            Decided.
        """
        changed = replace(finding, boxes=boxes)
        return self.decided(changed, to, status=lesion_status(changed), reason="")


@dataclass(frozen=True, slots=True)
class Accepted(Gesture):
    """Findings are lesions: accepted, corrected where a box was changed, added where drawn.

    Attributes
    ----------
    finding_ids : Sequence[str]
        Ids of the findings.
    seen : Seen
        What was on screen.
    """

    kind: ClassVar[str] = "accepted"
    text: ClassVar[str] = Text("accept")
    needs_findings: ClassVar[bool] = True
    finding_ids: Sequence[str]
    seen: Seen

    @property
    def findings(self) -> Sequence[str]:
        """Their ids."""
        return self.finding_ids

    def apply(self, finding: Finding | None, to: Target) -> Finding | None:  # noqa: D102
        if finding is None:
            return None
        # One after the other: in a file findings are told apart by the time of their decision.
        if place := self.finding_ids.index(finding.id):
            later = datetime.fromisoformat(to.at) + timedelta(microseconds=place)
            to = replace(to, at=later.isoformat(timespec="microseconds"))
        decision = self.seen.decision(to)
        return replace(finding, status=lesion_status(finding), reason="", decision=decision)

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        if len(self.finding_ids) == 1:
            return {"finding": self.finding_ids[0], "seen": self.seen.encode()}
        order = {finding_id: n for n, finding_id in enumerate(self.finding_ids)}
        return {"findings": order, "seen": self.seen.encode()}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        seen = Seen.decode(payload["seen"])
        if "finding" in payload:
            return cls((payload["finding"],), seen)
        order = payload["findings"]
        return cls(tuple(sorted(order, key=order.__getitem__)), seen)


@dataclass(frozen=True, slots=True)
class Rejected(OnFinding):
    """A finding is no lesion.

    Attributes
    ----------
    reason : str
        Why; empty where the reader gives no reason.
    """

    kind: ClassVar[str] = "rejected"
    text: ClassVar[str] = Text("reject")
    reason: str = ""

    def changed(self, finding: Finding, to: Target) -> Finding:  # noqa: D102
        return self.decided(finding, to, status=Status.REJECTED, reason=self.reason)

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {**OnFinding.encode(self, slices), "reason": self.reason}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        return cls(payload["finding"], Seen.decode(payload["seen"]), payload["reason"])


@dataclass(frozen=True, slots=True)
class MarkedUnsure(OnFinding):
    """The reader cannot tell whether a finding is a lesion."""

    kind: ClassVar[str] = "marked_unsure"
    text: ClassVar[str] = Text("mark as unsure")

    def changed(self, finding: Finding, to: Target) -> Finding:  # noqa: D102
        return self.decided(finding, to, status=Status.UNSURE, reason="")


@dataclass(frozen=True, slots=True)
class Reset(OnFinding):
    """A finding is what it was when it came, undecided; a drawn one is gone."""

    kind: ClassVar[str] = "reset"
    text: ClassVar[str] = Text("reset")

    def changed(self, finding: Finding, to: Target) -> Finding | None:  # noqa: D102
        return as_proposed(finding) if finding.original_boxes else None


@dataclass(frozen=True, slots=True)
class Said(OnFinding):
    """A reader gave a finding a text; the base of those kinds.

    Attributes
    ----------
    text_given : str
        It; empty for none.
    """

    field: ClassVar[str]
    text_given: str

    def changed(self, finding: Finding, to: Target) -> Finding:  # noqa: D102
        return self.decided(finding, to, **{self.field: self.text_given})

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {**OnFinding.encode(self, slices), "text": self.text_given}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        return cls(payload["finding"], Seen.decode(payload["seen"]), payload["text"])


@dataclass(frozen=True, slots=True)
class Noted(Said):
    """The finding has another note."""

    kind: ClassVar[str] = "noted"
    text: ClassVar[str] = Text("note")
    field: ClassVar[str] = "note"


@dataclass(frozen=True, slots=True)
class ReasonGiven(Said):
    """The finding's status has another reason."""

    kind: ClassVar[str] = "reason_given"
    text: ClassVar[str] = Text("reason")
    field: ClassVar[str] = "reason"


@dataclass(frozen=True, slots=True)
class Typed(Said):
    """The finding has another lesion type; its status stays."""

    kind: ClassVar[str] = "typed"
    text: ClassVar[str] = Text("lesion type")
    field: ClassVar[str] = "lesion_type"


def as_proposed(finding: Finding) -> Finding:
    """The finding as its origin proposed it, with nothing decided; it keeps its annotations.

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
        masks=finding.masks,
        axes=finding.original_axes,
        original_axes=finding.original_axes,
        readings=finding.readings,
        annotations=finding.annotations,
        lesion_type=finding.original_type,
        original_type=finding.original_type,
        arrival=finding.arrival,
    )


def lesion_status(finding: Finding) -> Status:
    """Which kind of lesion a finding is, once a reader says that it is one.

    Parameters
    ----------
    finding : Finding
        With its present boxes.

    Returns
    -------
    Status
        Accepted, corrected or added.
    """
    if finding.origin.kind is OriginKind.READER:
        return Status.ADDED
    is_as_proposed = (finding.boxes, finding.axes) == (
        finding.original_boxes,
        finding.original_axes,
    )
    return Status.ACCEPTED if is_as_proposed else Status.CORRECTED
