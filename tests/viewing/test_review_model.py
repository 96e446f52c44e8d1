"""Choice, order, threshold and filter of a review, held without a window."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lesion_viewer.ct.study import Collection, Study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.review.finding import Finding, Origin, OriginKind, Status
from lesion_viewer.review.session import Session
from lesion_viewer.review.study_reviews import StudyReviews
from lesion_viewer.viewing.finding_order import FindingFilter, FindingOrder, SortBy
from lesion_viewer.viewing.gestures import Gestures
from lesion_viewer.viewing.review_model import ReviewModel
from lesion_viewer.viewing.viewer_model import ViewerModel
from tests.viewing.shown_volumes import Told, shown_volume

MODEL = Origin(OriginKind.MODEL, "net", "1", "ab")
VOLUME, OTHER = shown_volume("1.2"), shown_volume("1.3")
STUDY = Study("key", (VOLUME.series, OTHER.series))
#: Slice -> score and box of a candidate; a pixel is 0.8 mm wide and 0.5 mm high.
CANDIDATES = {
    1: (0.4, Box(10, 10, 20, 12)),
    4: (0.9, Box(10, 10, 12, 22)),
    7: (0.6, Box(10, 10, 14, 14)),
}


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A review with three candidates on the first series and one on the other."""
    session = Session.open(tmp_path / "a.review", STUDY.key, "ann")
    session.pictures.describe(STUDY)
    for uid, found in ((VOLUME.series.uid, CANDIDATES), (OTHER.series.uid, {2: CANDIDATES[4]})):
        run = session.proposals.begin_run(uid, MODEL)
        for slice_index, (score, box) in found.items():
            session.proposals.record_detections(
                run, [SliceDetections(slice_index, (Detection(box, score),))]
            )
    return session


@pytest.fixture
def review(session: Session) -> Iterator[ReviewModel]:
    viewer = ViewerModel(Window(400, 40))
    review = ReviewModel(viewer)
    review.show_study(Collection(Path("/ct"), "key", (STUDY,), ()), STUDY, StudyReviews(session))
    viewer.show_volume(VOLUME)
    yield review
    review.close()


def on_slice(review: ReviewModel, slice_index: int) -> Finding:
    (found,) = (f for f in review.findings().values() if f.key_slice == slice_index)
    return found


def slices(findings: list[Finding]) -> list[int]:
    return [f.key_slice for f in findings]


def walk(review: ReviewModel, steps: int) -> list[int]:
    chosen = []
    for _ in range(abs(steps)):
        (review.go_next if steps > 0 else review.go_previous)()
        assert review.selected is not None
        assert review.viewer.slice_index == review.selected.key_slice
        chosen.append(review.viewer.slice_index)
    return chosen


def test_the_walk_begins_at_the_best_score_and_goes_round(review: ReviewModel) -> None:
    assert walk(review, 4) == [4, 7, 1, 4]
    assert walk(review, -2) == [1, 7]


def test_the_walk_back_begins_at_the_end(review: ReviewModel) -> None:
    assert walk(review, -2) == [1, 7]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (FindingOrder(SortBy.SCORE, is_descending=False), [1, 7, 4]),
        (FindingOrder(SortBy.SLICE, is_descending=False), [1, 4, 7]),
        (FindingOrder(SortBy.SLICE, is_descending=True), [7, 4, 1]),
        # 10 x 2 px are 8 mm, 2 x 12 px are 6 mm, 4 x 4 px are 3.2 mm.
        (FindingOrder(SortBy.SIZE, is_descending=True), [1, 4, 7]),
    ],
)
def test_the_walk_follows_the_order(
    review: ReviewModel, order: FindingOrder, expected: list[int]
) -> None:
    review.set_order(order)
    assert slices(review.listed()) == expected
    assert walk(review, 3) == expected


@pytest.mark.parametrize("is_descending", [False, True])
def test_what_is_equal_stays_in_the_order_of_arrival(
    review: ReviewModel, is_descending: bool
) -> None:
    review.set_order(FindingOrder(SortBy.ORIGIN, is_descending))
    assert slices(review.listed()) == [1, 4, 7]


def test_drawn_findings_come_before_labels_and_those_of_a_model(
    review: ReviewModel, session: Session
) -> None:
    session.add(VOLUME.series.uid, 9, Box(1, 1, 5, 5))
    review.set_order(FindingOrder(SortBy.ORIGIN, is_descending=False))
    assert slices(review.listed()) == [9, 1, 4, 7]


def test_a_filter_leaves_the_walk_alone(review: ReviewModel, session: Session) -> None:
    session.accept(on_slice(review, 4).id)
    review.set_filter(FindingFilter(Status.ACCEPTED))
    assert slices(review.listed()) == [4]
    assert walk(review, 3) == [7, 1, 7]
    review.set_filter(FindingFilter(lesion_type="liver"))
    assert review.listed() == []
    assert walk(review, 1) == [1]


