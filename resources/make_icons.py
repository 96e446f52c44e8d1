"""Renders the SVG files to PNG; run ``python -m resources.make_icons`` after a change."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES_PX = {"icon": 256, "check": 26}


def main() -> None:
    """Write a PNG beside each SVG."""
    application = QGuiApplication([])
    folder = Path(__file__).parent
    for name, size_px in SIZES_PX.items():
        image = QImage(size_px, size_px, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        QSvgRenderer(str(folder / f"{name}.svg")).render(painter)
        painter.end()
        image.save(str(folder / f"{name}.png"))
    application.quit()


if __name__ == "__main__":
    main()
