"""What is drawn on a slice of no finding: kept, undone, parted and renewed like all else."""

from collections.abc import Callable

import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.annotations.annotation import Annotation, OfSeries
from lesion_viewer.review.annotations.shape import Shape
from lesion_viewer.review.annotations.shapes import (
    Angle,
    Diameters,
    Ellipse,
    Line,
    Profile,
    Rectangle,
)
from lesion_viewer.review.recist import Axes, box_of
from lesion_viewer.review.session import Session
from tests.review.test_splitting import parts_of, seqs

Reopen = Callable[..., Session]
AXES = Axes((1, 1, 9, 2), (4, 0, 4, 3))
SHAPES = [
    Line((1, 2), (4, 6.5)),
    Ellipse((5, 5), (2, 3), 0.5),
    Angle((1, 1), (2, 4.5), (6, 1)),
    Diameters(AXES),
    Profile((0.25, 0), (3, 4.5)),
    Rectangle(Box(1, 2, 3.5, 4)),
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.kind)
def test_a_shape_of_no_finding_is_there_again_after_a_restart_and_undone_as_one_step(
    session: Session, reopen: Reopen, shape: Shape
) -> None:
    uid = session.annotate_series("S1", 3, shape)
    session = reopen()
    assert session.series_annotations == {uid: OfSeries("S1", Annotation(uid, 3, shape))}
    assert not session.findings
    assert session.undo() == "measurement"
    assert not session.series_annotations
    session.redo()
    session.annotate_series("S1", 3, Line((0, 0), (9, 9)), uid)
    session.remove_series_annotation(uid)
    assert not reopen().series_annotations
    session = reopen()
    assert session.undo() == "remove measurement"
    assert session.series_annotations[uid].annotation.shape == Line((0, 0), (9, 9))
    session.undo()
    assert reopen().series_annotations[uid].annotation.shape == shape


def test_a_shape_as_it_was_is_no_step_and_one_that_is_not_there_is_refused(
    session: Session,
) -> None:
    uid = session.annotate_series("S1", 3, SHAPES[0])
    revision = session.revision
    session.annotate_series("S1", 3, SHAPES[0], uid)
    assert session.revision == revision
    with pytest.raises(ReviewError, match="no annotation 1.2"):
        session.remove_series_annotation("1.2")


def test_a_replaced_image_has_no_shapes_any_more_and_others_keep_theirs(
    session: Session, reopen: Reopen
) -> None:
    gone, kept = (session.annotate_series("S1", index, SHAPES[0]) for index in (3, 4))
    assert session.is_drawn_on("S1", 3)
    session.pictures.renew_image("S1", 3)
    for now in (session, reopen()):
        assert list(now.series_annotations) == [kept]
        assert not now.is_drawn_on("S1", 3)
    assert gone != kept


def test_a_series_on_which_something_was_drawn_counts_as_reviewed(session: Session) -> None:
    assert not session.pictures.has_reviewed("S1")
    session.annotate_series("S1", 3, SHAPES[0])
    assert session.pictures.has_reviewed("S1")


def test_a_shape_of_no_finding_goes_to_the_study_of_its_series() -> None:
    drawn = {"annotation": "1", "slice": 1, "kind": "line", "shape": [0, 0, 1, 1], "seen": {}}
    parts = parts_of(
        ("series_annotation_set", {"series": "1.1", **drawn}),
        ("series_annotation_set", {"series": "2.1", **drawn, "annotation": "2", "slice": 3}),
        ("series_annotation_removed", {"series": "1.1", "annotation": "1", "seen": {}}),
        ("undone", {"gesture": 3}),
    )
    assert seqs(parts) == {"A": [1, 3, 4], "B": [2]}


def test_axes_of_a_finding_bring_its_box_on_a_slice_that_had_none(
    session: Session, reopen: Reopen
) -> None:
    finding_id = session.add("S1", 0, Box(1, 1, 9, 9))
    session.measure_axes(finding_id, 2, AXES)
    finding = reopen().findings[finding_id]
    assert (finding.axes, finding.boxes[2]) == ({2: AXES}, box_of(AXES))
    session = reopen()
    session.undo()
    assert list(session.findings[finding_id].boxes) == [0]
