"""A strip over the slices: what is loaded, searched and read, where the liver and findings are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lesion_viewer.review.finding import Status
from lesion_viewer.text import Text
from lesion_viewer.ui.canvas.status_appearance import status_colour, status_path
from lesion_viewer.ui.style import legible, theme
from lesion_viewer.ui.texts import tr

WIDTH_PX = 42
MARGIN_PX = 8
LIVER = QRectF(2, 0, 3, 0)
GROOVE = QRectF(9, 0, 8, 0)
READ = QRectF(22, 0, 3, 0)
FINDINGS = QRectF(29, 0, 9, 0)
"""The lanes of the strip from left to right; each has its left edge and its width."""

HELP = Text(
    "Slices. From left to right: the liver; loaded (grey), searched (blue) and unreadable (red);"
    " read in full (green); findings, each with the sign of its status at its best slice."
)


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a finding is among the slices.

    Attributes
    ----------
    first, last : int
        Its first and last slice, from 0.
    key_slice : int
        The slice that it is best seen on.
    status : Status
        Its status.
    """

    first: int
    last: int
    key_slice: int
    status: Status


class SliceSlider(QWidget):
    """A vertical slider, first slice on top, which shows what is known of each slice.

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
        self._liver: frozenset[int] = frozenset()
        self._read: frozenset[int] = frozenset()
        self._extents: tuple[Extent, ...] = ()
        self._slice_index = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setToolTip(tr(HELP))

    def sizeHint(self) -> QSize:  # noqa: N802, D102
        return QSize(WIDTH_PX, 120)

    def set_count(self, slices: int) -> None:
        """Show the track of another series, of which nothing is loaded.

        Parameters
        ----------
        slices : int
            Number of slices of the series.
        """
        self._states = np.zeros(slices, np.uint8)
        self._liver = self._read = frozenset()
        self._extents = ()
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

    def set_liver(self, slice_indices: Iterable[int]) -> None:
        """Mark the slices that contain liver, as far as a detector's gate has answered.

        Parameters
        ----------
        slice_indices : Iterable[int]
            Indices from 0.
        """
        self._liver = frozenset(slice_indices)
        self.update()

    def set_read(self, slice_indices: Iterable[int]) -> None:
        """Mark the slices that the reader has read in full.

        Parameters
        ----------
        slice_indices : Iterable[int]
            Indices from 0.
        """
        self._read = frozenset(slice_indices)
        self.update()

    def set_findings(self, extents: Sequence[Extent]) -> None:
        """Mark findings by the shape and the colour of their status.

        Parameters
        ----------
        extents : Sequence[Extent]
            Those that are listed; the later ones are drawn over the others.
        """
        self._extents = tuple(extents)
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

    def y_of(self, slice_index: int) -> float:
        """The height of the widget at which a slice is marked.

        Parameters
        ----------
        slice_index : int
            Index from 0.

        Returns
        -------
        float
            Points from the widget's top.
        """
        track = self._lane(GROOVE)
        return track.top() + track.height() * slice_index / max(len(self._states) - 1, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102
        if event.button() is Qt.MouseButton.LeftButton and len(self._states):
            self.slice_wanted.emit(self._pointed_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102
        if event.buttons() & Qt.MouseButton.LeftButton and len(self._states):
            self.slice_wanted.emit(self.slice_at(event.position().y()))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802, D102
        if len(self._states):
            step = -1 if event.angleDelta().y() > 0 else 1
            wanted = self._slice_index + step
            self.slice_wanted.emit(int(np.clip(wanted, 0, len(self._states) - 1)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, D102
        painter, colours = QPainter(self), theme()
        track = self._lane(GROOVE)
        painter.fillRect(track, QColor(colours.track))
        if not len(self._states):
            return
        grounds = (colours.track, colours.loaded, colours.swept, colours.unreadable)
        painter.drawImage(track, _column(self._states, grounds))
        for lane, slices, colour in (
            (LIVER, self._liver, colours.liver),
            (READ, self._read, colours.read),
        ):
            for first, last in runs(slices):
                top, bottom = self.y_of(first) - 1, self.y_of(last) + 1
                area = QRectF(lane.left(), top, lane.width(), bottom - top)
                painter.fillRect(area, QColor(colour))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for extent in self._extents:
            self._paint_finding(painter, extent)
        self._paint_handle(painter)

    def _paint_finding(self, painter: QPainter, extent: Extent) -> None:
        colour = QColor(legible(status_colour(extent.status)))
        middle = FINDINGS.center().x()
        painter.setPen(QPen(colour, 1))
        first, last = self.y_of(extent.first), self.y_of(extent.last)
        painter.drawLine(QPointF(middle, first), QPointF(middle, last))
        sign = QRectF(FINDINGS.left(), 0, FINDINGS.width(), FINDINGS.width())
        sign.moveCenter(QPointF(middle, self.y_of(extent.key_slice)))
        painter.setPen(QPen(colour, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(status_path(extent.status, sign))

    def _paint_handle(self, painter: QPainter) -> None:
        y, colours, track = self.y_of(self._slice_index), theme(), self._lane(GROOVE)
        painter.setPen(QColor(colours.accent))
        painter.setBrush(QColor(colours.text))
        painter.drawRoundedRect(QRectF(track.left() - 3, y - 4, track.width() + 6, 8), 3, 3)

    def _pointed_at(self, point: QPointF) -> int:
        """The slice that a press means: a finding's best one where its sign is pressed."""
        half = FINDINGS.width() / 2 + 2
        slices = (extent.key_slice for extent in self._extents)
        near = [i for i in slices if abs(self.y_of(i) - point.y()) < half]
        if near and point.x() >= FINDINGS.left() - 2:
            return min(near, key=lambda i: abs(self.y_of(i) - point.y()))
        return self.slice_at(point.y())

    def _lane(self, lane: QRectF) -> QRectF:
        height = max(self.height() - 2 * MARGIN_PX, 1)
        return QRectF(lane.left(), MARGIN_PX, lane.width(), height)


def runs(slice_indices: Iterable[int]) -> list[tuple[int, int]]:
    """Neighbouring slices taken together.

    Parameters
    ----------
    slice_indices : Iterable[int]
        Indices in any order, each once.

    Returns
    -------
    list[tuple[int, int]]
        First and last index of each run, in order.
    """
    found: list[tuple[int, int]] = []
    for index in sorted(slice_indices):
        if found and index == found[-1][1] + 1:
            found[-1] = found[-1][0], index
        else:
            found.append((index, index))
    return found


def _column(states: NDArray[np.uint8], colours: Sequence[str]) -> QImage:
    """A picture one pixel wide, with a pixel for each slice."""
    pixels = np.array([QColor(c).rgb() for c in colours], np.uint32)[states]
    return QImage(pixels.tobytes(), 1, len(pixels), 4, QImage.Format.Format_RGB32).copy()
