"""The menu of paths that were opened lately."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from lesion_viewer.ui.settings import Settings, save_settings


class RecentMenu(QMenu):
    """The paths of this run, and of former ones where the settings keep them."""

    def __init__(
        self,
        settings: Settings,
        open_path: Callable[[Path], object],
        parent: QMenu,
        before: QAction,
    ) -> None:
        super().__init__("Open recent", parent)
        self._settings, self._open_path = settings, open_path
        parent.insertMenu(before, self)
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the recent paths."""
        self.clear()
        for path in self._settings.recent:
            self.addAction(path, partial(self._open_path, Path(path)))
        if not self._settings.recent:
            self.addAction("Nothing opened yet").setEnabled(False)
            return
        self.addSeparator()
        self.addAction("Clear this list", self._forget)

    def _forget(self) -> None:
        self._settings.recent.clear()
        save_settings(self._settings)
