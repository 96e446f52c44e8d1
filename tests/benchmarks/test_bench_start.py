"""How soon the window can be used, beside what importing Qt and numpy takes, and beside napari."""

import os
import subprocess
import sys

import pytest

RUNS = 5
MOST_TIMES_ITS_IMPORTS = 4.0
AHEAD_OF_NAPARI = 5.0

NAPARI_PYTHON = os.environ.get("LESION_VIEWER_NAPARI", "")
"""A Python in whose environment napari is: it does not share one with this program."""

IMPORTS = "import PySide6.QtWidgets, numpy"
NAPARI = """
import napari
viewer = napari.Viewer()
napari.Viewer.show(viewer)
from qtpy.QtWidgets import QApplication
QApplication.processEvents()
"""
WINDOW = """
from lesion_viewer.cli.studies import import_windows
import_windows()
from PySide6.QtWidgets import QApplication
from lesion_viewer.ui.shell.application import make_application
from lesion_viewer.ui.shell.main_window import MainWindow
application = make_application()
window = MainWindow()
window.show()
application.processEvents()
"""
CLOCK = """
import time
started = time.perf_counter()
{code}
print(time.perf_counter() - started)
import os; os._exit(0)
"""


def seconds(code: str, python: str = sys.executable) -> float:
    """The least of several fresh processes, interpreter start not counted."""
    times = []
    for _ in range(RUNS):
        done = subprocess.run(
            [python, "-c", CLOCK.format(code=code)],
            capture_output=True,
            text=True,
            check=True,
            # Compiled modules are kept, as in any installation.
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
        )
        times.append(float(done.stdout.splitlines()[-1]))
    return min(times)


def test_the_window_is_usable_soon_after_its_imports() -> None:
    seconds(WINDOW)  # warms the disk
    imports, window = seconds(IMPORTS), seconds(WINDOW)
    print(f"\nimports {imports:.2f} s, window {window:.2f} s, ratio {window / imports:.2f}")
    assert window <= imports * MOST_TIMES_ITS_IMPORTS


@pytest.mark.skipif(not NAPARI_PYTHON, reason="LESION_VIEWER_NAPARI names no Python with napari")
def test_the_window_is_usable_five_times_as_soon_as_naparis() -> None:
    window, napari = seconds(WINDOW), seconds(NAPARI, NAPARI_PYTHON)
    print(f"\nwindow {window:.2f} s, napari {napari:.2f} s, ratio {napari / window:.2f}")
    assert napari >= window * AHEAD_OF_NAPARI
