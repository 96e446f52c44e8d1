"""Which slices a network is asked about, and what their inputs share."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch import nn

from lesion_viewer.ct.phantom.abdomen import make_phantom
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.detection import inputs
from lesion_viewer.detection.body import BodySegmenter, may_hold_body
from lesion_viewer.detection.checkpoints.checkpoint import Card, write_checkpoint
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.inputs import Channels, InputDefinition, volume_input
from lesion_viewer.detection.models import ARCHITECTURES
from lesion_viewer.detection.running import segment

MakeVolume = Callable[..., CTVolume]
Slice = NDArray[np.int16]
SIDE, PIXEL_MM = 200, 1.5
DEFINITION = InputDefinition(Window(400, 0), pixel_mm=2.5)


class Counting(nn.Module):
    """A model made by hand: the same box in every image, which it counts."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0
        self.unused = nn.Parameter(torch.zeros(1))

    def forward(self, images: list[torch.Tensor]) -> list[dict[str, torch.Tensor]]:
        self.seen += len(images)
        one = {"boxes": [[10.0, 10, 20, 20]], "scores": [float(images[0].mean())]}
        return [
            {name: torch.tensor(value) for name, value in one.items()} | {"labels": torch.ones(1)}
            for _ in images
        ]


@pytest.fixture
def counting(
    tmp_path: Path, make_card: Callable[..., Card], monkeypatch: pytest.MonkeyPatch
) -> tuple[Counting, Path]:
    """The model, and its checkpoint."""
    model = Counting()
    monkeypatch.setitem(ARCHITECTURES, "by_hand", lambda *shape: model)
    card = make_card(architecture="by_hand", input=DEFINITION)
    write_checkpoint(tmp_path / "c", model, card)
    return model, tmp_path / "c"


def air() -> Slice:
    return np.random.default_rng(0).normal(-1000, 15, (SIDE, SIDE)).astype(np.int16)


def table() -> Slice:
    """Foam between two shells of 3 mm, 120 mm wide, as under case 1."""
    hu = air()
    hu[140:160, 20:180] += 50
    hu[140:142, 20:180] = hu[158:160, 20:180] = 100
    return hu


def leg() -> Slice:
    """16 mm thick."""
    hu = table()
    y, x = np.mgrid[:SIDE, :SIDE] * PIXEL_MM
    hu[(y - 100) ** 2 + (x - 150) ** 2 < 8**2] = 40
    return hu


def lung() -> Slice:
    """All of the picture is lung, with a nodule of 6 mm."""
    hu = np.random.default_rng(1).normal(-860, 60, (SIDE, SIDE)).astype(np.int16)
    hu[100:104, 100:104] = 30
    return hu


def test_slices_of_air_and_a_table_alone_are_answered_and_not_searched(
    counting: tuple[Counting, Path], make_volume: MakeVolume
) -> None:
    model, folder = counting
    volume = make_volume(np.stack([air(), table(), leg(), lung()]), (5.0, PIXEL_MM, PIXEL_MM))
    found = list(load_detector(folder, "cpu", min_score=0.0).detect(volume, [0, 1, 2, 3]))
    assert [(f.slice_index, len(f.detections)) for f in found] == [(0, 0), (1, 0), (2, 1), (3, 1)]
    assert model.seen == 2


@pytest.mark.parametrize("shape", [(5, 3), (1, 40), (12, 12)])
def test_a_picture_that_is_smaller_than_any_body_is_searched(
    shape: tuple[int, int], make_volume: MakeVolume
) -> None:
    assert may_hold_body(make_volume(np.full((1, *shape), 40, np.int16), (5.0, 1.0, 1.0)), 0)


@pytest.mark.parametrize("seed", range(4))
def test_every_slice_of_a_phantom_is_searched(seed: int, make_volume: MakeVolume) -> None:
    made = make_phantom(seed, (6, 128, 128), (30.0, 3.0, 3.0))
    volume = make_volume(made.hu, made.spacing_mm)
    assert all(may_hold_body(volume, i) for i in range(6))


@pytest.mark.realdata
@pytest.mark.parametrize("ct", ["ircadb01/case01/DICOM", "totalsegmentator/example_ct.nii.gz"])
def test_every_slice_of_a_patient_is_searched(real_data: Path, ct: str) -> None:
    """So that no box of them changes."""
    volume = load_volume(open_study(real_data / ct).series[0])
    assert all(may_hold_body(volume, i) for i in range(len(volume)))


@pytest.mark.realdata
def test_a_patients_table_is_not_searched_without_the_patient(real_data: Path) -> None:
    volume = load_volume(open_study(real_data / "ircadb01/case01/DICOM").series[0])
    masks = segment(BodySegmenter(), volume)
    assert masks is not None
    for i in range(0, len(volume), 8):
        volume.voxels[i][ndimage.binary_dilation(masks.of("body")[i], iterations=26)] = -1000
        assert not may_hold_body(volume, i)


def test_shared_channels_give_the_inputs_that_each_slice_has_alone(
    make_volume: MakeVolume, monkeypatch: pytest.MonkeyPatch
) -> None:
    voxels = np.random.default_rng(0).normal(0, 150, (12, 50, 60)).astype(np.int16)
    volume = make_volume(voxels, (2.0, 1.0, 1.0))
    definition = InputDefinition(Window(400, 0), step_mm=4.0, pixel_mm=1.5)
    size = volume_input(volume, 0, definition).image[0].nbytes
    for kept in (0, 4, 100):
        monkeypatch.setattr(inputs, "KEPT_BYTES", kept * size)
        made = Channels()
        for i in (5, 6, 4, 7, 3, 8, 2, 9, 1, 10, 0, 11):
            shared = volume_input(volume, i, definition, made)
            np.testing.assert_array_equal(
                shared.image, volume_input(volume, i, definition).image, strict=True
            )


def test_a_detector_that_is_given_another_volume_sees_that_one(
    counting: tuple[Counting, Path], make_volume: MakeVolume
) -> None:
    detector = load_detector(counting[1], "cpu", min_score=0.0)
    scores = []
    for hu in (0, 100, 0):
        volume = make_volume(np.full((3, 40, 40), hu, np.int16))
        ((found,),) = (f.detections for f in detector.detect(volume, [1]))
        scores.append(found.score)
    assert scores == pytest.approx([0.5, 0.75, 0.5])
