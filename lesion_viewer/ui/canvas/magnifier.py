"""A round magnifier under the mouse, which shows the picture's own pixels."""

import math

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from lesion_viewer.ui.canvas.slice_image import SliceImage
from lesion_viewer.ui.canvas.viewport import Viewport

RADIUS_PX = 90
TIMES = 3.0
LEAST_PX = 6.0
"""Least points on the widget for a pixel of the picture."""

RIM = QPen(QColor(226, 231, 238), 1.6)
DARK_RIM = QPen(QColor(0, 0, 0, 160), 4)
PIXEL_PEN = QPen(QColor(242, 200, 76), 1.2)


class Magnifier(QObject):
    """Enlarges what is under the mouse, without smoothing, so that each pixel is to be seen.

    The pixel under the mouse stays under it and is framed. Nothing but the picture is enlarged:
    marks lie under the magnifier, the text of the corners over it.

    Parameters
    ----------
    image : SliceImage
        The picture.
    viewport : Viewport
        Where the picture lies on the widget.
    widget : QWidget
        What the picture is painted on; the magnifier follows the mouse over it.
    """

    def __init__(self, image: SliceImage, viewport: Viewport, widget: QWidget) -> None:
        super().__init__(widget)
        self._image, self._view, self._widget = image, viewport, widget
        self._point: QPointF | None = None
        self._is_on = False
        widget.installEventFilter(self)

    @property
    def is_on(self) -> bool:
        """Whether it is shown while the mouse is over the picture."""
        return self._is_on

    @is_on.setter
    def is_on(self, is_on: bool) -> None:
        self._is_on = is_on
        self._widget.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, D102
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._move(event.position())
        elif event.type() == QEvent.Type.Leave:
            self._move(None)
        return False

    def draw(self, painter: QPainter) -> None:
        """Draw the magnifier where it is on and the mouse is over the picture.

        Parameters
        ----------
        painter : QPainter
            Painter on the widget.
        """
        picture = self._image.picture
        if not self._is_on or self._point is None or not self._image.isVisible():
            return
        at = self._view.on_picture(self._point)
        if not QRectF(picture.rect()).contains(at):
            return
        per_pixel = max(self._view.zoom * TIMES, LEAST_PX)
        scale = QSizeF(per_pixel, per_pixel * self._view.stretch)
        corner = self._point - QPointF(at.x() * scale.width(), at.y() * scale.height())
        lens = QPainterPath()
        lens.addEllipse(self._point, RADIUS_PX, RADIUS_PX)
        painter.save()
        painter.setClipPath(lens)
        painter.fillRect(_lens(self._point), QColor(0, 0, 0))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        columns, rows = picture.width() * scale.width(), picture.height() * scale.height()
        painter.drawImage(QRectF(corner, QSizeF(columns, rows)), picture)
        under = QPointF(math.floor(at.x()) * scale.width(), math.floor(at.y()) * scale.height())
        painter.setPen(PIXEL_PEN)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(corner + under, scale))
        painter.restore()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pen in (DARK_RIM, RIM):
            painter.setPen(pen)
            painter.drawEllipse(self._point, RADIUS_PX, RADIUS_PX)
        painter.restore()

    def _move(self, point: QPointF | None) -> None:
        former, self._point = self._point, point
        if self._is_on:
            for at in (former, point):
                if at is not None:
                    self._widget.update(_lens(at).toAlignedRect())


def _lens(point: QPointF) -> QRectF:
    """The square round the lens, with its rim."""
    room = RADIUS_PX + 4
    return QRectF(point.x() - room, point.y() - room, 2 * room, 2 * room)
