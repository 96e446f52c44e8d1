"""Images that were replaced by other ones under their names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from lesion_viewer.review.annotations.annotation import OfSeries
from lesion_viewer.review.events.decisions import as_proposed
from lesion_viewer.review.events.encoding import Value
from lesion_viewer.review.events.event import Event, Payload, Target
from lesion_viewer.review.events.slices import Slices
from lesion_viewer.review.events.tables import MarkKey, Tables
from lesion_viewer.review.finding import Finding, OriginKind, Place


@dataclass(frozen=True, slots=True)
class ImageReplaced(Event):
    """A slice shows another image, on which nothing is decided.

    Attributes
    ----------
    place : Place
        UID of the series and index of the slice.
    finding_ids : Sequence[str]
        Ids of the findings that have, or had, something on the slice.
    """

    kind: ClassVar[str] = "image_replaced"
    place: Place
    finding_ids: Sequence[str]

    @property
    def findings(self) -> Sequence[str]:
        """Their ids."""
        return self.finding_ids

    @property
    def marks(self) -> Sequence[MarkKey]:
        """The slice."""
        return (self.place,)

    @property
    def is_read(self) -> bool:
        """False: nobody has read the new image."""
        return False

    def drawn(self, tables: Tables) -> Sequence[str]:  # noqa: D102
        return tuple(tables.drawn_on.get(self.place, ()))

    def redrawn(self, uid: str, one: OfSeries | None) -> OfSeries | None:  # noqa: D102
        return None if one is not None and one.place == self.place else one

    def tell(self, tables: Tables) -> None:
        """End the runs on the series.

        Parameters
        ----------
        tables : Tables
            As the events before left them.
        """
        tables.latest_runs.pop(self.place[0], None)
        for run in tables.runs_on.get(self.place[0], ()):
            run.is_over = True

    def apply(self, finding: Finding | None, to: Target) -> Finding | None:
        """A finding without what it had on the slice; a label is as it was when it came.

        Parameters
        ----------
        finding : Finding | None
            Before.
        to : Target
            By whom and when.

        Returns
        -------
        Finding | None
            None where nothing is left of it.
        """
        if finding is None:
            return None
        kept = {uid: a for uid, a in finding.annotations.items() if a.slice_index != self.place[1]}
        finding = replace(finding, annotations=kept)
        if finding.origin.kind is OriginKind.LABEL:
            return as_proposed(finding)
        boxes = self._elsewhere(finding.boxes)
        if not boxes:
            return None
        return replace(
            finding,
            boxes=boxes,
            original_boxes=self._elsewhere(finding.original_boxes),
            scores=self._elsewhere(finding.scores),
            masks=self._elsewhere(finding.masks),
            axes=self._elsewhere(finding.axes),
            original_axes=self._elsewhere(finding.original_axes),
        )

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        ids, number = list(self.finding_ids), slices.number(*self.place)
        return {"series": self.place[0], "slice": number, "findings": ids}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        return cls(slices.place(payload["slice"]), tuple(payload["findings"]))

    def _elsewhere(self, values: Mapping[int, Value]) -> dict[int, Value]:
        return {i: value for i, value in values.items() if i != self.place[1]}
