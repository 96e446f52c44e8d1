"""The protocol of a drag, and the drags that change window, position, zoom and slice."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QPointF

from lesion_viewer.ct.values.window import Window

HU_PER_PX = 4
ZOOM_PER_PX = 1.01
SLICE_PX = 6


class Drag(Protocol):
    """A drag that a press began; Esc or a second press ends it without effect."""

    def move(self, point: QPointF) -> None:
        """Follow the mouse to ``point``.

        Parameters
        ----------
        point : QPointF
            Position of the mouse on the widget.
        """

    def finish(self) -> None:
        """Keep what is shown; the button was released."""

    def give_up(self) -> None:
        """Restore what was shown before the press."""


class WindowDrag:
    """Right makes the window wider, down raises its level, by 4 HU a point.

    Parameters
    ----------
    start : QPointF
        Position of the press on the widget.
    window : Window
        Window at the press.
    show : Callable[[Window], None]
        Called with each window that the drag sets.
    """

    def __init__(self, start: QPointF, window: Window, show: Callable[[Window], None]) -> None:
        self._start, self._window, self._show = start, window, show

    def move(self, point: QPointF) -> None:
        """Show the window that belongs to the distance from the press.

        Parameters
        ----------
        point : QPointF
            Position of the mouse on the widget.
        """
        away = point - self._start
        width = max(self._window.width + HU_PER_PX * away.x(), 1)
        level = self._window.level + HU_PER_PX * away.y()
        self._show(replace(self._window, width=width, level=level))

    def finish(self) -> None:
        """Keep the window that is shown."""

    def give_up(self) -> None:
        """Show the window from before the press."""
        self._show(self._window)


class PanDrag:
    """The image follows the mouse.

    Parameters
    ----------
    start : QPointF
        Position of the press on the widget.
    pan : Callable[[float, float], None]
        Moves the image by points to the right and down.
    """

    def __init__(self, start: QPointF, pan: Callable[[float, float], None]) -> None:
        self._last, self._pan = start, pan
        self._start = start

    def move(self, point: QPointF) -> None:
        """Move the image as far as the mouse moved since the last call.

        Parameters
        ----------
        point : QPointF
            Position of the mouse on the widget.
        """
        step = point - self._last
        self._last = point
        self._pan(step.x(), step.y())

    def finish(self) -> None:
        """Keep the position."""

    def give_up(self) -> None:
        """Move the image back to where it was before the press."""
        self.move(self._start)


class ZoomDrag:
    """Up enlarges and down shrinks, about the point of the press.

    Parameters
    ----------
    start : QPointF
        Position of the press on the widget.
    zoom_at : Callable[[QPointF, float], None]
        Enlarges by a factor about a point of the widget.
    """

    def __init__(self, start: QPointF, zoom_at: Callable[[QPointF, float], None]) -> None:
        self._start, self._last, self._zoom_at = start, start, zoom_at

    def move(self, point: QPointF) -> None:
        """Zoom by what the mouse moved since the last call.

        Parameters
        ----------
        point : QPointF
            Position of the mouse on the widget.
        """
        self._zoom_at(self._start, ZOOM_PER_PX ** (self._last.y() - point.y()))
        self._last = point

    def finish(self) -> None:
        """Keep the zoom."""

    def give_up(self) -> None:
        """Return to the zoom from before the press."""
        self.move(self._start)


class ScrollDrag:
    """Down shows later slices, one for each 6 points.

    Parameters
    ----------
    start : QPointF
        Position of the press on the widget.
    slice_index : int
        Index of the slice on show at the press, from 0.
    show : Callable[[int], None]
        Called with the index of each slice that is wanted, possibly beyond the ends.
    """

    def __init__(self, start: QPointF, slice_index: int, show: Callable[[int], None]) -> None:
        self._start, self._first, self._show = start, slice_index, show

    def move(self, point: QPointF) -> None:
        """Show the slice that belongs to the distance from the press.

        Parameters
        ----------
        point : QPointF
            Position of the mouse on the widget.
        """
        self._show(self._first + math.trunc((point.y() - self._start.y()) / SLICE_PX))

    def finish(self) -> None:
        """Keep the slice."""

    def give_up(self) -> None:
        """Show the slice from before the press."""
        self._show(self._first)


class CrosshairDrag:
    """The crosshair is put where the press was, and follows the mouse.

    Parameters
    ----------
    start : QPointF
        Position of the press on the widget.
    put : Callable[[QPointF], None]
        Puts the crosshair at a point of the widget.
    """

    def __init__(self, start: QPointF, put: Callable[[QPointF], None]) -> None:
        self._put = put
        put(start)

    def move(self, point: QPointF) -> None:
        """Put the crosshair under the mouse.

        Parameters
        ----------
        point : QPointF
            Position of the mouse on the widget.
        """
        self._put(point)

    def finish(self) -> None:
        """Leave the crosshair where it is."""

    def give_up(self) -> None:
        """Leave the crosshair where it is."""
