"""The grey levels of a slice as an item of the scene."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

GREY_TO_RGB = np.uint32(0x010101)
OPAQUE = np.uint32(0xFF000000)


class SliceImage(pg.GraphicsObject):  # type: ignore[misc]
    """A grey image whose pixel (0, 0) spans 0 to 1 in the scene.

    Kept as RGB32: Qt enlarges that twice as fast as 8-bit grey, which pyqtgraph's ImageItem paints.
    """

    def __init__(self) -> None:
        super().__init__()
        self._rgb = np.zeros((0, 0), np.uint32)
        self._picture = QImage()

    def set_grey(self, grey: NDArray[np.uint8]) -> None:
        """Show other grey levels.

        Parameters
        ----------
        grey : NDArray[np.uint8]
            0 to 255, of shape (rows, columns).
        """
        if self._rgb.shape != grey.shape:
            self.prepareGeometryChange()
            rows, columns = grey.shape
            self._rgb = np.zeros((rows, columns), np.uint32)
            self._picture = QImage(
                self._rgb.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32
            )
        np.multiply(grey, GREY_TO_RGB, out=self._rgb)
        self._rgb |= OPAQUE
        self.update()

    def paint_over(self, where: NDArray[np.bool_], rgb: int) -> None:
        """Show pixels in a colour in place of their grey level.

        Parameters
        ----------
        where : NDArray[np.bool_]
            Which pixels, of shape (rows, columns).
        rgb : int
            Their colour, such as 0xff0000 for red.
        """
        self._rgb[where] = OPAQUE | np.uint32(rgb)
        self.update()

    @property
    def picture(self) -> QImage:
        """The picture as it is, a pixel for each voxel."""
        return self._picture

    def boundingRect(self) -> QRectF:  # noqa: N802, D102
        return QRectF(self._picture.rect())

    def paint(self, painter: QPainter, *args: object) -> None:  # noqa: D102
        painter.drawImage(self.boundingRect(), self._picture)
