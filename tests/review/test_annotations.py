"""Lines, ellipses and masks that are drawn on a finding: kept, undone, placed in the patient."""

from collections.abc import Callable
from math import hypot

import numpy as np
import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.errors import ReviewError
from lesion_viewer.geometry.series_geometry import geometry_of_grid
from lesion_viewer.review.annotations.annotation import Annotation, decode_shape
from lesion_viewer.review.annotations.shape import Shape
from lesion_viewer.review.annotations.shapes import Ellipse, Line, Mask
from lesion_viewer.review.finding import Origin, OriginKind
from lesion_viewer.review.session import Session

Reopen = Callable[..., Session]
PIXELS = np.zeros((9, 12), bool)
PIXELS[2:5, 3:10] = np.arange(21).reshape(3, 7) % 3 > 0
SHAPES = [Line((1, 2), (4, 6.5)), Ellipse((5, 5), (2, 3), 0.5), Mask.of(PIXELS)]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.kind)
def test_a_shape_is_there_again_after_a_restart_and_undone_as_one_step(
    session: Session, reopen: Reopen, shape: Shape
) -> None:
    finding_id = session.add("S1", 0, Box(1, 1, 9, 9))
    before = session.findings[finding_id]
    uid = session.annotate(finding_id, 0, shape)
    session = reopen()
    finding = session.findings[finding_id]
    assert finding.annotations == {uid: Annotation(uid, 0, shape)}
    assert finding.decision == before.decision, "to measure is not to decide"
    assert session.undo() == "measurement"
    assert session.findings[finding_id] == before
    session.redo()
    session.remove_annotation(finding_id, uid)
    assert not session.findings[finding_id].annotations
    session.undo()
    assert reopen().findings[finding_id].annotations[uid].shape == shape


def test_the_same_shape_again_is_no_step(session: Session) -> None:
    finding_id = session.add("S1", 0, Box(1, 1, 9, 9))
    uid = session.annotate(finding_id, 0, SHAPES[0])
    revision = session.revision
    session.annotate(finding_id, 0, SHAPES[0], uid)
    assert session.revision == revision
    session.annotate(finding_id, 0, SHAPES[1], uid)
    assert [a.shape for a in session.findings[finding_id].annotations.values()] == [SHAPES[1]]
    with pytest.raises(ReviewError, match="no annotation 1.2"):
        session.remove_annotation(finding_id, "1.2")


def test_annotations_outlive_a_reset_and_go_with_a_replaced_image(session: Session) -> None:
    box = Box(1, 1, 9, 9)
    run = session.proposals.begin_run("S1", Origin(OriginKind.MODEL, "net"))
    found = [SliceDetections(i, (Detection(box, 0.5),)) for i in (0, 1)]
    session.proposals.record_detections(run, found)
    (finding_id,) = session.findings
    for index in (0, 1):
        session.annotate(finding_id, index, SHAPES[0])
    session.accept(finding_id)
    session.reset(finding_id)
    assert len(session.findings[finding_id].annotations) == 2
    session.pictures.renew_image("S1", 0)
    left = session.findings[finding_id].annotations.values()
    assert [a.slice_index for a in left] == [1]


def test_a_mask_has_the_pixels_that_it_was_made_of() -> None:
    mask = Mask.of(PIXELS)
    again = np.zeros_like(PIXELS)
    (x, y), (rows, columns) = mask.corner, mask.shape
    again[y : y + rows, x : x + columns] = mask.pixels
    assert np.array_equal(again, PIXELS)
    with pytest.raises(ValueError, match="without pixels"):
        Mask.of(np.zeros((3, 3), bool))


def test_the_points_of_an_ellipse_lie_on_it() -> None:
    points = np.array(Ellipse((10, 20), (6, 3), np.pi / 2).points) - (10, 20)
    assert np.allclose((points[:, 0] / 3) ** 2 + (points[:, 1] / 6) ** 2, 1)


def test_a_line_is_as_long_in_the_patient_as_its_pixels_are_wide() -> None:
    affine = np.diag([0.5, 2.0, 5.0, 1.0])
    line = Annotation("1.2", 3, Line((1, 1), (7, 3)))
    a, b = line.points_mm(geometry_of_grid(affine, (4, 16, 16)))
    assert hypot(*(v - u for u, v in zip(a, b, strict=True))) == pytest.approx(5)
    assert a == pytest.approx((0.25, 1.0, 15.0))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("line", [1, 2, 3]), ("line", [1, 2, 3, float("nan")]), ("ellipse", [1, 1, 0, 2, 0]),
        ("mask", [0, 0, 3, 3, "AA=="]), ("mask", [0, 0, 0, 3, ""]), ("mask", [-1, 0, 1, 3, "AA=="]),
        ("rectangle", [4, 4, 1, 9]), ("angle", [1, 2, 3, 4]), ("diameters", [1, 2, 3, 4]),
        ("star", []),
    ],
)  # fmt: skip
def test_what_is_no_shape_is_refused(kind: str, value: list[object]) -> None:
    with pytest.raises((ValueError, LookupError)):
        decode_shape(kind, value)
