"""The drags that draw and change measurements."""

from collections.abc import Callable

from PySide6.QtCore import QPointF

from lesion_viewer.review.annotations.shape import Position, Shape

ToImage = Callable[[QPointF], Position]
"""Point of the widget -> position on the image, in stored pixels, never beside it."""


class StrokeDrag:
    """A stroke that sets one or two points of a new measurement.

    Parameters
    ----------
    start : QPointF
        Position of the press on the widget.
    to_image : ToImage
        Where that is on the image.
    show : Callable[[Position, Position], None]
        Called with start and end while it lasts.
    keep : Callable[[Position, Position], None]
        Called with start and end of the finished stroke.
    give_up : Callable[[], None]
        Called where it ends without effect.
    """

    def __init__(
        self,
        start: QPointF,
        to_image: ToImage,
        show: Callable[[Position, Position], None],
        keep: Callable[[Position, Position], None],
        give_up: Callable[[], None],
    ) -> None:
        self._to_image, self._show, self._keep, self.give_up = to_image, show, keep, give_up
        self._start = self._end = to_image(start)

    def move(self, point: QPointF) -> None:
        """Show the stroke from the press to here.

        Parameters
        ----------
        point : QPointF
            Position of the mouse on the widget.
        """
        self._end = self._to_image(point)
        self._show(self._start, self._end)

    def finish(self) -> None:
        """Hand over both ends."""
        self._keep(self._start, self._end)


class ShapeDrag:
    """A handle of a measurement, or the whole of it, follows the mouse.

    Parameters
    ----------
    start : QPointF
        Position of the press on the widget.
    to_image : ToImage
        Where that is on the image.
    changed : Callable[[Position, Position], Shape]
        The shape for the positions of the press and of the mouse.
    show : Callable[[Shape | None], None]
        Called with each shape while the drag lasts, and with None at its end.
    keep : Callable[[Shape], None]
        Called with the shape of the finished drag.
    """

    def __init__(
        self,
        start: QPointF,
        to_image: ToImage,
        changed: Callable[[Position, Position], Shape],
        show: Callable[[Shape | None], None],
        keep: Callable[[Shape], None],
    ) -> None:
        self._to_image, self._changed, self._show, self._keep = to_image, changed, show, keep
        self._start = to_image(start)
        self._shape: Shape | None = None

    def move(self, point: QPointF) -> None:
        """Show the shape for this position.

        Parameters
        ----------
        point : QPointF
            Position of the mouse on the widget.
        """
        self._shape = self._changed(self._start, self._to_image(point))
        self._show(self._shape)

    def finish(self) -> None:
        """Hand over the shape."""
        if self._shape is not None:
            self._keep(self._shape)
        self._show(None)

    def give_up(self) -> None:
        """Show the measurement as it was."""
        self._show(None)
