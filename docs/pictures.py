"""Pictures of the layouts for the manual: ``python docs/pictures.py``, or ``make pictures``.

They show the demonstration's phantom. ``--study PATH`` shows another study, for looking at: the
terms of most patient data forbid to put its pictures here.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import make_phantom
from lesion_viewer.ui.settings import Settings
from lesion_viewer.ui.shell.application import make_application
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.workers import stop_all_workers

SEED, LESIONS = 2, 6
LAYOUTS = {"1": "one", "1+2": "three", "2x2": "four"}
SIZES = {1: ((1366, 768), (1920, 1080)), 2: ((1366, 768),)}
"""Width and height of the window by the factor of the screen."""
QUALITY = 85
PATIENCE_S = 900.0
SETTLE_S = 0.5


def main() -> None:
    """Make all pictures, those of each factor in a process of its own."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--study", type=Path, help="in place of the phantom")
    given.add_argument("--annotations", type=Path, help="labels in place of a detector's findings")
    given.add_argument("--output", type=Path, default=Path(__file__).parent / "pictures")
    given.add_argument("--factor", type=int, help=argparse.SUPPRESS)
    wanted = given.parse_args()
    if wanted.factor is not None:
        _make(wanted.factor, wanted.study, wanted.annotations, wanted.output)
        return
    for factor in SIZES:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(factor)}
        command = [sys.executable, __file__, *sys.argv[1:], "--factor", str(factor)]
        subprocess.run(command, env=environment, check=True)


def _make(factor: int, study: Path | None, annotations: Path | None, output: Path) -> None:
    """The pictures on a screen of one factor."""
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LESION_VIEWER_HOME"] = folder
        if study is None:
            study = Path(folder) / "study"
            phantom = make_phantom(SEED, lesions=LESIONS)
            write_series(study, phantom.hu, phantom.spacing_mm, seed=SEED)
        make_application()
        is_swept = annotations is None
        window = MainWindow(
            Settings(reader="reader", notice_accepted=True, detect_on_opening=is_swept)
        )
        window.show()
        window.open(study, annotations)
        try:
            _wait(lambda: _is_read(window) and (not is_swept or window.sweep.is_complete))
            _choose_first(window)
            for (width, height), (layout, name) in (
                (size, named) for size in SIZES[factor] for named in LAYOUTS.items()
            ):
                _show(window, layout, width, height)
                percent = "" if factor == 1 else f"-{factor * 100}"
                file = output / f"{name}-{width}x{height}{percent}.jpg"
                window.grab().save(str(file), "JPG", QUALITY)
        finally:
            window.close()
            stop_all_workers()


def _is_read(window: MainWindow) -> bool:
    volume = window.viewer.volume
    return volume is not None and all(volume.is_settled(i) for i in range(len(volume)))


def _choose_first(window: MainWindow) -> None:
    """Accept the first finding and go to it."""
    window.actions_by_id["finding.next"].trigger()
    window.actions_by_id["finding.accept"].trigger()


def _show(window: MainWindow, layout: str, width: int, height: int) -> None:
    action = {"1": "views.one", "1+2": "views.one_and_two", "2x2": "views.four"}[layout]
    window.actions_by_id[action].trigger()
    window.resize(width, height)
    window.message_bar.hide()
    end = time.monotonic() + SETTLE_S
    _wait(lambda: time.monotonic() > end)


def _wait(is_done: Callable[[], bool]) -> None:
    """Let the window work until it is done."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_done():
        if time.monotonic() > deadline:
            raise TimeoutError("the window was not done")
        QApplication.processEvents()
        time.sleep(0.01)


if __name__ == "__main__":
    main()
