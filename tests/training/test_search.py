"""Searches: the table, the plot, and what is said of what failed."""

import csv
import math
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lesion_viewer.errors import TrainingError
from training.cli import app
from training.recipe.recipe import parse_recipe
from training.search.trial_tables import Search, write_search
from training.search.trials import logarithmic_range, search_batch, search_learning_rate


def silent(what: str, done: int, total: int, loss: float = 0.0) -> None:
    """Progress that nobody sees."""


def test_each_batch_has_the_time_of_an_epoch(one_box_text: str, tmp_path: Path) -> None:
    found = search_batch(parse_recipe(one_box_text), tmp_path, "cpu", silent)

    assert [row[0] for row in found.rows] == [1, 2, 4, 8, 16]
    assert all(0 < row[1] < math.inf for row in found.rows)


def test_a_rate_that_diverges_is_a_row_without_a_loss(one_box_text: str, tmp_path: Path) -> None:
    found = search_learning_rate(
        parse_recipe(one_box_text), [1e-3, 1e30], 2, tmp_path, "cpu", silent
    )

    (rate, train, validation), (_, *diverged) = found.rows
    assert rate == 1e-3 and 0 < train < 1 and 0 < validation < 1
    assert all(math.isnan(loss) for loss in diverged)


def test_rates_are_the_same_multiple_apart() -> None:
    assert logarithmic_range(1e-5, 1e-1, 5) == pytest.approx([1e-5, 1e-4, 1e-3, 1e-2, 1e-1])
    with pytest.raises(TrainingError, match="not from 0.1 to 0.01"):
        logarithmic_range(0.1, 0.01, 3)


def test_a_search_is_written_as_table_and_plots(tmp_path: Path) -> None:
    rows = ((0.001, 2.5, 3.0), (0.1, math.nan, math.nan))
    search = Search("Loss", ("learning_rate", "train_loss", "validation_loss"), rows, 2)

    table, png, svg = write_search(search, tmp_path / "new", "learning-rate")

    with table.open(newline="") as stream:
        assert list(csv.reader(stream))[1] == ["0.001", "2.5", "3.0"]
    assert png.read_bytes().startswith(b"\x89PNG")
    assert "</svg>" in svg.read_text()


@pytest.mark.slow
def test_the_command_names_the_files_it_wrote(one_box_text: str, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(one_box_text)
    options = ["--what", "learning-rate", "--count", "2", "--epochs", "1"]

    done = CliRunner().invoke(app, ["search", str(recipe), *options, "--output", str(tmp_path)])

    assert done.exit_code == 0, done.output
    files = [Path(line) for line in done.stdout.split() if line.startswith(str(tmp_path))]
    assert [f.suffix for f in files] == [".csv", ".png", ".svg"]
    assert all(f.is_file() for f in files)
