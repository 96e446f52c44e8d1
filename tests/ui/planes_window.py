"""What tests of planes do with the window: its panes, their pixels, the mouse over them."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.ui.canvas.picture_view import PictureView
from lesion_viewer.ui.shell.main_window import MainWindow

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
Key = Qt.Key


def pane(window: MainWindow, place: int) -> PictureView:
    """0 shows the slices, 1 and 2 the other planes, 3 the slab."""
    reading = window.reading
    return reading.panes.pane(reading.arrangement.views[place])


def seen(window: MainWindow) -> list[int]:
    """Places of the panes that are visible."""
    return [place for place in range(4) if pane(window, place).isVisible()]


def wait_until_whole(window: MainWindow, qtbot: QtBot) -> None:
    """Wait until all slices are in all panes, which take them up from time to time."""
    panes = [pane(window, place) for place in range(4)]
    qtbot.waitUntil(lambda: not any("being read" in line for one in panes for line in corner(one)))


def corner(view: PictureView) -> list[str]:
    """The lines of the upper left corner, as they were painted last."""
    view.grab()
    return view._overlay.corners[0]


def pixels(view: PictureView) -> np.ndarray:
    """(rows, columns, 3), red, green and blue, as the pane shows them."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def white(view: PictureView) -> np.ndarray:
    """(n, 2), x and y of the pixels that are entirely white, as no text is."""
    rows, columns = np.nonzero((pixels(view) == 255).all(-1))
    return np.column_stack((columns, rows))


def middle_of_white(view: PictureView) -> QPoint:
    """The middle of the white pixels."""
    found = white(view)
    assert len(found), "nothing white is on show"
    x, y = found.min(0) + found.max(0) + 1
    return QPoint(round(x / 2), round(y / 2))


def drag(
    qtbot: QtBot,
    view: PictureView,
    button: Qt.MouseButton,
    start: QPoint,
    stop: QPoint,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    qtbot.mousePress(view.viewport(), button, modifier, start)
    qtbot.mouseMove(view.viewport(), stop)
    qtbot.mouseRelease(view.viewport(), button, modifier, stop)


def turn_wheel(view: PictureView, steps: int) -> None:
    """Towards the reader is positive, as slices are counted."""
    point = QPointF(view.width() / 2, view.height() / 2)
    event = QWheelEvent(
        point,
        view.mapToGlobal(point),
        QPoint(),
        QPoint(0, -120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)
