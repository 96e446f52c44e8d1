"""The list of detectors says which of them learned from phantoms."""

from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.installed import installed_detectors
from lesion_viewer.ui.detector.detection_panel import DetectionPanel


def test_the_list_says_what_was_taught_on_phantoms(qtbot: QtBot) -> None:
    panel = DetectionPanel(QAction())
    qtbot.addWidget(panel)
    panel.set_models([detector.info() for detector in installed_detectors()], 0)

    shown = [panel.models.itemText(row) for row in range(panel.models.count())]

    assert shown[0].startswith("liver ") and "phantoms" not in shown[0]
    assert "faster-rcnn-phantoms 2 (taught on phantoms)" in shown
    taught = [detector.info().taught_on_phantoms for detector in installed_detectors()]
    assert [text.endswith("(taught on phantoms)") for text in shown] == taught
