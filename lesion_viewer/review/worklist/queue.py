"""The queue of a work list: which item is next, and how many are left."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest

import numpy as np

from lesion_viewer.review.finding import Finding, OriginKind, Status
from lesion_viewer.review.journal.review_state import Change
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.annotation_pace import decisions_per_hour
from lesion_viewer.review.worklist.filters import Filter, passing
from lesion_viewer.review.worklist.orders import Order, sort_keys
from lesion_viewer.review.worklist.queue_facts import AllFacts, Facts, types_on
from lesion_viewer.review.worklist.work_list import Item, What, WorkList

LATE = 200
"""How many of the latest decisions the pace is computed from."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a queue is done.

    Attributes
    ----------
    done : int
        Number of items that are decided.
    left : int
        Number of items that are not.
    decisions_per_hour : float | None
        The reader's recent pace; None where there are too few decisions.
    hours_left : float | None
        How long the rest takes at that pace; None where the pace is unknown.
    """

    done: int
    left: int
    decisions_per_hour: float | None
    hours_left: float | None


class Queue:
    """The items of a work list in the order in which they are worked through.

    The order stays as it was arranged while decisions are made; what is done is always current.

    Parameters
    ----------
    work_list : WorkList
        Whose items they are.
    session : Session
        The review of the list.
    order : str
        What comes first: one of the list's ``orders_of``.
    filter : Filter | None
        Which items are in the queue; None for those with an image.
    seed : int
        For the random order.

    Attributes
    ----------
    order : str
        As last arranged.
    filter : Filter | None
        As last arranged.
    items : Sequence[Item]
        In their order, after the filter.
    """

    def __init__(
        self,
        work_list: WorkList,
        session: Session,
        order: str = Order.DISAGREEMENT,
        filter: Filter | None = None,
        seed: int = 0,
    ) -> None:
        self._list, self._session = work_list, session
        self._facts = AllFacts(work_list, session)
        self._numbers, self._of_series = self._facts.numbers, self._facts.of_series
        self._by_mark: set[int] = set()
        self._times: dict[int, str] | None = None
        self._done: dict[int, bool] = {}
        self._decided_at: dict[int, str] = {}
        self._on_whole: dict[int, dict[str, None]] = {}
        self._is_stocked = False
        self.arrange(order, filter, seed)
        session.subscribe(self._on_session_changed)

    def arrange(self, order: str, filter: Filter | None = None, seed: int = 0) -> None:
        """Arrange the queue anew, with what the detector has found by now.

        Parameters
        ----------
        order : str
            What comes first: one of the list's ``orders_of``.
        filter : Filter | None
            Which items are in the queue; None for those with an image.
        seed : int
            For the random order.

        Raises
        ------
        ReviewError
            Where cleanlab is asked for, and is missing or has no detector's answers to go by.
        """
        chosen = filter or Filter()
        self._facts.refresh()
        items = passing(self._list.items, chosen, self._facts, self._types_on, self.is_done)
        keys = sort_keys(order, items, self._list, self._session, self._facts, seed)
        self.items: Sequence[Item] = [items[n] for n in np.argsort(keys, kind="stable")]
        self.order, self.filter = order, chosen
        self._places = {item.number: place for place, item in enumerate(self.items)}
        self._times = None

    def __len__(self) -> int:
        return len(self.items)

    def place_of(self, item: Item) -> int | None:
        """The place of an item in the order.

        Parameters
        ----------
        item : Item
            Of the list.

        Returns
        -------
        int | None
            From 0; None where the filter leaves it out.
        """
        return self._places.get(item.number)

    def facts(self, item: Item) -> Facts:
        """How label and detector compare on an item, as of when the queue was arranged.

        Parameters
        ----------
        item : Item
            Of the list.

        Returns
        -------
        Facts
            Empty where no detector has answered.
        """
        return self._facts[item.number]

    def findings_of(self, item: Item) -> Sequence[Finding]:
        """Findings that are on an item, or came on it.

        Parameters
        ----------
        item : Item
            Of the list.

        Returns
        -------
        Sequence[Finding]
            Those of its slice, or of all its series.
        """
        if item.what is What.SLICE:
            return self._session.all_findings_on(item.series_uid, item.slice_index)
        self._count_all()
        return [self._session.findings[i] for i in self._on_whole.get(item.number, ())]

    def is_done(self, item: Item) -> bool:
        """Whether every label and every reader's finding on it is decided.

        A slice without any is done once it is read in full; a series or a study once all of it is
        read in full too.

        Parameters
        ----------
        item : Item
            Of the list.
        """
        self._count_all()
        if item.what is not What.SLICE:
            return self._is_read(item) and self._done.get(item.number, True)
        if item.number not in self._done:
            self._by_mark.add(item.number)
            self._done[item.number] = self._is_read(item)
        return self._done[item.number]

    def next_left(self, after: Item | None = None) -> Item | None:
        """The next item that is not done, from the start again after the last one.

        Parameters
        ----------
        after : Item | None
            An item of the list; None for the first one that is left.

        Returns
        -------
        Item | None
            None where all are done.
        """
        start = self._places.get(after.number, -1) + 1 if after is not None else 0
        return self._first_left([*range(start, len(self.items)), *range(start)])

    def previous_left(self, before: Item | None = None) -> Item | None:
        """The previous item that is not done, from the end again before the first one.

        Parameters
        ----------
        before : Item | None
            An item of the list; None for the last one that is left.

        Returns
        -------
        Item | None
            None where all are done.
        """
        end = self._places.get(before.number, 0) if before is not None else 0
        return self._first_left([*reversed(range(end)), *reversed(range(end, len(self.items)))])

    def progress(self) -> Progress:
        """Items of the queue that are done and left, and the recent pace of this reader.

        The first call goes through all findings of the review.
        """
        self._count_all()
        if self._times is None:
            numbers = [item.number for item in self.items if self.is_done(item)]
            self._times = {number: self._decided_at.get(number, "") for number in numbers}
        latest = nlargest(LATE, filter(None, self._times.values()))
        done, pace = len(self._times), decisions_per_hour(latest)
        left = len(self.items) - done
        return Progress(done, left, pace, left / pace if pace else None)

    def _is_read(self, item: Item) -> bool:
        index = item.slice_index if item.what is What.SLICE else None
        uids = item.series_uids
        return bool(uids) and all(self._session.is_read_in_full(uid, index) for uid in uids)

    def _first_left(self, places: Sequence[int]) -> Item | None:
        items = (self.items[place] for place in places)
        return next((item for item in items if not self.is_done(item)), None)

    def _count_all(self) -> None:
        """Count what is done, and when this reader last decided on each slice; all slices once."""
        if self._is_stocked:
            return
        self._is_stocked = True
        self._done.clear()
        self._decided_at.clear()
        self._times = None
        self._on_whole.clear()
        for finding in self._session.findings.values():
            if self._of_series:
                self._note_whole(finding)
            if finding.decision is not None or _is_asked(finding):
                for number in self._items_of(finding):
                    self._count_pair(number, finding)

    def _note_whole(self, finding: Finding) -> None:
        """Note a finding with the series or study that it is in, where that is an item."""
        number = self._of_series.get(finding.series_uid)
        if number is not None:
            self._on_whole.setdefault(number, {})[finding.id] = None

    def _count_item(self, number: int) -> None:
        """Count one item anew."""
        self._done.pop(number, None)
        self._decided_at.pop(number, None)
        for finding in self.findings_of(self._list.items[number]):
            self._count_pair(number, finding)

    def _count_pair(self, number: int, finding: Finding) -> None:
        """Count a finding on a slice that it is on."""
        decision = finding.decision
        if _is_asked(finding):
            is_decided = finding.status is not Status.UNDECIDED
            self._done[number] = is_decided and self._done.get(number, True)
        if decision is not None and decision.reader == self._session.reader:
            before = self._decided_at.get(number, "")
            self._decided_at[number] = max(before, decision.decided_at)

    def _items_of(self, finding: Finding) -> Sequence[int]:
        """Numbers of the items that a finding is on, or came on."""
        uid, boxes, came = finding.series_uid, finding.boxes, finding.original_boxes
        slices = boxes if boxes is came else {**boxes, **came}
        number_of, whole = self._numbers.get, self._of_series.get(uid)
        found = [n for i in slices if (n := number_of((uid, i))) is not None]
        return found if whole is None else [*found, whole]

    def _on_session_changed(self, change: Change) -> None:
        if change.vanished:  # its slices are not known any more
            self._is_stocked = False
        if not self._is_stocked:
            return
        stale = self._by_mark.union(self._of_series.values()) if change.read_marks else set()
        for finding_id in change.appeared:
            self._note_whole(self._session.findings[finding_id])
        for finding_id in (*change.appeared, *change.changed):
            stale.update(self._items_of(self._session.findings[finding_id]))
        for number in stale:
            self._count_item(number)
            if self._times is not None and number in self._places:
                item = self._list.items[number]
                self._times.pop(number, None)
                if self.is_done(item):
                    self._times[number] = self._decided_at.get(number, "")

    def _types_on(self, item: Item) -> set[str]:
        if item.what is not What.SLICE:
            return types_on(item, self.findings_of(item))
        return types_on(item, self._session.findings_on(item.series_uid, item.slice_index))


def _is_asked(finding: Finding) -> bool:
    """Whether a reader has to decide on a finding; a model's proposal may be left undecided."""
    return finding.origin.kind is not OriginKind.MODEL
