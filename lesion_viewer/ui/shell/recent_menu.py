"""The menu of studies and projects that were opened before."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from lesion_viewer.ui.settings import Settings, save_settings
from lesion_viewer.ui.texts import tr


class RecentMenu(QMenu):
    """What was opened in this run, and in former ones where the settings keep it.

    Parameters
    ----------
    settings : Settings
        They hold the list.
    open_paths : Callable[..., object]
        Opens an entry: called with its paths.
    parent : QMenu
        The menu that this one is put into.
    before : QAction
        The action above which it stands.
    """

    def __init__(
        self,
        settings: Settings,
        open_paths: Callable[..., object],
        parent: QMenu,
        before: QAction,
    ) -> None:
        super().__init__(tr("Open recent"), parent)
        self._settings, self._open_paths = settings, open_paths
        parent.insertMenu(before, self)
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List what was opened."""
        self.clear()
        for opened in self._settings.recent:
            self.addAction(_text(opened), partial(self._open_paths, *map(Path, opened)))
        if not self._settings.recent:
            self.addAction(tr("Nothing opened yet")).setEnabled(False)
            return
        self.addSeparator()
        self.addAction(tr("Clear this list"), self._forget)

    def _forget(self) -> None:
        self._settings.recent.clear()
        save_settings(self._settings)


def _text(opened: list[str]) -> str:
    """A path, and the names of what was opened with it."""
    first, *others = opened
    return " · ".join((first, *(Path(path).name for path in others)))
