"""An archive gets a name; and the choice among those that have one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.exchange.pacs.addresses import CALLING, Address, named_addresses
from lesion_viewer.ui.fitting_dialog import FittingDialog
from lesion_viewer.ui.pacs.pacs_workers import Keeper, Verifier
from lesion_viewer.ui.texts import tr

WIDTH_PX = 500
MARGIN_PX = 40


class ArchiveDialog(FittingDialog):
    """Asks where an archive is, tries it, and keeps it under a name.

    Passwords and tokens go into the system's keyring and nowhere else.

    Parameters
    ----------
    parent : QWidget
        The window that the dialog belongs to.

    Signals
    -------
    kept : an archive is kept; its name
    failed : it does not answer, or cannot be kept; one sentence
    """

    kept = Signal(str)
    failed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Add an archive"))
        self.name, self.address = QLineEdit(), QLineEdit()
        self.address.setPlaceholderText(tr("AE@HOST:PORT or DICOMweb URL"))
        self.calling, self.user = QLineEdit(CALLING), QLineEdit()
        self.user.setPlaceholderText(tr("none, or a token"))
        self.secret = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.certificates = QLineEdit()
        self.certificates.setPlaceholderText(tr("the system's"))
        self.move_to = QLineEdit()
        self.move_to.setPlaceholderText(tr("off; PORT or ADDRESS:PORT"))
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.addRow(tr("Name"), self.name)
        form.addRow(tr("Address"), self.address)
        form.addRow(tr("Our AE title"), self.calling)
        form.addRow(tr("Receive by C-MOVE on"), self.move_to)
        form.addRow(tr("User (DICOMweb)"), self.user)
        form.addRow(tr("Password or token"), self.secret)
        hint = QLabel(tr("It is kept in the system's keyring and nowhere else."), wordWrap=True)
        hint.setProperty("role", "muted")
        form.addRow("", hint)
        form.addRow(tr("Trusted certificates (PEM)"), self.certificates)
        self.said = QLabel(wordWrap=True)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self.save_button = buttons.button(QDialogButtonBox.StandardButton.Save)
        self.verify_button = buttons.addButton(tr("Verify"), QDialogButtonBox.ButtonRole.ActionRole)
        self.verify_button.setAutoDefault(False)
        self.verify_button.clicked.connect(self._verify)
        buttons.accepted.connect(self._keep)
        buttons.rejected.connect(self.reject)
        self.failed.connect(self._fail)
        column = QVBoxLayout(self)
        column.addStrut(WIDTH_PX)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(14)
        column.addLayout(form)
        column.addWidget(self.said)
        column.addWidget(buttons)
        _widen(self.address, self.move_to, self.user, self.certificates)

    def _asked(self) -> Address:
        return Address(
            self.address.text().strip(),
            self.calling.text().strip() or CALLING,
            self.user.text().strip(),
            self.certificates.text().strip(),
            self.move_to.text().strip(),
        )

    def _verify(self) -> None:
        worker = Verifier(self._asked(), self.secret.text(), self.failed)
        worker.answered.connect(self._tell_answer)
        self._wait(tr("Asking the archive …"))
        worker.begin()

    def _keep(self) -> None:
        name = self.name.text().strip()
        if not name:
            self._say(tr("Give the archive a name."))
            return
        worker = Keeper(name, self._asked(), self.secret.text(), self.failed)
        worker.kept.connect(self._end)
        self._wait("")
        worker.begin()

    def _tell_answer(self, archive: str) -> None:
        self._wait(tr("{archive} answers.", archive=archive), False)

    def _fail(self, text: str) -> None:
        self._wait(text, False)

    def _end(self, name: str) -> None:
        self.kept.emit(name)
        self.accept()

    def _wait(self, text: str, is_busy: bool = True) -> None:
        for button in (self.verify_button, self.save_button):
            button.setEnabled(not is_busy)
        self._say(text)

    def _say(self, text: str) -> None:
        self.said.setText(text)
        self._fit()


class ArchiveChooser(QWidget):
    """The archives that have a name, and a button that adds one.

    Parameters
    ----------
    parent : QWidget
        The dialog that it is part of.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.box = QComboBox()
        self.box.setAccessibleName(tr("Archive"))
        self.add_button = QPushButton(tr("Add an archive…"))
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(self._add)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box, 1)
        row.addWidget(self.add_button)
        self._fill("")

    @property
    def name(self) -> str:
        """The archive that is chosen; empty where none has a name."""
        return self.box.currentText()

    def choose(self, name: str) -> None:
        """Choose an archive; one that has no name is ignored.

        Parameters
        ----------
        name : str
            The archive's.
        """
        self.box.setCurrentText(name)

    def _add(self) -> None:
        dialog = ArchiveDialog(self)
        dialog.kept.connect(self._fill)
        dialog.open()

    def _fill(self, chosen: str) -> None:
        self.box.clear()
        self.box.addItems(list(named_addresses()))
        self.box.setCurrentText(chosen)


def _widen(*lines: QLineEdit) -> None:
    """Give fields the room that their hints need, however large texts are."""
    for line in lines:
        line.ensurePolished()
        text = line.fontMetrics().horizontalAdvance(line.placeholderText())
        line.setMinimumWidth(text + MARGIN_PX)
