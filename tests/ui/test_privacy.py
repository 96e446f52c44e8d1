"""No name, number or path of a study where nobody asked for it."""

import csv
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pydicom
import pytest
from PySide6.QtCore import qWarning
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import Phantom
from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import CTError
from lesion_viewer.ui import support_log
from lesion_viewer.ui.settings import load_settings
from lesion_viewer.ui.shell.application import report_unexpected
from lesion_viewer.ui.shell.dialogs import SettingsDialog
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.support_log import LogName, last_lines, log_path, start_log, stop_log

MakeWindow = Callable[..., MainWindow]
SECRETS = ("MUELLERIN", "Annegret", "ID4711", "19620304", "secret ward")


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    """The program's logger, writing to the home folder; what was logged is there at the end."""
    listener = start_log()
    yield logging.getLogger("lesion_viewer.test")
    stop_log(listener)


@pytest.fixture
def patient_folder(tmp_path: Path, phantom: Phantom) -> Path:
    """A study in a folder that is named after its patient, with one damaged slice."""
    folder = tmp_path / "secret ward" / "MUELLERIN^Annegret 19620304"
    write_series(folder, phantom.hu, phantom.spacing_mm, seed=7)
    for file in folder.iterdir():
        image = pydicom.dcmread(file)
        image.PatientName, image.PatientID = "MUELLERIN^Annegret", "ID4711"
        image.PatientBirthDate = "19620304"
        image.save_as(file)
    damaged = sorted(folder.iterdir())[5]
    damaged.write_bytes(damaged.read_bytes()[:-9000])
    return folder


def said(log: logging.Logger) -> str:
    """What the log holds; the writing thread is waited for by ending it."""
    logger = logging.getLogger("lesion_viewer")
    (handler,) = [h for h in logger.handlers if isinstance(h, support_log.CleanQueueHandler)]
    log.info("the end is reached")
    while not any("the end is reached" in line for line in last_lines(3)):
        assert handler in logger.handlers
    return log_path().read_text(encoding="utf-8")


def hidden(text: str) -> bool:
    return not any(secret in text for secret in SECRETS)


def test_a_review_with_failures_leaves_no_trace_of_the_patient(
    log: logging.Logger,
    open_window: MakeWindow,
    patient_folder: Path,
    own_home: Path,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    window = open_window(patient_folder)
    report_unexpected([window])
    window.marks.take_drawn_box(Box(30, 30, 50, 50))
    qtbot.waitUntil(lambda: "cannot be read" in window.message_bar.text)
    with qtbot.waitSignal(window.exchange.noticed):
        window.exchange.export(tmp_path / "out.csv")
    with qtbot.waitSignal(window.exchange.errored):
        window.exchange.export(next(patient_folder.iterdir()) / "out.csv")
    with qtbot.waitSignal(window.study.errored):
        window.open(patient_folder / "gone")
    sys.excepthook(OSError, OSError(f"{patient_folder}: ID4711"), None)
    qWarning(f"QFile: cannot open '{patient_folder}'")
    window.actions_by_id["help.diagnostics"].trigger()
    clipboard = QApplication.clipboard().text()
    titles = [w.windowTitle() for w in QApplication.topLevelWidgets()]
    text = said(log)
    window.close()

    assert "StudyReader could not do its work" in text and "ExportWorker could not" in text
    assert "unexpected error" in text and "OSError" in text and "QFile: cannot open" in text
    assert "a series of 24 slices of 128 x 128 is on show" in text
    assert hidden(text)
    assert "lesion-viewer" in clipboard and "StudyReader" in clipboard and "numpy" in clipboard
    assert hidden(clipboard) and str(own_home) not in clipboard and "tester" not in clipboard
    assert all(map(hidden, titles))
    kept = [file for file in own_home.rglob("*") if file.is_file()]
    assert len(kept) >= 3
    for file in kept:
        assert not any(secret.encode() in file.read_bytes() for secret in SECRETS), file.name
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as rows:
        content = list(csv.reader(rows))
    assert len(content) == 2 and hidden(str(content))


def test_a_window_with_a_study_shows_no_name_and_no_path(
    open_window: MakeWindow, patient_folder: Path, qtbot: QtBot
) -> None:
    """So a picture of the window has none either."""
    window = open_window(patient_folder)
    qtbot.waitUntil(lambda: "cannot be read" in window.message_bar.text)
    assert hidden(window.message_bar.text)
    for widget in window.findChildren(QWidget):
        text = getattr(widget, "text", None)
        assert not callable(text) or hidden(str(text()))
        assert hidden(widget.toolTip())
    model = window.series_list.model()
    assert all(hidden(str(model.index(r, 0).data())) for r in range(model.rowCount()))


def test_recent_paths_are_kept_only_where_the_reader_wants_it(
    open_window: MakeWindow, study_folder: Path, qtbot: QtBot
) -> None:
    window = open_window()
    assert window.settings.recent == [[str(study_folder)]]
    assert load_settings().recent == []
    dialog = SettingsDialog(window.settings, window)
    dialog.keeps_recent.setChecked(True)
    dialog.accept()
    assert load_settings().recent == [[str(study_folder)]]
    dialog = SettingsDialog(window.settings, window)
    dialog.keeps_recent.setChecked(False)
    dialog.accept()
    assert load_settings().recent == []


def test_an_exception_is_logged_by_its_type_and_places_alone(log: logging.Logger) -> None:
    try:
        try:
            raise KeyError("ID4711")
        except KeyError as error:
            raise CTError("/secret ward/MUELLERIN: cut short") from error
    except CTError:
        log.exception("failed on %s after %d s", "MUELLERIN", 5)
    text = said(log)
    assert "failed on ... after 5 s" in text
    assert "lesion_viewer.errors.CTError" in text and "builtins.KeyError" in text
    assert "test_privacy.py:" in text
    assert hidden(text)


def test_only_words_of_the_code_and_numbers_are_logged(log: logging.Logger) -> None:
    log.warning("%s %s %.1f", LogName("ExportWorker"), Path("/secret ward"), 2.5)
    log.warning(CTError("MUELLERIN"))
    log.warning("two values %s", "MUELLERIN", "ID4711")
    assert "ExportWorker ... 2.5" in said(log)
    assert hidden(said(log))


def test_the_log_is_rotated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(support_log, "MAX_BYTES", 2000)
    listener = start_log()
    for number in range(200):
        logging.getLogger("lesion_viewer.test").info("line %d of many", number)
    stop_log(listener)
    files = sorted(log_path().parent.iterdir())
    assert len(files) == 1 + support_log.OLDER_FILES
    assert all(file.stat().st_size <= 2000 for file in files)
    assert "line 199 of many" in log_path().read_text(encoding="utf-8")


def test_the_log_is_written_on_a_thread_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = set()
    emit = RotatingFileHandler.emit

    def note(handler: RotatingFileHandler, record: logging.LogRecord) -> None:
        threads.add(threading.current_thread())
        emit(handler, record)

    monkeypatch.setattr(RotatingFileHandler, "emit", note)
    listener = start_log()
    logging.getLogger("lesion_viewer.test").info("a line")
    stop_log(listener)
    assert len(threads) == 1
    assert threading.current_thread() not in threads
    assert "a line" in log_path().read_text(encoding="utf-8")


def test_the_window_runs_where_no_log_can_be_written(own_home: Path) -> None:
    own_home.mkdir()
    (own_home / "log").touch()
    listener = start_log()
    assert listener is None
    stop_log(listener)
