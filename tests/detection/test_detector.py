"""Detectors: from a checkpoint and a volume to boxes on the image."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.loading import VolumeLoader
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.checkpoints.checkpoint import Card, load_model, write_checkpoint
from lesion_viewer.detection.detector import Detector, load_detector
from lesion_viewer.detection.inputs import InputDefinition, model_input
from lesion_viewer.detection.linking import link
from lesion_viewer.detection.models import ARCHITECTURES
from lesion_viewer.detection.running import Sweep
from lesion_viewer.detection.runtimes import torch_network
from lesion_viewer.errors import DetectionError

HALVED = InputDefinition(Window(400, 0), pixel_mm=2.0)


class BrightestBox(nn.Module):
    """A model made by hand: the box round what is bright, by its mean brightness."""

    def __init__(self) -> None:
        super().__init__()
        self.threshold = nn.Parameter(torch.tensor(0.5))

    def forward(self, images: list[torch.Tensor]) -> list[dict[str, torch.Tensor]]:
        return [self._answer(image[1]) for image in images]

    def _answer(self, image: torch.Tensor) -> dict[str, torch.Tensor]:
        rows, columns = torch.nonzero(image > self.threshold, as_tuple=True)
        if len(rows) == 0:
            return answer()
        box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        return answer(([float(x) for x in box], 0.9))


def answer(*boxes: tuple[list[float], float]) -> dict[str, torch.Tensor]:
    return {
        "boxes": torch.tensor([box for box, _ in boxes]).reshape(-1, 4),
        "scores": torch.tensor([score for _, score in boxes]),
        "labels": torch.ones(len(boxes), dtype=torch.int64),
    }


@pytest.fixture
def detector_of(
    tmp_path: Path, make_card: Callable[..., Card], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Detector]:
    """A detector of a hand-made model, by way of a checkpoint."""

    def make(model: nn.Module, **options: Any) -> Detector:
        monkeypatch.setitem(ARCHITECTURES, "by_hand", lambda *shape: model)
        card = make_card(architecture="by_hand", input=HALVED)
        write_checkpoint(tmp_path / "by_hand", model, card)
        return load_detector(tmp_path / "by_hand", **{"device": "cpu"} | options)

    return make


@pytest.fixture
def volume(make_volume: Callable[..., CTVolume]) -> CTVolume:
    """Fat with a bright block over columns 20 to 40 and rows 10 to 60 on slices 3 to 5."""
    voxels = np.full((8, 100, 80), -100, np.int16)
    voxels[3:6, 10:60, 20:40] = 200
    return make_volume(voxels)


def test_boxes_are_in_pixels_of_the_image_whatever_the_model_saw(
    detector_of: Callable[..., Detector], volume: CTVolume
) -> None:
    found = list(detector_of(BrightestBox()).detect(volume, [4, 2]))
    assert [f.slice_index for f in found] == [4, 2]
    (detection,) = found[0].detections
    assert detection.box == Box(20, 10, 40, 60)
    assert detection.score == pytest.approx(0.9)
    assert found[1].detections == ()


class Answers(nn.Module):
    """A model that always gives the same boxes."""

    def __init__(self, *boxes: tuple[list[float], float]) -> None:
        super().__init__()
        self._boxes = boxes

    def forward(self, images: list[torch.Tensor]) -> list[dict[str, torch.Tensor]]:
        return [answer(*self._boxes) for _ in images]


def test_boxes_are_clamped_sorted_by_score_and_those_without_area_left_out(
    detector_of: Callable[..., Detector], volume: CTVolume
) -> None:
    model = Answers(
        ([1, 1, 5, 5], 0.3),
        ([-4, -4, 10, 900], 0.8),
        ([50, 5, 60, 9], 0.9),  # right of the image, which is 40 pixels wide to the model
        ([7, 7, 7, 9], 0.9),
        ([7, 7, float("inf"), 9], 0.9),
        ([float("nan"), 7, 9, 9], 0.9),
        ([1, 1, 9, 9], 0.04),
    )
    (found,) = detector_of(model).detect(volume, [0])
    assert [d.box.as_tuple() for d in found.detections] == [(0, 0, 20, 100), (2, 2, 10, 10)]
    assert [d.score for d in found.detections] == pytest.approx([0.8, 0.3])


class SeesChannels(nn.Module):
    """A model made by hand that finds nothing and keeps the mean of each channel it was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.threshold = nn.Parameter(torch.tensor(0.5))
        self.seen: list[list[float]] = []

    def forward(self, images: list[torch.Tensor]) -> list[dict[str, torch.Tensor]]:
        self.seen += [[round(float(c.mean()), 2) for c in image] for image in images]
        return [answer() for _ in images]


