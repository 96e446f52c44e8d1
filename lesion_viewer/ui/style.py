"""The program's look: two themes, the size of its text, the style sheet and the icons."""

from dataclasses import asdict, dataclass

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from lesion_viewer.resource_files import resource_folder

THEMES = ("system", "dark", "light")
TEXT_PERCENTS = (100, 125, 150, 175, 200, 250)
POINT_SIZE = 10
BIG = 1.4
ICON_PX = 22
LEGIBLE = 4.5
"""Least contrast of a text to what it stands on (WCAG 2, 1.4.3)."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as ``#rrggbb``; the style sheet writes them by these names.

    Attributes
    ----------
    name : str
        ``dark`` or ``light``; the folder of its icons.
    window, panel, raised, hover, pressed, sunk : str
        Grounds: of the window, of lists and fields, of buttons as they are, under the mouse,
        pressed, and not to be used.
    border : str
        Lines round panels, fields and buttons.
    text, muted, faint : str
        Text, text of less weight, text of what cannot be used.
    accent, selection, chosen : str
        What has the keys, the ground of what is chosen, and the text on it.
    track, loaded, swept, unreadable, read, liver, mark : str
        Of the strip of slices: nothing yet, read from disk, searched, not to be read, marked as
        read by the reader, containing liver; and what is to be looked at.
    error, error_line, notice, notice_line : str
        Grounds and borders of messages.
    """

    name: str
    window: str
    panel: str
    raised: str
    hover: str
    pressed: str
    sunk: str
    border: str
    text: str
    muted: str
    faint: str
    accent: str
    selection: str
    chosen: str
    track: str
    loaded: str
    swept: str
    unreadable: str
    read: str
    liver: str
    mark: str
    error: str
    error_line: str
    notice: str
    notice_line: str


DARK = Theme(
    name="dark",
    window="#14171b",
    panel="#1b1f25",
    raised="#272d36",
    hover="#313946",
    pressed="#202630",
    sunk="#1f242b",
    border="#353d49",
    text="#e8ebef",
    muted="#9ba5b3",
    faint="#6b7481",
    accent="#4ea1f3",
    selection="#2b5d8f",
    chosen="#ffffff",
    track="#0c0e11",
    loaded="#4a525e",
    swept="#2f74b8",
    unreadable="#b8453f",
    read="#4fc774",
    liver="#b07a5a",
    mark="#f2b134",
    error="#5a2524",
    error_line="#b8453f",
    notice="#20344a",
    notice_line="#2f74b8",
)
LIGHT = Theme(
    name="light",
    window="#edf0f3",
    panel="#ffffff",
    raised="#dfe4ea",
    hover="#d2d9e1",
    pressed="#c4cdd7",
    sunk="#e6eaee",
    border="#b4bec9",
    text="#1a2027",
    muted="#515c6a",
    faint="#8a94a1",
    accent="#1767b3",
    selection="#2b6cab",
    chosen="#ffffff",
    track="#d3d9e0",
    loaded="#97a2b0",
    swept="#3f86cc",
    unreadable="#c23b33",
    read="#1d8a47",
    liver="#9a5f3c",
    mark="#9a6200",
    error="#f6d5d3",
    error_line="#c23b33",
    notice="#d3e4f6",
    notice_line="#3f86cc",
)


def theme() -> Theme:
    """The theme in use, as the application's palette has it."""
    is_light = QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() > 127
    return LIGHT if is_light else DARK


def apply_style(
    application: QApplication,
    wanted: str = THEMES[0],
    text_percent: int = TEXT_PERCENTS[0],
    scheme: Qt.ColorScheme | None = None,
) -> None:
    """Set colours, the size of text, the style sheet and the icon; windows that are open follow.

    Parameters
    ----------
    application : QApplication
        The application.
    wanted : str
        One of ``THEMES``; ``system`` takes what the system has, and dark where it has none.
    text_percent : int
        Size of text, one of ``TEXT_PERCENTS``.
    scheme : Qt.ColorScheme | None
        What the system has; asked for when left out.
    """
    chosen = _theme_for(wanted, scheme)
    application.setStyle("Fusion")
    application.setPalette(_palette(chosen))
    font = QFont(application.font())
    font.setPointSizeF(_points(text_percent))
    application.setFont(font)
    application.setStyleSheet(_style_sheet(chosen, font.pointSizeF()))
    application.setWindowIcon(window_icon())


