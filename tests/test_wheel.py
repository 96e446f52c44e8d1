"""The built wheel, installed by itself: two packages, both programs, all files they need."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import make_phantom

ROOT = Path(__file__).parents[1]
SOURCES = ("lesion_viewer", "training", "resources", "pyproject.toml", "setup.py")
TEXTS = ("README.md", "LICENSE")

Run = Callable[..., str]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of a copy of the checkout, in whose ``build`` there may be modules that are gone."""
    source, output = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in (*SOURCES, *TEXTS):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir"]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, output, source], check=True)
    (built,) = output.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def run(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a program of the installed wheel, far from the checkout, and gives what it printed."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    python = next(scripts.glob("python*"))
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--quiet", "--python", python, "install"]
    # Without the checkout, whose metadata would make pip believe that it is installed already.
    subprocess.run([*pip, "--no-deps", "--no-index", wheel], check=True, env=_without_checkout())
    places = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", vars=places))
    # The libraries of the environment that runs the tests, without its editable install.
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    environment = {"LESION_VIEWER_HOME": str(folder / "home"), "OMP_NUM_THREADS": "1"}
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    def run_program(program: str, *arguments: str | Path) -> str:
        command = [python, "-m", program[3:]] if program.startswith("-m ") else [scripts / program]
        done = subprocess.run(
            [*command, *arguments],
            capture_output=True,
            text=True,
            cwd=elsewhere,
            env={**_without_checkout(), **environment},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run_program


def _without_checkout() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    phantom = make_phantom(7, (12, 128, 128), (10.0, 3.0, 3.0), lesions=3)
    folder = tmp_path_factory.mktemp("study")
    write_series(folder, phantom.hu, phantom.spacing_mm, seed=7)
    return folder


def test_a_wheel_installs_two_packages_and_its_own_record(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        top = {name.split("/")[0] for name in archive.namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == {
        "lesion_training",
        "lesion_viewer",
    }
    assert len(top) == 3


def test_a_wheel_has_every_module_and_file_of_the_checkout(wheel: Path) -> None:
    installed = {"resources": "lesion_viewer/resources", "training": "lesion_training"}
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    for package in ("lesion_viewer", "training", "resources"):
        for file in (ROOT / package).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts and file.name != "screenshot.png":
                inside = file.relative_to(ROOT / package).as_posix()
                assert f"{installed.get(package, package)}/{inside}" in packed


def test_both_programs_start_from_a_wheel(run: Run) -> None:
    assert "phantoms" in run("lesion-training", "--help")
    assert "phantoms" in run("-m lesion_training", "--help")
    assert "detect" in run("-m lesion_viewer", "--help")


def test_a_wheel_finds_its_detectors_and_searches_a_study(
    run: Run, study: Path, tmp_path: Path
) -> None:
    assert "phantom-small" in run("lesion-viewer", "models")
    assert "12 slices" in run("lesion-viewer", "check", study)
    boxes = tmp_path / "boxes.csv"
    options = ["--model", "phantom-small", "--device", "cpu", "--slices", "4:6"]
    run("lesion-viewer", "detect", study, "--output", boxes, *options)
    assert boxes.read_text(encoding="utf-8").startswith("source,study_uid,series_uid")


def test_the_viewer_of_a_wheel_finds_the_training_package(run: Run, tmp_path: Path) -> None:
    run("lesion-training", "phantoms", "--output", tmp_path / "studies", "--count", "1")
    (study,) = (path for path in (tmp_path / "studies").iterdir() if path.is_dir())
    run("lesion-viewer", "insert", study, "--lesions", "1", "--output", tmp_path / "copy")
    assert any((tmp_path / "copy").iterdir())
