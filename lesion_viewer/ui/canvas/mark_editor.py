"""What mouse and keys do to marks: the edited one, and a new box."""

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from functools import partial

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from lesion_viewer.ct.study import Series
from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.recist import Axes, box_of
from lesion_viewer.ui.canvas.box_editing import Grip, dragged
from lesion_viewer.ui.canvas.drags import Drag
from lesion_viewer.ui.canvas.mark_drags import AxisDrag, BoxDrag, DrawDrag
from lesion_viewer.ui.canvas.mark_layer import MarkLayer, with_box
from lesion_viewer.ui.canvas.marks import Mark
from lesion_viewer.ui.canvas.viewport import Viewport

DRAWN_PEN = QPen(QColor("#56b4e9"), 1.6, Qt.PenStyle.DashLine)


class Tool(Enum):
    """What the next left drag does."""

    NONE = "none"  #: edits the edited mark, else what the mouse scheme says
    DRAW = "draw"


class MarkEditor(QObject):
    """Begins the drags that change marks, shows them while they last, and tells the outcome.

    Parameters
    ----------
    viewport : Viewport
        Where the image lies on the widget.
    layer : MarkLayer
        The marks on the slice.
    parent : QObject
        The widget.

    Attributes
    ----------
    tool : Tool
        What the next left drag does.

    Signals
    -------
    box_drawn : a new box is finished; the Box
    box_changed : an edit of a box by mouse or key is finished; finding id and Box
    axes_changed : the drag of an end of the axes is finished; finding id and Axes
    marks_changed : marks look different; the set of them as they were and are
    sketch_changed : the new box looks different
    """

    box_drawn = Signal(object)
    box_changed = Signal(str, object)
    axes_changed = Signal(str, object)
    marks_changed = Signal(object)
    sketch_changed = Signal()

    def __init__(self, viewport: Viewport, layer: MarkLayer, parent: QObject) -> None:
        super().__init__(parent)
        self._view, self._layer = viewport, layer
        self._series: Series | None = None
        self._new_box: Box | None = None
        self.tool = Tool.NONE

    def set_series(self, series: Series) -> None:
        """Edit on another series, which has no marks yet.

        Parameters
        ----------
        series : Series
            The series on show, which gives the image's size and the spacing.
        """
        self._series = series
        self._layer.marks, self._layer.edited_id = (), None

    def put(self, marks: Sequence[Mark]) -> None:
        """Show these marks in place of the former ones.

        Parameters
        ----------
        marks : Sequence[Mark]
            Marks on the slice on show.
        """
        self.marks_changed.emit(self._layer.put(marks))

    def put_during(self, drag: Drag | None, marks: Sequence[Mark]) -> None:
        """Show these marks; a mark that is being dragged stays under the mouse.

        Parameters
        ----------
        drag : Drag | None
            The drag that is under way.
        marks : Sequence[Mark]
            Marks on the slice on show.
        """
        is_held = isinstance(drag, BoxDrag | AxisDrag)
        self.put(self._layer.with_held(marks) if is_held else marks)

    def begin(self, point: QPointF) -> Drag | None:
        """The drag that a left press begins on marks.

        Parameters
        ----------
        point : QPointF
            Position of the press on the widget.

        Returns
        -------
        Drag | None
            The drag; None where the press is beside the edited mark and no tool is chosen.
        """
        assert self._series is not None
        image = (self._view, *self._series.shape[1:])
        if self.tool is Tool.DRAW:
            return DrawDrag(point, image, self._show_new_box, self.box_drawn.emit)
        mark, end = self._layer.edited, self._layer.end_at(point)
        if mark is not None and mark.axes is not None and end is not None:
            return AxisDrag(mark.axes, end, image, self._show_axes, self._keep_axes)
        grip = self._layer.grip_at(point)
        if mark is None or grip is None:
            return None
        held = grip.turned(self._view.turn.inverse)
        return BoxDrag(point, mark.box, held, image, partial(self._show_box, mark), self._keep_box)

    def change_by_key(self, grip: Grip, dx: float, dy: float) -> None:
        """Move the edited box, or edges of it, by pixels of the picture.

        Parameters
        ----------
        grip : Grip
            What of the box moves, as it lies on the picture.
        dx : float
            Pixels to the right.
        dy : float
            Pixels down.
        """
        mark = self._layer.edited
        if mark is None or self._series is None:
            return
        back = self._view.turn.inverse
        step = back.direction(dx, dy)
        box = dragged(mark.box, grip.turned(back), *step, *self._series.shape[1:])
        if box != mark.box:
            self._show_box(mark, box)
            self.box_changed.emit(mark.finding_id, box)

    def clear(self) -> None:
        """Take the new box from the image, and no tool."""
        self.tool = Tool.NONE
        self._show_new_box(None)

    def draw(self, painter: QPainter) -> None:
        """Draw the new box, which lies over the marks.

        Parameters
        ----------
        painter : QPainter
            Painter on the widget.
        """
        if self._new_box is not None:
            painter.setPen(DRAWN_PEN)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._view.rect_of(self._new_box))

    def _show_box(self, mark: Mark, box: Box) -> None:
        """Show the box of ``mark``, as it was before the drag, elsewhere."""
        self.put(self._layer.with_edited(with_box(mark, box)))

    def _keep_box(self) -> None:
        mark = self._layer.edited
        if mark is not None:
            self.box_changed.emit(mark.finding_id, mark.box)

    def _show_axes(self, axes: Axes) -> None:
        mark = self._layer.edited
        if mark is not None:
            self.put(self._layer.with_edited(replace(mark, axes=axes, box=box_of(axes))))

    def _keep_axes(self) -> None:
        mark = self._layer.edited
        if mark is not None:
            self.axes_changed.emit(mark.finding_id, mark.axes)

    def _show_new_box(self, box: Box | None) -> None:
        self._new_box = box
        self.sketch_changed.emit()
