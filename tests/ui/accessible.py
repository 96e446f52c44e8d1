"""What a screen reader is told of a window: the controls and their names."""

from collections.abc import Iterator

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractScrollArea, QComboBox, QLabel, QScrollBar, QWidget

Role = QAccessible.Role
NAMED = {
    Role.PushButton,
    Role.ButtonMenu,
    Role.ButtonDropDown,
    Role.CheckBox,
    Role.RadioButton,
    Role.ComboBox,
    Role.EditableText,
    Role.Slider,
    Role.SpinBox,
    Role.ProgressBar,
    Role.Table,
    Role.List,
    Role.Tree,
    Role.MenuItem,
    Role.ToolBar,
    Role.Dialog,
    Role.Window,
    Role.PageTab,
    Role.Canvas,
    Role.Graphic,
}
"""Kinds of controls that a reader hears, and would not know without a name."""

INNER = {Role.ComboBox, Role.SpinBox}
"""Controls whose parts speak for them."""


def unnamed(window: QWidget) -> list[str]:
    """The visible controls of a window that have no name, as a person would look for them."""
    interface = QAccessible.queryAccessibleInterface(window)
    assert interface is not None
    return [_where(control) for control in _controls(interface) if not _name(control)]


def _controls(interface: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    widget = interface.object()
    if isinstance(widget, QScrollBar) or (isinstance(widget, QWidget) and not widget.isVisible()):
        return
    is_focusable = isinstance(widget, QWidget) and _takes_focus(widget)
    if interface.role() in NAMED or is_focusable:
        yield interface
    if interface.role() in INNER or interface.role() in (Role.Table, Role.List, Role.Tree):
        return
    for number in range(interface.childCount()):
        child = interface.child(number)
        if child is not None and child.isValid():
            yield from _controls(child)


def _takes_focus(widget: QWidget) -> bool:
    around = widget.parentWidget()
    is_viewport = isinstance(around, QAbstractScrollArea) and around.viewport() is widget
    return bool(widget.focusPolicy().value) and not is_viewport and widget.focusProxy() is None


def _name(interface: QAccessibleInterface) -> str:
    """The name in letters; of a choice its label, where on Linux Qt tells what is chosen."""
    widget, name = interface.object(), interface.text(QAccessible.Text.Name)
    if isinstance(widget, QComboBox):
        labels = widget.window().findChildren(QLabel)
        named = (label.text() for label in labels if label.buddy() is widget)
        name = widget.accessibleName() or next(named, "")
    return "".join(filter(str.isalpha, name))


def _where(interface: QAccessibleInterface) -> str:
    parents: list[str] = []
    one: QObject | None = interface.object()
    while one is not None:
        parents.append(f"{type(one).__name__}#{one.objectName()}")
        one = one.parent()
    return " < ".join(parents[:4]) + f" ({interface.role().name})"
