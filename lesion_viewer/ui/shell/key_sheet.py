"""The sheet of keys and mouse, made from the keys that are bound."""

from collections.abc import Iterable
from html import escape
from itertools import groupby

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.text import Text
from lesion_viewer.ui.shell.bindings import MENUS, Binding
from lesion_viewer.ui.style import theme
from lesion_viewer.ui.texts import tr

COLUMNS = 3
SCROLL_BAR_PX = 16
AROUND_PX = (80, 160)
"""What the screen holds beside the sheet: margins, the button, the window's frame."""

Mouse = tuple[tuple[str, str], ...]

TITLES = {**MENUS, "Box": Text("Box, while it is edited")}

VIEWS: Mouse = (
    (Text("Shift + left drag"), Text("Crosshair, in all views")),
    (Text("Double click"), Text("One view alone, and all again")),
    (Text("Right click"), Text("Menu of the mark or the picture")),
    (Text("Click on the window's numbers"), Text("Window presets")),
)

MOUSE: dict[str, Mouse] = {
    "default": (
        (Text("Wheel"), Text("Slices")),
        (Text("Left drag"), Text("Window: right is wider, down is a higher level")),
        (Text("Middle drag"), Text("Pan")),
        (Text("Right drag"), Text("Zoom")),
        (Text("Ctrl + wheel"), Text("Zoom")),
        *VIEWS,
    ),
    "pacs": (
        (Text("Wheel"), Text("Slices")),
        (Text("Left drag"), Text("Slices")),
        (Text("Right drag"), Text("Window: right is wider, down is a higher level")),
        (Text("Middle drag"), Text("Pan")),
        (Text("Ctrl + wheel"), Text("Zoom")),
        *VIEWS,
    ),
}


class KeySheet(QDialog):
    """All keys by menu, and the mouse scheme in use.

    Parameters
    ----------
    lines : Iterable[Binding]
        The keys, menu by menu.
    mouse : Mouse
        Gestures and what they do.
    parent : QWidget
        The window that the sheet belongs to.
    """

    def __init__(self, lines: Iterable[Binding], mouse: Mouse, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys and mouse"))
        self.lines = tuple(lines)
        groups = [(m, list(g)) for m, g in groupby(self.lines, lambda line: line.menu)]
        tables = [
            _table(tr(TITLES[menu]).replace("&", ""), [(b.keys, b.text) for b in group])
            for menu, group in groups
        ]
        tables.append(_table(tr("Mouse"), [(tr(gesture), tr(what)) for gesture, what in mouse]))
        screen = self.screen().availableSize() - QSize(*AROUND_PX)
        sheet = _sheet(tables, COLUMNS)
        for columns in range(COLUMNS - 1, 0, -1):
            if sheet.sizeHint().width() > screen.width():
                sheet = _sheet(tables, columns)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 12, 20, 12)
        layout.addWidget(_scrolled(sheet, screen))
        layout.addWidget(close)


def _sheet(tables: list[tuple[str, int]], columns: int) -> QWidget:
    """The tables side by side."""
    sheet = QWidget()
    row = QHBoxLayout(sheet)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(36)
    for column in _balanced(tables, columns):
        label = QLabel("".join(text for text, _ in column))
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        row.addWidget(label)
    return sheet


def _scrolled(sheet: QWidget, screen: QSize) -> QScrollArea:
    """A sheet as large as it is, or as the screen has room for; then it is scrolled."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setAccessibleName(tr("Keys and mouse"))
    area.setWidget(sheet)
    needed = sheet.sizeHint() + QSize(SCROLL_BAR_PX, SCROLL_BAR_PX)
    area.setMinimumSize(needed.boundedTo(screen))
    return area


def _table(title: str, rows: Iterable[tuple[str, str]]) -> tuple[str, int]:
    """A titled table as rich text, and how many lines it takes."""
    rows = list(rows)
    cells = "".join(
        f"<tr><td style='color:{theme().text};padding:1px 14px 1px 0'><b>{escape(keys)}</b></td>"
        f"<td style='color:{theme().muted}'>{escape(text)}</td></tr>"
        for keys, text in rows
    )
    return f"<h4 style='margin:10px 0 3px 0'>{escape(title)}</h4><table>{cells}</table>", len(rows)


def _balanced(tables: list[tuple[str, int]], columns: int) -> list[list[tuple[str, int]]]:
    """The tables in order, in columns of about equal height."""
    total = sum(rows + 2 for _, rows in tables)
    result: list[list[tuple[str, int]]] = [[] for _ in range(columns)]
    height = 0.0
    for text, rows in tables:
        middle = height + (rows + 2) / 2
        result[min(int(middle / total * columns), columns - 1)].append((text, rows))
        height += rows + 2
    return result
