"""How soon the window can be used, beside its imports, pyqtgraph's ImageView and napari."""

import os
import statistics
import subprocess
import sys

RUNS = 5

NAPARI_PYTHON = os.environ.get("LESION_VIEWER_NAPARI", "")
"""A Python in whose environment napari is: it does not share one with this program."""

IMPORTS = "import PySide6.QtWidgets, numpy"
IMAGE_VIEW = """
from PySide6.QtWidgets import QApplication
import numpy, pyqtgraph
application = QApplication([])
window = pyqtgraph.ImageView()
window.setImage(numpy.zeros((2, 512, 512), numpy.int16))
window.show()
application.processEvents()
"""
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
started = time.perf_counter(), time.process_time()
{code}
print(time.perf_counter() - started[0], time.process_time() - started[1])
import os; os._exit(0)
"""


def seconds(code: str, python: str) -> tuple[float, float]:
    """Seconds on the clock and of the processor in a fresh process, interpreter not counted."""
    done = subprocess.run(
        [python, "-c", CLOCK.format(code=code)],
        capture_output=True,
        text=True,
        check=True,
        # Compiled modules are kept, as in any installation.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
    )
    wall, processor = map(float, done.stdout.splitlines()[-1].split())
    return wall, processor


def test_from_start_to_a_usable_window() -> None:
    ways = {
        "ours": (WINDOW, sys.executable),
        "its imports": (IMPORTS, sys.executable),
        "ImageView": (IMAGE_VIEW, sys.executable),
    }
    if NAPARI_PYTHON:
        ways["napari"] = NAPARI, NAPARI_PYTHON
    for way in ways.values():
        seconds(*way)  # warms the disk
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(RUNS):  # In turn, so that a busy machine slows all alike.
        for name, way in ways.items():
            times[name].append(seconds(*way))
    found = {
        name: [statistics.median(column) for column in zip(*taken, strict=True)]
        for name, taken in times.items()
    }
    print("\nstart to usable window, wall and processor:")
    for name, (wall, processor) in found.items():
        ratios = wall / found["ours"][0], processor / found["ours"][1]
        print(f"  {name:12s} {wall:6.2f} s {processor:6.2f} s   {ratios[0]:.2f}, {ratios[1]:.2f} x")
