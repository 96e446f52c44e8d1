"""The study beside the one on show: its picture, its series, and what links the two."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.ui.followup.prior_canvas import PriorCanvas
from lesion_viewer.ui.texts import tr

MIN_WIDTH_PX = 240


class PriorPane(QWidget):
    """A read-only view of a study, under its title, its choice of series and the state of the link.

    Parameters
    ----------
    actions : Sequence[QAction]
        Of the link, in the order of their buttons.
    close_action : QAction
        Closes the prior.

    Attributes
    ----------
    canvas : PriorCanvas
        The picture.
    title_label, warning_label, link_label : QLabel
        What the study is, whose it may be, and what links it to the one on show.
    series_choice : QComboBox
        Its series; hidden where there is only one.
    progress : QProgressBar
        Of a registration.

    Signals
    -------
    series_chosen : the reader chose a series; its place from 0
    path_dropped : the reader dropped another study on it; the Path
    """

    series_chosen = Signal(int)
    path_dropped = Signal(object)

    def __init__(self, actions: Sequence[QAction], close_action: QAction) -> None:
        super().__init__()
        self.setObjectName("priorPane")
        self.setAcceptDrops(True)
        self.setMinimumWidth(MIN_WIDTH_PX)
        self.canvas = PriorCanvas()
        self.canvas.setAccessibleName(tr("Picture of the prior"))
        self.canvas.setAcceptDrops(False)
        self.canvas.viewport().setAcceptDrops(False)
        self.title_label = QLabel()
        self.title_label.setProperty("role", "disclaimer")
        self.warning_label = QLabel(wordWrap=True)
        self.warning_label.setProperty("role", "disclaimer")
        self.link_label = QLabel(wordWrap=True)
        self.link_label.setProperty("role", "muted")
        self.series_choice = QComboBox()
        self.series_choice.setAccessibleName(tr("Series of the prior"))
        self.series_choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.series_choice.activated.connect(self.series_chosen)
        self.progress = QProgressBar()
        self.progress.setRange(0, 100)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Progress of the registration"))
        self._linked_by = ""
        self.progress.hide()
        self._lay_out(actions, close_action)

    def show_study(self, title: str, interval: str, warning: str, series: Sequence[str]) -> None:
        """Show what the study is.

        Parameters
        ----------
        title : str
            In a few words; written on the picture too.
        interval : str
            How long before the study on show it was made; may be empty.
        warning : str
            What is to be said of its patient; empty for nothing.
        series : Sequence[str]
            Titles of its series.
        """
        self.canvas.set_title(title)
        self.title_label.setText(" · ".join(filter(None, (title, interval))))
        self.warning_label.setText(warning)
        self.warning_label.setVisible(bool(warning))
        blocker = QSignalBlocker(self.series_choice)
        self.series_choice.clear()
        self.series_choice.addItems(list(series))
        self.series_choice.setVisible(len(series) > 1)
        blocker.unblock()

    def show_series(self, place: int) -> None:
        """Mark the series on show.

        Parameters
        ----------
        place : int
            Among the study's series, from 0.
        """
        blocker = QSignalBlocker(self.series_choice)
        self.series_choice.setCurrentIndex(place)
        blocker.unblock()
        self.series_choice.setToolTip(self.series_choice.currentText())

    def show_link(self, text: str, more: str) -> None:
        """Say what links the two studies.

        Parameters
        ----------
        text : str
            Some sentences.
        more : str
            The same with all numbers, for the tool tip.
        """
        self._linked_by = text
        self.link_label.setToolTip(more)
        if self.progress.isHidden():
            self.link_label.setText(text)

    def show_progress(self, text: str, share: float) -> None:
        """Show how far a registration is, in the place of what links the studies.

        Parameters
        ----------
        text : str
            What is being done; empty where it is over.
        share : float
            0 to 1.
        """
        self.progress.setVisible(bool(text))
        self.progress.setValue(round(share * 100))
        self.link_label.setText(text or self._linked_by)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802, D102
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802, D102
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            is_of_files = len(paths) > 1 and len({path.parent for path in paths}) == 1
            self.path_dropped.emit(paths[0].parent if is_of_files else paths[0])

    def _lay_out(self, actions: Sequence[QAction], close_action: QAction) -> None:
        top, links = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.title_label, 1)
        top.addWidget(_button(close_action))
        for action in actions:
            links.addWidget(_button(action))
        links.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 2, 4, 0)
        column.setSpacing(3)
        for row in (top, links):
            row.setSpacing(4)
            column.addLayout(row)
        for widget in (self.series_choice, self.warning_label, self.link_label, self.progress):
            column.addWidget(widget)
        column.addWidget(self.canvas, 1)


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setAccessibleName(action.text())
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
