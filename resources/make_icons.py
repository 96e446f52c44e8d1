"""Draws the icons of actions, and renders the program's icon and the check mark to PNG.

Run ``python -m resources.make_icons`` after a change. Each icon is a few strokes in a square of 24
by 24, written as SVG in the colour of each theme, so that it is crisp at any size.
"""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES_PX = {"icon": 256, "check": 26}
COLOURS = {"dark": "#e8ebef", "light": "#1a2027"}
"""Theme -> its colour of text."""

STROKES = {
    "file.open_folder": "M3 18V6.5A1.5 1.5 0 0 1 4.5 5h4.6l2.4 2.6h8A1.5 1.5 0 0 1 21 9.1V18"
    "a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 18z",
    "edit.undo": "M8.5 4.5 4 9l4.5 4.5M4 9h9.5a5.5 5.5 0 0 1 0 11H9",
    "edit.redo": "M15.5 4.5 20 9l-4.5 4.5M20 9h-9.5a5.5 5.5 0 0 0 0 11H15",
    "window.choose": "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17zM12 3.5v17"
    "M12 7.5h6.8M12 12h8.4M12 16.5h6.8",
    "view.measure": "M5.5 18.5 18.5 5.5M2.8 15.8l5.4 5.4M15.8 2.8l5.4 5.4M9 12l3 3M12 9l3 3",
    "view.magnifier": "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13zM15.4 15.4 20.5 20.5"
    "M7.5 10.5h6M10.5 7.5v6",
    "view.cine": "M7 4.5v15l12-7.5z",
    "view.fit": "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
    "view.full_screen": "M13.5 10.5 20 4M15 4h5v5M10.5 13.5 4 20M9 20H4v-5",
    "view.hide_marks": "M2.5 12C5 7.5 8.3 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.8 6.5-9.5 6.5"
    "S5 16.5 2.5 12zM12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6zM4 20 20 4",
    "finding.next": "M5 5l9 7-9 7zM18.5 5v14",
    "finding.previous": "M19 5l-9 7 9 7zM5.5 5v14",
    "finding.accept": "M4 12.5 9.5 18 20 6.5",
    "finding.reject": "M5.5 5.5l13 13M18.5 5.5l-13 13",
    "finding.unsure": "M8 8.5a4 4 0 1 1 5.8 3.6c-1.3.6-1.8 1.4-1.8 2.9M12 18.5v.6",
    "finding.edit": "M4 20l1-4.5L16 4.5 19.5 8 8.5 19zM13.5 7l3.5 3.5",
    "finding.draw": "M8 3.5H3.5V8M12 3.5h2M17 3.5h1.5V8M3.5 12v2M3.5 17v1.5H8M18.5 12v.5"
    "M18 14.5v7M14.5 18h7",
    "down": "M6 9.5l6 6 6-6",
    "detect.run": "M12 5a7 7 0 1 0 0 14a7 7 0 1 0 0-14zM12 2.5v5M12 16.5v5M2.5 12h5M16.5 12h5",
}
"""Id of an action, or what it stands for -> its path: round strokes of 1.8 units, no fill."""


def main() -> None:
    """Write the icons of each theme, and a PNG beside each SVG that needs one."""
    folder = Path(__file__).parent
    for theme, colour in COLOURS.items():
        (folder / "icons" / theme).mkdir(parents=True, exist_ok=True)
        for name, path in STROKES.items():
            (folder / "icons" / theme / f"{name}.svg").write_text(icon(path, colour))
    application = QGuiApplication([])
    for name, size_px in SIZES_PX.items():
        image = QImage(size_px, size_px, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        QSvgRenderer(str(folder / f"{name}.svg")).render(painter)
        painter.end()
        image.save(str(folder / f"{name}.png"))
    application.quit()


def icon(path: str, colour: str) -> str:
    """An icon as SVG.

    Parameters
    ----------
    path : str
        Its strokes, as the attribute ``d`` of an SVG path.
    colour : str
        As ``#rrggbb``.

    Returns
    -------
    str
        The text of the file.
    """
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24">'
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.8"'
        ' stroke-linecap="round" stroke-linejoin="round"/></svg>\n'
    )


if __name__ == "__main__":
    main()
