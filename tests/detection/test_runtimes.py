"""Runtimes: the same boxes from each, and the networks that they can run."""

import csv
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray

from lesion_viewer.cli import main
from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import make_phantom
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.detection.candidates import Candidate
from lesion_viewer.detection.checkpoints.checkpoint import (
    CARD,
    ONNX,
    Card,
    find_checkpoint,
    load_card,
    write_checkpoint,
)
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.detection.linking import link
from lesion_viewer.detection.models import build_model
from lesion_viewer.detection.runtimes.choice import load_network
from lesion_viewer.detection.runtimes.network import Output
from lesion_viewer.errors import DetectionError
from tests.detection.conftest import TINY, card_of
from training.evaluation.cases import volume_of
from training.onnx_export import export_onnx

ROOT = Path(__file__).parents[2]
OTHERS = ("onnx", "openvino")
PAPERS = {
    "backbone": "resnet50",
    "norm": "frozen_batch",
    "fpn": False,
    "levels": [4],
    "out_channels": 512,
    "anchor_sizes": [[16, 24, 32, 48, 96]],
    "anchor_ratios": [0.5, 1.0, 2.0],
    "image_mean": [0.485, 0.456, 0.406],
    "image_std": [0.229, 0.224, 0.225],
}
VGG = {"backbone": "vgg16", "norm": "none", "width": 8, "out_channels": 32, "head_size": 64}
NETWORKS: dict[str, tuple[str, dict[str, Any], int]] = {
    "pyramid": ("faster_rcnn", TINY, 3),
    "groups": ("faster_rcnn", {**TINY, "norm": "group", "levels": [2, 3, 4, 5, 6],
                               "anchor_sizes": [[8], [16], [32], [64], [128]]}, 5),
    "paper": ("faster_rcnn", {**PAPERS, "width": 8, "out_channels": 32, "head_size": 64}, 3),
    "vgg": ("faster_rcnn", VGG, 3),
    "lite": ("faster_rcnn", {**TINY, "backbone": "efficientnet_lite0", "width": 64}, 3),
    "baseline": ("baseline", {"side": 64}, 3),
    "vgg_frontend": ("vgg_frontend", {"side": 64, "width": 8}, 3),
    "vgg_concat": ("vgg_concat", {"side": 64, "width": 8}, 3),
    "gate": ("liver_gate", {"width": 4}, 1),
    "lesions": ("fcn", {"width": 4, "marks": "lesion"}, 3),
}  # fmt: skip
SIZES = ((97, 133), (64, 64), (31, 200), (160, 96), (5, 3))


@pytest.fixture(scope="module")
def phantom() -> CTVolume:
    made = make_phantom(11, (10, 160, 160), (6.0, 2.2, 2.2), lesions=6)
    return volume_of("phantom", made.hu, made.spacing_mm)


def run_by(folder: Path, runtime: str, *images: NDArray[np.float32]) -> list[Output]:
    notices: list[str] = []
    network = load_network(folder, load_card(folder), "cpu", notices.append, runtime)
    assert not notices
    return network.run(images)


def candidates(
    checkpoint: Path, volume: CTVolume, slices: range, runtime: str
) -> tuple[Candidate, ...]:
    detector = load_detector(checkpoint, "cpu", min_score=0.05, runtime=runtime)
    return link(detector.detect(volume, slices))


def assert_same(found: tuple[Candidate, ...], wanted: tuple[Candidate, ...]) -> None:
    """The same boxes in the same candidates, but for rounding."""
    assert len(found) == len(wanted) > 0
    for one, other in zip(found, wanted, strict=True):
        assert one.detections.keys() == other.detections.keys()
        for index, detection in one.detections.items():
            expected = other.detections[index]
            assert detection.score == pytest.approx(expected.score, abs=1e-3)
            assert detection.box.as_tuple() == pytest.approx(expected.box.as_tuple(), abs=0.05)


@pytest.mark.parametrize("name", ["liver", "phantom-small"])
def test_runtimes_find_the_same_candidates_with_the_bundled_weights(
    phantom: CTVolume, name: str
) -> None:
    checkpoint, slices = find_checkpoint(name), range(10)
    wanted = candidates(checkpoint, phantom, slices, "torch")
    for runtime in OTHERS:
        assert_same(candidates(checkpoint, phantom, slices, runtime), wanted)


@pytest.mark.realdata
def test_runtimes_find_the_same_candidates_on_a_real_ct(real_data: Path) -> None:
    (series,) = open_study(real_data / "ircadb01" / "case01" / "DICOM").series
    checkpoint, slices = find_checkpoint("liver"), range(58, 64)
    volume = load_volume(series)
    wanted = candidates(checkpoint, volume, slices, "torch")
    for runtime in OTHERS:
        assert_same(candidates(checkpoint, volume, slices, runtime), wanted)


