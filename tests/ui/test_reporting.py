"""The report in the window: previewed, copied, written, and what it shows."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from lesion_viewer.ui.report.report_dialog import ReportDialog
from lesion_viewer.ui.shell.features.reporting import ReportingFeature
from lesion_viewer.ui.shell.main_window import MainWindow

MakeWindow = Callable[..., MainWindow]
Ctrl = Qt.KeyboardModifier.ControlModifier
CtrlShift = Ctrl | Qt.KeyboardModifier.ShiftModifier


def preview(window: MainWindow, qtbot: QtBot) -> ReportDialog:
    QTest.keyClick(window.canvas, Qt.Key.Key_R, Ctrl)
    qtbot.waitUntil(lambda: bool(window.findChildren(ReportDialog)))
    (dialog,) = window.findChildren(ReportDialog)
    return dialog


def copied(window: MainWindow, qtbot: QtBot) -> str:
    with qtbot.waitSignal(window.feature(ReportingFeature).report.noticed):
        QTest.keyClick(window.canvas, Qt.Key.Key_C, CtrlShift)
    return " ".join(QGuiApplication.clipboard().text().split())


def save(
    dialog: ReportDialog,
    window: MainWindow,
    qtbot: QtBot,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (str(path), ""))
    with qtbot.waitSignal(window.feature(ReportingFeature).report.noticed):
        qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)


@pytest.fixture
def accepted(swept_window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window in which the strongest candidate is accepted."""
    qtbot.keyClick(swept_window.canvas, "n")
    qtbot.keyClick(swept_window.canvas, "a")
    return swept_window


def test_the_text_of_the_report_is_copied(accepted: MainWindow, qtbot: QtBot) -> None:
    text = copied(accepted, qtbot)
    assert "1. Lesion, 48 × 36 mm (sides of the box)" in text  # 16 x 12 pixels of 3 mm
    assert "Im 12/24" in text and "seen on images 11 to 13" in text
    assert "Mode: concurrent" in text and "Patient" not in text
    assert "Report copied as text: 1 lesion." in accepted.message_bar.text


def test_the_reading_time_in_a_report_is_that_of_this_moment(
    accepted: MainWindow, qtbot: QtBot
) -> None:
    accepted.activateWindow()
    qtbot.waitUntil(lambda: "Reading time: 1 s" in copied(accepted, qtbot))


def test_the_preview_shows_the_report_with_the_box_in_its_picture(
    accepted: MainWindow, qtbot: QtBot
) -> None:
    dialog = preview(accepted, qtbot)
    assert "48 × 36 mm" in dialog.preview.toPlainText()
    dialog.preview.verticalScrollBar().setValue(dialog.preview.verticalScrollBar().maximum())
    QApplication.processEvents()
    shown = dialog.preview.viewport().grab().toImage()
    places = [(x, y) for x in range(shown.width()) for y in range(0, shown.height(), 2)]
    assert {"#00c8ff", "#ffffff"} <= {shown.pixelColor(*place).name() for place in places}


def test_the_report_is_written_as_pdf_html_and_text(
    accepted: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = preview(accepted, qtbot)
    for name in ("out.pdf", "out.html", "out.txt"):
        save(dialog, accepted, qtbot, tmp_path / name, monkeypatch)
        assert f"Report written to {name}: 1 lesion." in accepted.message_bar.text
    pdf = (tmp_path / "out.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-") and pdf.count(b"/Type /Page\n") == 2
    assert b"/Subtype /Image" in pdf and b"/FontFile2" in pdf  # a picture, and text as text
    page = (tmp_path / "out.html").read_text("utf-8")
    assert "48 × 36 mm" in page and page.count("<img") == 1
    assert "48 × 36 mm" in (tmp_path / "out.txt").read_text("utf-8")


def test_a_patient_is_named_only_where_the_reader_writes_a_name(
    accepted: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = preview(accepted, qtbot)
    assert "Patient" not in dialog.preview.toPlainText()
    qtbot.mouseClick(dialog.patient, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(dialog.patient, "Muster")
    qtbot.keyClick(dialog.patient, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert "Patient\nMuster" in dialog.preview.toPlainText()
    qtbot.keyClicks(dialog.patient, "mann")
    save(dialog, accepted, qtbot, tmp_path / "out.txt", monkeypatch)
    assert "Patient: Mustermann\n" in (tmp_path / "out.txt").read_text("utf-8")


def test_the_preview_of_a_hidden_reading_gives_nothing_away(
    open_window: MakeWindow, qtbot: QtBot
) -> None:
    window = open_window(reading_mode="second_reader")
    qtbot.keyClick(window.canvas, "d")
    qtbot.waitUntil(lambda: window.sweep.is_complete)
    text = preview(window, qtbot).preview.toPlainText()
    assert "None." in text and "marks are hidden" in text
    assert "first 1" not in text and "not decided" not in text


def test_a_report_that_cannot_be_written_says_so(
    accepted: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = accepted.feature(ReportingFeature).report
    dialog = preview(accepted, qtbot)
    (tmp_path / "taken").write_text("a file")
    wanted = str(tmp_path / "taken" / "out.pdf")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (wanted, ""))
    with qtbot.waitSignal(report.errored):
        qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    assert "out.pdf" in accepted.message_bar.text


def test_without_a_study_there_is_no_report(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    window.activateWindow()
    QApplication.processEvents()
    QTest.keyClick(window, Qt.Key.Key_R, Ctrl)
    assert "There is no review" in window.message_bar.text
