"""The field in which the chosen finding's lesion type is picked or written."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from lesion_viewer.detection.lesion_types import MAX_CHARACTERS, choices, lesion_type_in
from lesion_viewer.ui.finding_names import type_called, type_name
from lesion_viewer.ui.texts import tr


class TypeChooser(QComboBox):
    """A list of types in which another one can be typed; typing completes a known one.

    Enter takes what is in the field; Escape, or leaving it, takes nothing.

    Parameters
    ----------
    parent : QWidget | None
        Widget that holds it.

    Attributes
    ----------
    known : Callable[[], list[str]]
        Gives the types to choose from; called whenever the field is entered.

    Signals
    -------
    type_chosen : the reader took another type by Enter or mouse; its name, empty for none
    """

    type_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.known: Callable[[], list[str]] = lambda: choices(())
        self._shown = ""
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        field = QLineEdit()
        self.setLineEdit(field)
        self._field = field
        field.setPlaceholderText(tr("No type"))
        field.setMaxLength(MAX_CHARACTERS)
        self.activated.connect(self._take)

    def show_type(self, lesion_type: str) -> None:
        """Show a finding's type; what the reader has typed so far is dropped.

        Parameters
        ----------
        lesion_type : str
            Type of the chosen finding; empty for none.
        """
        self._shown = lesion_type
        blocker = QSignalBlocker(self)
        self.setCurrentIndex(self.findText(type_name(lesion_type)))
        self.setEditText(type_name(lesion_type))
        blocker.unblock()

    def begin(self) -> None:
        """Let the reader pick or write a type."""
        self.setFocus()
        self._field.selectAll()

    def event(self, event: QEvent) -> bool:  # noqa: D102
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # while the field has the focus, the window's keys are typed into it
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802, D102
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._fill()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802, D102
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.show_type(self._shown)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802, D102
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        elif event.key() == Qt.Key.Key_Escape:
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802, D102
        event.ignore()  # scrolling over the panel must not change a type

    def _take(self) -> None:
        chosen = lesion_type_in(type_called(self.currentText()))
        is_new = chosen != self._shown
        self.show_type(chosen)
        self.clearFocus()
        if is_new:
            self.type_chosen.emit(chosen)

    def _fill(self) -> None:
        text = self.currentText()
        blocker = QSignalBlocker(self)
        self.clear()
        self.addItems([type_name(known) for known in self.known()])
        self.setCurrentIndex(self.findText(text))
        self.setEditText(text)
        blocker.unblock()
