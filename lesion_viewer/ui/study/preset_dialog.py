"""The dialog that asks for the name of an own window preset."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.ct.values.window import Window
from lesion_viewer.ui.study.own_windows import OwnWindow, why_not_named
from lesion_viewer.ui.texts import tr


class PresetDialog(QDialog):
    """Asks for a name that no preset has.

    Parameters
    ----------
    window : Window
        The window that is saved.
    taken : Sequence[OwnWindow]
        Presets that the reader has.
    parent : QWidget
        The window that the dialog belongs to.

    Signals
    -------
    named : the reader gave a name; the name
    """

    named = Signal(str)

    def __init__(self, window: Window, taken: Sequence[OwnWindow], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Save a window preset"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._taken = taken
        self.name = QLineEdit()
        self.why = QLabel()
        self.why.setProperty("role", "muted")
        size = tr("Width {width} HU, level {level} HU", width=window.width, level=window.level)
        form = QFormLayout()
        form.addRow(tr("Window"), QLabel(size))
        form.addRow(tr("Name"), self.name)
        form.addRow("", self.why)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self._buttons)
        self.name.textChanged.connect(self._judge)
        self._judge("")

    def accept(self) -> None:
        """Tell the name."""
        if not why_not_named(self.name.text(), self._taken):
            self.named.emit(self.name.text().strip())
            super().accept()

    def _judge(self, name: str) -> None:
        why = why_not_named(name, self._taken)
        self.why.setText(tr(why))
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not why)
