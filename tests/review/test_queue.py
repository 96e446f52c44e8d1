from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lesion_viewer.ct.images.numbered_slices import NumberedSlices
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.exchange.worklists.numbered_images import NumberedImages
from lesion_viewer.review.finding import Origin
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.filters import Filter
from lesion_viewer.review.worklist.label_detector_disagreement import Kind
from lesion_viewer.review.worklist.orders import Order
from lesion_viewer.review.worklist.queue import Queue
from lesion_viewer.review.worklist.work_list import Group, Item, WorkList

SERIES = NumberedSlices("000001_01_01", range(10, 20), (512, 512), (5.0, 1.0, 1.0), None)
BOX = Box(100, 100, 120, 120)
FAR = Box(300, 300, 320, 320)
# Organ, patient, noisy, present, size of the label on slices 10 to 14.
SLICES: list[tuple[Any, ...]] = [
    ("liver", "10", False, True, 20.0),
    ("lung", "9", True, True, 8.0),
    ("liver", "9", False, True, 30.0),
    ("", "10", False, True, 12.0),
    ("abdomen", "10", False, False, 14.0),
]


@pytest.fixture
def project(tmp_path: Path) -> WorkList:
    items = tuple(
        Item(
            n,
            f"000001_01_01_{10 + n:03d}.png",
            SERIES.uid,
            n,
            patient,
            is_present,
            groups={"organ": organ, "split": "1"} | ({"noisy": "noisy"} if is_noisy else {}),
            lesion_type=organ,
            size_mm=size,
            pixel_mm=(1.0, 1.0),
        )
        for n, (organ, patient, is_noisy, is_present, size) in enumerate(SLICES)
    )
    groups = Group("noisy", ("noisy",)), Group("organ", ("abdomen", "liver", "lung"))
    images = NumberedImages(tmp_path, {SERIES.uid: SERIES}, {}, lambda name: None)
    return WorkList(tmp_path, "study", items, images, groups)


@pytest.fixture
def session(reopen: Callable[..., Session], model: Origin) -> Session:
    """One label on each slice; the detector has answered the first four."""
    session = reopen()
    labels = {n: (SERIES.uid, n, BOX) for n in range(len(SLICES))}
    session.files.import_labels("a.csv", "sha", [b"header\n"], labels)
    found = [
        [Detection(BOX, 0.9)],  # agrees
        [Detection(BOX, 0.8), Detection(FAR, 0.65)],  # one more
        [],  # nothing
        [Detection(Box(110, 100, 130, 120), 0.9)],  # half beside the label: IoU 1/3
    ]
    run = session.proposals.begin_run(SERIES.uid, model)
    session.proposals.record_detections(
        run, [SliceDetections(i, tuple(detections)) for i, detections in enumerate(found)]
    )
    return session


def numbers(queue: Queue) -> list[int]:
    return [item.number for item in queue.items]


def test_what_is_wrong_with_a_slice_is_named(project: WorkList, session: Session) -> None:
    queue = Queue(project, session, Order.FILE)
    facts = [queue.facts(item) for item in queue.items]
    assert [f.kind for f in facts] == [
        None,
        Kind.MISSED_BY_LABEL,
        Kind.MISSED_BY_DETECTOR,
        Kind.BADLY_PLACED,
    ]
    # By hand: 1 - .9; the far box's score; no box near the label; .9 of two thirds.
    assert [f.severity for f in facts] == pytest.approx([0.1, 0.65, 1.0, 0.6])
    assert [f.score for f in facts] == [0.9, 0.8, 0.0, 0.9]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.DISAGREEMENT, [2, 3, 1, 0]),  # doubts by hand: 1; 1 - .9 of a third; .65; .1
        ("noisy", [1, 0, 2, 3]),
        (Order.SCORE, [0, 3, 1, 2]),
        (Order.SIZE, [2, 0, 3, 1]),
        ("organ", [0, 2, 1, 3]),
        (Order.PATIENT, [1, 2, 0, 3]),
        (Order.FILE, [0, 1, 2, 3]),
    ],
)
def test_each_order(project: WorkList, session: Session, order: str, expected: list[int]) -> None:
    assert numbers(Queue(project, session, order)) == expected


def test_chance_is_repeated_by_its_seed(project: WorkList, session: Session) -> None:
    orders = {seed: numbers(Queue(project, session, Order.RANDOM, seed=seed)) for seed in range(9)}
    assert orders[3] == numbers(Queue(project, session, Order.RANDOM, seed=3))
    assert len({tuple(order) for order in orders.values()}) > 1
    assert all(sorted(order) == [0, 1, 2, 3] for order in orders.values())


