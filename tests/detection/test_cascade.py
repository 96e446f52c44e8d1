"""The cascade of networks, with networks made by hand that mark what is bright or dark."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lesion_viewer.ct.images.label_images import read_label_image
from lesion_viewer.ct.labels.label_volume import labels_of_image
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.checkpoints.checkpoint import GATE, Card, write_checkpoint
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.fcn.cascade import Cascade, LesionDetector, LesionSegmenter
from lesion_viewer.detection.fcn.liver import LiverNetwork, LiverSegmenter
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.detection.installed import find_segmenter, of_checkpoint
from lesion_viewer.detection.linking import link
from lesion_viewer.detection.models import build_model
from lesion_viewer.detection.running import segment
from lesion_viewer.detection.runtimes.network import Output
from lesion_viewer.errors import DetectionError
from lesion_viewer.geometry.series_geometry import geometry_of_grid
from tests.turned import EIGHT, Ways, stored

MakeVolume = Callable[..., CTVolume]
MakeCard = Callable[..., Card]

AIR, MUSCLE, LIVER, LESION = -1000, 50, 120, 70
SPACING = (2.5, 1.0, 1.0)
SLICES = slice(3, 11)
SQUARE = slice(30, 80), slice(20, 90)
BALL_MM, MIDDLE = 7.5, (7, 50, 60)


def patient(*balls: tuple[int, int, int]) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    """A square liver among muscle with dark balls in it, and where the balls are."""
    hu = np.full((14, 120, 110), AIR, np.int16)
    hu[:, 10:110, 10:100] = MUSCLE
    hu[SLICES, *SQUARE] = LIVER
    places = np.moveaxis(np.indices(hu.shape), 0, -1) * SPACING
    is_lesion = np.zeros(hu.shape, bool)
    for ball in balls:
        is_lesion |= np.linalg.norm(places - np.multiply(ball, SPACING), axis=-1) < BALL_MM
    hu[is_lesion] = LESION
    return hu, is_lesion


@dataclass
class ByHand:
    """A network that needs no weights."""

    label: str
    chance: Callable[[NDArray[np.float32]], NDArray[np.float32]]
    device_name: str = "by hand"
    batch_size: int = 1
    runs: int = 0

    def run(self, images: Sequence[NDArray[np.float32]]) -> list[Output]:
        self.runs += len(images)
        return [{self.label: self.chance(image[len(image) // 2])} for image in images]


def is_bright(hu: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.where(hu > 95, 0.9, 0.1).astype(np.float32)


def is_dark(hu: NDArray[np.float32]) -> NDArray[np.float32]:
    """Also the muscle beside the liver is as dark."""
    return np.where(hu < 95, 0.8, 0.02).astype(np.float32)


@pytest.fixture
def cascade(make_card: MakeCard) -> Cascade:
    seen = InputDefinition(Window(400, 40), slices=1, pixel_mm=2.0)
    hu = lambda image: image * 400 - 160  # noqa: E731
    cards = [
        make_card(name=name, architecture="fcn", options={"marks": marks}, input=one)
        for name, marks, one in (
            ("livers", "liver", seen),
            ("lesions", "lesion", replace(seen, pixel_mm=1.0)),
        )
    ]
    liver = LiverNetwork(ByHand("liver", lambda image: is_bright(hu(image))), cards[0])
    return Cascade(liver, ByHand("lesion", lambda image: is_dark(hu(image))), cards[1])


def dice(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    return float(2 * (a & b).sum() / (a.sum() + b.sum()))


def test_the_liver_is_marked_with_the_lesion_in_it(
    cascade: Cascade, make_volume: MakeVolume
) -> None:
    hu, lesion = patient(MIDDLE)
    masks = segment(LesionSegmenter(cascade), make_volume(hu, SPACING))
    assert masks is not None and masks.labels == ("liver", "lesion")
    assert dice(masks.of("lesion"), lesion) > 0.9
    assert dice(masks.values > 0, (hu == LIVER) | lesion) > 0.95
    alone = segment(LiverSegmenter(cascade.liver), make_volume(hu, SPACING))
    assert alone is not None
    assert np.array_equal(alone.of("liver"), masks.values > 0)


def test_what_is_dark_outside_the_liver_is_no_lesion(
    cascade: Cascade, make_volume: MakeVolume
) -> None:
    hu, _ = patient()
    answers = list(LesionDetector(cascade, 0.05).detect(make_volume(hu, SPACING), range(14)))
    assert not [d for answer in answers for d in answer.detections]
    has_liver = [answer.has_liver for answer in answers]
    assert has_liver == [SLICES.start <= i < SLICES.stop for i in range(14)]


def test_a_patient_without_a_liver_has_no_mask(cascade: Cascade, make_volume: MakeVolume) -> None:
    hu, _ = patient()
    hu[hu == LIVER] = MUSCLE
    for voxels in (hu, hu[:1], np.full_like(hu, AIR)):
        masks = segment(LesionSegmenter(cascade), make_volume(voxels, SPACING))
        assert masks is not None and not masks.values.any()


def test_a_second_bright_organ_that_is_small_is_none_of_the_liver(
    cascade: Cascade, make_volume: MakeVolume
) -> None:
    hu, _ = patient()
    hu[5:8, 95:105, 70:90] = LIVER
    masks = segment(LiverSegmenter(cascade.liver), make_volume(hu, SPACING))
    assert masks is not None
    assert masks.of("liver")[6, 30:80, 20:90].mean() > 0.95
    assert not masks.of("liver")[:, 95:105].any()


def test_boxes_lie_tight_round_masks_and_make_a_candidate_for_each_lesion(
    cascade: Cascade, make_volume: MakeVolume
) -> None:
    hu, lesion = patient(MIDDLE, (6, 45, 35))
    detector = LesionDetector(cascade, 0.05)
    answers = list(detector.detect(make_volume(hu, SPACING), range(14)))
    candidates = link(answers)
    assert len(candidates) == 2 and all(0.65 < c.score < 0.81 for c in candidates)
    for answer in answers:
        assert (answer.liver is not None) == answer.has_liver
        for found in answer.detections:
            assert found.mask is not None and 0.3 <= found.score <= 0.81
            there = np.argwhere(found.mask.on(120, 110))
            (top, left), (bottom, right) = there.min(0), there.max(0) + 1
            assert found.box.as_tuple() == (left, top, right, bottom)
            assert lesion[answer.slice_index][tuple(there.mean(0).astype(int))]


def test_the_volume_is_looked_at_once(cascade: Cascade, make_volume: MakeVolume) -> None:
    volume = make_volume(patient(MIDDLE)[0], SPACING)
    detector = LesionDetector(cascade, 0.05)
    assert detector.info.neighbours.slices is None
    apart = [next(iter(detector.detect(volume, [i]))) for i in range(14)]
    assert isinstance(cascade.network, ByHand) and cascade.network.runs <= 14
    assert apart == list(LesionDetector(cascade, 0.05).detect(volume, range(14)))


@pytest.mark.parametrize("ways", EIGHT)
def test_masks_lie_in_stored_pixels_however_the_slices_are_stored(
    ways: Ways, cascade: Cascade, make_volume: MakeVolume
) -> None:
    plain, lesion = patient((6, 45, 35))
    hu, affine = stored(plain, np.diag((1.0, 1.0, 2.5, 1.0)), ways)
    volume = make_volume(hu, SPACING)
    volume.series = replace(volume.series, geometry=geometry_of_grid(affine, hu.shape))
    masks = segment(LesionSegmenter(cascade), volume)
    assert masks is not None
    assert dice(masks.of("lesion"), stored(lesion, affine, ways)[0]) > 0.9
    assert dice(masks.values > 0, (hu == LIVER) | (hu == LESION)) > 0.95


def test_a_slice_that_was_not_read_has_no_mask(cascade: Cascade, make_volume: MakeVolume) -> None:
    volume = make_volume(patient(MIDDLE)[0], SPACING, unread=(6,))
    volume.fail(6, "gone")
    masks = segment(LesionSegmenter(cascade), volume)
    assert masks is not None
    assert not masks.values[6].any() and masks.values[5].any() and masks.values[7].any()


@pytest.fixture
def folder(tmp_path: Path, make_card: MakeCard) -> Path:
    """An untrained cascade: a checkpoint of lesions with the liver's in its folder."""
    seen = InputDefinition(Window(400, 40), slices=3, pixel_mm=3.0)
    gate = write_network(tmp_path / "lesions" / GATE, make_card, "liver", input=seen)
    written = write_network(tmp_path / "new", make_card, "lesion", input=seen, gate=gate.sha256)
    for file in (tmp_path / "new").iterdir():
        file.rename(tmp_path / "lesions" / file.name)
    assert written.info.neighbours.slices is None
    return tmp_path / "lesions"


