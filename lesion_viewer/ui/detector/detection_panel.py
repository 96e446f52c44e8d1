"""The detector's controls: which one, run or stop, how far it is, and the score threshold."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.detection.identity import DetectorInfo
from lesion_viewer.ui.action_button import call_by
from lesion_viewer.ui.texts import tr

STEPS = 100

LIST_MARGIN_PX = 40
"""Beside the longest name in the open list: its borders and a scroll bar."""


class DetectionPanel(QWidget):
    """Chooses and runs a detector, and sets the score from which candidates are shown.

    Parameters
    ----------
    run : QAction
        Runs or stops the detector; its tool tip is shown.
    parent : QWidget | None
        Widget that holds it.

    Attributes
    ----------
    unlike : QLabel
        In what the series is unlike what the detector has seen; hidden where it is not.
    first_read : QPushButton
        Declares the first read done; shown while candidates are hidden until then.
    outlines : QCheckBox
        Turns the detector's outlines on and off.

    Signals
    -------
    model_chosen : the reader picked a detector; its place in the list
    threshold_changed : the reader moved the slider; the score, 0 to 1
    """

    model_chosen = Signal(int)
    threshold_changed = Signal(float)

    def __init__(self, run: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_available = True
        self.models = QComboBox()
        # The longest name must not decide how wide the panel is.
        self.models.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.models.setToolTip(tr("Detector that searches the series"))
        self.models.setAccessibleName(tr("Detector"))
        self.models.activated.connect(self.model_chosen)
        self._is_running = False
        self.run_button = QPushButton()
        self._show_run = call_by(self.run_button, run, self._run_text)
        self.progress = QProgressBar(textVisible=False)
        self.progress.setAccessibleName(tr("Slices that the detector has searched"))
        self.state = _muted(2)
        self.unlike = QLabel(wordWrap=True)
        self.unlike.setProperty("role", "disclaimer")
        self.unlike.setAccessibleName(tr("How the series differs from what the detector has seen"))
        self.unlike.hide()
        self.threshold = QSlider(Qt.Orientation.Horizontal)
        self.threshold.setRange(1, STEPS - 1)
        self.threshold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.threshold.setToolTip(tr("Candidates under this score are not shown"))
        self.threshold.valueChanged.connect(self._moved)
        self.threshold_text = QLabel()
        self._threshold_title = QLabel(tr("Threshold"))
        self._threshold_title.setBuddy(self.threshold)
        self.expectation = _muted(3)
        self.first_read = QPushButton()
        self.first_read.hide()
        self.outlines = QCheckBox()
        self.liver = _muted(1)
        self.set_liver("")
        self._lay_out()

    def set_models(self, detectors: Sequence[DetectorInfo], current: int) -> None:
        """Offer these detectors.

        Parameters
        ----------
        detectors : Sequence[DetectorInfo]
            What the installed detectors are.
        current : int
            Place of the chosen one.
        """
        self.models.clear()
        for detector in detectors:
            title = detector.title
            if detector.taught_on_phantoms:
                title = tr("{detector} (taught on phantoms)", detector=title)
            self.models.addItem(title)
        widths = (self.models.fontMetrics().horizontalAdvance(title) for title in self._titles())
        self.models.view().setMinimumWidth(max(widths, default=0) + LIST_MARGIN_PX)
        self.models.setCurrentIndex(current)

    def _titles(self) -> list[str]:
        return [self.models.itemText(row) for row in range(self.models.count())]

    def set_unavailable(self, reason: str) -> None:
        """Show why nothing can be detected; the review works without a detector.

        Parameters
        ----------
        reason : str
            One sentence.
        """
        self._is_available = False
        self.models.setEnabled(False)
        self.run_button.setEnabled(False)
        self.threshold.setEnabled(self.models.count() > 0)
        self.state.setText(reason)

    def set_threshold(self, score: float) -> None:
        """Move the slider without emitting a signal.

        Parameters
        ----------
        score : float
            0 to 1.
        """
        self.threshold.blockSignals(True)
        self.threshold.setValue(round(score * STEPS))
        self.threshold.blockSignals(False)
        self.threshold_text.setText(f"{self.threshold.value() / STEPS:.2f}")

    def set_expectation(
        self, candidates: int, false_positives: float | None, measured_on: str
    ) -> None:
        """Show how many candidates there are, and how many false ones are to be expected.

        Parameters
        ----------
        candidates : int
            Over the threshold in the series on show.
        false_positives : float | None
            Per scan at the threshold, as measured; None where it was not measured.
        measured_on : str
            Data that the detector was measured on; empty where unknown.
        """
        number = tr("1 candidate") if candidates == 1 else tr("{n} candidates", n=candidates)
        if false_positives is None:
            expected = tr("false positives per scan not measured")
        else:
            expected = tr("about {n:.1f} false positives per scan expected", n=false_positives)
        source = "\n" + tr("as measured on {data}", data=measured_on) if measured_on else ""
        self.expectation.setText(f"{number} · {expected}{source}")
        self.first_read.hide()

    def set_liver(self, text: str) -> None:
        """Show the volume of the liver, or nothing.

        Parameters
        ----------
        text : str
            One line; empty where no volume can be told.
        """
        self.liver.setText(text)
        self.liver.setVisible(bool(text))

    def set_hidden(self, why: str) -> None:
        """Say why no candidate is shown or counted, and offer to declare the first read done.

        Parameters
        ----------
        why : str
            One sentence.
        """
        self.expectation.setText(why)
        self.first_read.show()

    def set_threshold_shown(self, is_shown: bool) -> None:
        """Show the score from which candidates are shown, or not.

        Parameters
        ----------
        is_shown : bool
            False while the study is read blind, or the candidates are hidden.
        """
        for widget in (self._threshold_title, self.threshold, self.threshold_text):
            widget.setVisible(is_shown)

    def set_running(self, is_running: bool) -> None:
        """Offer to stop, or to run.

        Parameters
        ----------
        is_running : bool
            Whether the detector runs.
        """
        self._is_running = is_running
        self._show_run()

    def set_progress(self, done: int, total: int, text: str) -> None:
        """Show how many slices are done, and what the detector does.

        Parameters
        ----------
        done : int
            Slices that were searched.
        total : int
            Slices of the series.
        text : str
            What the detector does.
        """
        self.progress.setMaximum(max(total, 1))
        self.progress.setValue(done)
        if self._is_available:
            self.state.setText(text)

    def set_where(self, text: str) -> None:
        """Explain where the detector runs, as a tool tip.

        Parameters
        ----------
        text : str
            Runtime and device, and why.
        """
        self.state.setToolTip(text)

    def set_unlike(self, text: str) -> None:
        """Say in what the series is unlike what the detector has seen.

        Parameters
        ----------
        text : str
            One line; empty where it is like it, or that is not known.
        """
        self.unlike.setText(text)
        self.unlike.setVisible(bool(text))

    def _run_text(self) -> str:
        return tr("Stop") if self._is_running else tr("Run")

    def _moved(self, value: int) -> None:
        self.threshold_text.setText(f"{value / STEPS:.2f}")
        self.threshold_changed.emit(value / STEPS)

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.addWidget(self.models, 1)
        first.addWidget(self.run_button)
        second = QHBoxLayout()
        second.addWidget(self._threshold_title)
        second.addWidget(self.threshold, 1)
        second.addWidget(self.threshold_text)
        marked = QHBoxLayout()
        marked.addWidget(self.outlines, 0, Qt.AlignmentFlag.AlignTop)
        marked.addWidget(self.liver, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 4)
        column.setSpacing(6)
        column.addLayout(first)
        column.addWidget(self.progress)
        column.addWidget(self.state)
        column.addWidget(self.unlike)
        column.addLayout(second)
        column.addWidget(self.first_read)
        column.addWidget(self.expectation)
        column.addLayout(marked)
        column.addStretch(1)


def _muted(lines: int) -> QLabel:
    """A muted label with room for its lines, so that nothing moves when its text wraps."""
    label = QLabel()
    label.setWordWrap(True)
    label.setProperty("role", "muted")
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    label.setMinimumHeight(lines * label.fontMetrics().lineSpacing() + 2)
    return label
