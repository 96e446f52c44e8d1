"""What a drag of the mouse does, one small class for each; positions are the widget's points."""

import math
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPointF

from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.recist import Axes, with_end
from lesion_viewer.ui.canvas.box_editing import Grip, dragged, drawn
from lesion_viewer.ui.canvas.viewport import Viewport

HU_PER_PX = 4
ZOOM_PER_PX = 1.01
SLICE_PX = 6


class Drag(Protocol):
    """A drag that began with a press; Esc or a second press gives it up."""

    def move(self, point: QPointF) -> None:
        """Follow the mouse to ``point``."""

    def finish(self) -> None:
        """End with the button's release."""

    def give_up(self) -> None:
        """Leave all as it was before the press."""


class WindowDrag:
    """Right makes the window wider, down its level higher, 4 HU for a point."""

    def __init__(self, start: QPointF, window: Window, show: Callable[[Window], None]) -> None:
        self._start, self._window, self._show = start, window, show

    def move(self, point: QPointF) -> None:
        """Show the window at this distance from the press."""
        away = point - self._start
        width = max(self._window.width + HU_PER_PX * away.x(), 1)
        self._show(Window(width, self._window.level + HU_PER_PX * away.y()))

    def finish(self) -> None:
        """Keep the window that is shown."""

    def give_up(self) -> None:
        """Show the window of before."""
        self._show(self._window)


class PanDrag:
    """The image follows the mouse."""

    def __init__(self, start: QPointF, pan: Callable[[float, float], None]) -> None:
        self._last, self._pan = start, pan
        self._start = start

    def move(self, point: QPointF) -> None:
        """Move on by what the mouse moved."""
        step = point - self._last
        self._last = point
        self._pan(step.x(), step.y())

    def finish(self) -> None:
        """Keep the place."""

    def give_up(self) -> None:
        """Go back to the place of before."""
        self.move(self._start)


class ZoomDrag:
    """Up enlarges and down shrinks, about the point of the press."""

    def __init__(self, start: QPointF, zoom_at: Callable[[QPointF, float], None]) -> None:
        self._start, self._last, self._zoom_at = start, start, zoom_at

    def move(self, point: QPointF) -> None:
        """Zoom on by what the mouse moved."""
        self._zoom_at(self._start, ZOOM_PER_PX ** (self._last.y() - point.y()))
        self._last = point

    def finish(self) -> None:
        """Keep the zoom."""

    def give_up(self) -> None:
        """Go back to the zoom of before."""
        self.move(self._start)


class ScrollDrag:
    """Down goes on through the slices, one for 6 points."""

    def __init__(self, start: QPointF, slice_index: int, show: Callable[[int], None]) -> None:
        self._start, self._first, self._show = start, slice_index, show

    def move(self, point: QPointF) -> None:
        """Show the slice at this distance from the press."""
        self._show(self._first + math.trunc((point.y() - self._start.y()) / SLICE_PX))

    def finish(self) -> None:
        """Keep the slice."""

    def give_up(self) -> None:
        """Show the slice of before."""
        self._show(self._first)


class BoxDrag:
    """An edge, a corner or the whole of a box follows the mouse."""

    def __init__(
        self,
        start: QPointF,
        box: Box,
        grip: Grip,
        image: tuple[Viewport, int, int],
        show: Callable[[Box], None],
        keep: Callable[[], None],
    ) -> None:
        self._viewport, self._rows, self._columns = image
        self._start, self._box, self._grip = self._viewport.to_image(start), box, grip
        self._show, self._keep = show, keep

    def move(self, point: QPointF) -> None:
        """Show the box at this distance from the press."""
        away = self._viewport.to_image(point) - self._start
        size = self._rows, self._columns
        self._show(dragged(self._box, self._grip, away.x(), away.y(), *size))

    def finish(self) -> None:
        """Keep the box exactly as it is shown."""
        self._keep()

    def give_up(self) -> None:
        """Show the box of before."""
        self._show(self._box)


class AxisDrag:
    """One end of a lesion's axes follows the mouse."""

    def __init__(
        self,
        axes: Axes,
        end: int,
        image: tuple[Viewport, int, int],
        show: Callable[[Axes], None],
        keep: Callable[[], None],
    ) -> None:
        self._viewport, self._rows, self._columns = image
        self._axes, self._end = axes, end
        self._show, self._keep = show, keep

    def move(self, point: QPointF) -> None:
        """Show the axes with the end under the mouse."""
        at = self._viewport.to_image(point)
        x, y = _on_pixel(at.x(), self._columns), _on_pixel(at.y(), self._rows)
        self._show(with_end(self._axes, self._end, x, y))

    def finish(self) -> None:
        """Keep the axes exactly as they are shown."""
        self._keep()

    def give_up(self) -> None:
        """Show the axes of before."""
        self._show(self._axes)


class DrawDrag:
    """A new box between the press and the mouse."""

    def __init__(
        self,
        start: QPointF,
        image: tuple[Viewport, int, int],
        show: Callable[[Box | None], None],
        keep: Callable[[Box], None],
    ) -> None:
        self._viewport, self._rows, self._columns = image
        self._start = self._viewport.to_image(start)
        self._show, self._keep = show, keep
        self._box: Box | None = None

    def move(self, point: QPointF) -> None:
        """Show the box from the press to here."""
        end = self._viewport.to_image(point)
        corners = self._start.x(), self._start.y(), end.x(), end.y()
        self._box = drawn(*corners, self._rows, self._columns)
        self._show(self._box)

    def finish(self) -> None:
        """Hand over the box; a click without a drag draws none."""
        self._show(None)
        if self._box is not None:
            self._keep(self._box)

    def give_up(self) -> None:
        """Draw nothing."""
        self._show(None)


class MeasureDrag:
    """A line from the press to the mouse."""

    def __init__(
        self, start: QPointF, viewport: Viewport, show: Callable[[QPointF, QPointF], None]
    ) -> None:
        self._viewport, self._show = viewport, show
        self._start = viewport.to_image(start)

    def move(self, point: QPointF) -> None:
        """Show the line from the press to here, in image positions."""
        self._show(self._start, self._viewport.to_image(point))

    def finish(self) -> None:
        """Leave the line until Esc or the next one."""

    def give_up(self) -> None:
        """Leave no line."""
        self._show(self._start, self._start)


def _on_pixel(position: float, limit: int) -> float:
    """The position at a tenth of a pixel, no nearer to the image's edge than a pixel's middle."""
    return round(min(max(position, 0.5), limit - 0.5), 1)