@pytest.fixture(scope="module")
def make_exported(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], Path]:
    """A checkpoint of each of ``NETWORKS``, with weights as initialised and its ``model.onnx``."""
    made: dict[str, Path] = {}

    def make(name: str) -> Path:
        if name not in made:
            architecture, options, slices = NETWORKS[name]
            torch.manual_seed(0)
            made[name] = tmp_path_factory.mktemp(name) / "checkpoint"
            definition = InputDefinition(Window(450, 50), slices=slices)
            card = card_of(architecture=architecture, options=options, input=definition)
            write_checkpoint(made[name], build_model(architecture, options, slices), card)
            export_onnx(made[name])
        return made[name]

    return make


@pytest.mark.parametrize("name", NETWORKS)
def test_runtimes_give_the_outputs_of_torch_for_images_of_any_size(
    make_exported: Callable[[str], Path], name: str
) -> None:
    generator = np.random.default_rng(0)
    slices = NETWORKS[name][2]
    images = [generator.random((slices, *size), np.float32) for size in SIZES]
    checkpoint = make_exported(name)
    wanted = run_by(checkpoint, "torch", *images)
    for runtime in OTHERS:
        for one, other in zip(run_by(checkpoint, runtime, *images), wanted, strict=True):
            assert_same_output(one, other)


def assert_same_output(one: Output, other: Output) -> None:
    assert one.keys() == other.keys()
    if masks := {"liver", "lesion"} & one.keys():
        (mask,) = masks
        np.testing.assert_allclose(one[mask], other[mask], atol=1e-5)
        return
    # Of boxes with all but the same score, suppression may keep another one, or in another order.
    assert len(one["scores"]) == pytest.approx(len(other["scores"]), abs=1)
    count = min(len(one["scores"]), len(other["scores"]))
    np.testing.assert_allclose(one["scores"][:count], other["scores"][:count], atol=1e-3)
    if count:
        apart = np.abs(one["boxes"][:, None] - other["boxes"][None]).max(axis=2)
        assert (apart.min(axis=1) < 0.05).mean() >= 1 - 1 / count


@pytest.mark.slow
def test_the_papers_network_at_full_width_finds_the_same_candidates_in_every_runtime(
    tmp_path: Path,
) -> None:
    """ResNet-50 as initialised, on slices of one size, then on slices of another."""
    torch.manual_seed(0)
    definition = InputDefinition(Window(450, 50))
    card = card_of(architecture="faster_rcnn", options=PAPERS, input=definition)
    write_checkpoint(tmp_path / "c", build_model("faster_rcnn", PAPERS, 3), card)
    export_onnx(tmp_path / "c")
    volumes = []
    for side in (96, 128):
        made = make_phantom(11, (3, side, side), (6.0, 280 / side, 280 / side), lesions=4)
        volumes.append(volume_of("phantom", made.hu, made.spacing_mm))
    wanted = [candidates(tmp_path / "c", volume, range(1, 3), "torch") for volume in volumes]
    assert min(map(len, wanted)) > 100
    for runtime in OTHERS:
        for volume, expected in zip(volumes, wanted, strict=True):
            assert_same(candidates(tmp_path / "c", volume, range(1, 3), runtime), expected)


def test_a_network_that_finds_nothing_finds_nothing_in_every_runtime(
    tmp_path: Path, make_card: Callable[..., Card]
) -> None:
    model = build_model("faster_rcnn", TINY, 3)
    with torch.no_grad():
        model.roi_heads.box_predictor.cls_score.bias.copy_(torch.tensor([50.0, -50.0]))
    write_checkpoint(tmp_path / "c", model, make_card())
    export_onnx(tmp_path / "c")
    image = np.zeros((3, 64, 64), np.float32)
    for runtime in ("torch", *OTHERS):
        (output,) = run_by(tmp_path / "c", runtime, image)
        assert output["boxes"].shape == (0, 4) and output["scores"].shape == (0,)


