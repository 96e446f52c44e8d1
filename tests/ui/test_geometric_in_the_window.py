"""The method without weights in the window's list, in its own process."""

from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.ui.settings import Settings
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.style import apply_style
from lesion_viewer.ui.workers import stop_all_workers


def test_geometric_is_chosen_by_its_name_and_searches_the_series(
    qtbot: QtBot, qapp: QApplication, study_folder: Path
) -> None:
    apply_style(qapp)
    settings = Settings(reader="tester", notice_accepted=True, detect_on_opening=False)
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.show()
    try:
        window.open(study_folder)
        qtbot.waitUntil(lambda: bool(window.viewer.volume and window.viewer.volume.is_loaded.all()))
        names = [detector.key for detector in window.sweep.installed]
        models = window.detection_panel.models
        place = names.index("geometric")
        models.setCurrentIndex(place)
        models.activated.emit(place)
        assert models.currentText() == "geometric 1"
        qtbot.keyClick(window.canvas, "d")
        qtbot.waitUntil(lambda: window.sweep.is_complete)
        assert window.sweep.liver
        session, series = window.review.session, window.viewer.series
        assert session is not None and series is not None
        assert session.proposals.livers(series.uid).keys() == window.sweep.liver
        found = window.review.findings().values()
        assert {f.origin.name for f in found} <= {"geometric"}
        assert settings.detector == "geometric"
    finally:
        window.close()
        stop_all_workers()