def test_no_input_mixes_slices_at_one_place_that_nothing_tells_apart(
    detector_of: Callable[..., Detector], make_volume: Callable[..., CTVolume]
) -> None:
    """Slices of 0, .1, .2 ... of the window at 0, 5, 5, 10, 15, 15, 20 mm."""
    locations_mm = (0.0, 5.0, 5.0, 10.0, 15.0, 15.0, 20.0)
    voxels = np.repeat(np.arange(7, dtype=np.int16) * 40 - 200, 64).reshape(7, 8, 8)
    plain = make_volume(voxels)
    slices = tuple(
        replace(source, location_mm=mm)
        for source, mm in zip(plain.series.slices, locations_mm, strict=True)
    )
    doubled = CTVolume(replace(plain.series, slices=slices))
    for i in range(7):
        doubled.put(i, voxels[i])
    model = SeesChannels()
    list(detector_of(model).detect(doubled, range(7)))
    # Each channel beside a slice is one whose place nobody shares, or the slice itself.
    assert model.seen == [
        [0, 0, 0],
        [0, 0.1, 0.1],
        [0.2, 0.2, 0.3],
        [0.3, 0.3, 0.3],
        [0.3, 0.4, 0.4],
        [0.5, 0.5, 0.6],
        [0.6, 0.6, 0.6],
    ]


def test_the_lowest_score_is_a_choice(
    detector_of: Callable[..., Detector], volume: CTVolume
) -> None:
    model = Answers(([1, 1, 9, 9], 0.04))
    (found,) = detector_of(model, min_score=0.01).detect(volume, [0])
    assert len(found.detections) == 1


def test_a_score_that_is_not_a_number_is_an_error(
    detector_of: Callable[..., Detector], volume: CTVolume
) -> None:
    detector = detector_of(Answers(([1, 1, 9, 9], float("nan"))))
    with pytest.raises(DetectionError, match="not a number"):
        list(detector.detect(volume, [0]))


