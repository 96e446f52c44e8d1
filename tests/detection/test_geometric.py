"""The detector by thresholds, shapes and growing: what it measures, and what it marks."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.cluster import MeanShift

from lesion_viewer.cli import main
from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import Phantom, make_phantom
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.detector import Detector
from lesion_viewer.detection.geometric.growing import grown
from lesion_viewer.detection.geometric.liver_picture import LiverPicture
from lesion_viewer.detection.geometric.mean_shift import cluster_peaks
from lesion_viewer.detection.geometric.parts import Part, parts_of
from lesion_viewer.detection.geometric.scoring import scores_of
from lesion_viewer.detection.installed import find_detector
from lesion_viewer.geometry.series_geometry import geometry_of_grid

SPACING_MM = (6.0, 1.8, 1.8)
SHAPE = (24, 192, 192)
ROWS, COLUMNS = np.mgrid[:80, :100]


def picture_of(*slices: NDArray[np.floating]) -> LiverPicture:
    """A liver of 80 x 100 mm with these differences to it; the middle slice is asked for."""
    region = np.zeros((80, 100), bool)
    region[2:78, 2:98] = True
    pictures = tuple(np.asarray(one, np.float32) for one in slices)
    beside = pictures if len(pictures) > 1 else ()
    whole = slice(0, 80), slice(0, 100)
    return LiverPicture(pictures[len(pictures) // 2], beside, 2.0, region, 1.0, *whole)


def disc(
    radius: float, hu: float = -40, row: float = 40, column: float = 50
) -> NDArray[np.float64]:
    return np.where((ROWS - row) ** 2 + (COLUMNS - column) ** 2 <= radius**2, hu, 0.0)


def best(picture: LiverPicture) -> tuple[Part, float]:
    parts = parts_of(picture)
    scores = scores_of(parts)
    return parts[scores.argmax()], float(scores.max())


def test_a_disc_is_round_compact_and_has_a_sharp_edge() -> None:
    part, _ = best(picture_of(disc(8)))
    assert part.diameter_mm == pytest.approx(16, abs=0.5)
    assert part.asymmetry == pytest.approx(0, abs=0.02)
    assert part.compactness == pytest.approx(1, abs=0.15)
    assert (part.bordering, part.growth) == (0, 1)
    assert not part.is_bright
    bright, _ = best(picture_of(disc(8, 40)))
    assert bright.is_bright


def test_an_ellipse_of_3_to_1_has_an_asymmetry_of_two_thirds() -> None:
    ellipse = np.where(((ROWS - 40) / 6) ** 2 + ((COLUMNS - 50) / 18) ** 2 <= 1, -40.0, 0.0)
    part, _ = best(picture_of(ellipse))
    assert part.asymmetry == pytest.approx(2 / 3, abs=0.02)


def test_what_ends_above_and_below_scores_higher_than_what_runs_on() -> None:
    """A ball of 12 mm on slices of 2 mm, and a vessel of 12 mm across them."""
    ball = [disc((36 - z**2) ** 0.5) if abs(z) < 6 else disc(0, 0) for z in range(-8, 9, 2)]
    ends, score_of_ball = best(picture_of(*ball))
    runs_on, score_of_vessel = best(picture_of(*[disc(6)] * 9))
    assert (ends.along, runs_on.along) == (pytest.approx(0), pytest.approx(1))
    assert score_of_ball > score_of_vessel


def test_a_lesion_scores_higher_than_a_vessel_along_the_slice_and_the_livers_edge() -> None:
    vessel = np.where(abs(ROWS - 40) <= 3, -40.0, 0.0)
    edge = np.where(ROWS < 8, -40.0, 0.0)
    _, lesion = best(picture_of(disc(6)))
    assert lesion > max(best(picture_of(vessel))[1], best(picture_of(edge))[1]) + 0.3


def test_a_faint_core_grows_to_its_whole_lesion() -> None:
    noise = np.random.default_rng(1).normal(0, 2, (80, 100))
    lesion = disc(9, -30)
    darkest = np.minimum(lesion, disc(4, -36)) + noise
    core = np.zeros((7, 7), bool)
    core[1:6, 1:6] = True
    part = Part(37, 47, core, False, 34, 5.6, 0, 1, 0, 1, 0.4)
    wide = replace(part, top=34, left=44, mask=np.ones((13, 13), bool))
    top, left, mask = grown(wide, picture_of(darkest))
    marked = np.zeros((80, 100), bool)
    marked[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    truth = lesion < 0
    assert 2 * (marked & truth).sum() / (marked.sum() + truth.sum()) > 0.95
    # A region many times larger than the part has leaked.
    assert grown(part, picture_of(darkest)) == (37, 47, core)


def test_clusters_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    values = np.concatenate([rng.normal(-45, 3, 60), rng.normal(0, 4, 150), rng.normal(30, 2, 30)])
    peaks = cluster_peaks(values, 10.0)
    theirs = MeanShift(bandwidth=10.0, bin_seeding=True).fit(values[:, None])
    of_each = theirs.cluster_centers_[theirs.labels_, 0]
    assert len(np.unique(peaks)) == len(theirs.cluster_centers_) == 3
    assert np.mean(abs(peaks - of_each) < 1.0) > 0.99


@pytest.fixture(scope="module")
def phantom() -> Phantom:
    return make_phantom(5, SHAPE, SPACING_MM, lesions=3)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return find_detector("geometric").load(runtime="onnx", threads=1)


def largest_on(phantom: Phantom) -> tuple[int, Box]:
    """The slice and box of the largest lesion."""
    boxes = [(i, Box(*box)) for lesion in phantom.lesions for i, box in lesion.boxes.items()]
    return max(boxes, key=lambda found: found[1].area)


def test_the_command_finds_the_largest_lesion_of_a_phantom(
    phantom: Phantom, tmp_path: Path
) -> None:
    index, truth = largest_on(phantom)
    write_series(tmp_path / "ct", phantom.hu, phantom.spacing_mm, seed=1)
    output = tmp_path / "found.csv"
    slices = f"{index}:{index + 1}"
    command = ["detect", str(tmp_path / "ct"), "--model", "geometric", "--slices", slices]
    assert main([*command, "--min-score", "0.05", "--output", str(output)]) == 0
    with output.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    boxes = [Box(*(float(row[c]) for c in ("x1", "y1", "x2", "y2"))) for row in rows]
    assert max(truth.iou(box) for box in boxes) > 0.6
    assert {row["model_sha256"] for row in rows} == {""}


def test_boxes_are_tight_about_their_masks_within_the_liver_on_the_stored_image(
    phantom: Phantom, detector: Detector, make_volume: Callable[..., CTVolume]
) -> None:
    index, truth = largest_on(phantom)
    affine = np.diag([*SPACING_MM[::-1], 1.0])
    mirrored = np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine
    found = []
    for hu, lies in ((phantom.hu, affine), (phantom.hu[:, ::-1, ::-1], mirrored)):
        volume = make_volume(hu, SPACING_MM)
        volume.series = replace(volume.series, geometry=geometry_of_grid(lies, hu.shape))
        (answer,) = detector.detect(volume, [index])
        assert answer.has_liver and answer.liver is not None
        for one in answer.detections:
            assert one.mask is not None
            on_image = one.mask.on(*SHAPE[1:])
            rows, columns = np.flatnonzero(on_image.any(1)), np.flatnonzero(on_image.any(0))
            assert one.box == Box(columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
            assert 0.05 <= one.score <= 1
        found.append(answer.detections)
    there = [Box(192 - b.x2, 192 - b.y2, 192 - b.x1, 192 - b.y1) for b in (d.box for d in found[1])]
    assert len(there) == len(found[0])
    assert max(truth.iou(one.box) for one in found[0]) > 0.6
    assert max(truth.iou(box) for box in there) > 0.6


def test_a_slice_without_liver_is_answered_at_once(
    detector: Detector, make_volume: Callable[..., CTVolume]
) -> None:
    air = make_volume(np.full((3, 64, 64), -1000, np.int16))
    (answer,) = detector.detect(air, [1])
    assert (answer.detections, answer.has_liver, answer.liver) == ((), False, None)


def test_its_card_says_what_it_is_and_how_good(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    said = capsys.readouterr().out.split("geometric 1 ")[1]
    assert "a method without weights" in said
    assert "Ruskó" in said and "limits:" in said
    assert "measured on case 1 of 3D-IRCADb-01" in said
