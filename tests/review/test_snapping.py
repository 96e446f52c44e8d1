import numpy as np
import pytest

from lesion_viewer.ct.phantom.abdomen import make_phantom
from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.snapping import snap

Y, X = np.mgrid[0:128, 0:128] + 0.5


def disk(cx: float, cy: float, a: float, b: float, hu: int = 130) -> np.ndarray:
    """A blurred-free ellipse on tissue of 60 HU with a noise of 10 HU."""
    rng = np.random.default_rng(3)
    picture = 60 + rng.normal(0, 10, X.shape)
    picture[((X - cx) / a) ** 2 + ((Y - cy) / b) ** 2 <= 1] += hu - 60
    return picture.astype(np.int16)


@pytest.mark.parametrize("hu", [130, 0])
@pytest.mark.parametrize(
    "drawn", [Box(46, 52, 84, 80), Box(54, 46, 76, 74), Box(50, 48, 72, 72), Box(57, 55, 80, 77)]
)
def test_a_box_that_is_a_few_pixels_off_becomes_tight(drawn: Box, hu: int) -> None:
    truth = Box(52, 50, 78, 76)  # an ellipse of 26 px round 65, 63
    found = snap(disk(65, 63, 13, 13, hu), drawn)
    assert found is not None
    assert found.iou(truth) > 0.85
    assert found.iou(truth) > drawn.iou(truth)


def test_without_contrast_there_is_no_edge() -> None:
    assert snap(disk(65, 63, 13, 13, hu=61), Box(50, 50, 78, 78)) is None


def test_a_box_outside_the_picture_has_no_edge() -> None:
    assert snap(disk(65, 63, 13, 13), Box(300, 300, 320, 320)) is None


def test_a_box_on_the_border_is_cut_there() -> None:
    found = snap(disk(4, 63, 14, 13), Box(0, 48, 20, 78))
    assert found is not None
    assert found.x1 == 0
    assert found.iou(Box(0, 50, 18, 76)) > 0.8


def test_on_phantoms_snapping_brings_boxes_nearer_to_the_truth() -> None:
    rng = np.random.default_rng(0)
    phantom = make_phantom(0)
    before, after = [], []
    for lesion in phantom.lesions:
        for i, corners in lesion.boxes.items():
            truth = Box(*map(float, corners))
            if min(truth.width, truth.height) < 5:
                continue
            off = rng.uniform(-0.2, 0.2, 4) * np.array([truth.width, truth.height] * 2)
            drawn = Box(*(np.array(truth.as_tuple()) + off))
            found = snap(phantom.hu[i], drawn)
            if found is not None:
                before.append(drawn.iou(truth))
                after.append(found.iou(truth))
    assert len(after) >= 5
    assert np.mean(after) > np.mean(before) + 0.05
