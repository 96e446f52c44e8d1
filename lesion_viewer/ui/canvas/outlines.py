"""Thin lines round marked pixels, which are the detector's and no reader's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QColor, QPainter, QPen, QTransform
from PySide6.QtWidgets import QWidget

from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.ui.canvas.viewport import Viewport

LINE_PX, CHOSEN_PX = 1.0, 2.0
KEPT = 256
"""Masks whose lines are not found again."""

Edge = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Outline:
    """Pixels that a line goes round.

    Attributes
    ----------
    mask : SliceMask
        The pixels, as the picture counts its own: stored ones on slices.
    colour : str
        Of the line, as ``#rrggbb``.
    is_chosen : bool
        Whether it is drawn stronger.
    """

    mask: SliceMask
    colour: str
    is_chosen: bool = False


class OutlineLayer:
    """Outlines on a picture; they take no click.

    Parameters
    ----------
    viewport : Viewport
        Where the image lies on the widget.
    widget : QWidget
        Painted anew where the outlines are others.

    Attributes
    ----------
    outlines : tuple[Outline, ...]
        Those that are drawn.
    """

    def __init__(self, viewport: Viewport, widget: QWidget) -> None:
        self._view, self._widget = viewport, widget
        self.outlines: tuple[Outline, ...] = ()

    def put(self, outlines: Sequence[Outline]) -> None:
        """Draw these in place of the former ones.

        Parameters
        ----------
        outlines : Sequence[Outline]
            In the order in which they are drawn.
        """
        if tuple(outlines) != self.outlines:
            self.outlines = tuple(outlines)
            self._widget.update()

    def draw(self, painter: QPainter) -> None:
        """Draw the lines on the edges of the pixels.

        Parameters
        ----------
        painter : QPainter
            Painter on the widget.
        """
        if not self.outlines:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setTransform(_stored_to_widget(self._view), combine=True)
        for one in self.outlines:
            pen = QPen(QColor(one.colour), CHOSEN_PX if one.is_chosen else LINE_PX)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLines(_lines(one.mask))
        painter.restore()


def edges(pixels: NDArray[np.bool_], left: int, top: int) -> Iterator[Edge]:
    """The lines between pixels that are true and others, each as long as it is straight.

    Parameters
    ----------
    pixels : NDArray[np.bool_]
        (rows, columns).
    left, top : int
        Column and row of the first of them on the image.

    Yields
    ------
    Edge
        x1, y1, x2, y2 in pixel edges.
    """
    padded = np.pad(pixels, 1)
    for y, x1, x2 in _runs(padded[1:] != padded[:-1]):
        yield left + x1, top + y, left + x2, top + y
    for x, y1, y2 in _runs(padded.T[1:] != padded.T[:-1]):
        yield left + x, top + y1, left + x, top + y2


def _runs(is_edge: NDArray[np.bool_]) -> Iterator[tuple[int, int, int]]:
    """Row, start and end of each run of true values, whose first column is beside the mask."""
    steps = np.diff(is_edge.astype(np.int8), axis=1, prepend=0, append=0)
    rows, starts = np.nonzero(steps == 1)
    ends = np.nonzero(steps == -1)[1]
    yield from zip(rows.tolist(), (starts - 1).tolist(), (ends - 1).tolist(), strict=True)


@lru_cache(KEPT)
def _lines(mask: SliceMask) -> list[QLineF]:
    return [QLineF(*edge) for edge in edges(mask.pixels, mask.left, mask.top)]


def _stored_to_widget(view: Viewport) -> QTransform:
    """The transform from pixels as they are stored to points of the widget."""
    at, right, below = (view.to_widget(*position) for position in ((0, 0), (1, 0), (0, 1)))
    across, down = _step(at, right), _step(at, below)
    return QTransform(*across, *down, at.x(), at.y())


def _step(start: QPointF, end: QPointF) -> tuple[float, float]:
    return end.x() - start.x(), end.y() - start.y()
