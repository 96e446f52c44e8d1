"""The commands of ``lesion-training``, as a person calls them."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lesion_viewer.detection.checkpoints.checkpoint import load_card
from training.cli import main
from training.cli.options import recipe_file
from training.fitting.loop import fit

ROOT = Path(__file__).parents[2]

Done = subprocess.CompletedProcess[str]
Call = Callable[..., Done]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Runs a command in this process, which has imported torch already."""

    def run(*arguments: str, folder: Path = ROOT) -> Done:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["lesion-training", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return Done(arguments, int(ended.value.code or 0), *capfd.readouterr())

    return run


def test_a_phantom_is_written_as_a_study_with_a_table_of_its_boxes(tmp_path: Path) -> None:
    """By a process of its own."""
    command = (sys.executable, "-m", "training", "phantoms", "--output", str(tmp_path))
    path = os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))
    done = subprocess.run(
        [*command, "--count", "1", "--seed", "7"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(tmp_path / "boxes.csv")
    with (tmp_path / "boxes.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows
    for row in rows:
        assert (tmp_path / row["source"]).is_file()
        assert 0 <= int(row["x1"]) < int(row["x2"]) <= 512
        assert float(row["location_mm"]) == pytest.approx((int(row["slice_index"]) - 23.5) * 5)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("fit", "none.toml", "--output", "run"), "none.toml cannot be read"),
        (("evaluate", "no-such-detector", "--phantoms", "1"), "no detector 'no-such-detector'"),
    ],
)
def test_what_the_person_can_mend_ends_with_one_line_and_status_1(
    arguments: tuple[str, ...], said: str, call: Call
) -> None:
    done = call(*arguments)

    assert done.returncode == 1
    assert said in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_what_is_wrong_with_a_review_is_said_as_the_viewer_says_it(
    tmp_path: Path, call: Call
) -> None:
    (tmp_path / "bad.review").write_text("no journal")
    recipe = ("fit", "phantom_small", "--output", str(tmp_path / "run"), "--device", "cpu")
    done = call(*recipe, "--reviews", "bad.review", folder=tmp_path)
    assert done.returncode == 1
    said = "\nlesion-training: bad.review: the review is damaged; restore it from a copy"
    assert said in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["fit", "search", "contact-sheet", "rows"])
def test_a_recipe_of_an_unknown_name_is_answered_by_those_that_there_are(
    command: str, tmp_path: Path, call: Call
) -> None:
    options = {"rows": (), "search": ("--what", "batch")}.get(command, ())
    output = ("--output", str(tmp_path / "out"))
    done = call(command, "faster-rcnn", *options, *output)

    assert done.returncode == 1
    assert "there is no recipe 'faster-rcnn'; those by name are baseline, " in done.stderr
    assert ", faster_rcnn, " in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_recipe_is_taken_by_its_name_from_any_folder(tmp_path: Path, call: Call) -> None:
    done = call("rows", "phantom_small", folder=tmp_path)

    assert "the data of phantom-small are not of DeepLesion" in done.stderr


def test_a_file_goes_before_the_recipe_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = recipe_file("faster_rcnn")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "faster_rcnn").write_text("")

    assert named.read_text() == (ROOT / "training/recipes/faster_rcnn.toml").read_text()
    assert recipe_file("faster_rcnn") == Path("faster_rcnn")


def test_wrong_usage_ends_with_status_2(call: Call) -> None:
    assert call("fit").returncode == 2
    assert call("phantoms", "--output", "x", "--count", "0").returncode == 2


@pytest.mark.slow
def test_an_evaluation_is_written_into_the_card(
    recipe_text: str, tmp_path: Path, call: Call
) -> None:
    checkpoint = fit(recipe_text, tmp_path / "run")
    before = load_card(checkpoint)

    done = call(
        *("evaluate", str(checkpoint), "--phantoms", "1", "--seed", "3000", "--card"),
        *("--output", str(tmp_path / "results.json")),
    )

    assert done.returncode == 0, done.stderr
    card = load_card(checkpoint)
    assert card.sha256 == before.sha256
    assert len(card.operating_points) == 20
    assert "seeds 3000 to 3000" in card.metrics[0].data
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["cases"] == 1 and results["slices"] == 48
