"""The drags that change a box or axes, draw a box, or measure."""

from collections.abc import Callable

from PySide6.QtCore import QPointF

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.recist import Axes, with_end
from lesion_viewer.ui.canvas.box_editing import Grip, dragged, drawn
from lesion_viewer.ui.canvas.viewport import Viewport


class BoxDrag:
    """An edge, a corner or the whole of a box follows the mouse.

    Parameters
    ----------
    start : QPointF
        Position of the press on the widget.
    box : Box
        Edges before the drag, in stored pixels.
    grip : Grip
        What of the stored box is dragged.
    image : tuple[Viewport, int, int]
        Where the image lies on the widget, its rows and its columns as stored.
    show : Callable[[Box], None]
        Called with each box that the drag gives.
    keep : Callable[[], None]
        Called once when the button is released.
    """

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
        """Show the box that belongs to the distance from the press.

        Parameters
        ----------
        point : QPointF
            Position of the mouse on the widget.
        """
        away = self._viewport.to_image(point) - self._start
        size = self._rows, self._columns
        self._show(dragged(self._box, self._grip, away.x(), away.y(), *size))

    def finish(self) -> None:
        """Keep the box exactly as it is shown."""
        self._keep()

    def give_up(self) -> None:
        """Show the box from before the press."""
        self._show(self._box)


class AxisDrag:
    """One end of a lesion's axes follows the mouse.

    Parameters
    ----------
    axes : Axes
        Axes before the drag, in stored pixels.
    end : int
        0 and 1 of the long axis, 2 and 3 of the short one.
    image : tuple[Viewport, int, int]
        Where the image lies on the widget, its rows and its columns as stored.
    show : Callable[[Axes], None]
        Called with the axes at each move.
    keep : Callable[[], None]
        Called once when the button is released.
    """

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
        """Show the axes with the end under the mouse.

        Parameters
        ----------
        point : QPointF
            Position of the mouse on the widget.
        """
        at = self._viewport.to_image(point)
        x, y = _on_pixel(at.x(), self._columns), _on_pixel(at.y(), self._rows)
        self._show(with_end(self._axes, self._end, x, y))

    def finish(self) -> None:
        """Keep the axes exactly as they are shown."""
        self._keep()

    def give_up(self) -> None:
        """Show the axes from before the press."""
        self._show(self._axes)


class DrawDrag:
    """A new box spans from the press to the mouse.

    Parameters
    ----------
    start : QPointF
        Position of the press on the widget.
    image : tuple[Viewport, int, int]
        Where the image lies on the widget, its rows and its columns as stored.
    show : Callable[[Box | None], None]
        Called with the box at each move; None where there is none.
    keep : Callable[[Box], None]
        Called once with the box when the button is released.
    """

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
        """Show the box from the press to here.

        Parameters
        ----------
        point : QPointF
            Position of the mouse on the widget.
        """
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


def _on_pixel(position: float, limit: int) -> float:
    """The position at a tenth of a pixel, no nearer to the image's edge than a pixel's middle."""
    return round(min(max(position, 0.5), limit - 0.5), 1)
