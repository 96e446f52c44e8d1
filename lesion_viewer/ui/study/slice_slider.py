"""A slider over the slices, whose track shows which are loaded, searched, and hold findings."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lesion_viewer.ui.style import ACCENT, LOADED, MARK, SWEPT, TEXT, TRACK, UNREADABLE
from lesion_viewer.ui.texts import tr

GROOVE_PX = 8
MARGIN_PX = 8


class SliceSlider(QWidget):
    """A vertical slider, first slice on top.

    The track is dark where a slice is still to be read, grey where it is loaded, blue where the
    detector has searched, red where it cannot be read; ticks beside it are findings.

    Parameters
    ----------
    parent : QWidget | None
        Widget that holds it.

    Signals
    -------
    slice_wanted : a click, drag or wheel asks for a slice; its index from 0
    """

    slice_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._states = np.zeros(0, np.uint8)
        self._ticks: tuple[int, ...] = ()
        self._slice_index = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setToolTip(
            tr("Slices: grey is loaded, blue is searched by the detector, ticks are findings")
        )

    def sizeHint(self) -> QSize:  # noqa: N802, D102
        return QSize(30, 120)

    def set_count(self, slices: int) -> None:
        """Show the track of another series, of which nothing is loaded.

        Parameters
        ----------
        slices : int
            Number of slices of the series.
        """
        self._states = np.zeros(slices, np.uint8)
        self._ticks = ()
        self._slice_index = 0
        self.update()

    def set_slice(self, slice_index: int) -> None:
        """Move the handle.

        Parameters
        ----------
        slice_index : int
            Index of the slice on show, from 0.
        """
        self._slice_index = slice_index
        self.update()

    def set_progress(
        self, loaded: NDArray[np.bool_], failed: Iterable[int], swept: Iterable[int]
    ) -> None:
        """Colour the track by the state of each slice.

        Parameters
        ----------
        loaded : NDArray[np.bool_]
            Whether each slice is loaded.
        failed : Iterable[int]
            Slices that cannot be read, from 0.
        swept : Iterable[int]
            Slices that the detector has answered, from 0.
        """
        states = loaded.astype(np.uint8)
        states[list(swept)] = 2
        states[list(failed)] = 3
        self._states = states
        self.update()

    def set_ticks(self, slice_indices: Iterable[int]) -> None:
        """Mark the slices that hold findings.

        Parameters
        ----------
        slice_indices : Iterable[int]
            Indices from 0, in any order.
        """
        self._ticks = tuple(sorted(set(slice_indices)))
        self.update()

    def slice_at(self, y: float) -> int:
        """The slice at a height of the widget.

        Parameters
        ----------
        y : float
            Points from the widget's top.

        Returns
        -------
        int
            Index from 0; the first or last slice beyond the track.
        """
        span = max(self.height() - 2 * MARGIN_PX, 1)
        last = len(self._states) - 1
        return int(np.clip(round((y - MARGIN_PX) / span * last), 0, max(last, 0)))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102
        if event.button() is Qt.MouseButton.LeftButton and len(self._states):
            self.slice_wanted.emit(self.slice_at(event.position().y()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102
        if event.buttons() & Qt.MouseButton.LeftButton and len(self._states):
            self.slice_wanted.emit(self.slice_at(event.position().y()))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802, D102
        if len(self._states):
            step = -1 if event.angleDelta().y() > 0 else 1
            wanted = self._slice_index + step
            self.slice_wanted.emit(int(np.clip(wanted, 0, len(self._states) - 1)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, D102
        painter = QPainter(self)
        track = self._track()
        painter.fillRect(track, QColor(TRACK))
        if not len(self._states):
            return
        painter.drawImage(track, self._track_image())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(MARK))
        for index in self._ticks:
            y = self._y(index)
            painter.drawLine(QPointF(track.right() + 2, y), QPointF(track.right() + 7, y))
        self._paint_handle(painter, track)

    def _paint_handle(self, painter: QPainter, track: QRectF) -> None:
        y = self._y(self._slice_index)
        painter.setPen(QColor(ACCENT))
        painter.setBrush(QColor(TEXT))
        painter.drawRoundedRect(QRectF(track.left() - 4, y - 4, track.width() + 8, 8), 3, 3)

    def _track(self) -> QRectF:
        left = (self.width() - GROOVE_PX) / 2 - 2
        return QRectF(left, MARGIN_PX, GROOVE_PX, max(self.height() - 2 * MARGIN_PX, 1))

    def _y(self, slice_index: int) -> float:
        track = self._track()
        last = max(len(self._states) - 1, 1)
        return track.top() + track.height() * slice_index / last

    def _track_image(self) -> QImage:
        colours = [QColor(c).rgb() for c in (TRACK, LOADED, SWEPT, UNREADABLE)]
        pixels = np.array(colours, np.uint32)[self._states]
        return QImage(pixels.tobytes(), 1, len(pixels), 4, QImage.Format.Format_RGB32).copy()