def test_a_threshold_takes_weak_candidates_out_of_walk_and_list_but_no_decided_ones(
    review: ReviewModel, session: Session
) -> None:
    session.mark_unsure(on_slice(review, 1).id)
    review.set_threshold(0.7)
    assert slices(review.listed()) == [4, 1]
    assert walk(review, 2) == [4, 4]
    assert review.candidate_count() == 1


def test_where_nothing_is_undecided_it_is_told_and_the_choice_stays(
    review: ReviewModel, session: Session
) -> None:
    review.select(on_slice(review, 7).id)
    session.accept_all([f.id for f in review.findings().values()])
    told = Told(review, ["noticed", "selection_changed"])
    assert review.next_undecided() is None and review.previous_undecided() is None
    review.go_next()
    assert told.events == [("noticed", "No undecided finding in this series.")]
    assert review.selected == on_slice(review, 7)


def test_order_and_filter_are_told_once_and_equal_ones_not_at_all(review: ReviewModel) -> None:
    told = Told(review, ["order_changed", "filter_changed"])
    by_slice, rejected = FindingOrder(SortBy.SLICE), FindingFilter(Status.REJECTED)
    for _ in range(2):
        review.set_order(by_slice)
        review.set_filter(rejected)
    assert told.events == [("order_changed", by_slice), ("filter_changed", rejected)]


def test_a_decision_is_told_with_the_finding_as_it_is_now(
    review: ReviewModel, session: Session
) -> None:
    finding = on_slice(review, 4)
    review.select(finding.id)
    told = Told(review, ["findings_changed", "selection_changed", "read_marks_changed"])
    session.accept(finding.id)
    assert told.events == [("findings_changed",), ("selection_changed", on_slice(review, 4))]
    assert on_slice(review, 4).status is Status.ACCEPTED


def test_a_finding_that_is_undone_is_chosen_no_longer(
    review: ReviewModel, session: Session
) -> None:
    review.select(session.add(VOLUME.series.uid, 9, Box(1, 1, 5, 5)))
    told = Told(review, ["selection_changed"])
    session.undo()
    assert (review.selected_id, told.events) == (None, [("selection_changed", None)])


def test_a_finding_of_another_series_is_told_and_the_slice_stays(
    review: ReviewModel, session: Session
) -> None:
    (finding,) = (f for f in session.findings.values() if f.series_uid == OTHER.series.uid)
    told = Told(review, ["elsewhere"])
    review.go_to(finding.id)
    assert told.events == [("elsewhere", finding)]
    assert review.viewer.slice_index == 5


def test_another_series_has_its_own_findings_and_none_is_chosen(review: ReviewModel) -> None:
    review.go_next()
    review.viewer.show_volume(OTHER)
    assert review.selected is None
    assert slices(review.listed()) == [2]
    assert (review.row, review.series_list) == (1, STUDY.series)


def test_a_gesture_records_threshold_and_window_of_the_moment(review: ReviewModel) -> None:
    gestures = Gestures(review)
    told = Told(gestures, ["decided", "noticed"])
    gestures.accept()
    assert told.names == ["noticed"]
    review.viewer.window = Window(150, 60)
    review.set_threshold(0.3)
    review.go_next()
    gestures.accept()
    assert told.names == ["noticed", "decided"]
    assert review.selected is not None and review.selected.decision is not None
    assert review.selected.decision.threshold == 0.3
    assert review.selected.decision.window == Window(150, 60)


def test_undo_goes_to_what_it_was_about(review: ReviewModel) -> None:
    gestures = Gestures(review)
    review.go_next()
    gestures.reject()
    assert not review.findings_on_screen()
    review.go_next()
    gestures.undo()
    assert review.selected == on_slice(review, 4)
    assert review.findings_on_screen() == [on_slice(review, 4)]


def test_a_project_has_no_list_of_series_and_closes_the_study_before_it(
    review: ReviewModel, session: Session, tmp_path: Path
) -> None:
    project = Session.open(tmp_path / "project.review", "project", "ann")
    review.show_project(STUDY, project)
    assert review.is_project and not review.series_list
    assert review.session is project and not review.findings()
    again = Session.open(session.path, STUDY.key, "bob")  # refused while it is open
    again.close()


def test_before_a_study_is_opened_there_is_nothing_to_review() -> None:
    review = ReviewModel(ViewerModel(Window(400, 40)))
    told, gestures = Told(review, ["noticed"]), Gestures(review)
    assert gestures.record(lambda session: session.undo()) is False
    assert told.events == [("noticed", "There is no review: open a study first.")]
    assert (review.session, review.selected, review.listed(), review.row) == (None, None, [], -1)
