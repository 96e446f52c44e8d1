"""The preview of a report, with whom it names and what becomes of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.exchange.report.report_content import ReportContent
from lesion_viewer.ui.report.pdf import report_document
from lesion_viewer.ui.texts import tr

SIZE_PX = (760, 680)


class ReportDialog(QDialog):
    """Shows a report as it will be written.

    Parameters
    ----------
    content : ReportContent
        What it says.
    parent : QWidget
        The window that the dialog belongs to.

    Attributes
    ----------
    content : ReportContent
        What it says, with the patient that was named.

    Signals
    -------
    copy_wanted : the reader wants its text on the clipboard
    save_wanted : the reader wants it in a file
    """

    copy_wanted = Signal()
    save_wanted = Signal()

    def __init__(self, content: ReportContent, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Report"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE_PX)
        self.content = content
        self.patient = QLineEdit()
        self.patient.setPlaceholderText(tr("nobody is named"))
        self.patient.editingFinished.connect(self._name)
        self.preview = QTextBrowser()
        self.preview.setAccessibleName(tr("Preview of the report"))
        self.preview.setStyleSheet("background: white; color: black")
        self.preview.setOpenLinks(False)
        self.preview.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        form = QFormLayout()
        form.addRow(tr("Patient"), self.patient)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.copy_button = buttons.addButton(tr("Copy as text"), role)
        self.save_button = buttons.addButton(tr("Save as…"), role)
        for button in (self.copy_button, self.save_button, close):
            button.setAutoDefault(False)  # Enter in the name is no click on one of them
        self.copy_button.clicked.connect(self._name)
        self.copy_button.clicked.connect(self.copy_wanted)
        self.save_button.clicked.connect(self._name)
        self.save_button.clicked.connect(self.save_wanted)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.preview, 1)
        column.addWidget(buttons)
        self._show()
        self.preview.setFocus()

    def _name(self) -> None:
        named = self.content.naming(self.patient.text().strip())
        if named != self.content:
            self.content = named
            self._show()

    def _show(self) -> None:
        document = report_document(self.content)
        document.setParent(self.preview)
        self.preview.setDocument(document)
