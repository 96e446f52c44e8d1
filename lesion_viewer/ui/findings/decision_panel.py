"""Buttons and fields with which the chosen finding is decided."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.review.measurements.volumes import FindingVolume, Outline, ml_text
from lesion_viewer.text import Text
from lesion_viewer.ui.action_button import call_by
from lesion_viewer.ui.finding_names import REJECT_REASONS, status_name
from lesion_viewer.ui.findings.type_chooser import TypeChooser
from lesion_viewer.ui.texts import capitalised, tr

NO_REASON = Text("No reason given")
VOLUMES = {
    Outline.BOXES: Text("Volume {ml} ml, from boxes on {n} slices"),
    Outline.MASK: Text("Volume {ml} ml, from mask on {n} slices"),
    Outline.DETECTOR: Text("Volume {ml} ml, by the detector on {n} slices"),
    Outline.MIXED: Text("Volume {ml} ml, in part by the detector, on {n} slices"),
}
BUTTONS = ("finding.accept", "finding.reject", "finding.unsure", "finding.edit", "finding.draw")


class DecisionPanel(QWidget):
    """What can be done with the chosen finding.

    Parameters
    ----------
    actions : dict[str, QAction]
        The window's actions by id; some are shown as buttons.
    parent : QWidget | None
        Widget that holds it.

    Signals
    -------
    reason_chosen : the reader picked the reason of a reject; the reason, empty for none
    note_written : the reader left the note, or pressed Enter or Esc in it; its text
    type_chosen : the reader took another lesion type; its name, empty for none
    """

    reason_chosen = Signal(str)
    type_chosen = Signal(str)
    note_written = Signal(str)

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._finding_id: str | None = None
        self.title = QLabel()
        self.volume = QLabel(wordWrap=True)
        self.volume.setProperty("role", "muted")
        self.volume.setToolTip(
            tr(
                "From boxes: the ellipses that fill the boxes. From mask: the pixels that you"
                " outlined. By the detector: the pixels that it marked, on slices whose box is as"
                " it came. A slice's share reaches half-way to the slices beside it."
            )
        )
        self.lesion_type = TypeChooser()
        self.lesion_type.type_chosen.connect(self.type_chosen)
        self.reason = QComboBox()
        self.reason.addItem(tr(NO_REASON), "")
        for reason in REJECT_REASONS:
            self.reason.addItem(capitalised(tr(reason)), str(reason))
        self.reason.activated.connect(lambda _: self.reason_chosen.emit(self.reason.currentData()))
        self.note = QLineEdit(placeholderText=tr("Note"))
        self.note.editingFinished.connect(lambda: self.note_written.emit(self.note.text()))
        self.note.installEventFilter(self)
        self.slice_read = _check(actions["read.slice"])
        self.series_read = _check(actions["read.series"])
        self._lay_out(actions)
        self.show_finding(None)
        self.show_volumes(())

    def show_finding(self, finding: Finding | None, has_score: bool = True) -> None:
        """Show the chosen finding, or that there is none.

        Parameters
        ----------
        finding : Finding | None
            The chosen one; None for none.
        has_score : bool
            Whether its score is shown.
        """
        self.reason.setEnabled(finding is not None and finding.status is Status.REJECTED)
        self.note.setEnabled(finding is not None)
        self.lesion_type.setEnabled(finding is not None)
        self.lesion_type.show_type(finding.lesion_type if finding else "")
        self.title.setText(_title(finding, has_score))
        reason = finding.reason if finding else ""
        self.reason.setCurrentIndex(max(self.reason.findData(reason), 0))
        self._show_note(finding)

    def show_volumes(self, volumes: Sequence[FindingVolume]) -> None:
        """Show the volumes of the chosen finding.

        Parameters
        ----------
        volumes : Sequence[FindingVolume]
            As far as they can be told.
        """
        self.volume.setText("\n".join(map(_volume_text, volumes)))
        self.volume.setVisible(bool(volumes))

    def _show_note(self, finding: Finding | None) -> None:
        is_being_written = self.note.hasFocus() and finding and finding.id == self._finding_id
        self._finding_id = finding.id if finding else None
        if not is_being_written:
            self.note.setText(finding.note if finding else "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, D102
        if watched is self.note and isinstance(event, QKeyEvent):
            is_press = event.type() == QEvent.Type.KeyPress
            if is_press and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
                self.note.clearFocus()
                return True
        return super().eventFilter(watched, event)

    def _lay_out(self, actions: dict[str, QAction]) -> None:
        decide = QHBoxLayout()
        for action_id in BUTTONS[:3]:
            decide.addWidget(_button(actions[action_id]), 1)
        boxes = QHBoxLayout()
        for action_id, text in (
            ("finding.edit", Text("Edit box")),
            ("finding.draw", Text("New finding")),
        ):
            boxes.addWidget(_button(actions[action_id], text), 1)
        fields = QGridLayout()
        fields.setColumnStretch(1, 1)
        named = ((tr("Lesion type"), self.lesion_type), (tr("Reject reason"), self.reason))
        for line, (name, widget) in enumerate((*named, (tr("Note"), self.note))):
            label = QLabel(name)
            label.setBuddy(widget)
            fields.addWidget(label, line, 0)
            fields.addWidget(widget, line, 1)
        read = QHBoxLayout()
        read.addWidget(self.slice_read)
        read.addWidget(self.series_read)
        read.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 2, 8, 8)
        column.setSpacing(7)
        column.addWidget(self.title)
        column.addWidget(self.volume)
        for row in (decide, boxes, fields, read):
            column.addLayout(row)
        column.addStretch(1)


def _title(finding: Finding | None, has_score: bool) -> str:
    if finding is None:
        return tr("No finding chosen")
    said = "".join(f"\n{r.reader}: {status_name(r.status)}" for r in finding.readings)
    told = [tr("Im {n}", n=finding.key_slice + 1)]
    if has_score and finding.score is not None:
        told.append(tr("score {score:.2f}", score=finding.score))
    return " · ".join([*told, status_name(finding.status)]) + said


def _volume_text(volume: FindingVolume) -> str:
    return tr(VOLUMES[volume.outline], ml=ml_text(volume.ml), n=volume.slices)


def _button(action: QAction, text: Text | None = None) -> QPushButton:
    """A button for an action, with its first key in the text."""
    button = QPushButton()
    call_by(button, action, None if text is None else partial(tr, text))
    return button


def _check(action: QAction) -> QCheckBox:
    """A check box for a checkable action."""
    box = QCheckBox()
    call_by(box, action)
    return box
