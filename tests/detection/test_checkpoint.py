"""A checkpoint's folder: what is written is read back, and what is not whole is refused."""

import json
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
import torch

from lesion_viewer.detection.checkpoints.checkpoint import (
    Card,
    find_checkpoint,
    load_card,
    load_model,
    write_checkpoint,
)
from lesion_viewer.detection.models import build_model
from lesion_viewer.errors import DetectionError


def change_card(folder: Path, **changes: object) -> None:
    file = folder / "card.json"
    entries = json.loads(file.read_text()) | changes
    file.write_text(json.dumps({k: v for k, v in entries.items() if v is not None}))


def refusal_of(call: Callable[[], object]) -> str:
    with pytest.raises(DetectionError) as refusal:
        call()
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


@pytest.mark.parametrize(
    "module", ["checkpoints.checkpoint", "running", "linking", "detector", "inputs"]
)
def test_reading_cards_and_results_needs_no_torch(module: str) -> None:
    code = f"import sys, lesion_viewer.detection.{module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_card_reads_back_as_it_was_written(checkpoint: Path, make_card: Callable) -> None:
    weights = (checkpoint / "weights.safetensors").read_bytes()
    assert load_card(checkpoint) == make_card(sha256=sha256(weights).hexdigest())


def test_weights_read_back_as_they_were_written(tmp_path: Path, make_card: Callable) -> None:
    model = build_model("faster_rcnn", make_card().options, slices=3)
    write_checkpoint(tmp_path / "c", model, make_card())
    loaded, _ = load_model(tmp_path / "c")
    for name, value in model.state_dict().items():
        torch.testing.assert_close(loaded.state_dict()[name], value, rtol=0, atol=0)


def test_half_precision_halves_the_file_and_loads_as_float32(
    tmp_path: Path, make_card: Callable
) -> None:
    model = build_model("faster_rcnn", make_card().options, slices=3)
    write_checkpoint(tmp_path / "full", model, make_card())
    write_checkpoint(tmp_path / "half", model, make_card(), half_precision=True)
    full, half = (
        (tmp_path / kind / "weights.safetensors").stat().st_size for kind in ("full", "half")
    )
    assert half < 0.6 * full
    loaded, _ = load_model(tmp_path / "half")
    for name, value in model.state_dict().items():
        torch.testing.assert_close(loaded.state_dict()[name], value, rtol=1e-3, atol=1e-4)


def test_a_checkpoint_is_replaced_and_nothing_else_is_left(
    checkpoint: Path, make_card: Callable
) -> None:
    model = build_model("faster_rcnn", make_card().options, slices=3)
    write_checkpoint(checkpoint, model, make_card(version="2"))
    assert load_card(checkpoint).version == "2"
    assert [f.name for f in checkpoint.parent.iterdir() if f.name != "home"] == ["tiny"]


def test_a_folder_that_is_no_checkpoint_is_not_overwritten(
    tmp_path: Path, make_card: Callable
) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    model = build_model("faster_rcnn", make_card().options, slices=3)
    assert "no checkpoint" in refusal_of(lambda: write_checkpoint(tmp_path, model, make_card()))
    assert (tmp_path / "thesis.txt").read_text() == "precious"


def test_changed_weights_are_refused(checkpoint: Path) -> None:
    file = checkpoint / "weights.safetensors"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    assert "SHA-256" in refusal_of(lambda: load_model(checkpoint))


def test_missing_weights_are_named(checkpoint: Path) -> None:
    (checkpoint / "weights.safetensors").unlink()
    assert "weights.safetensors" in refusal_of(lambda: load_model(checkpoint))


def test_an_unknown_architecture_is_named_with_those_known(checkpoint: Path) -> None:
    change_card(checkpoint, architecture="yolo")
    text = refusal_of(lambda: load_model(checkpoint))
    assert "yolo" in text and "faster_rcnn" in text


def test_weights_of_another_network_are_refused(checkpoint: Path) -> None:
    change_card(checkpoint, options=load_card(checkpoint).options | {"out_channels": 32})
    assert "does not fit" in refusal_of(lambda: load_model(checkpoint))


def test_weights_that_are_not_numbers_are_refused(tmp_path: Path, make_card: Callable) -> None:
    model = build_model("faster_rcnn", make_card().options, slices=3)
    with torch.no_grad():
        next(model.parameters()).fill_(torch.nan)
    write_checkpoint(tmp_path / "c", model, make_card())
    assert "not finite" in refusal_of(lambda: load_model(tmp_path / "c"))


@pytest.mark.parametrize("text", ["", "{", "[]", '"card"'])
def test_a_card_that_is_not_a_card_names_the_file(checkpoint: Path, text: str) -> None:
    (checkpoint / "card.json").write_text(text)
    assert "card.json" in refusal_of(lambda: load_card(checkpoint))


def test_a_missing_entry_is_named(checkpoint: Path) -> None:
    change_card(checkpoint, terms=None)
    assert "'terms'" in refusal_of(lambda: load_card(checkpoint))


@pytest.mark.parametrize(
    "changes", [{"classes": 3}, {"metrics": [1]}, {"input": []}, {"operating_points": [{}]}]
)
def test_an_entry_of_the_wrong_kind_is_refused(checkpoint: Path, changes: dict) -> None:
    change_card(checkpoint, **changes)
    assert "card.json" in refusal_of(lambda: load_card(checkpoint))


def test_a_folder_without_a_card_is_no_checkpoint(tmp_path: Path) -> None:
    assert "is no checkpoint" in refusal_of(lambda: load_card(tmp_path))


def test_a_checkpoint_is_found_by_its_folder_or_a_file_in_it(checkpoint: Path) -> None:
    assert find_checkpoint(checkpoint) == checkpoint
    assert find_checkpoint(str(checkpoint / "weights.safetensors")) == checkpoint


def test_a_name_that_is_nowhere_is_refused() -> None:
    assert "'nowhere'" in refusal_of(lambda: find_checkpoint("nowhere"))


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [(0.1, None), (0.2, 10.0), (0.5, 6.0), (0.8, 2.0), (0.95, 2.0)],
)
def test_false_positives_to_expect_lie_between_the_measured_points(
    make_card: Callable[..., Card], threshold: float, expected: float | None
) -> None:
    assert make_card().info.false_positives_per_volume(threshold) == pytest.approx(expected)


def test_without_operating_points_nothing_is_expected(make_card: Callable[..., Card]) -> None:
    assert make_card(operating_points=()).info.false_positives_per_volume(0.5) is None
