"""The dialog that asks for the reader's name; there is no password."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.text import Text
from lesion_viewer.ui.fitting_dialog import FittingDialog
from lesion_viewer.ui.texts import tr

WIDTH_PX = 400
NO_PASSWORD = Text(
    "There is no password: this program runs on your own computer, and whoever can open the files"
    " can read them. The name goes into every decision, and every reader has a review of their own"
    " and does not see the other's until both are done."
)


class SignInDialog(FittingDialog):
    """Asks for a reader's name.

    Parameters
    ----------
    reader : str
        Name that is filled in.
    others : Iterable[str]
        Names that are offered.
    parent : QWidget
        The window.
    """

    def __init__(self, reader: str, others: Iterable[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Sign in"))
        self.reader = QComboBox(editable=True)
        self.reader.addItems(sorted({reader, *others} - {""}))
        self.reader.setCurrentText(reader)
        line = self.reader.lineEdit()
        assert line is not None
        line.selectAll()
        form = QFormLayout()
        form.addRow(tr("Reader"), self.reader)
        self.hint = QLabel(tr(NO_PASSWORD), wordWrap=True)
        self.hint.setProperty("role", "muted")
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addStrut(WIDTH_PX)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(14)
        column.addLayout(form)
        column.addWidget(self.hint)
        column.addWidget(buttons)

    @property
    def name(self) -> str:
        """The name without spaces around it; empty where none was given."""
        return self.reader.currentText().strip()

    def accept(self) -> None:
        """Take the name; without one the dialog stays."""
        if self.name:
            super().accept()
