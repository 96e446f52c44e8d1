"""How labels and detector compare on each item of a project, for all items at once."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lesion_viewer.detection.lesion_types import DEEPLESION_TYPES
from lesion_viewer.review.finding import Finding, OriginKind, Status
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.label_detector_disagreement import KINDS, Kind, disagreements
from lesion_viewer.review.worklist.work_list import Item, Project


@dataclass(frozen=True, slots=True)
class Facts:
    """How label and detector compare on an item, for orders and filters of a queue.

    Attributes
    ----------
    kind : Kind | None
        Of the worst disagreement; None where label and detector agree.
    severity : float
        Of the worst disagreement, 0 to 1.
    score : float | None
        The detector's highest on the slice, 0 to 1; None where no detector has answered it.
    doubt : float
        Of the slice's most doubtful box, 0 to 1.
    """

    kind: Kind | None = None
    severity: float = 0.0
    score: float | None = None
    doubt: float = 0.0


def types_on(item: Item, findings: Iterable[Finding]) -> set[str]:
    """The lesion types on an item's slice; an empty one is among them where one has no type.

    Parameters
    ----------
    item : Item
        Its organ counts for labels of a review from before findings had types.
    findings : Iterable[Finding]
        All that are on the slice; what is no lesion, or only a model proposed, does not count.

    Returns
    -------
    set[str]
        An empty string is among them where a finding has no type.
    """
    came = DEEPLESION_TYPES.get(item.organ, "")
    shown = [
        finding
        for finding in findings
        if finding.status is not Status.REJECTED
        and (finding.decision is not None or finding.origin.kind is not OriginKind.MODEL)
    ]
    untold = {f.id: came for f in shown if f.origin.row is not None and not f.original_type}
    return {f.lesion_type or untold.get(f.id, "") for f in shown} or {came}


class AllFacts:
    """Facts of each item, by its number; labels count as they came, whatever was decided since.

    A slice that no detector has answered agrees with its labels.

    Parameters
    ----------
    project : Project
        Whose items they are.
    session : Session
        The review of the project.

    Attributes
    ----------
    numbers : dict[tuple[str, int], int]
        Series UID and slice index -> the item's number.
    scores : NDArray[np.float64]
        (items,) as in ``Facts``; 0 where the score is unknown.
    doubts : NDArray[np.float64]
        (items,) as in ``Facts``.
    """

    def __init__(self, project: Project, session: Session) -> None:
        self._session = session
        self.numbers = {(item.series_uid, item.slice_index): item.number for item in project.items}
        self._mark: int | None = None
        self.refresh()

    def refresh(self) -> None:
        """Take up what detectors have found since the last call."""
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
        """The kind of an item's worst disagreement.

        Parameters
        ----------
        number : int
            Number of the item.

        Returns
        -------
        Kind | None
            None where label and detector agree.
        """
        kind = self._kinds[number]
        return KINDS[kind] if kind >= 0 else None
