"""Lesions of several types, some unknown, from nine slices: rows to weights to what a reader sees.

On small synthetic key slices in DeepLesion's form: bright discs are bone, dark ones liver, and
rings lesions of which nobody named the type.
"""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from lesion_viewer.cli import main
from lesion_viewer.ct.reading import open_study
from lesion_viewer.detection.checkpoints.checkpoint import load_card
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.inputs import model_input, volume_input
from lesion_viewer.detection.models import build_model
from lesion_viewer.detection.models.typed_heads import type_loss
from lesion_viewer.detection.running import read_volume
from lesion_viewer.errors import TrainingError
from training.bundling import bundle
from training.deeplesion.scans import DeepLesionSource, open_rows
from training.evaluation.cases import deeplesion_cases
from training.evaluation.results import evaluate
from training.evaluation.scoring import score_case
from training.fitting.augmentation import augmented
from training.fitting.loop import fit
from training.fitting.rendered_slices import cached_slices
from training.fitting.sample_order import shown
from training.recipe.deeplesion_data import DeepLesionData
from training.recipe.recipe import Augmentation, parse_recipe, read_recipe

RECIPES = Path(__file__).parents[2] / "training" / "recipes"
COLUMNS = (
    "File_name,Patient_index,Bounding_boxes,Coarse_lesion_type,Possibly_noisy,Spacing_mm_px_,"
    "Image_size,Train_Val_Test"
).split(",")
SIDE, REACH = 96, 4
NUMBERS = {"bone": "1", "liver": "4", "": "-1"}
HU = {"bone": 300, "liver": -60, "": 200}

TINY = """
name = "typed"
version = "1"
seed = 3
architecture = "faster_rcnn"
classes = ["bone", "liver", "lung"]
training_data = "synthetic key slices"
terms = "Apache-2.0"
limits = "for tests"

[options]
width = 16
levels = [2, 3]
out_channels = 32
head_size = 64
anchor_sizes = [[12, 18], [24, 36]]
proposals_train = 32
proposals = 32

[input]
window = {{ width = 700, level = 100 }}
slices = 9
step_mm = 2.0
is_interpolated = true
pixel_mm = 0.8

[data]
kind = "deeplesion"
split = "official"
folder = "{folder}"

[fit]
steps = {steps}
batch = 4
learning_rate = 0.003
warm_up = 10
clip = 5.0
average = 0.9
validate_every = 1000
save_every = 1000
"""


