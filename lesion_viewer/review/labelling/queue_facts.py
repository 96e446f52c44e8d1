"""What label and detector say of each item of a project, for all items at once."""

from dataclasses import dataclass

import numpy as np

from lesion_viewer.review.finding import OriginKind
from lesion_viewer.review.labelling.label_detector_disagreement import KINDS, Kind, disagreements
from lesion_viewer.review.labelling.project import Project
from lesion_viewer.review.session import Session


@dataclass(frozen=True, slots=True)
class Facts:
    """What the order and the filters of a queue go by.

    Attributes
    ----------
    kind : of the worst disagreement; None where label and detector agree
    severity : of it, 0 to 1
    score : the detector's highest on the slice; None where no detector has answered it
    doubt : of its most doubtful box, 0 to 1, which orders a queue by disagreement
    """

    kind: Kind | None = None
    severity: float = 0.0
    score: float | None = None
    doubt: float = 0.0


class AllFacts:
    """Facts of each item, by its number; labels count as they came, whatever was decided since.

    A slice that no detector has answered agrees with its labels.

    Attributes
    ----------
    numbers : series uid and slice index -> the item's number
    scores, doubts : float64 (items,) as in ``Facts``; a score that is not known is 0 here
    """

    def __init__(self, project: Project, session: Session) -> None:
        self._session = session
        self.numbers = {(item.series_uid, item.slice_index): item.number for item in project.items}
        self._mark: int | None = None
        self.refresh()

    def refresh(self) -> None:
        """Take up what a detector has found since; without news it costs nothing."""
        mark = self._session.answers_mark()
        if mark == self._mark:
            return
        self._mark, count = mark, len(self.numbers)
        answers = self._session.answers(tuple(self.numbers))
        answered = {uid for uid, _ in answers}
        of_answer = np.array([self.numbers[place] for place in answers], np.int64)
        labels = [
            (self.numbers[place], box.as_tuple())
            for finding in self._session.findings.values()
            if finding.series_uid in answered and finding.origin.kind is OriginKind.LABEL
            for i, box in finding.original_boxes.items()
            if (place := (finding.series_uid, i)) in answers
        ]
        boxes = np.array([box for _, box in labels], float).reshape(-1, 4)
        of_label = np.array([number for number, _ in labels], np.int64)
        sizes = [len(found) for found in answers.values()]
        found = [(*d.box.as_tuple(), d.score) for on_slice in answers.values() for d in on_slice]
        detections = np.array(found, float).reshape(-1, 5)
        items = np.repeat(of_answer, sizes)
        differ = disagreements(boxes, of_label, detections, items, count)
        self._is_answered = np.zeros(count, bool)
        self._is_answered[of_answer] = True
        self._kinds = np.where(self._is_answered, differ.kinds, -1)
        self._severities = np.where(self._is_answered, differ.worst, 0.0)
        self.doubts = np.where(self._is_answered, differ.doubt, 0.0)
        self.scores = np.zeros(count)
        np.maximum.at(self.scores, items, detections[:, 4])

    def __getitem__(self, number: int) -> Facts:
        """The facts of one item."""
        if not self._is_answered[number]:
            return Facts()
        return Facts(
            self.kind(number),
            float(self._severities[number]),
            float(self.scores[number]),
            float(self.doubts[number]),
        )

    def kind(self, number: int) -> Kind | None:
        """The kind of an item's worst disagreement."""
        kind = self._kinds[number]
        return KINDS[kind] if kind >= 0 else None
