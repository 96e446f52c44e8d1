"""What a plain installation lacks is named in one line with its extra, and never needed to read."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import make_phantom
from lesion_viewer.extras import EXTRAS, missing

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TORCH = EXTRAS["torch"]
BARRED = "import sys; sys.modules |= dict.fromkeys(sys.argv.pop(1).split(','))\n"
"""Code that makes packages, the program's first argument, as if they were not installed."""
VIEWER = BARRED + "from lesion_viewer.cli import main; sys.exit(main())"
TRAINING = BARRED + "from training.cli import main; main()"


def call(program: str, barred: tuple[str, ...], *arguments: str | Path) -> tuple[int, str, str]:
    """Status, stdout and stderr of a program that cannot import some packages."""
    done = subprocess.run(
        [sys.executable, "-c", program, ",".join(barred), *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    phantom = make_phantom(7, (4, 64, 64), (10.0, 5.0, 5.0), lesions=1)
    write_series(folder, phantom.hu, phantom.spacing_mm, seed=7)
    return folder


def named(requirements: list[str]) -> set[str]:
    """The packages of a list of requirements, by their normalised names."""
    return {plain(re.split(r"[\[<>=!~ ;]", r, maxsplit=1)[0]) for r in requirements}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_brings_every_package_that_is_said_to_need_it(extra: str) -> None:
    installed = packages_distributions()
    for package in EXTRAS[extra]:
        brought_by = {plain(name) for name in installed.get(package, [package])}
        assert brought_by & named(PROJECT["optional-dependencies"][extra]), package
        assert not brought_by & named(PROJECT["dependencies"]), package


def test_a_plain_installation_brings_no_torch_and_the_tests_all_extras() -> None:
    extras = PROJECT["optional-dependencies"]
    assert not named(PROJECT["dependencies"]) & {"torch", "torchvision"}
    (everything,) = (r for r in extras["test"] if r.startswith("lesion-viewer["))
    assert set(everything[len("lesion-viewer[") : -1].split(",")) == set(extras) - {
        "test",
        "bundle",
    }


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("torch", "torch is missing: pip install 'lesion-viewer[torch]'"),
        ("dicognito.anonymizer", "dicognito is missing: pip install 'lesion-viewer[anonymise]'"),
        ("pydicom", "pydicom is missing: pip install 'lesion-viewer'"),
        (None, "a package is missing: pip install 'lesion-viewer'"),
    ],
)
def test_what_is_missing_is_named_with_its_extra(module: str | None, line: str) -> None:
    assert missing(module) == line


@pytest.mark.parametrize(
    ("program", "package", "arguments"),
    [
        (VIEWER, "dicognito", ("anonymise", ".", "--output", "nothing")),
        (TRAINING, "torch", ("fit", "phantom_small", "--output", "nothing")),
        (TRAINING, "lightning_fabric", ("fit", "phantom_small", "--output", "nothing")),
        (TRAINING, "ray", ("fit", "phantom_small", "--output", "nothing", "--ray", "local")),
    ],
)
def test_a_command_whose_extra_is_missing_says_so_in_one_line(
    program: str, package: str, arguments: tuple[str, ...]
) -> None:
    status, _, errors = call(program, (package,), *arguments)
    name = "lesion-viewer" if program == VIEWER else "lesion-training"
    assert (status, errors) == (1, f"{name}: {missing(package)}\n")


def test_a_study_is_checked_without_any_extra(study: Path) -> None:
    everything = tuple(package for packages in EXTRAS.values() for package in packages)
    status, out, errors = call(VIEWER, everything, "check", study)
    assert status == 0, errors
    assert "4 slices" in out


def test_a_study_is_searched_without_torch(study: Path, tmp_path: Path) -> None:
    boxes = tmp_path / "boxes.csv"
    command = ("detect", study, "--output", boxes, "--model", "phantom-small", "--slices", "1:3")
    status, _, errors = call(VIEWER, TORCH, *command)
    assert status == 0, errors
    assert boxes.read_text(encoding="utf-8").startswith("source,study_uid,series_uid")


def test_phantoms_are_made_without_torch(tmp_path: Path) -> None:
    arguments = ("phantoms", "--output", tmp_path, "--count", "1")
    status, _, errors = call(TRAINING, TORCH, *arguments)
    assert status == 0, errors
    assert (tmp_path / "boxes.csv").is_file()
