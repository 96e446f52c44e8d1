"""Detectors' runs, and the findings that are proposed by them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

from lesion_viewer.detection.candidates import Candidate, Detection, together
from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.review.events.encoding import (
    by_index,
    by_number,
    decode_detection,
    decode_mask,
    decode_origin,
    encode_detection,
    encode_mask,
    encode_origin,
)
from lesion_viewer.review.events.event import Event, Payload, RecordedEvent, Target
from lesion_viewer.review.events.slices import Slices
from lesion_viewer.review.events.tables import DetectionKey, Run, Tables
from lesion_viewer.review.finding import Finding, Origin
from lesion_viewer.review.reading_mode import ReadingState


@dataclass(frozen=True, slots=True)
class Proposed(Event):
    """A run proposes findings; the base of those kinds.

    Attributes
    ----------
    run : str
        Id of the run.
    series_uid : str
        UID of its series.
    proposed : Mapping[str, Sequence[DetectionKey]]
        Id of a finding -> the detections that are proposed for it.
    vanished : Sequence[str]
        Ids of findings that are gone.
    """

    run: str
    series_uid: str
    proposed: Mapping[str, Sequence[DetectionKey]]
    vanished: Sequence[str]

    @property
    def findings(self) -> Sequence[str]:
        """Those proposed and those gone."""
        return (*self.proposed, *self.vanished)

    def tell(self, tables: Tables) -> None:  # noqa: D102
        for finding_id, keys in self.proposed.items():
            tables.proposals[finding_id] = tuple(keys)
            tables.owners.update({(self.run, i, n): finding_id for i, n in keys})

    def apply(self, finding: Finding | None, to: Target) -> Finding | None:  # noqa: D102
        if to.finding_id not in self.proposed:
            return None
        run = to.tables.runs[self.run]
        found: dict[int, list[Detection]] = {}
        for i, n in self.proposed[to.finding_id]:
            found.setdefault(i, []).append(run.slices[i][n])
        proposal = {i: together(several) for i, several in found.items()}
        return propose(finding, to, run, proposal)

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        number = slices.number
        proposed = {
            finding_id: [[number(self.series_uid, i), n] for i, n in keys]
            for finding_id, keys in self.proposed.items()
        }
        return {
            "run": self.run,
            "series": self.series_uid,
            "proposed": proposed,
            "vanished": list(self.vanished),
        }


@dataclass(frozen=True, slots=True)
class RunBegun(Proposed):
    """A detector's run over a series began, or is continued.

    Attributes
    ----------
    origin : Origin
        The model.
    """

    kind: ClassVar[str] = "run_begun"
    origin: Origin

    def tell(self, tables: Tables) -> None:  # noqa: D102
        if self.run not in tables.runs:
            run = tables.runs[self.run] = Run(self.run, self.series_uid, self.origin)
            tables.runs_on[self.series_uid].append(run)
        tables.latest_runs[self.series_uid] = self.run
        tables.reviewed.add(self.series_uid)
        Proposed.tell(self, tables)

    def tell_reading(  # noqa: D102
        self, reading: ReadingState, recorded: RecordedEvent, is_on: bool
    ) -> None:
        reading.search(self.series_uid, recorded.at)

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {**Proposed.encode(self, slices), "origin": encode_origin(self.origin)}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        proposed, vanished = _proposed(payload, slices), tuple(payload["vanished"])
        origin = decode_origin(payload["origin"])
        return cls(payload["run"], payload["series"], proposed, vanished, origin)


@dataclass(frozen=True, slots=True)
class Swept(Proposed):
    """A run answered slices.

    Attributes
    ----------
    slices : Mapping[int, Sequence[Detection]]
        Slice index -> all that the model found there.
    liver : Sequence[int]
        Those of them that contain liver, as the model's gate says.
    livers : Mapping[int, SliceMask]
        Slice index -> the liver there, of a model that marks it.
    """

    kind: ClassVar[str] = "swept"
    slices: Mapping[int, Sequence[Detection]]
    liver: Sequence[int] = ()
    livers: Mapping[int, SliceMask] = field(default_factory=dict)

    def tell(self, tables: Tables) -> None:  # noqa: D102
        run = tables.runs[self.run]
        run.slices.update({i: tuple(found) for i, found in self.slices.items()})
        run.liver.update(self.liver)
        run.livers.update(self.livers)
        Proposed.tell(self, tables)

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        def encoded(found: Sequence[Detection]) -> list[Any]:
            return [encode_detection(one) for one in found]

        answers = by_number(self.slices, encoded, self.series_uid, slices)
        liver = [slices.number(self.series_uid, i) for i in self.liver]
        said: dict[str, Any] = {"liver": liver} if liver else {}
        if self.livers:
            said["livers"] = by_number(self.livers, encode_mask, self.series_uid, slices)
        return {**Proposed.encode(self, slices), "slices": answers, **said}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        def decoded(found: Sequence[Any]) -> Sequence[Detection]:
            return tuple(map(decode_detection, found))

        answers = by_index(payload["slices"], decoded, slices)
        proposed, vanished = _proposed(payload, slices), tuple(payload["vanished"])
        liver = tuple(map(slices.index, payload.get("liver", ())))
        livers = by_index(payload.get("livers", {}), decode_mask, slices)
        return cls(payload["run"], payload["series"], proposed, vanished, answers, liver, livers)


def propose(
    finding: Finding | None, to: Target, run: Run, proposal: Mapping[int, Detection]
) -> Finding:
    """A finding after a detector proposed boxes for it.

    A box that the reader moved, drew or removed stays as the reader left it.

    Parameters
    ----------
    finding : Finding | None
        Before; None for a new one.
    to : Target
        Which finding.
    run : Run
        The detector's run.
    proposal : Mapping[int, Detection]
        Slice index -> detection.

    Returns
    -------
    Finding
        With the new boxes and scores.
    """
    originals = {i: d.box for i, d in proposal.items()}
    scores = {i: d.score for i, d in proposal.items()}
    masks = {i: d.mask for i, d in proposal.items() if d.mask is not None}
    came = lesion_type_in(Candidate(dict(proposal)).lesion_type)
    if finding is None:
        return Finding(
            to.finding_id,
            run.series_uid,
            run.origin,
            originals,
            originals,
            scores,
            masks=masks,
            lesion_type=came,
            original_type=came,
            arrival=to.arrival,
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
        masks=masks,
        lesion_type=finding.lesion_type if is_changed else came,
        original_type=came,
        arrival=to.arrival,
    )


def _proposed(payload: Payload, slices: Slices) -> dict[str, tuple[DetectionKey, ...]]:
    index = slices.index
    return {
        finding_id: tuple((index(number), n) for number, n in keys)
        for finding_id, keys in payload["proposed"].items()
    }
