"""Imports in the window: the preview, and agreeing to it."""

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from lesion_viewer.ui.exchange.import_preview import ImportDialog
from lesion_viewer.ui.shell.main_window import MainWindow


def preview_of(
    window: MainWindow, qtbot: QtBot, show: Callable[[Path], None], path: Path
) -> ImportDialog:
    """The dialog that an import of the window opens for a file."""
    show(path)

    def shown() -> list[ImportDialog]:
        return [one for one in window.findChildren(ImportDialog) if one.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()), timeout=20_000)
    (dialog,) = shown()
    return dialog


def take_up(window: MainWindow, qtbot: QtBot, show: Callable[[Path], None], path: Path) -> None:
    """Import a file and agree to what its preview shows."""
    dialog = preview_of(window, qtbot, show, path)
    with qtbot.waitSignal(window.exchange.noticed):
        dialog.accept()