def test_cleanlab_puts_a_badly_placed_label_before_the_right_one(
    project: WorkList, session: Session
) -> None:
    pytest.importorskip("cleanlab")
    order = numbers(Queue(project, session, Order.CLEANLAB))
    assert sorted(order) == [0, 1, 2, 3]
    assert order.index(3) < order.index(0)


def test_without_cleanlab_the_order_says_how_to_get_it(
    project: WorkList, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    from lesion_viewer.errors import ReviewError

    monkeypatch.setitem(sys.modules, "cleanlab.object_detection.rank", None)
    queue = Queue(project, session, Order.FILE)
    with pytest.raises(ReviewError, match=r"pip install 'lesion-viewer\[cleanlab\]'"):
        queue.arrange(Order.CLEANLAB)
    assert numbers(queue) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (Filter(), [0, 1, 2, 3]),
        (Filter(is_present=None), [0, 1, 2, 3, 4]),
        (Filter(is_present=False), [4]),
        (Filter(types=frozenset({"liver"})), [0, 2]),
        (Filter(patients=frozenset({"10"})), [0, 3]),
        (Filter(patients=frozenset({"00010"})), [0, 3]),
        (Filter(groups={"noisy": frozenset({"noisy"})}), [1]),
        (Filter(kinds=frozenset({Kind.BADLY_PLACED, Kind.MISSED_BY_LABEL})), [1, 3]),
        (Filter(min_score=0.85), [0, 3]),
        (Filter(max_score=0.1), [2]),
        (Filter(min_size_mm=12, max_size_mm=20), [0, 3]),
        (Filter(groups={"split": frozenset({"3"})}), []),
    ],
)
def test_each_filter(
    project: WorkList, session: Session, chosen: Filter, expected: list[int]
) -> None:
    assert numbers(Queue(project, session, Order.FILE, chosen)) == expected


def label_on(session: Session, slice_index: int) -> str:
    found = session.findings_on(SERIES.uid, slice_index)
    return next(f.id for f in found if f.origin.kind == "label")


def test_the_next_item_is_the_next_that_is_left_and_there_is_an_end(
    project: WorkList, session: Session
) -> None:
    queue = Queue(project, session, Order.FILE)
    seen = []
    item = queue.next_left()
    while item is not None:
        seen.append(item.number)
        session.accept(label_on(session, item.slice_index))
        item = queue.next_left(item)
    assert seen == [0, 1, 2, 3]
    assert queue.progress().left == 0


def test_going_on_from_the_end_comes_to_what_was_passed_over(
    project: WorkList, session: Session
) -> None:
    queue = Queue(project, session, Order.FILE)
    session.accept(label_on(session, 3))
    after = queue.next_left(queue.items[2])
    before = queue.previous_left(queue.items[0])
    assert after is not None and after.number == 0
    assert before is not None and before.number == 2


def test_progress_follows_decisions_and_undo(project: WorkList, session: Session) -> None:
    queue = Queue(project, session, Order.FILE)
    assert (queue.progress().done, queue.progress().left) == (0, 4)
    session.reject(label_on(session, 1))
    session.mark_unsure(label_on(session, 0))
    assert (queue.progress().done, queue.progress().left) == (2, 2)
    session.undo()
    assert (queue.progress().done, queue.progress().left) == (1, 3)
    session.undo()
    assert queue.progress().done == 0


def test_a_slice_whose_label_was_deleted_by_hand_stays_done_through_redo(
    project: WorkList, session: Session
) -> None:
    queue = Queue(project, session, Order.FILE)
    session.remove_box(label_on(session, 2), 2)
    assert queue.is_done(project.items[2])
    session.undo()
    assert not queue.is_done(project.items[2])
    session.redo()
    assert queue.is_done(project.items[2])


def test_several_labels_are_kept_in_one_gesture(project: WorkList, session: Session) -> None:
    ids = [label_on(session, i) for i in (0, 1, 2)]
    session.accept_all(ids)
    assert {session.findings[i].status for i in ids} == {"accepted"}
    session.accept_all(ids)  # nothing new
    session.undo()
    assert {session.findings[i].status for i in ids} == {"undecided"}


def test_the_order_stays_while_one_works(project: WorkList, session: Session) -> None:
    queue = Queue(project, session)
    before = numbers(queue)
    session.change_box(label_on(session, 3), 3, Box(110, 100, 130, 120))
    assert numbers(queue) == before
    queue.arrange(Order.DISAGREEMENT, Filter(is_done=False))
    assert numbers(queue) == [2, 1, 0]
