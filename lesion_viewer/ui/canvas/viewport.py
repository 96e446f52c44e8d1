"""How an image lies on the widget: zoom, pan and the pixels' true shape."""

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QTransform

from lesion_viewer.detection.boxes import Box
from lesion_viewer.geometry.turn import AS_STORED, Turn

MIN_ZOOM = 0.05
MAX_ZOOM = 64.0
MARGIN_PX = 8
BOX_SHARE = 0.25


class Viewport:
    """Converts between stored image pixels and points of the widget.

    Pixel (0, 0) spans 0 to 1 in both directions. Stored positions are turned, then enlarged and
    moved; ``transform`` converts the picture, which is turned already.

    Attributes
    ----------
    turn : Turn
        Turn from the stored image to the picture.
    zoom : float
        Widget points per column of the picture.
    stretch : float
        Height of a pixel of the picture over its width, so that shapes are true in mm.
    is_fitted : bool
        Whether the whole image is shown, and stays so when the widget's size changes.
    """

    def __init__(self) -> None:
        self.turn = AS_STORED
        self.zoom = 1.0
        self.stretch = 1.0
        self.is_fitted = True
        self._stored_size = 1, 1
        self._image = QSizeF(1, 1)
        self._widget = QSizeF(1, 1)
        self._centre = QPointF(0.5, 0.5)

    def set_image(self, rows: int, columns: int, stretch: float, turn: Turn) -> None:
        """Take another image, and show all of it.

        Parameters
        ----------
        rows : int
            Height of the stored image in pixels.
        columns : int
            Width of the stored image in pixels.
        stretch : float
            Height of a stored pixel over its width.
        turn : Turn
            Turn from the stored image to the picture.
        """
        self._stored_size = rows, columns
        self._take_turn(turn, stretch)
        self.fit()

    def set_turn(self, turn: Turn) -> None:
        """Turn the picture; what is at the widget's centre stays there, at the same size.

        Parameters
        ----------
        turn : Turn
            Turn from the stored image to the picture.
        """
        centre = self.to_image(QPointF(self._widget.width() / 2, self._widget.height() / 2))
        is_swapped = turn.swaps_axes != self.turn.swaps_axes
        stretch = 1 / self.stretch if self.turn.swaps_axes else self.stretch
        self.zoom *= self.stretch if is_swapped else 1
        self._take_turn(turn, stretch)
        self._centre = self._turned(centre.x(), centre.y())
        if self.is_fitted:
            self.fit()

    def resize(self, width: float, height: float) -> None:
        """Take the widget's new size; what is at its centre stays there.

        Parameters
        ----------
        width : float
            Width in points.
        height : float
            Height in points.
        """
        self._widget = QSizeF(max(width, 1), max(height, 1))
        if self.is_fitted:
            self.fit()

    def fit(self) -> None:
        """Show all of the image as large as it fits."""
        room_x = max(self._widget.width() - 2 * MARGIN_PX, 1)
        room_y = max(self._widget.height() - 2 * MARGIN_PX, 1)
        self.zoom = min(
            room_x / self._image.width(), room_y / (self._image.height() * self.stretch)
        )
        self._centre = QPointF(self._image.width() / 2, self._image.height() / 2)
        self.is_fitted = True

    def zoom_at(self, point: QPointF, factor: float) -> None:
        """Enlarge the image; what is under a point of the widget stays under it.

        Parameters
        ----------
        point : QPointF
            Position on the widget.
        factor : float
            Factor of the zoom; below 1 shrinks.
        """
        before = self.on_picture(point)
        self.zoom = min(max(self.zoom * factor, MIN_ZOOM), MAX_ZOOM)
        self._centre += before - self.on_picture(point)
        self.is_fitted = False

    def show_box(self, box: Box) -> None:
        """Show a box in the middle of the widget, over a quarter of it.

        Parameters
        ----------
        box : Box
            Edges in stored pixels.
        """
        box = box.turned(self.turn, *self._stored_size)
        width, height = self._widget.width(), self._widget.height()
        zoom = min(width / box.width, height / (box.height * self.stretch)) * BOX_SHARE
        self.zoom = min(max(zoom, MIN_ZOOM), MAX_ZOOM)
        self._centre = QPointF(*box.centre)
        self.is_fitted = False

    def centre_on(self, x: float, y: float) -> None:
        """Move the image so that a position lies in the middle of the widget, at the same zoom.

        Parameters
        ----------
        x, y : float
            Position in stored pixels.
        """
        self._centre = self._turned(x, y)
        self.is_fitted = False

    def pan(self, dx: float, dy: float) -> None:
        """Move the image; its edges cannot pass the widget's centre.

        Parameters
        ----------
        dx : float
            Points to the right.
        dy : float
            Points down.
        """
        x = self._centre.x() - dx / self.zoom
        y = self._centre.y() - dy / (self.zoom * self.stretch)
        self._centre = QPointF(
            min(max(x, 0), self._image.width()), min(max(y, 0), self._image.height())
        )
        self.is_fitted = False

    def transform(self) -> QTransform:
        """The transform from the picture's pixels to points of the widget."""
        transform = QTransform.fromTranslate(self._widget.width() / 2, self._widget.height() / 2)
        transform.scale(self.zoom, self.zoom * self.stretch)
        return transform.translate(-self._centre.x(), -self._centre.y())

    def to_image(self, point: QPointF) -> QPointF:
        """The position on the stored image under a point of the widget.

        Parameters
        ----------
        point : QPointF
            Position on the widget.

        Returns
        -------
        QPointF
            Position in stored pixels, possibly beside the image.
        """
        at, size = self.on_picture(point), self.turn.size(*self._stored_size)
        return QPointF(*self.turn.inverse.point(at.x(), at.y(), *size))

    def to_widget(self, x: float, y: float) -> QPointF:
        """The point of the widget at a position on the stored image.

        Parameters
        ----------
        x : float
            Column position in stored pixels.
        y : float
            Row position in stored pixels.

        Returns
        -------
        QPointF
            Position in points, possibly beside the widget.
        """
        return self.transform().map(self._turned(x, y))

    def rect_of(self, box: Box) -> QRectF:
        """The rectangle on the widget of a box on the stored image.

        Parameters
        ----------
        box : Box
            Edges in stored pixels.

        Returns
        -------
        QRectF
            A rectangle with positive width and height, in points.
        """
        corners = QRectF(self.to_widget(box.x1, box.y1), self.to_widget(box.x2, box.y2))
        return corners.normalized()

    def on_picture(self, point: QPointF) -> QPointF:
        """The position on the turned picture under a point of the widget.

        Parameters
        ----------
        point : QPointF
            Position on the widget.

        Returns
        -------
        QPointF
            Position in pixels of the picture, possibly beside it.
        """
        return QPointF(
            (point.x() - self._widget.width() / 2) / self.zoom + self._centre.x(),
            (point.y() - self._widget.height() / 2) / (self.zoom * self.stretch) + self._centre.y(),
        )

    def _take_turn(self, turn: Turn, stored_stretch: float) -> None:
        rows, columns = turn.size(*self._stored_size)
        self.turn, self._image = turn, QSizeF(columns, rows)
        self.stretch = 1 / stored_stretch if turn.swaps_axes else stored_stretch

    def _turned(self, x: float, y: float) -> QPointF:
        return QPointF(*self.turn.point(x, y, *self._stored_size))
