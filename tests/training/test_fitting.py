"""Fitting: it learns, goes on exactly where it was killed, and says what went wrong."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import safetensors.torch
import torch

from lesion_viewer.detection.checkpoints.checkpoint import load_card, load_model
from lesion_viewer.errors import DetectionError, TrainingError
from training.fitting.loop import Patience, fit
from training.recipe.fit_options import learning_rate
from training.recipe.recipe import parse_recipe

ROOT = Path(__file__).parents[2]
ONE_THREAD = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("slices")


def call(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "training", "fit", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=ONE_THREAD)


def weights(checkpoint: Path) -> dict[str, torch.Tensor]:
    return safetensors.torch.load_file(checkpoint / "weights.safetensors")


def rows(run: Path) -> list[dict[str, str]]:
    with (run / "log.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def are_equal(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[k], other[k]) for k in one)


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_same_weights(
    recipe_text: str, cache: Path, tmp_path: Path
) -> None:
    recipe, text = tmp_path / "recipe.toml", recipe_text.replace("steps = 6", "steps = 40")
    recipe.write_text(text)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    fit(text, whole, cache=cache)

    command = [sys.executable, "-m", "training", "fit", str(recipe), "--threads", "1"]
    process = subprocess.Popen([*command, "--output", killed, "--cache", cache], cwd=ROOT)
    while not (killed / "log.csv").is_file() or len(rows(killed)) < 10:
        assert process.poll() is None, "the run ended before it was killed"
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert len(rows(killed)) < len(rows(whole))
    fit(text, killed, is_resumed=True, cache=cache)

    assert are_equal(weights(whole / "checkpoint"), weights(killed / "checkpoint"))
    assert (whole / "log.csv").read_text() == (killed / "log.csv").read_text()


@pytest.mark.slow
def test_two_processes_give_the_loss_curve_of_one(
    recipe_text: str, cache: Path, tmp_path: Path
) -> None:
    text = recipe_text.replace("batch = 2", "batch = 4\nimages_at_once = 1")
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(text)
    fit(text, tmp_path / "1", cache=cache, device="cpu")

    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    run = ["--output", str(tmp_path / "2"), "--cache", str(cache), "--device", "cpu"]
    command = [sys.executable, *launcher, "-m", "training", "fit", str(recipe), *run]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=ONE_THREAD)
    assert done.returncode == 0, done.stderr

    one, two = rows(tmp_path / "1"), rows(tmp_path / "2")
    assert [r["step"] + r["part"] for r in one] == [r["step"] + r["part"] for r in two]
    for name in one[0].keys() - {"step", "epoch", "part"}:
        expected = [float(r[name]) for r in one]
        assert [float(r[name]) for r in two] == pytest.approx(expected, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("architecture", ["baseline", "faster_rcnn"])
def test_a_run_leaves_a_checkpoint_with_its_card_and_a_log(
    architecture: str, recipe_text: str, one_box_text: str, cache: Path, tmp_path: Path
) -> None:
    text = recipe_text if architecture == "faster_rcnn" else one_box_text

    checkpoint = fit(text, tmp_path / "run", cache=cache)

    _, card = load_model(checkpoint)
    assert card == load_card(checkpoint)
    assert (card.name, card.terms, card.architecture) == ("tiny", "Apache-2.0", architecture)
    assert card.training_data == "phantoms Seeds 900 to 901."
    assert card.default_threshold == 0.5
    log = rows(tmp_path / "run")
    assert [r["step"] for r in log if r["part"] == "train"] == list("123456")
    assert [r["step"] for r in log if r["part"] == "validation"] == list("36")
    losses = log[0].keys() - {"step", "epoch", "part"}
    heads = {"loss_classifier", "loss_box_reg", "loss_objectness", "loss_rpn_box_reg"}
    assert losses == (heads if architecture == "faster_rcnn" else {"loss_box"})
    assert all(float(row[name]) >= 0 for row in log for name in losses)
    assert (tmp_path / "run" / "recipe.toml").read_text() == text


def test_an_epoch_shows_each_slice_once(one_box_text: str, cache: Path, tmp_path: Path) -> None:
    text = one_box_text.replace("steps = 6", "epochs = 2")
    text = text.replace("validate_every = 3\nsave_every = 3", "validate_every = 2")

    fit(text.replace("only_with_lesion = true", ""), tmp_path, cache=cache)

    # 2 phantoms of 4 slices each in batches of 4.
    assert [float(r["epoch"]) for r in rows(tmp_path)] == [0.5, 1, 1.5, 2, 2]


def test_losses_go_to_tensorboard_when_asked(recipe_text: str, cache: Path, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    fit(recipe_text, tmp_path, cache=cache, has_board=True)

    events = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    shown = events.Scalars("loss_objectness/train")
    assert [e.step for e in shown] == [1, 2, 3, 4, 5, 6]
    logged = [float(r["loss_objectness"]) for r in rows(tmp_path) if r["part"] == "train"]
    assert [e.value for e in shown] == pytest.approx(logged, rel=1e-4)


def test_bf16_trains(recipe_text: str, cache: Path, tmp_path: Path) -> None:
    text = recipe_text.replace("steps = 6", 'steps = 2\nprecision = "bf16"')

    assert load_model(fit(text, tmp_path, cache=cache))


def test_a_run_ends_early_with_the_weights_of_its_lowest_loss(
    one_box_text: str, cache: Path, tmp_path: Path
) -> None:
    """A learning rate that is far too high: no validation is better than one before the harm."""
    text = one_box_text.replace("learning_rate = 0.001", "learning_rate = 0.5")
    text = text.replace("validate_every = 3", "validate_every = 1\nearly_stop = 2")
    text = text.replace("steps = 6", "steps = 60").replace("warm_up = 2", "warm_up = 50")

    fit(text, tmp_path / "run", cache=cache)

    losses = [float(r["loss_box"]) for r in rows(tmp_path / "run") if r["part"] == "validation"]
    assert len(losses) < 60
    assert min(losses) == losses[-3]


def test_patience_counts_validations_without_a_lower_loss() -> None:
    patience = Patience(2)
    told = []
    for loss in (3.0, 2.0, 2.5, 1.0, 1.0, 1.5):
        patience.note(loss)
        told.append((patience.is_best, patience.is_over))

    best, waiting, over = (True, False), (False, False), (False, True)
    assert told == [best, best, waiting, best, waiting, over]


def test_the_learning_rate_warms_up_and_falls_along_a_cosine(recipe_text: str) -> None:
    options = parse_recipe(recipe_text).fit

    rates = [learning_rate(step, 6, options) for step in range(6)]

    # 2 steps of warm-up to 0.001, then half a cosine over the other 4.
    assert rates == pytest.approx(
        [0.0005, 0.001, 0.001, 0.000853553, 0.0005, 0.000146447], rel=1e-5
    )


def test_a_run_is_not_written_over_another(recipe_text: str, cache: Path, tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text(recipe_text)

    with pytest.raises(TrainingError, match="holds a run"):
        fit(recipe_text, tmp_path, cache=cache)
    with pytest.raises(TrainingError, match="another recipe"):
        fit(recipe_text.replace("seed = 5", "seed = 6"), tmp_path, is_resumed=True, cache=cache)
    with pytest.raises(TrainingError, match="no run to resume"):
        fit(recipe_text, tmp_path / "none", is_resumed=True, cache=cache)


class Stopped(Exception):
    """Ends a run at a step."""


def test_a_loss_that_is_not_finite_ends_in_one_line_and_keeps_the_last_good_checkpoint(
    recipe_text: str, cache: Path, tmp_path: Path
) -> None:
    def stop_at_step_4(what: str, done: int, total: int, loss: float) -> None:
        if what == "steps" and done == 4:
            raise Stopped

    recipe, run = tmp_path / "recipe.toml", tmp_path / "run"
    recipe.write_text(recipe_text)
    with pytest.raises(Stopped):
        fit(recipe_text, run, cache=cache, progress=stop_at_step_4)
    good = weights(run / "checkpoint")
    state = torch.load(run / "state.pt")
    next(iter(state["learner"]["model"].values()))[:] = float("nan")
    torch.save(state, run / "state.pt")

    done = call(recipe, "--output", run, "--cache", cache, "--resume")

    assert done.returncode == 1
    said = done.stderr.strip().splitlines()[-1]
    assert "is not finite at step 4" in said and "loss_objectness nan" in said
    assert "Traceback" not in done.stderr
    assert are_equal(weights(run / "checkpoint"), good)


def test_weights_that_a_checkpoint_cannot_hold_are_not_written(
    recipe_text: str, cache: Path, tmp_path: Path
) -> None:
    text = recipe_text.replace("learning_rate = 0.001", "learning_rate = 1e30")

    with pytest.raises(TrainingError, match="too large for float16|not finite"):
        fit(text.replace("save_every = 3", "save_every = 1"), tmp_path / "run", cache=cache)

    assert not (tmp_path / "run" / "checkpoint").exists()


@pytest.mark.parametrize("change", ["missing entry", "unknown entry", "option"])
def test_a_recipe_that_cannot_be_used_ends_in_one_line_and_writes_nothing(
    change: str, recipe_text: str, tmp_path: Path
) -> None:
    old, new, said = {
        "missing entry": ("batch = 2", "", "fit lacks 'batch'"),
        "unknown entry": ("batch = 2", "batch = 2\nbach = 3", "unknown entry 'bach' in fit"),
        "option": ("width = 8", "wide = 8", "no option 'wide'"),
    }[change]
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(recipe_text.replace(old, new, 1))

    done = call(recipe, "--output", tmp_path / "run")

    assert done.returncode == 1
    assert said in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "run").exists()


def test_weights_and_states_of_another_architecture_are_refused_in_one_line(
    recipe_text: str, one_box_text: str, cache: Path, tmp_path: Path
) -> None:
    other = fit(one_box_text, tmp_path / "other", cache=cache) / "weights.safetensors"
    fit(recipe_text, tmp_path / "run", cache=cache)
    (tmp_path / "run" / "state.pt").write_bytes((tmp_path / "other" / "state.pt").read_bytes())
    with_other = recipe_text.replace("warm_up = 2", f'warm_up = 2\nweights = "{other}"')

    with pytest.raises(TrainingError, match=r"state\.pt is of another architecture"):
        fit(recipe_text, tmp_path / "run", is_resumed=True, cache=cache)
    with pytest.raises(DetectionError, match=f"{other} does not fit this model"):
        fit(with_other, tmp_path / "started", cache=cache)
    assert not (tmp_path / "started").exists()
