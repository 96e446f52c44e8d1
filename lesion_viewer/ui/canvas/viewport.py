"""How an image lies on the widget: zoom, pan and the pixels' true shape."""

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QTransform

from lesion_viewer.detection.boxes import Box

MIN_ZOOM = 0.05
MAX_ZOOM = 64.0
MARGIN_PX = 8
BOX_SHARE = 0.25


class Viewport:
    """The way from image pixels (edges: pixel (0, 0) spans 0 to 1) to points of the widget.

    Attributes
    ----------
    zoom : widget points per image column
    stretch : height of an image pixel over its width, so that shapes are true in millimetres
    is_fitted : the whole image is shown, and stays so when the widget's size changes
    """

    def __init__(self) -> None:
        self.zoom = 1.0
        self.stretch = 1.0
        self.is_fitted = True
        self._image = QSizeF(1, 1)
        self._widget = QSizeF(1, 1)
        self._centre = QPointF(0.5, 0.5)

    def set_image(self, rows: int, columns: int, stretch: float) -> None:
        """Take an image of another shape, and show all of it."""
        self._image = QSizeF(columns, rows)
        self.stretch = stretch
        self.fit()

    def resize(self, width: float, height: float) -> None:
        """Take the widget's new size; what is at its centre stays there."""
        self._widget = QSizeF(max(width, 1), max(height, 1))
        if self.is_fitted:
            self.fit()

    def fit(self) -> None:
        """Show all of the image, as large as it goes."""
        room_x = max(self._widget.width() - 2 * MARGIN_PX, 1)
        room_y = max(self._widget.height() - 2 * MARGIN_PX, 1)
        self.zoom = min(
            room_x / self._image.width(), room_y / (self._image.height() * self.stretch)
        )
        self._centre = QPointF(self._image.width() / 2, self._image.height() / 2)
        self.is_fitted = True

    def zoom_at(self, point: QPointF, factor: float) -> None:
        """Enlarge by ``factor``; what is under ``point`` stays under it."""
        before = self.to_image(point)
        self.zoom = min(max(self.zoom * factor, MIN_ZOOM), MAX_ZOOM)
        self._centre += before - self.to_image(point)
        self.is_fitted = False

    def show_box(self, box: Box) -> None:
        """Show a box in the middle, over a quarter of the widget."""
        width, height = self._widget.width(), self._widget.height()
        zoom = min(width / box.width, height / (box.height * self.stretch)) * BOX_SHARE
        self.zoom = min(max(zoom, MIN_ZOOM), MAX_ZOOM)
        self._centre = QPointF(*box.centre)
        self.is_fitted = False

    def pan(self, dx: float, dy: float) -> None:
        """Move the image by widget points; its middle can't leave the widget by more than half."""
        x = self._centre.x() - dx / self.zoom
        y = self._centre.y() - dy / (self.zoom * self.stretch)
        self._centre = QPointF(
            min(max(x, 0), self._image.width()), min(max(y, 0), self._image.height())
        )
        self.is_fitted = False

    def transform(self) -> QTransform:
        """Image to widget."""
        transform = QTransform.fromTranslate(self._widget.width() / 2, self._widget.height() / 2)
        transform.scale(self.zoom, self.zoom * self.stretch)
        return transform.translate(-self._centre.x(), -self._centre.y())

    def to_image(self, point: QPointF) -> QPointF:
        """Image position under a point of the widget."""
        return QPointF(
            (point.x() - self._widget.width() / 2) / self.zoom + self._centre.x(),
            (point.y() - self._widget.height() / 2) / (self.zoom * self.stretch) + self._centre.y(),
        )

    def to_widget(self, x: float, y: float) -> QPointF:
        """Point of the widget at an image position."""
        return self.transform().map(QPointF(x, y))

    def rect_of(self, box: Box) -> QRectF:
        """A box's rectangle on the widget."""
        return QRectF(self.to_widget(box.x1, box.y1), self.to_widget(box.x2, box.y2))

    def image_rect(self) -> QRectF:
        """The image's rectangle on the widget."""
        return QRectF(self.to_widget(0, 0), self.to_widget(*self._image.toTuple()))
