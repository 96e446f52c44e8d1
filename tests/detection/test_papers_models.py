"""The paper's models are bundled, run, and are taken for no more than they are."""

import pytest

from lesion_viewer.ct.phantom.abdomen import PhantomScene
from lesion_viewer.detection.checkpoints.checkpoint import load_card
from lesion_viewer.detection.installed import find_detector, installed_detectors
from lesion_viewer.detection.runtimes.ways import is_installed
from training.evaluation.cases import volume_of

MODELS = ("baseline", "vgg_frontend", "vgg_concat", "faster_rcnn", "faster_rcnn_vgg16")
KEY_SLICES = "23 DeepLesion validation key slices"


def test_they_stand_after_every_other_detector_and_the_default_stays() -> None:
    keys = [detector.key for detector in installed_detectors()]
    taught = [d.key for d in installed_detectors() if d.info().taught_on_phantoms]
    assert keys[0] == "liver" == find_detector(None).key
    assert set(MODELS) < set(taught)
    assert keys[-len(taught) :] == taught


@pytest.mark.parametrize("name", MODELS)
def test_each_says_how_poor_it_is_and_runs_without_torch(name: str) -> None:
    detector = find_detector(name)
    assert detector.folder is not None
    card = load_card(detector.folder)
    assert "Taught on phantoms alone" in card.limits
    assert any(metric.data.startswith(KEY_SLICES) for metric in card.metrics)
    assert is_installed("onnx")

    spacing_mm = (5.0, 1.5, 1.5)
    hu, _ = PhantomScene(1, (20, 256, 256), spacing_mm, 4).slice_at(10)
    running = detector.load("cpu", 0.0, runtime="onnx", threads=1)
    (found,) = running.detect(volume_of("phantom", hu[None], spacing_mm), [0])

    assert found.detections
    assert all(0 <= d.box.x1 < d.box.x2 <= 256 for d in found.detections)
