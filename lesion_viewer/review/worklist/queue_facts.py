"""How labels and detector compare on each item of a work list, for all items at once."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lesion_viewer.review.finding import Finding, OriginKind, Place, Status
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.label_detector_disagreement import KINDS, Kind, disagreements
from lesion_viewer.review.worklist.work_list import Item, What, WorkList


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
        Its lesion type counts for labels of a review from before findings had types.
    findings : Iterable[Finding]
        All that are on the slice; what is no lesion, or only a model proposed, does not count.

    Returns
    -------
    set[str]
        An empty string is among them where a finding has no type.
    """
    came = item.lesion_type
    shown = [
        finding
        for finding in findings
        if finding.status is not Status.REJECTED and not finding.is_mere_proposal
    ]
    untold = {f.id: came for f in shown if f.origin.row is not None and not f.original_type}
    return {f.lesion_type or untold.get(f.id, "") for f in shown} or {came}


class AllFacts:
    """Facts of each item, by its number; labels count as they came, whatever was decided since.

    A slice that no detector has answered agrees with its labels.

    A series or a study is as its worst slice.

    Parameters
    ----------
    work_list : WorkList
        Whose items they are.
    session : Session
        The review of the list.

    Attributes
    ----------
    numbers : dict[Place, int]
        Series UID and slice index -> the number of the item that is this slice.
    of_series : dict[str, int]
        Series UID -> the number of the item that is this series, or its study.
    scores : NDArray[np.float64]
        (items,) as in ``Facts``; 0 where the score is unknown.
    doubts : NDArray[np.float64]
        (items,) as in ``Facts``.
    """

    def __init__(self, work_list: WorkList, session: Session) -> None:
        self._session = session
        self._count = len(work_list.items)
        slices = (item for item in work_list.items if item.what is What.SLICE)
        whole = (item for item in work_list.items if item.what is not What.SLICE)
        self.numbers = {(item.series_uid, item.slice_index): item.number for item in slices}
        self.of_series = {uid: item.number for item in whole for uid in item.series_uids}
        self._mark: int | None = None
        self.refresh()

    def refresh(self) -> None:
        """Take up what detectors have found since the last call."""
        mark = self._session.proposals.answers_mark()
        if mark == self._mark:
            return
        self._mark = mark
        numbers = {**self.numbers, **self._swept_of_series()}
        answers = self._session.proposals.answers(tuple(numbers))
        places = {place: n for n, place in enumerate(answers)}
        of_item = np.array([numbers[place] for place in answers], np.int64)
        answered = {uid for uid, _ in answers}
        labels = [
            (places[place], box.as_tuple())
            for finding in self._session.findings.values()
            if finding.series_uid in answered and finding.origin.kind is OriginKind.LABEL
            for i, box in finding.original_boxes.items()
            if (place := (finding.series_uid, i)) in answers
        ]
        boxes = np.array([box for _, box in labels], float).reshape(-1, 4)
        of_label = np.array([n for n, _ in labels], np.int64)
        sizes = [len(found) for found in answers.values()]
        found = [(*d.box.as_tuple(), d.score) for on_slice in answers.values() for d in on_slice]
        detections = np.array(found, float).reshape(-1, 5)
        of_slice = np.repeat(np.arange(len(answers)), sizes)
        differ = disagreements(boxes, of_label, detections, of_slice, len(answers))
        self._is_answered = np.zeros(self._count, bool)
        self._is_answered[of_item] = True
        self._kinds = np.full(self._count, -1)
        self._severities, self.doubts = np.zeros(self._count), np.zeros(self._count)
        worst_last = np.argsort(differ.worst, kind="stable")
        self._kinds[of_item[worst_last]] = differ.kinds[worst_last]
        np.maximum.at(self._severities, of_item, differ.worst)
        np.maximum.at(self.doubts, of_item, differ.doubt)
        self.scores = np.zeros(self._count)
        np.maximum.at(self.scores, of_item[of_slice], detections[:, 4])

    def _swept_of_series(self) -> dict[Place, int]:
        """The answered slices of items that are no slices."""
        return {
            (uid, i): number
            for uid, number in self.of_series.items()
            for i in self._session.proposals.swept_slices(uid)
        }

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