def is_styled(
    application: QApplication, wanted: str, text_percent: int, scheme: Qt.ColorScheme
) -> bool:
    """Whether the application looks like that already.

    Parameters
    ----------
    application : QApplication
        The application.
    wanted : str
        One of ``THEMES``.
    text_percent : int
        Size of text.
    scheme : Qt.ColorScheme
        What the system has.
    """
    is_of_size = application.font().pointSizeF() == _points(text_percent)
    return is_of_size and bool(application.styleSheet()) and theme() is _theme_for(wanted, scheme)


def legible(colour: str) -> str:
    """A colour as text of it can be read on a panel of the theme.

    Parameters
    ----------
    colour : str
        As it is on the picture, which is black in both themes.

    Returns
    -------
    str
        The same hue, darker where the panel is light.
    """
    ground, shown = QColor(theme().panel), QColor(colour)
    while contrast(shown, ground) < LEGIBLE and 0 < shown.lightness() < 255:
        changed = shown.darker(108) if ground.lightness() > 127 else shown.lighter(108)
        shown = QColor(changed.name())
    return shown.name()


def contrast(one: QColor, other: QColor) -> float:
    """Contrast of two colours, 1 to 21.

    Parameters
    ----------
    one, other : QColor
        Opaque colours, in any order.

    Returns
    -------
    float
        As WCAG 2 defines it.
    """
    lower, upper = sorted((_luminance(one), _luminance(other)))
    return (upper + 0.05) / (lower + 0.05)


def window_icon() -> QIcon:
    """The icon: a slice of a body with a box round a lesion."""
    pixmap = QPixmap()
    pixmap.loadFromData(QByteArray((resource_folder() / "icon.png").read_bytes()))
    return QIcon(pixmap)


def action_icon(action_id: str) -> QIcon:
    """The icon of an action in the theme in use; an empty one where none is drawn.

    Parameters
    ----------
    action_id : str
        Id of the action.

    Returns
    -------
    QIcon
        Drawn anew at each size, so that it is crisp at any.
    """
    path = resource_folder() / "icons" / theme().name / f"{action_id}.svg"
    return QIcon(str(path)) if path.exists() else QIcon()


def _points(text_percent: int) -> float:
    return POINT_SIZE * text_percent / 100


def _theme_for(wanted: str, scheme: Qt.ColorScheme | None) -> Theme:
    scheme = scheme or QGuiApplication.styleHints().colorScheme()
    is_light = scheme is Qt.ColorScheme.Light if wanted == "system" else wanted == "light"
    return LIGHT if is_light else DARK


def _luminance(colour: QColor) -> float:
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (colour.redF(), colour.greenF(), colour.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _palette(chosen: Theme) -> QPalette:
    role = QPalette.ColorRole
    colours = {
        role.Window: chosen.window,
        role.WindowText: chosen.text,
        role.Base: chosen.panel,
        role.AlternateBase: chosen.raised,
        role.Text: chosen.text,
        role.Button: chosen.raised,
        role.ButtonText: chosen.text,
        role.BrightText: chosen.chosen,
        role.Highlight: chosen.selection,
        role.HighlightedText: chosen.chosen,
        role.ToolTipBase: chosen.raised,
        role.ToolTipText: chosen.text,
        role.PlaceholderText: chosen.muted,
        role.Link: chosen.accent,
    }
    palette = QPalette()
    for name, colour in colours.items():
        palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(chosen.faint))
    return palette


def _style_sheet(chosen: Theme, points: float) -> str:
    text = (resource_folder() / "style.qss").read_text(encoding="utf-8")
    names = {**asdict(chosen), "big_size": f"{points * BIG:g}pt"}
    names |= {"arrow_px": f"{points * 1.4:.0f}px", "box_px": f"{points * 1.3:.0f}px"}
    names["resources"] = resource_folder().as_posix()
    for name in sorted(names, key=len, reverse=True):  # @error_line before @error
        text = text.replace(f"@{name}", names[name])
    return text
