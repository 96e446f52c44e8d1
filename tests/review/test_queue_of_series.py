"""A queue whose items are series and studies, some of them not fetched yet."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lesion_viewer.ct.images.numbered_slices import NumberedSlices
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.checkpoints.checkpoint import find_checkpoint, load_card
from lesion_viewer.exchange.worklists.numbered_images import NumberedImages
from lesion_viewer.review.finding import Origin
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.filters import Filter
from lesion_viewer.review.worklist.label_detector_disagreement import Kind
from lesion_viewer.review.worklist.orders import Order
from lesion_viewer.review.worklist.proposals import unanswered
from lesion_viewer.review.worklist.queue import Queue
from lesion_viewer.review.worklist.work_list import Item, What, WorkList

A, B, C = (NumberedSlices(name, range(10), (64, 64), None, None) for name in "abc")
BOX, FAR = Box(10, 10, 20, 20), Box(40, 40, 50, 50)


@pytest.fixture
def work_list(tmp_path: Path) -> WorkList:
    """A series, a study of two series, and a study that a query named and nobody has fetched."""
    items = (
        Item(0, "a", A.uid, 5, "1", what=What.SERIES),
        Item(1, "b and c", B.uid, 5, "2", what=What.STUDY, further_series=(C.uid,)),
        Item(2, "1.2.3", "", 0, "3", is_present=False, what=What.STUDY),
    )
    there = {one.folder: {n: f"{n}.png" for n in (2, 3)} for one in (A, B, C)}
    images = NumberedImages(tmp_path, {one.uid: one for one in (A, B, C)}, there, lambda name: None)
    return WorkList(tmp_path, "study", items, images)


@pytest.fixture
def session(reopen: Callable[..., Session]) -> Session:
    session = reopen()
    session.files.import_labels(
        "a.csv", "sha", [b"header\n"], {0: (A.uid, 3, BOX), 1: (C.uid, 2, BOX)}
    )
    return session


def test_a_series_is_done_once_it_is_read_in_full_and_its_findings_are_decided(
    work_list: WorkList, session: Session
) -> None:
    queue = Queue(work_list, session, Order.FILE)
    (series, _) = queue.items
    session.accept(first_on(session, A, 3))
    assert not queue.is_done(series)
    session.mark_read_in_full(A.uid, None, True)
    assert queue.is_done(series) and queue.progress().done == 1
    added = session.add(A.uid, 7, FAR)
    assert queue.is_done(series), "a finding that a reader adds is decided"
    session.reset(first_on(session, A, 3))
    assert not queue.is_done(series) and added
    session.undo()
    assert queue.is_done(series)


def test_a_study_is_done_once_each_of_its_series_is(work_list: WorkList, session: Session) -> None:
    queue = Queue(work_list, session, Order.FILE)
    study = work_list.items[1]
    session.accept(first_on(session, C, 2))
    session.mark_read_in_full(B.uid, None, True)
    assert not queue.is_done(study)
    session.mark_read_in_full(C.uid, None, True)
    assert queue.is_done(study)
    assert queue.next_left() is work_list.items[0]


def test_what_is_not_fetched_waits_and_is_never_done(work_list: WorkList, session: Session) -> None:
    waiting = Queue(work_list, session, Order.FILE, Filter(is_present=False))
    assert [item.name for item in waiting.items] == ["1.2.3"]
    assert not waiting.is_done(waiting.items[0])
    assert work_list.missing == 1 and work_list.slices_of(waiting.items[0]) == []
    assert [s.uid for s in work_list.study().series] == [A.uid, B.uid, C.uid]


def test_every_slice_of_a_series_leads_to_its_item(work_list: WorkList) -> None:
    assert work_list.item_at(A.uid, 9) is work_list.items[0]
    assert work_list.item_at(C.uid, 0) is work_list.items[1]
    assert work_list.item_at("elsewhere", 0) is None


def test_a_series_is_as_doubtful_as_its_worst_slice(
    work_list: WorkList, session: Session, model: Origin
) -> None:
    run = session.proposals.begin_run(A.uid, model)
    found = [(Detection(BOX, 0.9),), (Detection(FAR, 0.7),), ()]
    slices = [SliceDetections(i, boxes) for i, boxes in zip((3, 4, 5), found, strict=True)]
    session.proposals.record_detections(run, slices)
    facts = Queue(work_list, session).facts(work_list.items[0])
    # By hand: slice 3 agrees but for .1, slice 4 has a box of .7 without a label.
    assert (facts.kind, facts.severity, facts.score) == (Kind.MISSED_BY_LABEL, 0.7, 0.9)


def test_a_detector_answers_a_series_slice_by_slice(
    work_list: WorkList, session: Session, tmp_path: Path
) -> None:
    info = load_card(find_checkpoint("phantom-small")).info
    left = unanswered(work_list, session, info)
    assert [(i.series_uid, i.slice_index) for i in left[:3]] == [(A.uid, 2), (A.uid, 3), (B.uid, 2)]
    assert len(left) == 6


def first_on(session: Session, series: NumberedSlices, index: int) -> str:
    return session.findings_on(series.uid, index)[0].id