@pytest.mark.parametrize("name", ["pyramid", "baseline", "gate"])
def test_weights_that_overflow_are_an_error_in_every_runtime(
    make_exported: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    """By torch: see test_faster_rcnn and test_one_box_models."""
    folder = tmp_path / "broken"
    shutil.copytree(make_exported(name), folder)
    model = onnx.load(folder / ONNX)
    for stored in model.graph.initializer:
        values = onnx.numpy_helper.to_array(stored)
        if values.ndim == 4:
            huge = np.full(values.shape, 1e30, np.float32)
            stored.CopyFrom(onnx.numpy_helper.from_array(huge, stored.name))
    data = model.SerializeToString()
    (folder / ONNX).write_bytes(data)
    card = replace(load_card(folder), onnx_sha256=sha256(data).hexdigest())
    (folder / CARD).write_bytes(card.to_json())
    for runtime in OTHERS:
        with pytest.raises(DetectionError, match="not finite|failed on the network"):
            run_by(folder, runtime, np.ones((NETWORKS[name][2], 64, 64), np.float32))


@pytest.mark.parametrize("runtime", ["onnx", "openvino", "torch"])
def test_numbers_outside_are_counted_as_before(phantom: CTVolume, runtime: str) -> None:
    """A runtime that takes denormal numbers for zero does so in its own threads alone."""
    tiny = np.float32(1e-38)
    detector = load_detector(find_checkpoint("phantom-small"), "cpu", runtime=runtime)
    assert tiny * np.float32(1e-3) > 0
    assert list(detector.detect(phantom, [len(phantom) // 2]))
    assert tiny * np.float32(1e-3) > 0


def test_a_changed_model_onnx_is_refused_by_name(tmp_path: Path, checkpoint: Path) -> None:
    file = export_onnx(checkpoint)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(DetectionError, match=rf"{ONNX} is not what its card describes"):
        load_detector(checkpoint, "cpu", runtime="onnx")


def test_weights_that_were_rounded_stay_so_in_half_the_space(
    tmp_path: Path, make_card: Callable[..., Card]
) -> None:
    levels = {"levels": [2, 3, 4, 5], "anchor_sizes": [[8], [16], [32], [64]]}
    options = {**TINY, **levels}  # all of the backbone is used
    model, card = build_model("faster_rcnn", options, 3), make_card(options=options)
    sizes = []
    for is_half in (False, True):
        write_checkpoint(tmp_path / "c", model, card, half_precision=is_half)
        sizes.append(export_onnx(tmp_path / "c").stat().st_size)
    weights = sum(p.numel() for p in model.parameters() if p.ndim > 1)
    assert sizes[0] - sizes[1] == pytest.approx(2 * weights, rel=0.1)


DETECTING = """
import sys
sys.modules["torch"] = sys.modules["torchvision"] = None
from lesion_viewer.cli import main
sys.exit(main(sys.argv[1:]))
"""


def detect(study: Path, output: Path, *more: str, code: str = DETECTING) -> str:
    """Standard error of ``detect`` where there is no torch."""
    command = [sys.executable, "-c", code, "detect", str(study), "--output", str(output), *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == (0 if output.exists() else 1), done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_phantom(11, (8, 128, 128), (6.0, 2.8, 2.8), lesions=6)
    write_series(tmp_path_factory.mktemp("study") / "a", made.hu, made.spacing_mm, seed=3)
    return tmp_path_factory.getbasetemp() / "study0" / "a"


def test_detect_writes_the_same_rows_where_there_is_no_torch(study: Path, tmp_path: Path) -> None:
    here, there = tmp_path / "here.csv", tmp_path / "there.csv"
    detect(study, there, "--min-score", "0.05")
    assert main(["detect", str(study), "--output", str(here), "--min-score", "0.05",
                 "--runtime", "torch"]) == 0  # fmt: skip
    rows, expected = (list(csv.DictReader(file.open())) for file in (there, here))
    assert len(rows) == len(expected) > 0
    numbers = ("x1", "y1", "x2", "y2", "score")
    for row, wanted in zip(rows, expected, strict=True):
        assert {k: v for k, v in row.items() if k not in numbers} == {
            k: v for k, v in wanted.items() if k not in numbers
        }
        for name in numbers:
            assert float(row[name]) == pytest.approx(float(wanted[name]), abs=1e-2)


def test_a_checkpoint_without_model_onnx_says_in_a_line_what_helps_where_there_is_no_torch(
    study: Path, tmp_path: Path, checkpoint: Path
) -> None:
    said = detect(study, tmp_path / "a.csv", "--model", str(checkpoint))
    (line,) = said.strip().splitlines()
    assert "pip install 'lesion-viewer[torch]'" in line
    assert f"lesion-training export-onnx {checkpoint}" in line


def test_export_onnx_is_a_command_after_which_no_torch_is_needed(
    study: Path, tmp_path: Path, checkpoint: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "training", "export-onnx", str(checkpoint)],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert done.stdout.strip() == str(checkpoint / ONNX), done.stderr
    assert load_card(checkpoint).onnx_opset == 17
    detect(study, tmp_path / "a.csv", "--model", str(checkpoint), "--min-score", "0")
    assert (tmp_path / "a.csv").exists()
