"""What all tests share: the real data, and a home folder that no test leaves a trace in."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

REAL_DATA = Path(
    os.environ.get("LESION_VIEWER_REAL_DATA", Path(__file__).parents[2] / "shared" / "data")
)

# A slow machine is no failure: no property test has a deadline of its own.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if REAL_DATA.is_dir():
        return
    skip = pytest.mark.skip(reason=f"no real CT: {REAL_DATA} is missing (LESION_VIEWER_REAL_DATA)")
    for item in items:
        if item.get_closest_marker("realdata"):
            item.add_marker(skip)


@pytest.fixture
def real_data() -> Path:
    """The folder of real CT; for tests marked ``realdata``."""
    return REAL_DATA


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Journals, settings and caches of the test go under its own folder."""
    home = tmp_path / "home"
    monkeypatch.setenv("LESION_VIEWER_HOME", str(home))
    return home


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 1 MiB; skipped where none can be mounted."""
    folder = tmp_path / "small disk"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mounting, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here (Linux, as root)")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
