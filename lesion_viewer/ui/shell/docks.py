"""The panels round the picture, and which of them a study or a labelling project needs."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

SERIES_PX, QUEUE_PX, RIGHT_PX = 200, 272, 424
LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


class Docks:
    """Series or queue at the left, findings, detector and decision at the right."""

    def __init__(
        self,
        window: QMainWindow,
        series: QWidget,
        queue: QWidget,
        findings: QWidget,
        detector: QWidget,
        decision: QWidget,
    ) -> None:
        self._window = window
        self.series = self._dock("Series", series, LEFT)
        self.queue = self._dock("Queue", queue, LEFT)
        self.findings = self._dock("Findings", findings, RIGHT)
        self.detector = self._dock("Detector", detector, RIGHT)
        self.decision = self._dock("Decision", decision, RIGHT)
        self.queue.hide()

    def toggles(self) -> list[QAction]:
        """The actions that show and hide each panel."""
        docks = (self.series, self.queue, self.findings, self.detector, self.decision)
        return [dock.toggleViewAction() for dock in docks]

    def take_sizes(self) -> None:
        """Give each panel its width, and the findings all the height that the others leave."""
        rights = [self.findings, self.detector, self.decision]
        left, width = (self.series, SERIES_PX) if self.queue.isHidden() else (self.queue, QUEUE_PX)
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self._window.resizeDocks([left, self.findings], [width, RIGHT_PX], across)
        self._window.resizeDocks(rights, [self._window.height(), 1, 1], down)

    def show_project(self, is_project: bool) -> None:
        """Show the queue in place of the series, or the other way round."""
        self.queue.setVisible(is_project)
        self.series.setVisible(not is_project)
        self.take_sizes()

    def _dock(self, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(title.lower())
        dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetMovable)
        dock.setWidget(widget)
        self._window.addDockWidget(area, dock)
        return dock
