"""One 512 x 512 slice through the viewer's detector, against torchvision's as it comes."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torchvision.models.detection import fasterrcnn_resnet50_fpn

from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.checkpoints.checkpoint import Card, find_checkpoint, write_checkpoint
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.inputs import InputDefinition, model_input
from lesion_viewer.detection.models import build_model

SIDE, RUNS, PROPOSALS, MIN_SCORE = 512, 5, 300, 0.05
OPTIONS = {
    "backbone": "resnet50",
    "norm": "batch",
    "levels": [2, 3, 4, 5, 6],
    "anchor_sizes": [[32], [64], [128], [256], [512]],
    "anchor_ratios": [0.5, 1.0, 2.0],
    "proposals": PROPOSALS,
    "image_mean": [0.485, 0.456, 0.406],
    "image_std": [0.229, 0.224, 0.225],
}
INPUT = InputDefinition(Window(450, 50))


@pytest.fixture(scope="module")
def volume() -> CTVolume:
    grey = np.random.default_rng(0).normal(0, 1, (3, SIDE // 8, SIDE // 8))
    voxels = np.kron(grey, np.ones((1, 8, 8)))
    voxels = (50 + 80 * voxels).astype(np.int16)
    slices = tuple(SliceSource(f"{i}.dcm") for i in range(3))
    series = Series(
        "1.2", "1", "CT", "", 1, slices, voxels.shape, (5.0, 0.8, 0.8), None, (), voxels.__getitem__
    )
    volume = CTVolume(series)
    for i in range(3):
        volume.put(i, voxels[i])
    return volume


@pytest.fixture(scope="module")
def image(volume: CTVolume) -> torch.Tensor:
    return torch.from_numpy(model_input(volume.voxels, 1, volume.series.spacing_mm, INPUT).image)


def torchvisions(image: torch.Tensor, weights: dict[str, torch.Tensor] | None = None, **options):
    """Torchvision's Faster R-CNN, untrained; norms fitted to the image, scores from 0 to 1."""
    torch.manual_seed(0)
    model = fasterrcnn_resnet50_fpn(weights=None, weights_backbone=None, num_classes=2, **options)
    if weights is not None:
        model.load_state_dict(weights)
        return model.eval()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None
    with torch.no_grad():
        model.backbone.body.train()(image[None])
        model.roi_heads.box_predictor.cls_score.weight.mul_(0.02)
        model.roi_heads.box_predictor.bbox_pred.weight.mul_(0.02)
    return model.eval()


@torch.inference_mode()
def test_a_slice_gets_torchvisions_boxes_in_less_time(
    volume: CTVolume, image: torch.Tensor, tmp_path: Path
) -> None:
    as_it_comes = torchvisions(image)
    weights = as_it_comes.state_dict()
    same_size = torchvisions(
        image,
        weights,
        min_size=SIDE,
        max_size=SIDE,
        rpn_pre_nms_top_n_test=PROPOSALS,
        rpn_post_nms_top_n_test=PROPOSALS,
        box_score_thresh=MIN_SCORE,
    )
    ours = build_model("faster_rcnn", OPTIONS, slices=3)
    ours.load_state_dict(weights)
    card = Card("bench", "1", "faster_rcnn", OPTIONS, INPUT, ("lesion",), "none", "none", 0.5)
    write_checkpoint(tmp_path / "bench", ours, card)
    detector = load_detector(tmp_path / "bench", "cpu", MIN_SCORE)

    (expected,) = same_size([image])
    (found,) = detector.detect(volume, [1])
    assert len(expected["scores"]) > 10
    np.testing.assert_allclose([d.score for d in found.detections], expected["scores"], atol=1e-3)
    boxes = np.array([d.box.as_tuple() for d in found.detections])
    np.testing.assert_allclose(boxes, expected["boxes"], rtol=1e-3, atol=0.1)

    default_s, same_s, ours_s = interleaved_medians(
        lambda: as_it_comes([image]),
        lambda: same_size([image]),
        lambda: list(detector.detect(volume, [1])),
    )
    print(
        f"\nFaster R-CNN ResNet-50-FPN, one {SIDE} x {SIDE} slice, {torch.get_num_threads()}"
        f" threads: torchvision as it comes {default_s:.2f} s; at {SIDE} px with {PROPOSALS}"
        f" proposals {same_s:.2f} s; ours, with the same {len(boxes)} boxes, {ours_s:.2f} s:"
        f" {default_s / ours_s:.1f}x ahead (wanted 4), {same_s / ours_s:.1f}x at the same settings"
    )


@torch.inference_mode()
def test_the_bundled_liver_detector_beside_torchvisions(
    volume: CTVolume, image: torch.Tensor
) -> None:
    as_it_comes = torchvisions(image)
    detector = load_detector(find_checkpoint("liver"), "cpu", MIN_SCORE, is_gated=False)
    gated = load_detector(find_checkpoint("liver"), "cpu", MIN_SCORE)
    default_s, ours_s, gated_s = interleaved_medians(
        lambda: as_it_comes([image]),
        lambda: list(detector.detect(volume, [1])),
        lambda: list(gated.detect(volume, [1])),
    )
    print(
        f"\nThe bundled liver detector, one {SIDE} x {SIDE} slice of .8 mm,"
        f" {torch.get_num_threads()} threads: {ours_s:.3f} s where it searches,"
        f" {default_s / ours_s:.1f}x ahead of torchvision's Faster R-CNN ResNet-50-FPN as it comes"
        f" ({default_s:.2f} s; wanted 6); {gated_s:.3f} s on a slice that its gate passes over"
    )


def interleaved_medians(*tasks: Callable[[], object]) -> list[float]:
    """Seconds that each task takes; runs in turn, so that a busy machine slows all alike."""
    seconds: list[list[float]] = [[] for _ in tasks]
    for _ in range(RUNS):
        for task, taken in zip(tasks, seconds, strict=True):
            start = time.perf_counter()
            task()
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in seconds]
