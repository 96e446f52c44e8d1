"""The program itself: settings, keys, diagnostics, what it is."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from lesion_viewer.ui.shell.bindings import bindings
from lesion_viewer.ui.shell.diagnostics import diagnostics
from lesion_viewer.ui.shell.dialogs import AboutDialog, FirstStartDialog, SettingsDialog
from lesion_viewer.ui.shell.features.detector import DetectorFeature
from lesion_viewer.ui.shell.features.look import LookFeature
from lesion_viewer.ui.shell.frame import Feature
from lesion_viewer.ui.shell.key_sheet import MOUSE, KeySheet
from lesion_viewer.ui.texts import tr


class ProgramFeature(Feature):
    """Shows the dialogs that concern no study."""

    def show_first_notice(self) -> None:
        """Say at the first start that this is not a medical device; blocks nothing."""
        if not self.window.settings.notice_accepted:
            FirstStartDialog(self.window.settings, self.window).open()

    def show_settings(self) -> None:
        """Let the reader change the settings."""
        dialog = SettingsDialog(self.window.settings, self.window)
        dialog.accepted.connect(self.window.feature(LookFeature).show_look)
        dialog.open()

    def show_keys(self) -> None:
        """Show all keys and the mouse scheme."""
        mouse = MOUSE[self.window.settings.mouse_scheme]
        sheet = KeySheet(bindings(self.window.actions_by_id), mouse, self.window)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def show_about(self) -> None:
        """Say what the program is, and what it is not."""
        AboutDialog(self.window).open()

    def copy_diagnostics(self) -> None:
        """Put a text for those who help on the clipboard; it names no study and no person."""
        installed = self.window.feature(DetectorFeature).sweep.installed
        names = [detector.info().title for detector in installed]
        QGuiApplication.clipboard().setText(diagnostics(self.window.settings, names))
        self.window.message_bar.show_notice(
            tr("Diagnostics copied: no name, number or path of a study.")
        )