class FakeGPU(BrightestBox):
    """Stands for a GPU that cannot be had: memory for ``room`` slices and no more."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room
        self.batches: list[int] = []

    def forward(self, images: list[torch.Tensor]) -> list[dict[str, torch.Tensor]]:
        self.batches.append(len(images))
        if images[0].device.type == "meta":
            if len(images) > self.room:
                raise torch.OutOfMemoryError("CUDA out of memory")
            return [answer() for _ in images]
        return super().forward(images)

    def to(self, *args: object, **more: object) -> "FakeGPU":
        return self


@pytest.fixture
def on_fake_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch_network, "_chosen_device", lambda name: "meta")


@pytest.mark.usefixtures("on_fake_gpu")
def test_out_of_memory_halves_the_batch_and_says_so(
    detector_of: Callable[..., Detector], volume: CTVolume
) -> None:
    notices: list[str] = []
    model = FakeGPU(room=2)
    detector = detector_of(model, on_notice=notices.append)
    found = list(detector.detect(volume, range(8)))
    assert [f.slice_index for f in found] == list(range(8))
    assert model.batches == [8, 4, 2, 2, 2, 2]
    assert detector.batch_size == 2
    assert len(notices) == 2 and all("memory" in notice for notice in notices)


@pytest.mark.usefixtures("on_fake_gpu")
def test_without_memory_for_one_slice_the_cpu_goes_on(
    detector_of: Callable[..., Detector], volume: CTVolume
) -> None:
    notices: list[str] = []
    detector = detector_of(FakeGPU(room=0), on_notice=notices.append)
    found = list(detector.detect(volume, range(8)))
    assert [len(f.detections) for f in found] == [0, 0, 0, 1, 1, 1, 0, 0]
    assert detector.device_name.startswith("CPU")
    assert "CPU" in notices[-1]


class LostGPU(FakeGPU):
    """Stands for a GPU whose driver gave it up: every call fails from then on."""

    def forward(self, images: list[torch.Tensor]) -> list[dict[str, torch.Tensor]]:
        raise torch.AcceleratorError("CUDA error: unspecified launch failure\nCompile with ...")


@pytest.mark.usefixtures("on_fake_gpu")
def test_a_gpu_that_is_lost_is_told_in_one_line_with_what_to_do(
    detector_of: Callable[..., Detector], volume: CTVolume
) -> None:
    with pytest.raises(DetectionError) as told:
        list(detector_of(LostGPU(room=8)).detect(volume, [0]))
    assert str(told.value) == (
        "the GPU was lost (CUDA error: unspecified launch failure); what it found is kept,"
        " search again to go on"
    )


def test_a_device_that_is_not_here_is_refused(checkpoint: Path) -> None:
    with pytest.raises(DetectionError, match="no device 'tpu'"):
        load_detector(checkpoint, device="tpu")


def test_an_input_of_other_channels_than_the_network_is_an_error_of_the_checkpoint(
    tmp_path: Path, checkpoint: Path, make_card: Callable[..., Card]
) -> None:
    model, _ = load_model(checkpoint)
    nine = make_card(input=InputDefinition(Window(450, 50), slices=9))
    write_checkpoint(tmp_path / "nine", model, nine)
    with pytest.raises(DetectionError, match="does not fit"):
        load_detector(tmp_path / "nine")


def test_the_viewer_detects_what_training_evaluates(checkpoint: Path, volume: CTVolume) -> None:
    """The detector's boxes are those of the bare network on the shared input."""
    detector = load_detector(checkpoint, device="cpu", min_score=0.0)
    (found,) = detector.detect(volume, [4])
    model, card = load_model(checkpoint)
    seen = model_input(volume.voxels, 4, volume.series.spacing_mm, card.input)
    with torch.inference_mode():
        (output,) = model([torch.from_numpy(seen.image)])
    assert len(found.detections) == len(output["boxes"]) > 0
    np.testing.assert_allclose(
        [d.score for d in found.detections], output["scores"].numpy(), rtol=1e-3, atol=1e-5
    )
    np.testing.assert_allclose(
        [d.box.as_tuple() for d in found.detections], output["boxes"].numpy(), atol=0.05
    )


def test_detecting_leaves_the_callers_small_numbers_alone(
    detector_of: Callable[..., Detector], volume: CTVolume
) -> None:
    list(detector_of(BrightestBox()).detect(volume, [4]))
    assert np.float64(1e-310) / 2 > 0


@pytest.mark.realdata
def test_a_sweep_of_20_slices_of_a_real_ct_runs_to_the_end(
    real_data: Path, checkpoint: Path
) -> None:
    (series,) = open_study(real_data / "ircadb01" / "case01" / "DICOM").series
    loader = VolumeLoader(volume := CTVolume(series), first=60)
    threading.Thread(target=loader.run, args=[lambda slice_index: None], daemon=True).start()
    detector = load_detector(checkpoint, device="cpu", min_score=0.0)
    sweep = Sweep(detector, volume, range(50, 70), first=60)
    found = list(sweep)
    loader.cancel()
    assert sorted(f.slice_index for f in found) == list(range(50, 70))
    assert all(f.detections for f in found)
    assert sum(len(c.detections) for c in link(found)) == sum(len(f.detections) for f in found)
