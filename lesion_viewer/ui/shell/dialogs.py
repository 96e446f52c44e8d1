"""The dialogs of the program: settings, the notice of the first start, about."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer import __version__
from lesion_viewer.text import Text
from lesion_viewer.ui.fitting_dialog import FittingDialog
from lesion_viewer.ui.settings import Settings, save_settings
from lesion_viewer.ui.style import TEXT_PERCENTS, THEMES
from lesion_viewer.ui.texts import LANGUAGES, tr

NOTICE = Text(
    "Lesion Viewer is for research and teaching. It is not a medical device and must not be used"
    " for diagnosis or treatment."
)
WIDTH_PX = 400
THEME_NAMES = {"system": Text("As the system"), "dark": Text("Dark"), "light": Text("Light")}
DEVICES = ("auto", "cpu", "cuda", "mps")
MODES = {
    "concurrent": Text("concurrently: marks at once"),
    "second_reader": Text("as second reader: marks after the first read"),
    "blind": Text("blind: marks without scores"),
}
RUNTIMES = ("auto", "onnx", "openvino", "openvino-bf16", "torch")


class SettingsDialog(FittingDialog):
    """The reader's name, the language, the detector's device, and what happens on opening.

    Parameters
    ----------
    settings : Settings
        They are changed and saved when the dialog is accepted.
    parent : QWidget
        The window that the dialog belongs to.
    """

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Settings"))
        self._settings = settings
        self.reader = QLineEdit(settings.reader)
        self.theme = QComboBox()
        for theme in THEMES:
            self.theme.addItem(tr(THEME_NAMES[theme]), theme)
        self.theme.setCurrentIndex(max(self.theme.findData(settings.theme), 0))
        self.text_percent = QComboBox()
        for percent in TEXT_PERCENTS:
            self.text_percent.addItem(tr("{percent} %", percent=percent), percent)
        self.text_percent.setCurrentIndex(max(self.text_percent.findData(settings.text_percent), 0))
        self.language = QComboBox()
        for language, name in LANGUAGES.items():
            self.language.addItem(tr(name), language)
        self.language.setCurrentIndex(max(self.language.findData(settings.language), 0))
        self.device = QComboBox()
        self.device.addItems(DEVICES)
        self.device.setCurrentText(settings.device)
        self.runtime = QComboBox()
        self.runtime.addItems(RUNTIMES)
        self.runtime.setCurrentText(settings.runtime)
        self.runtime.setToolTip(
            tr(
                "auto tries what is installed, and takes the fastest.\nopenvino-bf16 takes half as"
                " long, and gives scores that are rounded: now and then by more than 0.05."
            )
        )
        self.reading_mode = QComboBox()
        for mode, text in MODES.items():
            self.reading_mode.addItem(tr(text), mode)
        self.reading_mode.setCurrentIndex(max(self.reading_mode.findData(settings.reading_mode), 0))
        self.detects = QCheckBox(tr("Run the detector when a series is opened"))
        self.detects.setChecked(settings.detect_on_opening)
        self.keeps_recent = QCheckBox(tr("Remember what was opened after the program ends"))
        self.keeps_recent.setChecked(settings.keep_recent)
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.addRow(tr("Reader"), self.reader)
        hint = QLabel(tr("The name that is written into every decision."), wordWrap=True)
        hint.setProperty("role", "muted")
        form.addRow("", hint)
        form.addRow(tr("Language"), self.language)
        hint = QLabel(tr("From the next start of the program."), wordWrap=True)
        hint.setProperty("role", "muted")
        form.addRow("", hint)
        form.addRow(tr("Colours"), self.theme)
        form.addRow(tr("Size of text"), self.text_percent)
        form.addRow(tr("Detector runs on"), self.device)
        form.addRow(tr("by"), self.runtime)
        form.addRow(self.detects)
        form.addRow(tr("New studies are read"), self.reading_mode)
        form.addRow(self.keeps_recent)
        hint = QLabel(
            tr("The settings then hold paths; a folder may be named after a patient."),
            wordWrap=True,
        )
        hint.setProperty("role", "muted")
        form.addRow("", hint)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = _column(self)
        column.addWidget(self.scrolled(form), 1)
        column.addWidget(buttons)

    def accept(self) -> None:
        """Save what was chosen; an empty name leaves the reader's name as it was."""
        self._settings.reader = self.reader.text().strip() or self._settings.reader
        self._settings.language = self.language.currentData()
        self._settings.theme = self.theme.currentData()
        self._settings.text_percent = self.text_percent.currentData()
        self._settings.device = self.device.currentText()
        self._settings.runtime = self.runtime.currentText()
        self._settings.detect_on_opening = self.detects.isChecked()
        self._settings.reading_mode = self.reading_mode.currentData()
        self._settings.keep_recent = self.keeps_recent.isChecked()
        save_settings(self._settings)
        super().accept()


class FirstStartDialog(FittingDialog):
    """The notice that this is not a medical device, and the reader's name; shown once.

    Parameters
    ----------
    settings : Settings
        They are changed and saved when the dialog is accepted.
    parent : QWidget
        The window that the dialog belongs to.
    """

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Before you start"))
        self._settings = settings
        title = QLabel(tr("Not a medical device"))
        title.setProperty("role", "big")
        self.reader = QLineEdit(settings.reader)
        form = QFormLayout()
        form.addRow(tr("Reader"), self.reader)
        hint = QLabel(tr("The name that is written into every decision."), wordWrap=True)
        hint.setProperty("role", "muted")
        form.addRow("", hint)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok)
        understood = buttons.button(QDialogButtonBox.StandardButton.Ok)
        understood.setText(tr("I understand"))
        understood.setIcon(QIcon())
        buttons.accepted.connect(self.accept)
        column = _column(self)
        column.addWidget(title)
        column.addWidget(QLabel(tr(NOTICE), wordWrap=True))
        column.addLayout(form)
        column.addWidget(buttons)

    def accept(self) -> None:
        """Save that the notice was read, and the reader's name."""
        self._settings.reader = self.reader.text().strip() or self._settings.reader
        self._settings.notice_accepted = True
        save_settings(self._settings)
        super().accept()


class AboutDialog(FittingDialog):
    """Name, version, and the notice that this is not a medical device.

    Parameters
    ----------
    parent : QWidget
        The window that the dialog belongs to.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About Lesion Viewer"))
        title = QLabel(f"Lesion Viewer {__version__}")
        title.setProperty("role", "big")
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        column = _column(self)
        column.addWidget(title)
        column.addWidget(QLabel(tr(NOTICE), wordWrap=True))
        column.addWidget(close)


def _column(dialog: QDialog) -> QVBoxLayout:
    column = QVBoxLayout(dialog)
    # No minimum of the dialog: it would go before what the texts need.
    column.addStrut(WIDTH_PX)
    column.setContentsMargins(22, 18, 22, 16)
    column.setSpacing(14)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return column
