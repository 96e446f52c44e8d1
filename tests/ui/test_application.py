"""The running program: its start, what it survives, and that nothing of a decision is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import Phantom
from lesion_viewer.review.finding import Status
from lesion_viewer.ui.settings import load_settings
from lesion_viewer.ui.shell.application import report_unexpected
from lesion_viewer.ui.shell.dialogs import FirstStartDialog
from lesion_viewer.ui.shell.main_window import MainWindow

MakeWindow = Callable[..., MainWindow]

OPEN = """
import sys
from pathlib import Path
from lesion_viewer.ui.shell.application import make_application
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.settings import Settings
application = make_application()
window = MainWindow(Settings(reader="tester", notice_accepted=True, detect_on_opening=False))
window.show()
"""
DECIDE = """
from lesion_viewer.detection.boxes import Box
import time
window.open(Path(sys.argv[1]))
while window.viewer.volume is None or not window.viewer.volume.is_loaded.all():
    application.processEvents()
    time.sleep(0.01)
window.marks.take_drawn_box(Box(30, 30, 50, 50))
window.gestures.set_note("seen before the end")
window.marks.take_drawn_box(Box(60, 60, 70, 72))
window.gestures.reject()
window.marks.take_drawn_box(Box(80, 60, 90, 72))
window.gestures.undo()
print("decided", flush=True)
time.sleep(60)
"""
LATER = "PIL SimpleITK gdcm onnxruntime openvino pydicom scipy torch torchvision"
"""What is imported when a study is opened, searched or exported: an empty window needs none."""
NOTHING_OF_LATER = f"""
application.processEvents()
assert not set("{LATER}".split()) & {{name.split(".")[0] for name in sys.modules}}
"""
BARRED_TORCH = "import sys; sys.modules['torch'] = None; sys.modules['torchvision'] = None\n"
BARRED_RUNTIMES = "sys.modules['onnxruntime'] = None; sys.modules['openvino'] = None\n"


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=300
    )


def test_an_empty_window_imports_nothing_that_it_does_not_need() -> None:
    done = run(OPEN + NOTHING_OF_LATER)
    assert done.returncode == 0, done.stderr


def test_a_start_reads_no_source_of_the_program_and_leaves_that_to_those_who_ask() -> None:
    done = run(
        "import inspect, linecache\n"
        "from lesion_viewer.cli.studies import import_windows\n"
        "import_windows()\n"
        "assert not [name for name in linecache.cache if 'lesion_viewer' in name]\n"
        "assert 'def import_windows' in inspect.getsource(import_windows)\n"
    )
    assert done.returncode == 0, done.stderr


def test_a_window_can_detect_where_there_is_no_torch() -> None:
    done = run(BARRED_TORCH + OPEN + "assert not window.sweep.unavailable")
    assert done.returncode == 0, done.stderr


def test_a_window_stands_and_says_what_helps_where_no_runtime_is_installed() -> None:
    done = run(BARRED_TORCH + BARRED_RUNTIMES + OPEN + "print(window.sweep.unavailable)")
    assert done.returncode == 0, done.stderr
    assert "needs ONNX Runtime or OpenVINO or torch: pip install" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_killing_the_program_loses_nothing_that_was_decided(
    study_folder: Path, open_window: MakeWindow
) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", OPEN + DECIDE, str(study_folder)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "decided\n"
    program.send_signal(signal.SIGKILL)
    program.wait()
    findings = list(open_window().review.findings().values())
    assert [f.status for f in findings] == [Status.ADDED, Status.REJECTED]
    assert findings[0].note == "seen before the end"


def test_an_unexpected_error_is_shown_and_the_window_lives(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    report_unexpected([window])
    sys.excepthook(ZeroDivisionError, ZeroDivisionError("division by zero"), None)
    assert "ZeroDivisionError: division by zero" in window.message_bar.text
    qtbot.keyClick(window.canvas, "1")
    assert window.viewer.window.width == 400


def test_the_notice_of_the_first_start_is_shown_once(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(notice_accepted=False)
    window.show_first_notice()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, FirstStartDialog)
    dialog.reader.setText("Dr. Example")
    dialog.accept()
    settings = load_settings()
    assert (settings.notice_accepted, settings.reader) == (True, "Dr. Example")
    window.show_first_notice()
    assert QApplication.activeModalWidget() is None


RUN = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from lesion_viewer.ui.shell.application import make_application, run_windows
application = make_application()
seen = set()

def look():
    windows = [w for w in application.topLevelWidgets() if w.objectName() == "mainWindow"]
    if all(w.viewer.volume is not None and w.viewer.volume.is_loaded.all() for w in windows):
        seen.add(len(windows))
        application.closeAllWindows()

timer = QTimer(interval=50)
timer.timeout.connect(look)
timer.start()
status = run_windows([Path(p) for p in sys.argv[1:]])
print("shown", max(seen))
sys.exit(status)
"""


def test_the_first_start_shows_the_study_behind_its_notice_and_ends_with_the_window(
    study_folder: Path,
) -> None:
    done = run(RUN, str(study_folder))
    assert (done.returncode, done.stdout) == (0, "shown 1\n"), done.stderr


def test_each_path_opens_in_a_window_of_its_own(
    study_folder: Path, tmp_path: Path, phantom: Phantom
) -> None:
    write_series(tmp_path / "second", phantom.hu[:5], phantom.spacing_mm, seed=9)
    done = run(RUN, str(study_folder), str(tmp_path / "second"))
    assert (done.returncode, done.stdout) == (0, "shown 2\n"), done.stderr
