"""How soon the window can be used, beside what importing Qt takes."""

import statistics
import subprocess
import sys

RUNS = 5
LIMIT_S = 0.5

IMPORTS = "import PySide6.QtWidgets, pyqtgraph"
WINDOW = """
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


def seconds(code: str) -> float:
    """Median of several fresh processes, interpreter start not counted."""
    times = []
    for _ in range(RUNS):
        done = subprocess.run(
            [sys.executable, "-c", CLOCK.format(code=code)],
            capture_output=True,
            text=True,
            check=True,
        )
        times.append(float(done.stdout.splitlines()[-1]))
    return statistics.median(times)


def test_the_window_is_usable_half_a_second_after_its_imports() -> None:
    seconds(WINDOW)  # warms the disk
    imports, window = seconds(IMPORTS), seconds(WINDOW)
    print(f"\nimports {imports:.2f} s, window {window:.2f} s, ratio {window / imports:.2f}")
    assert window - imports <= LIMIT_S
