"""Averaged checkpoints: the mean of the weights, with a card that claims nothing measured."""

from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from lesion_viewer.detection.checkpoints.checkpoint import (
    Card,
    load_model,
    write_checkpoint,
)
from lesion_viewer.detection.identity import Metric
from lesion_viewer.detection.models import build_model
from lesion_viewer.errors import TrainingError
from training.averaging import average
from training.cli import app
from training.recipe.recipe import parse_recipe


def checkpoint(folder: Path, recipe_text: str, value: float) -> Path:
    """A checkpoint of the tiny recipe whose weights all are a value."""
    recipe = parse_recipe(recipe_text)
    model = build_model(recipe.architecture, recipe.options, recipe.input.slices)
    with torch.no_grad():
        for x in model.state_dict().values():
            x.fill_(value)
    card = Card(
        name=recipe.name,
        version="1",
        architecture=recipe.architecture,
        options=recipe.options,
        input=recipe.input,
        classes=("lesion",),
        training_data=recipe.training_data,
        terms=recipe.terms,
        default_threshold=0.5,
        metrics=(Metric("sensitivity", 0.9, "a test", "2026-01-01"),),
        calibration=(2.0, 1.0),
    )
    write_checkpoint(folder, model, card)
    return folder


def test_the_command_writes_the_mean_of_the_weights_and_nothing_that_was_measured(
    recipe_text: str, tmp_path: Path
) -> None:
    one, other = (checkpoint(tmp_path / str(v), recipe_text, v) for v in (1.0, 5.0))
    shares = ["--share", "0.75", "--share", "0.25", "--pixel-mm", "0.8"]

    done = CliRunner().invoke(
        app, ["average", str(one), str(other), *shares, "--output", str(tmp_path / "mean")]
    )

    assert done.exit_code == 0, done.output
    model, card = load_model(tmp_path / "mean")
    assert all(bool((x == 2).all()) for x in model.state_dict().values())
    before = load_model(one)[1]
    assert (card.metrics, card.calibration, card.input.pixel_mm) == ((), (1.0, 0.0), 0.8)
    assert (card.name, card.options) == (before.name, before.options)


def test_shares_that_do_not_add_up_and_other_networks_are_refused(
    recipe_text: str, tmp_path: Path
) -> None:
    one = checkpoint(tmp_path / "one", recipe_text, 1.0)
    wider = recipe_text.replace("head_size = 16", "head_size = 32")
    other = checkpoint(tmp_path / "other", wider, 1.0)
    output = tmp_path / "mean"

    with pytest.raises(TrainingError, match="add up to 1"):
        average((one, one), (0.5, 0.4), output, None)
    with pytest.raises(TrainingError, match="other is of another network"):
        average((one, other), (0.5, 0.5), output, None)
    assert not output.exists()
