"""A series whose slices are counted another way: all that was kept by slice moves, or nothing."""

from collections.abc import Callable

import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.finding import Finding, Origin, OriginKind, Reading, Status
from lesion_viewer.review.on_screen import ViewState
from lesion_viewer.review.open_review.imported_files import Source
from lesion_viewer.review.recist import axes_of
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session
from tests.review.arrivals import nth

Reopen = Callable[..., Session]
BOX, OTHER = Box(1, 1, 9, 9), Box(2, 2, 5, 6)
TURNED = [2, 1, 0]


def record(*sop_instance_uids: str) -> SeriesRecord:
    count = len(sop_instance_uids)
    shape, spacing = (count, 16, 16), (2.0, 1.0, 1.0)
    return SeriesRecord("S1", "1", "CT", shape, spacing, sop_instance_uids, ("",) * count, None)


def describe(session: Session, *sop_instance_uids: str) -> None:
    session.pictures.describe_series("first", lambda: [record(*sop_instance_uids)])


def foreign(index: int) -> Finding:
    """A finding of a file, with all that a finding keeps by slice."""
    by_slice = {index: BOX}
    reading = Reading("bob", Status.ACCEPTED, {index: OTHER})
    return Finding(
        "x",
        "S1",
        Origin(OriginKind.MODEL, "boxes.json"),
        by_slice,
        by_slice,
        {index: 0.5},
        axes={index: axes_of(BOX)},
        original_axes={index: axes_of(BOX)},
        readings=(reading,),
        annotation_ids={index: 17},
    )


@pytest.mark.parametrize("way", ["boxes", "review"])
def test_findings_of_a_file_move_with_their_slices(
    session: Session, reopen: Reopen, way: str
) -> None:
    if way == "boxes":
        session.files.record_import(Source("boxes.json"), boxes=[foreign(0)], once="a" * 64)
    else:
        session.files.import_findings("review.csv", [foreign(0)])
    session.pictures.renumber(record("c", "b", "a"), TURNED)
    for _ in range(2):
        (finding,) = session.findings.values()
        assert finding.boxes == finding.original_boxes == {2: BOX}
        assert finding.scores == {2: 0.5}
        assert finding.axes == finding.original_axes == {2: axes_of(BOX)}
        assert finding.readings[0].boxes == {2: OTHER}
        assert finding.annotation_ids == {2: 17}
        session = reopen()


def test_gestures_on_boxes_of_a_file_move_with_them(session: Session) -> None:
    session.files.record_import(Source("boxes.json"), boxes=[foreign(0)], once="a" * 64)
    session.change_box(nth(session, 1), 0, OTHER)
    session.add_box(nth(session, 1), 1, BOX)
    session.pictures.renumber(record("new", "c", "b", "a"), [3, 2, 1])
    assert session.findings[nth(session, 1)].boxes == {3: OTHER, 2: BOX}


def test_a_slice_whose_image_was_replaced_is_still_the_one(
    session: Session, reopen: Reopen
) -> None:
    finding_id = session.add("S1", 0, BOX)
    session.add_box(finding_id, 1, BOX)
    session.mark_read_in_full("S1", 0, True)
    session.mark_read_in_full("S1", 2, True)
    session.pictures.renew_image("S1", 0)
    session.pictures.renumber(record("c", "b", "a"), TURNED)
    for _ in range(2):
        assert session.findings[finding_id].boxes == {1: BOX}
        assert [session.is_read_in_full("S1", i) for i in range(3)] == [True, False, False]
        session = reopen()


def test_the_series_that_was_last_on_screen_is_so_afterwards(
    session: Session, reopen: Reopen
) -> None:
    session.views.save_view(ViewState("S1", 0))
    session.views.save_view(ViewState("S2", 5))
    session.pictures.renumber(record("c", "b", "a"), TURNED)
    for _ in range(2):
        assert session.views.view("S1") == ViewState("S1", 2)
        assert session.views.last_view() == ViewState("S2", 5)
        session = reopen()


@pytest.mark.parametrize("table", ["series", "slices"])
def test_where_it_cannot_be_saved_nothing_is_renumbered(
    session: Session, reopen: Reopen, table: str
) -> None:
    describe(session, "a", "b", "c")
    finding_id = session.add("S1", 0, BOX)
    session.views.save_view(ViewState("S1", 0))
    for action in ("INSERT", "UPDATE"):
        session.journal._connection.execute(
            f"CREATE TEMP TRIGGER no_{action} BEFORE {action} ON main.{table}"
            " BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    with pytest.raises(ReviewError, match="could not be saved"):
        session.pictures.renumber(record("z", "y", "x"), TURNED)
    session = reopen()
    assert session.findings[finding_id].boxes == {0: BOX}
    assert session.pictures.series()["S1"].sop_instance_uids == ("a", "b", "c")
    assert session.views.view("S1") == ViewState("S1", 0)


def test_a_review_that_is_only_read_tells_the_slices_of_now(session: Session) -> None:
    """Findings of now with the description of before would be exported on other slices."""
    describe(session, "a", "b", "c")
    finding_id = session.add("S1", 0, BOX)
    session.views.save_view(ViewState("S1", 0))
    read = Session.open_or_read(session.path, "study", "bob")
    read.pictures.renumber(record("c", "b", "a"), TURNED)
    for one in (read, Session(read.journal_copy(), "bob")):
        assert one.read_only
        assert one.findings[finding_id].boxes == {2: BOX}
        assert one.pictures.series()["S1"].sop_instance_uids == ("c", "b", "a")
        assert one.views.view("S1") == ViewState("S1", 2)
    assert session.findings[finding_id].boxes == {0: BOX}
    assert session.pictures.series()["S1"].sop_instance_uids == ("a", "b", "c")
    assert session.views.view("S1") == ViewState("S1", 0)
