"""The second look's training: candidates collected, learned from, weighed, and shipped."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.checkpoints.checkpoint import (
    SECOND_LOOK,
    Card,
    find_checkpoint,
    load_card,
    write_checkpoint,
)
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.detection.models import build_model
from lesion_viewer.detection.neighbours import Neighbours
from lesion_viewer.errors import TrainingError
from training.bundling import bundle
from training.cli import app
from training.evaluation.cases import phantom_cases
from training.recipe.recipe import parse_recipe
from training.second_look.collecting import collect
from training.second_look.crops import CropFolder, Crops
from training.second_look.fitting import CropStream, changed, fit_second_look
from training.second_look.weighing import weighed

RECIPE = """
name = "look"
version = "1"
seed = 5
architecture = "second_look"
training_data = "phantoms"
terms = "Apache-2.0"
limits = "for tests"

[options]
width = 4

[input]
window = { width = 450, level = 50 }
slices = 5
pixel_mm = 1.5
max_side = 512

[data]
kind = "phantoms"
seeds = [900, 902]
validation_seeds = [910, 911]
slice_mm = [5.0]
pixel_mm = 1.5
rows = 160
slices_of_each = 3
lesions = [8, 8]
neighbours = 2

[augmentation]
flip = 0.5
level = 0.05
contrast = [0.9, 1.1]
noise = 0.02
blur = 0.5

