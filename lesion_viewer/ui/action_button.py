"""Buttons that call an action of the window, and name its key."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton


def call_by(
    button: QAbstractButton, action: QAction, text: Callable[[], str] | None = None
) -> Callable[[], None]:
    """Have a button call an action; it says the action's text and its first key.

    The key is that which is bound at the time. The button takes the focus by Tab alone: a click
    leaves it on the picture.

    Parameters
    ----------
    button : QAbstractButton
        A button, or a check box for an action that is turned on and off.
    action : QAction
        It is triggered by a click.
    text : Callable[[], str] | None
        Gives the button's text; the action's own when left out.

    Returns
    -------
    Callable[[], None]
        Shows the text anew; to be called where ``text`` gives another one.
    """

    def show() -> None:
        name = action.text() if text is None else text()
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        button.setText(f"{name}  {key}" if key and not action.isCheckable() else name)
        button.setAccessibleName(name.rstrip("…"))
        button.setToolTip(action.toolTip())
        button.setChecked(action.isChecked())

    button.setCheckable(action.isCheckable())
    button.setObjectName(f"{action.objectName()}.button")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(action.trigger)
    button.setEnabled(action.isEnabled())
    action.enabledChanged.connect(button.setEnabled)
    action.changed.connect(show)
    show()
    return show
