"""What is at hand without a menu bar: the toolbar, and the menus of a right click.

A new action gets a place here by its id; where it has an icon, that is drawn by
``resources/make_icons.py``.
"""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolBar, QWidget

from lesion_viewer.ui.style import action_icon
from lesion_viewer.ui.texts import tr

Groups = Sequence[Sequence[str]]
"""Ids of actions, in groups between which a line is drawn."""

TOOLBAR: Groups = (
    ("file.open_folder", "edit.undo"),
    ("window.choose", "view.measure", "view.magnifier", "view.cine"),
    ("finding.next", "finding.accept", "finding.reject", "finding.draw"),
)
ON_IMAGE: Groups = (
    ("window.choose", "window.invert"),
    ("view.magnifier", "view.fit", "view.measure", "view.cine", "view.full_screen"),
    ("views.one", "views.one_and_two", "views.four", "views.maximise", "views.crosshair"),
    ("finding.draw", "finding.extend", "finding.accept_all"),
    ("view.hide_marks", "view.show_rejected"),
    ("slice.go_to", "read.slice"),
)
ON_FINDING: Groups = (
    ("finding.accept", "finding.reject", "finding.reject_because", "finding.unsure"),
    ("finding.reset",),
    ("finding.edit", "finding.axes", "finding.snap", "finding.extend", "finding.remove_box"),
    ("finding.type", "finding.note"),
    ("view.zoom_to",),
)
"""Of a mark on the picture, and of its row in the table."""

ICON_SHARE = 1.35
"""Side of an icon over the height of a line of text."""


class Toolbar(QToolBar):
    """The actions that are used most, as icons; tool tips name them and their keys.

    Parameters
    ----------
    actions : Mapping[str, QAction]
        The window's actions by id.
    parent : QWidget
        The window.
    """

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(tr("Toolbar"), parent)
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._actions = actions
        _add(self, actions, TOOLBAR)
        for group in TOOLBAR:
            for action_id in group:
                button = self.widgetForAction(actions[action_id])
                button.setObjectName(f"{action_id}.tool")
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_icons()

    def show_icons(self) -> None:
        """Give all actions that have one their icon in the theme in use, in the size of text."""
        side = round(self.fontMetrics().height() * ICON_SHARE)
        self.setIconSize(QSize(side, side))
        for action_id, action in self._actions.items():
            icon = action_icon(action_id)
            if not icon.isNull():
                action.setIcon(icon)
                action.setIconVisibleInMenu(False)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802, D102
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.show_icons()


def menu_of(groups: Groups, actions: Mapping[str, QAction], parent: QWidget) -> QMenu:
    """A menu of a right click; it is gone once it is closed.

    Parameters
    ----------
    groups : Groups
        What it offers.
    actions : Mapping[str, QAction]
        The window's actions by id.
    parent : QWidget
        The window.

    Returns
    -------
    QMenu
        To be shown at the place of the click.
    """
    menu = QMenu(parent)
    menu.setObjectName("rightClick")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    _add(menu, actions, groups)
    return menu


def _add(bar: QMenu | QToolBar, actions: Mapping[str, QAction], groups: Groups) -> None:
    for number, group in enumerate(groups):
        if number:
            bar.addSeparator()
        bar.addActions([actions[action_id] for action_id in group])
