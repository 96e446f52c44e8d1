"""How a gesture on findings is recorded, and when it changes nothing."""

from dataclasses import replace

from lesion_viewer.review.events.decisions import Seen
from lesion_viewer.review.events.event import Event, Gesture, Target
from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.review.open_review.review_file import ReviewFile


class Deciding(ReviewFile):
    """An open review in which a gesture that changes something is recorded, and no other."""

    def do(self, gesture: Gesture) -> None:
        """Record a gesture on findings; one that changes nothing is not recorded.

        Parameters
        ----------
        gesture : Gesture
            On findings that there are.

        Raises
        ------
        ReviewError
            Where there is no such finding, or it cannot be saved.
        """
        found = [self.finding(finding_id) for finding_id in gesture.findings]
        if not all(self._changes_nothing(finding, gesture) for finding in found):
            self.record(gesture)

    def seen_of(self, finding_id: str) -> Seen:
        """What is on screen while somebody decides on a finding.

        Parameters
        ----------
        finding_id : str
            Id of the finding.

        Returns
        -------
        Seen
            For a gesture on it.

        Raises
        ------
        ReviewError
            Where there is no such finding.
        """
        finding = self.finding(finding_id)
        return replace(self.seen(), origin=finding.origin, score=finding.score)

    def _changes_nothing(self, finding: Finding, event: Event) -> bool:
        """Whether the finding would stay as it is, apart from the time of the decision."""
        after = event.apply(finding, Target(finding.id, 0, "", self.reader, self.state))
        if after is None or _content(after) != _content(finding):
            return False
        if finding.decision is None:
            return after.status is Status.UNDECIDED
        return after.decision is not None and after.decision.reader == finding.decision.reader


def _content(finding: Finding) -> tuple[object, ...]:
    given = finding.reason, finding.note, finding.lesion_type
    return finding.status, finding.boxes, finding.axes, finding.annotations, *given
