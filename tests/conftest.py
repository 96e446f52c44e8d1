"""What all tests share: the real data, and a home folder that no test leaves a trace in.

Tests run in several processes (pytest-xdist), each with its own offscreen windows, home folder
and share of the cores; the processes that they start are of this checkout, whatever is installed.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
REAL_DATA = Path(os.environ.get("LESION_VIEWER_REAL_DATA", ROOT.parent / "shared" / "data"))

os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.getenv("PYTHONPATH")]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if workers := os.getenv("PYTEST_XDIST_WORKER_COUNT"):
    # Set before torch and BLAS are loaded: each would take all cores for itself.
    os.environ.setdefault("OMP_NUM_THREADS", str(max((os.cpu_count() or 1) // int(workers), 1)))

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
