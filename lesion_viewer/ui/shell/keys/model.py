"""The actions of a window with their keys, a row for each."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QAction

from lesion_viewer.text import Text
from lesion_viewer.ui.shell.action_spec import Mode
from lesion_viewer.ui.shell.keys.binding import native, spec_of
from lesion_viewer.ui.texts import tr

Index = QModelIndex | QPersistentModelIndex

TITLES = (Text("Menu"), Text("Action"), Text("Keys"))
WHEN = {
    Mode.ALWAYS: "",
    Mode.VIEWING: Text("while no box is edited"),
    Mode.EDITING: Text("while a box is edited"),
}
"""When an action's keys are heard; empty for at any time."""


class KeysModel(QAbstractTableModel):
    """What can be done, menu by menu.

    Parameters
    ----------
    actions : Mapping[str, QAction]
        All of the window, by id.
    menus : Mapping[str, str]
        Name of a menu to its title, in their order.
    parent : QObject
        Owner of the model.
    """

    def __init__(
        self, actions: Mapping[str, QAction], menus: Mapping[str, str], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._menus = {name: tr(title).replace("&", "") for name, title in menus.items()}
        places = list(menus)
        self.actions = sorted(actions.values(), key=lambda a: places.index(spec_of(a).menu))

    def refresh(self) -> None:
        """Show the keys anew."""
        last = self.index(len(self.actions) - 1, len(TITLES) - 1)
        self.dataChanged.emit(self.index(0, 0), last)

    def described(self, action: QAction) -> str:
        """An action with its menu and mode, as a message names it.

        Parameters
        ----------
        action : QAction
            One of the model's.

        Returns
        -------
        str
            Such as "Accept (Findings)".
        """
        told = (self._menus[spec_of(action).menu], tr(WHEN[spec_of(action).mode]))
        return f"{_name(action)} ({', '.join(filter(None, told))})"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(self.actions)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(TITLES)

    def headerData(  # noqa: N802, D102
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        is_title = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return tr(TITLES[section]) if is_title else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102
        if not index.isValid() or role != Qt.ItemDataRole.DisplayRole:
            return None
        action = self.actions[index.row()]
        keys = tr("  or  ").join(map(native, action.shortcuts()))
        return (self._menus[spec_of(action).menu], _name(action), keys)[index.column()]


def _name(action: QAction) -> str:
    return tr(spec_of(action).text).rstrip("…")
