"""The program's look: colours, fonts, the style sheet and the icon."""

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColor, QFont, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from lesion_viewer.resource_files import resource_folder

WINDOW = "#14171b"
PANEL = "#1b1f25"
RAISED = "#272d36"
BORDER = "#353d49"
TEXT = "#e8ebef"
MUTED = "#9ba5b3"
ACCENT = "#4ea1f3"
TRACK = "#0c0e11"
LOADED = "#4a525e"
SWEPT = "#2f74b8"
UNREADABLE = "#b8453f"
MARK = "#f2b134"
POINT_SIZE = 10


def apply_style(application: QApplication) -> None:
    """Set dark colours, the font size, the style sheet and the icon.

    Parameters
    ----------
    application : QApplication
        The application, before its first window.
    """
    application.setStyle("Fusion")
    application.setPalette(_palette())
    font = QFont(application.font())
    font.setPointSize(POINT_SIZE)
    application.setFont(font)
    application.setStyleSheet(_style_sheet())
    application.setWindowIcon(window_icon())


def window_icon() -> QIcon:
    """The icon: a slice of a body with a box round a lesion."""
    pixmap = QPixmap()
    pixmap.loadFromData(QByteArray((resource_folder() / "icon.png").read_bytes()))
    return QIcon(pixmap)


def _palette() -> QPalette:
    role = QPalette.ColorRole
    colours = {
        role.Window: WINDOW,
        role.WindowText: TEXT,
        role.Base: PANEL,
        role.AlternateBase: RAISED,
        role.Text: TEXT,
        role.Button: RAISED,
        role.ButtonText: TEXT,
        role.BrightText: "#ffffff",
        role.Highlight: "#2b5d8f",
        role.HighlightedText: "#ffffff",
        role.ToolTipBase: RAISED,
        role.ToolTipText: TEXT,
        role.PlaceholderText: MUTED,
        role.Link: ACCENT,
    }
    palette = QPalette()
    for name, colour in colours.items():
        palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor("#6b7481"))
    return palette


def _style_sheet() -> str:
    text = (resource_folder() / "dark.qss").read_text(encoding="utf-8")
    names = {"window": WINDOW, "panel": PANEL, "raised": RAISED, "border": BORDER}
    names |= {"text": TEXT, "muted": MUTED, "accent": ACCENT, "track": TRACK}
    names["resources"] = resource_folder().as_posix()
    for name, colour in names.items():
        text = text.replace(f"@{name}", colour)
    return text