[fit]
steps = 8
batch = 16
learning_rate = 0.01
average = 0.5
validate_every = 4
save_every = 4
"""
DETECTOR = "phantom-small"


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def recipe_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("recipe") / "look.toml"
    file.write_text(RECIPE)
    return file


@pytest.fixture(scope="module")
def candidates(recipe_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled free detector's candidates on three phantoms and an empty one, by command."""
    folder = tmp_path_factory.mktemp("candidates") / "crops"
    command = ["candidates", str(recipe_file), "--detector", DETECTOR, "--output", str(folder)]
    result = CliRunner().invoke(app, [*command, "--empty-phantoms", "1"])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def run(recipe_file: Path, candidates: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short training, by command."""
    folder = tmp_path_factory.mktemp("run") / "look"
    command = ["second-look", str(recipe_file), "--candidates", str(candidates)]
    result = CliRunner().invoke(app, [*command, "--output", str(folder), "--threads", "1"])
    assert result.exit_code == 0, result.output
    return folder


def test_candidates_are_hits_misses_and_a_box_of_every_lesion(candidates: Path) -> None:
    crops = CropFolder(candidates).crops("train")
    assert crops.patches.shape[1:] == (12, 32, 32)
    found, drawn = np.isfinite(crops.score), ~np.isfinite(crops.score)
    assert crops.lesion[drawn].all() and drawn.sum() > 10
    assert crops.lesion[found].any() and (~crops.lesion[found]).any()
    # The detector knows phantoms: what it is sure of is right.
    assert (
        crops.score[found & crops.lesion].mean() > crops.score[found & ~crops.lesion].mean() + 0.2
    )
    near, box = crops.patches[:, 2] / 255, crops.patches[:, 5] / 255
    assert np.allclose(box.mean((1, 2)).max(), 0.25, atol=0.02)
    assert near.std((1, 2)).min() >= 0 and near.mean() > 0.1


def test_collecting_goes_on_where_it_was_stopped_and_mixes_nothing(
    candidates: Path, recipe_file: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    again.mkdir()
    (again / "candidates.json").write_bytes((candidates / "candidates.json").read_bytes())
    kept = candidates / "train-0000.npz"
    (again / kept.name).write_bytes(kept.read_bytes())
    recipe = parse_recipe(RECIPE)
    collect(recipe, DETECTOR, again, candidates / "cache", empty_phantoms=1)
    for part in ("train", "validation"):
        before, after = (CropFolder(one).crops(part) for one in (candidates, again))
        assert np.array_equal(before.lesion, after.lesion)
        # Another runtime may have been the fastest this time.
        assert np.allclose(before.patches.astype(int), after.patches.astype(int), atol=3)
        assert np.allclose(before.score, after.score, atol=1e-3, equal_nan=True)
    with pytest.raises(TrainingError, match="another recipe or detector"):
        other = replace(recipe, input=replace(recipe.input, slices=3))
        collect(other, DETECTOR, again, tmp_path / "cache")
    with pytest.raises(TrainingError, match="same slices"):
        other = replace(recipe, input=InputDefinition(Window(100, 0), 5))
        collect(other, DETECTOR, tmp_path / "new", tmp_path / "cache")


def test_a_resumed_run_ends_as_one_that_was_never_stopped(
    run: Path, candidates: Path, tmp_path: Path
) -> None:
    class Stopped(Exception):
        pass

    def stop(what: str, done: int, total: int, loss: float) -> None:
        if done == 6:
            raise Stopped

    with pytest.raises(Stopped):
        fit_second_look(RECIPE, [candidates], tmp_path / "run", progress=stop)
    fit_second_look(RECIPE, [candidates], tmp_path / "run", is_resumed=True)
    weights = [folder / "checkpoint" / "weights.safetensors" for folder in (run, tmp_path / "run")]
    assert weights[0].read_bytes() == weights[1].read_bytes()
    assert (run / "log.csv").read_text() == (tmp_path / "run" / "log.csv").read_text()


def bright_ones(count: int) -> Crops:
    """Crops of noise; those with a bright middle are lesions."""
    rng = np.random.default_rng(0)
    patches = rng.integers(80, 140, (count, 12, 32, 32)).astype(np.uint8)
    lesion = np.arange(count) % 3 == 0
    patches[lesion, 2, 12:20, 12:20] += 60
    chances = rng.uniform(0.05, 0.95, count).astype(np.float32)
    return Crops(patches, lesion, chances)


def test_a_second_look_learns_to_tell_lesions_and_then_outweighs_a_detector_that_guesses(
    tmp_path: Path,
) -> None:
    folder = CropFolder(tmp_path / "crops")
    folder.begin({})
    for part in ("train", "validation"):
        bright_ones(60).save(folder.file(part, 0))
    text = RECIPE.replace("steps = 8", "steps = 40")
    checkpoint = fit_second_look(text, [folder.path], tmp_path / "run")
    losses = [
        float(row.split(",")[3])
        for row in (tmp_path / "run" / "log.csv").read_text().splitlines()[1:]
        if ",validation," in row
    ]
    assert losses[-1] < 0.3 < losses[0]
    opinion = weighed(checkpoint, folder.path)
    assert opinion.second > 3 * opinion.first


def test_a_batch_is_half_lesions_and_the_same_whenever_it_is_made() -> None:
    recipe = parse_recipe(RECIPE)
    first, second = (CropStream(bright_ones(60), recipe).batch(3) for _ in range(2))
    assert first.target["lesion"].tolist() == [1.0] * 8 + [0.0] * 8
    assert first.image.equal(second.image)
    assert not first.image.equal(CropStream(bright_ones(60), recipe).batch(4).image)
    with pytest.raises(TrainingError, match="some are on lesions"):
        crops = bright_ones(60)
        CropStream(crops._replace(lesion=np.ones(60, np.bool_)), recipe)


def test_changes_leave_the_box_where_it_is_but_for_mirroring_and_turn_slices_over() -> None:
    patches = torch.rand((1, 12, 32, 32), generator=torch.Generator().manual_seed(0))
    options = replace(parse_recipe(RECIPE).augmentation, flip=1.0, level=0.0, contrast=(1.0, 1.0))
    options = replace(options, noise=0.0, blur=0.0)
    new = changed(patches, options, torch.Generator())
    for plane, was in ((0, 4), (2, 2), (5, 5), (6, 10), (11, 11)):
        assert new[0, plane].equal(patches[0, was].flip(1))
    darker = replace(options, flip=0.0, level=0.5)
    new = changed(patches, darker, torch.Generator().manual_seed(1))
    assert new[0, [5, 11]].equal(patches[0, [5, 11]])
    assert (new[0, 0] - patches[0, 0]).abs().mean() > 0.02


def test_a_bundled_second_look_changes_what_the_detector_finds(
    run: Path, candidates: Path, tmp_path: Path
) -> None:
    plain = find_checkpoint(DETECTOR)
    looked = run / "checkpoint", candidates
    folder = bundle(plain, tmp_path / "detector", second_look=looked, version="9")
    card = load_card(folder)
    assert card.second_look is not None and card.version == "9"
    assert load_card(folder / SECOND_LOOK).input == replace(card.input, slices=5)
    assert card.info.neighbours == Neighbours(5, None)
    detectors = [
        load_detector(one, "cpu", min_score=0.0, runtime="onnx", threads=1)
        for one in (folder, plain)
    ]
    (case,) = phantom_cases(1, 950)
    index = max(case.lesions[0])
    again, first = (next(iter(one.detect(case.volume, [index]))) for one in detectors)
    boxes = [sorted(d.box.as_tuple() for d in found.detections) for found in (again, first)]
    assert boxes[0] and np.allclose(boxes[0], boxes[1], atol=1e-3)
    scores = [[d.score for d in found.detections] for found in (again, first)]
    assert not np.allclose(sorted(scores[0]), sorted(scores[1]), atol=0.01)


def test_the_second_logit_may_have_a_given_weight(run: Path, tmp_path: Path) -> None:
    detector, output = find_checkpoint(DETECTOR), tmp_path / "detector"
    said = ["--second-look", str(run / "checkpoint"), "--second-weight", "0.2"]
    result = CliRunner().invoke(app, ["bundle", str(detector), "--output", str(output), *said])
    assert result.exit_code == 0, result.output
    card = load_card(output)
    assert card.second_look is not None and card.version == load_card(detector).version
    assert (card.second_look.first, card.second_look.second, card.second_look.offset) == (1, 0.2, 0)
    again = CliRunner().invoke(app, ["bundle", str(detector), "--output", str(output), *said[:2]])
    assert again.exit_code == 2 and "--second-weight" in again.output


def test_a_second_look_of_another_window_is_not_bundled(tmp_path: Path, candidates: Path) -> None:
    card = Card(
        name="other",
        version="1",
        architecture=SECOND_LOOK,
        options={"width": 4},
        input=InputDefinition(Window(100, 0), 5),
        classes=("lesion",),
        training_data="none",
        terms="Apache-2.0",
        default_threshold=0.5,
    )
    write_checkpoint(tmp_path / "look", build_model(SECOND_LOOK, {"width": 4}, 5), card)
    with pytest.raises(TrainingError, match="same slices"):
        bundle(
            find_checkpoint(DETECTOR),
            tmp_path / "detector",
            second_look=(tmp_path / "look", candidates),
        )
    assert not (tmp_path / "detector").exists()