def write_study(folder: Path, kinds: list[str], spacing_mm: float = 5.0) -> None:
    """A key slice for each type, in a series of nine slices; the lesion is on five of them."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[:SIDE, :SIDE]
    rows = []
    for n, kind in enumerate(kinds):
        series, radius = f"{n + 1:06}_01_01", int(rng.integers(7, 11))
        middle = rng.integers(24, SIDE - 24, 2)
        away = np.hypot(x - middle[0], y - middle[1])
        for number in range(10 - REACH, 10 + REACH + 1):
            hu = rng.normal(60, 15, (SIDE, SIDE))
            hu[np.hypot(x - 48, y - 48) > 46] = -1000
            if abs(number - 10) <= 2:
                hu[(away < radius) if kind else (away < radius) & (away > radius - 3)] = HU[kind]
            image = folder / "Images_png" / series / f"{number:03}.png"
            image.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray((hu.round() + 32768).astype(np.uint16)).save(image)
        on = away < radius
        edges = np.flatnonzero(on.any(0))[[0, -1]], np.flatnonzero(on.any(1))[[0, -1]]
        # Pixels counted from 1, and 5 px of padding.
        corners = (edges[0][0] - 4, edges[1][0] - 4, edges[0][1] + 6, edges[1][1] + 6)
        spacing = f"0.8, 0.8, {spacing_mm}"
        box = ", ".join(map(str, corners))
        usual = (box, NUMBERS[kind], "0", spacing, f"{SIDE}, {SIDE}", "1")
        rows.append(dict(zip(COLUMNS, (f"{series}_010.png", str(n + 1), *usual), strict=True)))
    with (folder / "DL_info.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def source_of(folder: Path, definition: Any) -> DeepLesionSource:
    data = DeepLesionData("official", str(folder))
    return DeepLesionSource(data, definition, *open_rows(data), "train")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deeplesion")
    write_study(folder, ["bone", "liver", ""] * 4)
    return folder


def test_rows_of_known_and_unknown_type_become_labels(study: Path, tmp_path: Path) -> None:
    recipe = parse_recipe(TINY.format(folder=study.as_posix(), steps=1))

    made = cached_slices(source_of(study, recipe.input), recipe.input, tmp_path, "train")

    slices = [made[k] for k in range(3)]
    assert [one.types for one in slices] == [("bone",), ("liver",), ("",)]
    labels = [shown(0, one, recipe.classes).target["labels"].tolist() for one in slices]
    assert labels == [[1], [2], [4]]  # of three classes 4 is none of them
    assert shown(0, slices[2]).target["labels"].tolist() == [1]


def test_a_lesion_that_leaves_the_crop_takes_its_type_along(study: Path, tmp_path: Path) -> None:
    recipe = parse_recipe(TINY.format(folder=study.as_posix(), steps=1))
    first = cached_slices(source_of(study, recipe.input), recipe.input, tmp_path, "train")[0]
    beyond = torch.tensor([[1.0, 1, 9, 9]])
    two = first._replace(boxes=torch.cat((beyond, first.boxes)), types=("lung", "bone"))

    generator = torch.Generator().manual_seed(0)
    found = [augmented(two, Augmentation(crop=48), generator) for _ in range(20)]

    assert all(len(one.types) == len(one.boxes) for one in found)
    assert {one.types for one in found} >= {("bone",)}


def test_lesions_of_unknown_type_teach_nothing_about_types() -> None:
    logits = torch.zeros(4, 3, requires_grad=True)

    type_loss(logits, torch.tensor([0, 4, 4, 2])).backward()

    assert logits.grad[:3].abs().max() == 0
    assert logits.grad[3].tolist() == pytest.approx([1 / 3, -2 / 3, 1 / 3])
    assert type_loss(logits, torch.tensor([0, 4])).item() == 0


def test_lesions_of_unknown_type_teach_where_lesions_are() -> None:
    torch.manual_seed(0)
    options = {"width": 8, "levels": [3], "anchor_sizes": [[16]], "out_channels": 8, "head_size": 8}
    model = build_model("faster_rcnn", options, slices=9, classes=3)
    box = {"boxes": torch.tensor([[10.0, 10, 26, 26]]), "labels": torch.tensor([4])}

    losses = model([torch.rand(9, 64, 64)], [box])
    sum(losses.values()).backward()

    assert losses["loss_type"].item() == 0
    assert model.roi_heads.type_predictor.weight.grad.abs().max() == 0
    assert model.roi_heads.box_predictor.cls_score.weight.grad.abs().max() > 0


def test_a_lesion_has_one_box_whatever_its_types_chances() -> None:
    torch.manual_seed(0)
    options = {"width": 8, "levels": [3], "anchor_sizes": [[16]], "out_channels": 8, "head_size": 8}
    heads = build_model("faster_rcnn", options, slices=3, classes=3).eval().roi_heads
    proposals = torch.tensor([[10.0, 10, 26, 26], [11, 10, 27, 26], [40, 40, 60, 60]])
    lesion = torch.tensor([[0.0, 2], [0, 1], [0, 0.5]])
    types = torch.tensor([[0.1, 0.2, 0.0], [3.0, 0.0, 0.0], [0.0, 0.0, 1.0]])

    (found,) = heads._found(lesion, torch.zeros(3, 8), types, [proposals], [(64, 64)])

    assert found["boxes"].tolist() == [[10, 10, 26, 26], [40, 40, 60, 60]]
    assert found["labels"].tolist() == [2, 3]
    torch.testing.assert_close(found["scores"], torch.tensor([2, 0.5]).sigmoid())


def test_training_and_viewer_show_the_nine_slices_alike(study: Path) -> None:
    recipe = parse_recipe(TINY.format(folder=study.as_posix(), steps=1))
    scan = source_of(study, recipe.input).scan(0)
    (series,) = open_study(study / "Images_png" / "000001_01_01").series
    volume = read_volume(replace(series, spacing_mm=scan.spacing_mm), recipe.input.neighbours)

    (wanted,) = scan.wanted
    seen = model_input(scan.voxels, wanted, scan.spacing_mm, recipe.input, scan.missing)

    assert seen.image.shape[0] == 9
    assert (seen.image == volume_input(volume, 4, recipe.input).image).all()


def test_the_recipe_for_deeplesion_has_its_types_nine_slices_and_a_pyramid() -> None:
    recipe = read_recipe(RECIPES / "deeplesion.toml")
    with torch.device("meta"):
        model = build_model(
            recipe.architecture, recipe.options, recipe.input.slices, len(recipe.classes)
        )
    assert model.roi_heads.type_predictor.out_features == 8
    assert model.backbone.body.conv1.in_channels == 9
    assert recipe.fit.precision == "bf16" and recipe.input.is_interpolated


@pytest.mark.parametrize(
    ("classes", "said"),
    [
        ('["bone", "1"]', "a class is named twice"),
        ('["bone", "unknown"]', "classes are lesion types, not 'unknown'"),
        ("[1, 2]", "classes are names of lesion types"),
    ],
)
def test_classes_that_are_none_are_refused(classes: str, said: str) -> None:
    text = TINY.format(folder=".", steps=1).replace('["bone", "liver", "lung"]', classes)
    with pytest.raises(TrainingError, match=said):
        parse_recipe(text)


@pytest.mark.slow
def test_what_was_learned_is_named_by_every_runtime_and_in_the_csv(
    study: Path, tmp_path: Path
) -> None:
    text = TINY.format(folder=study.as_posix(), steps=150)
    checkpoint = bundle(fit(text, tmp_path / "run"), tmp_path / "bundled")
    card = load_card(checkpoint)
    assert card.classes == ("bone", "liver", "lung")
    assert (card.input.slices, card.input.is_interpolated) == (9, True)

    data = DeepLesionData("official", str(study))
    by_runtime = {}
    for runtime in ("torch", "onnx", "openvino"):
        detector = load_detector(checkpoint, "cpu", 0.3, runtime=runtime)
        cases = deeplesion_cases(data, "train", card.input)
        found = [list(detector.detect(case.volume, case.scored)) for case in cases]
        by_runtime[runtime] = [
            [(d.lesion_type, round(d.score, 2)) for d in one.detections] for (one,) in found
        ]
        answers = dict(zip((case.name for case in cases), found, strict=True))
        scored = [score_case(case, answers[case.name]) for case in cases]
    assert by_runtime["torch"] == by_runtime["onnx"] == by_runtime["openvino"]

    result = evaluate(scored, card.default_threshold)
    assert result.sensitivity[0.5] == 1
    assert set(result.groups["organ"]) == {"bone", "liver", "unknown"}
    assert result.types == {"bone": (4, 1.0), "liver": (4, 1.0)}
    named = [one[0][0] for one in by_runtime["torch"]]
    assert (named[0::3], named[1::3]) == (["bone"] * 4, ["liver"] * 4)

    series = study / "Images_png" / "000002_01_01"
    output = tmp_path / "boxes.csv"
    arguments = ["detect", str(series), "--output", str(output), "--model", str(checkpoint)]
    assert main(arguments) == 0
    with output.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows and max(rows, key=lambda row: float(row["score"]))["lesion_type"] == "liver"
