"""Renders ``icon.svg`` to ``icon.png``; run ``python -m resources.make_icons`` after a change."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZE_PX = 256


def main() -> None:
    """Write ``resources/icon.png``."""
    application = QGuiApplication([])
    folder = Path(__file__).parent
    image = QImage(SIZE_PX, SIZE_PX, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(folder / "icon.svg")).render(painter)
    painter.end()
    image.save(str(folder / "icon.png"))
    application.quit()


if __name__ == "__main__":
    main()