def write_network(folder: Path, make_card: MakeCard, marks: str, **changes: object) -> Card:
    options = {"width": 4, "marks": marks}
    card = make_card(name=f"{marks}s", architecture="fcn", options=options, **changes)
    return write_checkpoint(folder, build_model("fcn", options, slices=3), card)


def test_a_checkpoint_of_lesions_is_a_detector_and_a_segmenter(
    folder: Path, make_volume: MakeVolume
) -> None:
    installed = of_checkpoint(folder)
    assert not installed.has_gate
    volume = make_volume(patient(MIDDLE)[0], SPACING)
    answers = list(installed.load("cpu", runtime="torch").detect(volume, range(14)))
    assert [answer.slice_index for answer in answers] == list(range(14))
    masks = segment(find_segmenter(str(folder)).load(), volume)
    assert masks is not None and masks.labels == ("liver", "lesion")


def test_a_checkpoint_of_livers_is_a_segmenter_alone(folder: Path) -> None:
    assert find_segmenter(str(folder / GATE)).info.labels == ("liver",)
    with pytest.raises(DetectionError, match="marks the liver and is no detector"):
        of_checkpoint(folder / GATE)
    with pytest.raises(DetectionError, match="finds no lesions; use segment"):
        load_detector(folder / GATE, "cpu")


def test_a_liver_that_the_card_does_not_name_is_refused(
    folder: Path, tmp_path: Path, make_card: MakeCard
) -> None:
    seen = InputDefinition(Window(400, 40), slices=3, pixel_mm=3.0)
    write_network(folder / GATE, make_card, "liver", input=seen)
    with pytest.raises(DetectionError, match="not the liver's network that lesions names"):
        load_detector(folder, "cpu")


@pytest.mark.realdata
def test_the_bundled_cascade_marks_liver_and_tumour_of_case_1(
    real_data: Path, make_volume: MakeVolume
) -> None:
    (series,) = open_study(real_data / "ircadb01/case01/DICOM").series
    image = read_label_image(real_data / "ircadb01/case01/labels.nii.gz")
    labels = labels_of_image(series, image)
    part = slice(92, 102)
    whole = (part, slice(None), slice(None))
    marks = {value: labels.mask(value, whole) for value in (1, *range(10, 18))}
    liver, tumours = np.any(list(marks.values()), 0), np.any(list(marks.values())[1:], 0)
    hu = np.stack([series.decode(i) for i in range(part.start, part.stop)])
    masks = segment(find_segmenter("fcn_lesion").load(), make_volume(hu, series.spacing_mm))
    assert masks is not None
    assert dice(masks.values > 0, liver) > 0.93
    assert dice(masks.of("lesion"), tumours) > 0.4
