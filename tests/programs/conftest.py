"""The program that is tried: ``--program``, from outside the checkout, with nothing of its own."""

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import make_phantom

Call = Callable[..., str]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--program", default="lesion-viewer", help="the command to try")


@pytest.fixture(scope="session")
def program(pytestconfig: pytest.Config) -> list[str]:
    """The command, with what stands before it, such as ``chroot FOLDER``."""
    return shlex.split(pytestconfig.getoption("--program"))


@pytest.fixture(scope="session")
def call(program: list[str], tmp_path_factory: pytest.TempPathFactory) -> Call:
    """Runs the program and gives what it printed; no variable of this process reaches it."""
    home, elsewhere = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("elsewhere")
    environment = {
        "HOME": str(home),
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "QT_QPA_PLATFORM": "offscreen",
        "OMP_NUM_THREADS": "1",
    }

    def run(*arguments: str | Path) -> str:
        done = subprocess.run(
            [*program, *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=elsewhere,
            env=environment,
            timeout=600,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DICOM folder: a phantom's abdomen."""
    folder = tmp_path_factory.mktemp("study")
    phantom = make_phantom(2, (12, 256, 256), (5.0, 1.5, 1.5), lesions=3)
    write_series(folder, phantom.hu, phantom.spacing_mm, seed=2)
    return folder
