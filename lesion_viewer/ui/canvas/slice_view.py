"""The widget that shows one slice of a CT and turns gestures into signals."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QWidget

from lesion_viewer.ct.geometry.stack import orientation_letters
from lesion_viewer.ct.values.window import Window, to_display
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.recist import Axes, box_of
from lesion_viewer.ui.canvas.box_editing import BODY, Grip, dragged
from lesion_viewer.ui.canvas.drags import (
    AxisDrag,
    BoxDrag,
    Drag,
    DrawDrag,
    MeasureDrag,
    PanDrag,
    ScrollDrag,
    WindowDrag,
    ZoomDrag,
)
from lesion_viewer.ui.canvas.mark_layer import MarkLayer, with_box
from lesion_viewer.ui.canvas.marks import Mark
from lesion_viewer.ui.canvas.mouse_schemes import LEFT, SCHEMES
from lesion_viewer.ui.canvas.overlay import Overlay
from lesion_viewer.ui.canvas.picture_text import corner_text, missing_text, voxel_text
from lesion_viewer.ui.canvas.ruler import draw_line, length_text
from lesion_viewer.ui.canvas.slice_image import SliceImage
from lesion_viewer.ui.canvas.viewport import Viewport

BACKGROUND = QColor(0, 0, 0)
CLICK_PX = 3
WHEEL_STEP = 120
ZOOM_PER_STEP = 1.15
DRAWN_PEN = QPen(QColor("#56b4e9"), 1.6, Qt.PenStyle.DashLine)


class SliceView(pg.GraphicsView):  # type: ignore[misc]
    """One slice, its marks and what is written round them.

    Signals
    -------
    slice_wanted : index of the slice that the wheel or a drag asks for, possibly beyond the ends
    window_changed : the Window that a drag set and that is shown already
    hu_hovered : position and HU of the voxel under the cursor as text, empty beside the image
    finding_picked : id of the finding whose mark was clicked; empty for a click beside all marks
    box_drawn : the Box that was drawn after ``begin_drawing``
    box_changed : id and Box, once when an edit by hand or key is done
    axes_changed : id and the lesion's axes, once when the drag of one of their ends is done
    measured : length of the line that is drawn, as text
    """

    slice_wanted = Signal(int)
    window_changed = Signal(object)
    hu_hovered = Signal(str)
    finding_picked = Signal(str)
    box_drawn = Signal(object)
    box_changed = Signal(str, object)
    axes_changed = Signal(str, object)
    measured = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, useOpenGL=False, background=BACKGROUND)
        self._image = SliceImage()
        self.scene().addItem(self._image)
        self._view = Viewport()
        self._overlay = Overlay()
        self._volume: CTVolume | None = None
        self._slice_index = 0
        self._window = Window(400, 40)
        self._is_inverted = False
        self._grey: NDArray[np.uint8] | None = None
        self._layer = MarkLayer(self._view)
        self._new_box: Box | None = None
        self._line: tuple[QPointF, QPointF] | None = None
        self._mode = ""
        self._drag: Drag | None = None
        self._pressed_at: QPointF | None = None
        self._is_moved = False
        self._wheel = 0
        self._scheme = SCHEMES["default"]
        self._set_up()

    # What is shown.

    def show_volume(self, volume: CTVolume) -> None:
        """Show another volume, whole, at its first slice."""
        self.cancel()
        self._volume, self._slice_index = volume, 0
        series = volume.series
        _, rows, columns = series.shape
        row_mm, column_mm = series.spacing_mm[1:] if series.spacing_mm else (1.0, 1.0)
        self._view.set_image(rows, columns, row_mm / column_mm)
        self._grey = np.zeros((rows, columns), np.uint8)
        self._overlay.letters = orientation_letters(series.affine)
        self._overlay.banner = "  ".join(fault.text for fault in series.faults)
        self._layer.marks, self._layer.edited_id = (), None
        self._refresh_image()
        self._place_image()

    def show_slice(self, slice_index: int) -> None:
        """Show a slice, or say that it is still to be read or why it can't be."""
        if slice_index != self._slice_index:
            self.cancel()
        self._slice_index = slice_index
        self._refresh_image()

    def set_window(self, window: Window) -> None:
        """Show the slice through ``window``."""
        self._window = window
        self._refresh_image()

    def set_inverted(self, is_inverted: bool) -> None:
        """Show white as black."""
        self._is_inverted = is_inverted
        self._refresh_image()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show these marks; a box that is being dragged stays where the mouse has it."""
        is_held = isinstance(self._drag, BoxDrag | AxisDrag)
        self._put_marks(self._layer.with_held(marks) if is_held else marks)

    def set_mouse_scheme(self, name: str) -> None:
        """Take the mouse scheme ``default`` or ``pacs``."""
        self._scheme = SCHEMES[name]

    def fit(self) -> None:
        """Show all of the image."""
        self._view.fit()
        self._place_image()

    def show_box(self, box: Box) -> None:
        """Enlarge the image about a box."""
        self._view.show_box(box)
        self._place_image()

    # Boxes and lines.

    def edit(self, finding_id: str | None) -> None:
        """Give the mark of a finding handles, or take them away."""
        if self._drag is not None:
            self.cancel()
        self._layer.edited_id = finding_id
        self._repaint_marks(self._layer.marks)

    def nudge(self, dx: float, dy: float) -> None:
        """Move the edited box by whole pixels."""
        self._change_by_key(BODY, dx, dy)

    def stretch(self, dx: float, dy: float) -> None:
        """Move the right and the lower edge of the edited box by whole pixels."""
        self._change_by_key(Grip(1, 1), dx, dy)

    def begin_drawing(self) -> None:
        """Let the next left drag draw a box."""
        self._begin_mode("draw")

    def begin_measuring(self) -> None:
        """Let the next left drag measure a length."""
        self._begin_mode("measure")

    def cancel(self) -> None:
        """Give up what is being dragged, drawn or measured."""
        if self._drag is not None:
            self._drag.give_up()
        self._drag, self._pressed_at, self._mode = None, None, ""
        self._show_line(None)
        self._show_new_box(None)
        self.viewport().unsetCursor()

    # Events.

    def close(self) -> bool:
        """Close the widget; pyqtgraph's own way clears the scene under a view that still paints."""
        return QWidget.close(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102
        if self._volume is None or self._drag is not None:
            return
        self._pressed_at = event.position()
        self._drag = self._begin_drag(event.button(), event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102
        point = event.position()
        if self._drag is not None and self._pressed_at is not None:
            is_click = (point - self._pressed_at).manhattanLength() < CLICK_PX
            if not is_click or self._is_moved:
                self._is_moved = True
                self._drag.move(point)
        else:
            self._show_cursor_at(point)
        if self._volume is not None:
            at = self._view.to_image(point)
            self.hu_hovered.emit(voxel_text(self._volume, self._slice_index, at.x(), at.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102
        drag, self._drag = self._drag, None
        if drag is None:
            return
        if self._is_moved:
            drag.finish()
            self._end_mode()
        elif event.button() == LEFT and not self._mode:
            self._pick(event.position())
        self._is_moved = False

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802, D102
        self._wheel += event.angleDelta().y()
        steps = int(self._wheel / WHEEL_STEP)
        self._wheel -= steps * WHEEL_STEP
        if steps and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_at(event.position(), ZOOM_PER_STEP**steps)
        elif steps and self._volume is not None:
            self.slice_wanted.emit(self._slice_index - steps)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802, D102
        self.hu_hovered.emit("")
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802, D102
        super().resizeEvent(event)
        if event is None:  # pyqtgraph's own call, while the widget is being made
            return
        self._view.resize(self.viewport().width(), self.viewport().height())
        self._place_image()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, D102
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        if self._volume is not None:
            self._draw_marks(painter, event.region())
        self._draw_overlay(painter)

    # The image.

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setMinimumSize(200, 200)
        self.setCacheMode(pg.GraphicsView.CacheModeFlag.CacheNone)

    def _refresh_image(self) -> None:
        if self._volume is None or self._grey is None:
            return
        is_shown = bool(self._volume.is_loaded[self._slice_index])
        self._image.setVisible(is_shown)
        self._overlay.message = "" if is_shown else missing_text(self._volume, self._slice_index)
        if is_shown:
            to_display(self._volume.voxels[self._slice_index], self._window, self._grey)
            if self._is_inverted:
                np.subtract(255, self._grey, out=self._grey)
            self._image.set_grey(self._grey)
        self.viewport().update()

    def _place_image(self) -> None:
        """Lay the image where the viewport says; the scene's units are the widget's points."""
        self._image.setTransform(self._view.transform())
        self.viewport().update()

    def _zoom_at(self, point: QPointF, factor: float) -> None:
        self._view.zoom_at(point, factor)
        self._place_image()

    def _pan(self, dx: float, dy: float) -> None:
        self._view.pan(dx, dy)
        self._place_image()

    # Marks, overlay.

    def _draw_marks(self, painter: QPainter, region: QRegion) -> None:
        self._layer.draw(painter, region)
        if self._new_box is not None:
            painter.setPen(DRAWN_PEN)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._view.rect_of(self._new_box))
        if self._line is not None and self._volume is not None:
            text = length_text(*self._line, self._volume.series.spacing_mm)
            draw_line(painter, self._view, self._line, text)

    def _draw_overlay(self, painter: QPainter) -> None:
        px_per_unit, unit = 0.0, "px"
        if self._volume is not None:
            series = self._volume.series
            px_per_unit = self._view.zoom
            if series.spacing_mm is not None:
                px_per_unit, unit = self._view.zoom / series.spacing_mm[2], "mm"
            self._overlay.corners = corner_text(
                series, self._slice_index, self._window, self._view.zoom, self._is_inverted
            )
        self._overlay.draw(painter, QRectF(self.viewport().rect()), px_per_unit, unit)

    def _put_marks(self, marks: Iterable[Mark]) -> None:
        """Paint anew only where the marks differ from the former ones."""
        self._repaint_marks(self._layer.put(marks))

    def _repaint_marks(self, marks: Iterable[Mark]) -> None:
        for rect in self._layer.rects_of(marks, self.font()):
            self.viewport().update(rect)

    # Gestures.

    def _begin_drag(self, button: Qt.MouseButton, point: QPointF) -> Drag | None:
        if button == LEFT and (drag := self._drag_of_box(point)):
            return drag
        kind = self._scheme.get(button)
        if kind == "window":
            return WindowDrag(point, self._window, self._set_window_by_hand)
        if kind == "zoom":
            return ZoomDrag(point, self._zoom_at)
        if kind == "pan":
            return PanDrag(point, self._pan)
        if kind == "scroll":
            return ScrollDrag(point, self._slice_index, self.slice_wanted.emit)
        return None

    def _drag_of_box(self, point: QPointF) -> Drag | None:
        assert self._volume is not None
        image = (self._view, *self._volume.series.shape[1:])
        if self._mode == "draw":
            return DrawDrag(point, image, self._show_new_box, self.box_drawn.emit)
        if self._mode == "measure":
            return MeasureDrag(point, self._view, lambda a, b: self._show_line((a, b)))
        mark, end = self._layer.edited, self._layer.end_at(point)
        if mark is not None and mark.axes is not None and end is not None:
            return AxisDrag(mark.axes, end, image, self._show_axes, self._keep_axes)
        grip = self._layer.grip_at(point)
        if mark is None or grip is None:
            return None
        show = partial(self._show_box, mark)
        return BoxDrag(point, mark.box, grip, image, show, self._keep_box)

    def _begin_mode(self, mode: str) -> None:
        self.cancel()
        self._mode = mode
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)

    def _end_mode(self) -> None:
        self._mode = ""
        self.viewport().unsetCursor()

    def _set_window_by_hand(self, window: Window) -> None:
        self.set_window(window)
        self.window_changed.emit(window)

    def _pick(self, point: QPointF) -> None:
        self.finding_picked.emit(self._layer.pick(point))

    def _show_box(self, mark: Mark, box: Box) -> None:
        """Show the box of ``mark``, as it was before the drag, elsewhere."""
        self._put_marks(self._layer.with_edited(with_box(mark, box)))

    def _keep_box(self) -> None:
        mark = self._layer.edited
        if mark is not None:
            self.box_changed.emit(mark.finding_id, mark.box)

    def _show_axes(self, axes: Axes) -> None:
        mark = self._layer.edited
        if mark is not None:
            self._put_marks(self._layer.with_edited(replace(mark, axes=axes, box=box_of(axes))))

    def _keep_axes(self) -> None:
        mark = self._layer.edited
        if mark is not None:
            self.axes_changed.emit(mark.finding_id, mark.axes)

    def _change_by_key(self, grip: Grip, dx: float, dy: float) -> None:
        mark = self._layer.edited
        if mark is None or self._volume is None or self._drag is not None:
            return
        box = dragged(mark.box, grip, dx, dy, *self._volume.series.shape[1:])
        if box != mark.box:
            self._show_box(mark, box)
            self.box_changed.emit(mark.finding_id, box)

    def _show_new_box(self, box: Box | None) -> None:
        self._new_box = box
        self.viewport().update()

    def _show_line(self, line: tuple[QPointF, QPointF] | None) -> None:
        self._line = line if line is None or line[0] != line[1] else None
        if self._line is not None and self._volume is not None:
            self.measured.emit(length_text(*self._line, self._volume.series.spacing_mm))
        self.viewport().update()

    def _show_cursor_at(self, point: QPointF) -> None:
        if self._mode:
            return
        cursor = self._layer.cursor_at(point)
        if cursor is not None:
            self.viewport().setCursor(cursor)
        else:
            self.viewport().unsetCursor()
