"""How a gesture on one finding is recorded, and when it changes nothing."""

from collections.abc import Mapping
from typing import Any

from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.review.journal.encoding import encode_origin
from lesion_viewer.review.journal.event import Event
from lesion_viewer.review.journal.event_replay import apply_event
from lesion_viewer.review.open_review.review_file import ReviewFile


class Deciding(ReviewFile):
    """An open review in which a gesture that changes something is recorded, and no other."""

    def _decide(self, finding_id: str, kind: str, **details: Any) -> None:
        finding = self._finding(finding_id)
        seen = {
            **self._seen(),
            "origin": encode_origin(finding.origin),
            "score": finding.score,
        }
        payload = {"finding": finding_id, **details, "seen": seen}
        if not self._changes_nothing(finding, kind, payload):
            self._record(kind, payload)

    def _changes_nothing(self, finding: Finding, kind: str, payload: Mapping[str, Any]) -> bool:
        """Whether the finding would stay as it is, apart from the time of the decision."""
        after = apply_event(finding, Event(0, "", self.reader, kind, payload), finding.id, 0)
        if after is None or _content(after) != _content(finding):
            return False
        if finding.decision is None:
            return after.status is Status.UNDECIDED
        return after.decision is not None and after.decision.reader == finding.decision.reader


def _content(finding: Finding) -> tuple[object, ...]:
    given = finding.reason, finding.note, finding.lesion_type
    return finding.status, finding.boxes, finding.axes, *given
