"""Fitting: it learns, goes on exactly where it was stopped, and says what went wrong."""

import csv
from pathlib import Path

import pytest
import safetensors.torch
import torch

from lesion_viewer.detection.checkpoint import load_card, load_model
from lesion_viewer.errors import TrainingError
from training.fitting import fit, learning_rate
from training.recipe import parse_recipe


class Stopped(Exception):
    """Stands for a run that is killed."""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("slices")


def weights(checkpoint: Path) -> dict[str, torch.Tensor]:
    return safetensors.torch.load_file(checkpoint / "weights.safetensors")


def test_a_stopped_run_goes_on_to_the_same_weights(
    recipe_text: str, cache: Path, tmp_path: Path
) -> None:
    def stop_at_step_4(what: str, done: int, total: int, loss: float) -> None:
        if what == "steps" and done == 4:
            raise Stopped

    whole = fit(recipe_text, tmp_path / "whole", cache=cache)
    with pytest.raises(Stopped):
        fit(recipe_text, tmp_path / "stopped", cache=cache, progress=stop_at_step_4)
    resumed = fit(recipe_text, tmp_path / "stopped", is_resumed=True, cache=cache)

    expected, found = weights(whole), weights(resumed)
    assert expected.keys() == found.keys()
    assert all(torch.equal(expected[name], found[name]) for name in expected)


def test_a_run_leaves_a_checkpoint_with_its_card_and_a_log(
    recipe_text: str, cache: Path, tmp_path: Path
) -> None:
    checkpoint = fit(recipe_text, tmp_path / "run", cache=cache)

    model, card = load_model(checkpoint)
    assert card == load_card(checkpoint)
    assert (card.name, card.terms, card.input.slices) == ("tiny", "Apache-2.0", 3)
    assert card.training_data == "phantoms Seeds 900 to 901."
    assert sum(p.numel() for p in model.parameters()) > 1000
    with (tmp_path / "run" / "log.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [r["step"] for r in rows if r["part"] == "train"] == list("123456")
    assert [r["step"] for r in rows if r["part"] == "validation"] == list("36")
    assert (tmp_path / "run" / "recipe.toml").read_text() == recipe_text


def test_a_loss_that_is_not_finite_stops_the_run_and_names_its_parts(
    recipe_text: str, cache: Path, tmp_path: Path
) -> None:
    exploding = recipe_text.replace("learning_rate = 0.001", "learning_rate = 1e30")

    with pytest.raises(TrainingError, match=r"not finite at step \d: .*loss_objectness"):
        fit(exploding, tmp_path / "run", cache=cache)


def test_a_run_is_not_written_over_another(recipe_text: str, cache: Path, tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text(recipe_text)

    with pytest.raises(TrainingError, match="holds a run"):
        fit(recipe_text, tmp_path, cache=cache)
    with pytest.raises(TrainingError, match="another recipe"):
        fit(recipe_text.replace("seed = 5", "seed = 6"), tmp_path, is_resumed=True, cache=cache)
    with pytest.raises(TrainingError, match="no run to resume"):
        fit(recipe_text, tmp_path / "none", is_resumed=True, cache=cache)


def test_the_learning_rate_warms_up_and_falls_along_a_cosine(recipe_text: str) -> None:
    options = parse_recipe(recipe_text).fit

    rates = [learning_rate(step, options) for step in range(options.steps)]

    # 2 steps of warm-up to 0.001, then half a cosine over the other 4.
    assert rates == pytest.approx(
        [0.0005, 0.001, 0.001, 0.000853553, 0.0005, 0.000146447], rel=1e-5
    )
