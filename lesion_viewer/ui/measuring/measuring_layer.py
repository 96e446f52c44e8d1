"""The measurements on the picture: drawn by strokes or clicks, picked, and changed by handles."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QRegion

from lesion_viewer.review.annotations.shape import Position, Shape
from lesion_viewer.review.annotations.shapes import Line, Mask
from lesion_viewer.review.measurements.strokes import TOOLS, Tool, moved, with_handle
from lesion_viewer.ui.canvas.drags import Drag
from lesion_viewer.ui.canvas.slice_view import SliceView
from lesion_viewer.ui.measuring.drawing import (
    around,
    draw_label,
    draw_shape,
    handle_at,
    is_at,
    label_rect,
)
from lesion_viewer.ui.measuring.measuring_drags import ShapeDrag, StrokeDrag
from lesion_viewer.ui.measuring.wording import value_lines
from lesion_viewer.viewing.measurements_on_show import Measurement, MeasurementsOnShow
from lesion_viewer.viewing.viewer_model import ViewerModel

DIGITS = 2
"""Decimals of a pixel to which a drawn position is kept."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What is drawn of a measurement."""

    one: Measurement | None
    shape: Shape
    lines: Sequence[str]
    rect: QRectF
    is_selected: bool


class MeasuringLayer(QObject):
    """Draws the measurements of the slice on show over its marks, and takes strokes on them.

    Parameters
    ----------
    canvas : SliceView
        The picture.
    viewer : ViewerModel
        What is on screen.
    shown : MeasurementsOnShow
        The measurements.
    parent : QObject
        The window.

    Attributes
    ----------
    edited_id : str | None
        Id of the finding whose box and axes are being edited, and drawn by the picture itself.

    Signals
    -------
    shape_drawn : a new measurement is finished; its Shape
    shape_changed : a drag on a measurement is finished; its UID and its Shape
    picked : a click on a measurement, or beside all while one is chosen; its UID, empty for none
    sketched : what is being drawn measures something else; as text, empty at its end
    """

    shape_drawn = Signal(object)
    shape_changed = Signal(str, object)
    picked = Signal(str)
    sketched = Signal(str)

    def __init__(
        self, canvas: SliceView, viewer: ViewerModel, shown: MeasurementsOnShow, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._canvas, self._viewer, self._shown = canvas, viewer, shown
        self._view = canvas.placement
        self._tool: Tool | None = None
        self._points: list[Position] = []
        self._sketch: list[Shape] = []
        self._held: tuple[str, Shape] | None = None
        self.edited_id: str | None = None
        shown.changed.connect(self.update)
        shown.selection_changed.connect(self.update)
        canvas.add_layer(self)

    def take_tool(self, kind: str) -> None:
        """Let the next strokes or clicks draw a measurement.

        Parameters
        ----------
        kind : str
            Of its shape, one of ``TOOLS``.
        """
        self._canvas.cancel()
        self._tool = TOOLS[kind]
        self._canvas.viewport().setCursor(Qt.CursorShape.CrossCursor)

    def leave(self, shape: Shape) -> None:
        """Show a measurement that is not recorded, until Esc or the next one.

        Parameters
        ----------
        shape : Shape
            In stored pixels.
        """
        self._show([shape])

    def update(self) -> None:
        """Paint the picture anew."""
        self._canvas.viewport().update()

    # What the picture asks.

    @property
    def has_tool(self) -> bool:
        """Whether strokes draw a new measurement."""
        return self._tool is not None

    def draw(self, painter: QPainter, region: QRegion) -> None:  # noqa: D102
        drawn = self._drawn(QFontMetricsF(painter.font()))
        for one in drawn:
            draw_shape(painter, self._view, one.shape, one.is_selected)
        for one in drawn:
            if one.lines:
                draw_label(painter, one.rect, one.lines, one.is_selected)

    def begin(self, point: QPointF) -> Drag | None:  # noqa: D102
        if self._tool is not None:
            return StrokeDrag(
                point, self._to_image, self._show_stroke, self._keep_stroke, self._show_points
            )
        one = self._shown.selected
        if one is None or one not in self._on_picture():
            return None
        handle = handle_at(self._view, one.shape, point)
        keep, show = partial(self.shape_changed.emit, one.uid), partial(self._hold, one)
        if handle is not None:
            return ShapeDrag(
                point, self._to_image, lambda _, to: with_handle(one.shape, handle, to), show, keep
            )
        if is_at(self._view, one.shape, point):
            return ShapeDrag(point, self._to_image, partial(self._moved, one.shape), show, keep)
        return None

    def click(self, point: QPointF) -> bool:  # noqa: D102
        if self._tool is not None:
            self._take_points([self._to_image(point)])
            return True
        one = self._at(point)
        if one is not None or self._shown.selected_uid is not None:
            self.picked.emit(one.uid if one else "")
        return one is not None

    def hover(self, point: QPointF) -> Qt.CursorShape | None:  # noqa: D102
        if self._tool is not None:
            if self._points:
                self._show(self._preview([*self._points, self._to_image(point)]))
            return Qt.CursorShape.CrossCursor
        one = self._at(point)
        if one is None:
            return None
        if one.uid != self._shown.selected_uid:
            return Qt.CursorShape.PointingHandCursor
        is_on_handle = handle_at(self._view, one.shape, point) is not None
        return Qt.CursorShape.CrossCursor if is_on_handle else Qt.CursorShape.SizeAllCursor

    def cancel(self) -> None:  # noqa: D102
        self._tool, self._held = None, None
        self._points.clear()
        self._show([])

    # The new measurement.

    def _show_stroke(self, start: Position, end: Position) -> None:
        self._show(self._preview(self._with_stroke(start, end)))

    def _keep_stroke(self, start: Position, end: Position) -> None:
        self._take_points(self._with_stroke(start, end)[len(self._points) :])

    def _with_stroke(self, start: Position, end: Position) -> list[Position]:
        """The points with those of a stroke: both its ends where a line begins, else the end."""
        assert self._tool is not None
        begins = len(self._points) % 2 == 0 and self._tool.points - len(self._points) >= 2
        return [*self._points, *((start, end) if begins else (end,))]

    def _take_points(self, points: Sequence[Position]) -> None:
        assert self._tool is not None
        self._points += points
        if len(self._points) < self._tool.points:
            self._show_points()
            return
        shape = self._tool.made(*self._points)
        self.cancel()
        if shape is not None:
            self.shape_drawn.emit(shape)

    def _show_points(self) -> None:
        self._show(self._preview(self._points))

    def _preview(self, points: Sequence[Position]) -> list[Shape]:
        """What stands for points that do not all have been set yet."""
        assert self._tool is not None
        if len(points) == self._tool.points:
            shape = self._tool.made(*points)
            return [] if shape is None else [shape]
        return [Line(*pair) for pair in zip(points[::2], points[1::2], strict=False)]

    def _show(self, sketch: list[Shape]) -> None:
        had_any, self._sketch = bool(self._sketch), sketch
        if sketch:
            self.sketched.emit("  ".join(self._lines(self._viewer.slice_index, sketch[-1])))
        elif had_any:
            self.sketched.emit("")
        self.update()

    # The measurements that there are.

    def _hold(self, one: Measurement, shape: Shape | None) -> None:
        """Show a measurement as it is being dragged."""
        self._held = None if shape is None else (one.uid, shape)
        self.update()

    def _moved(self, shape: Shape, start: Position, to: Position) -> Shape:
        """The shape moved along with the mouse, as far as it stays on the image."""
        assert self._viewer.series is not None
        _, rows, columns = self._viewer.series.shape
        xs, ys = zip(*shape.points, strict=True)
        dx = min(max(to[0] - start[0], -min(xs)), columns - max(xs))
        dy = min(max(to[1] - start[1], -min(ys)), rows - max(ys))
        return moved(shape, dx, dy)

    def _at(self, point: QPointF) -> Measurement | None:
        """The measurement whose line or label is at a point, the chosen one first."""
        drawn = self._drawn(QFontMetricsF(self._canvas.font()))
        hit = [d for d in drawn if is_at(self._view, d.shape, point) or d.rect.contains(point)]
        return max(hit, key=lambda d: d.is_selected).one if hit else None

    def _drawn(self, metrics: QFontMetricsF) -> list[_Drawn]:
        index, room = self._viewer.slice_index, QRectF(self._canvas.viewport().rect())
        held_uid, held = self._held or ("", None)
        chosen = self._shown.selected_uid
        shapes: list[tuple[Measurement | None, Shape]] = [
            (one, held if held is not None and one.uid == held_uid else one.shape)
            for one in self._on_picture()
        ]
        drawn: list[_Drawn] = []
        every = [*shapes, *((None, shape) for shape in self._sketch)]
        for one, shape in every:
            is_selected = one is not None and one.uid == chosen
            is_outline = isinstance(shape, Mask) and not is_selected
            lines = [] if is_outline else self._lines(index, shape)
            labels = [other.rect for other in drawn]
            others = [around(self._view, other) for _, other in every if other is not shape]
            rect = QRectF()
            if lines:
                rect = label_rect(self._view, shape, lines, metrics, room, labels, others)
            drawn.append(_Drawn(one, shape, lines, rect, is_selected))
        return drawn

    def _on_picture(self) -> list[Measurement]:
        edited = self.edited_id
        drawn = self._shown.on_picture()
        return [one for one in drawn if not (one.is_axes and one.finding_id == edited)]

    def _lines(self, slice_index: int, shape: Shape) -> list[str]:
        return value_lines(shape.kind, self._shown.measured(slice_index, shape))

    def _to_image(self, point: QPointF) -> Position:
        assert self._viewer.series is not None
        _, rows, columns = self._viewer.series.shape
        at = self._view.to_image(point)
        x, y = min(max(at.x(), 0.0), columns), min(max(at.y(), 0.0), rows)
        return round(x, DIGITS), round(y, DIGITS)
