"""The widget that shows one slice of a CT and turns gestures into signals."""

from collections.abc import Iterable, Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QWidget

from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.boxes import Box
from lesion_viewer.ui.canvas.box_editing import BODY, Grip
from lesion_viewer.ui.canvas.drags import Drag, PanDrag, ScrollDrag, WindowDrag, ZoomDrag
from lesion_viewer.ui.canvas.layer import Layer
from lesion_viewer.ui.canvas.magnifier import Magnifier
from lesion_viewer.ui.canvas.mark_editor import MarkEditor, Tool
from lesion_viewer.ui.canvas.mark_layer import MarkLayer
from lesion_viewer.ui.canvas.marks import Mark
from lesion_viewer.ui.canvas.mouse_schemes import LEFT, RIGHT, SCHEMES
from lesion_viewer.ui.canvas.overlay import Overlay
from lesion_viewer.ui.canvas.slice_image import SliceImage
from lesion_viewer.ui.canvas.slice_picture import SlicePicture
from lesion_viewer.ui.canvas.viewport import Viewport

BACKGROUND = QColor(0, 0, 0)
CLICK_PX = 3
WHEEL_STEP = 120
ZOOM_PER_STEP = 1.15


class SliceView(pg.GraphicsView):  # type: ignore[misc]
    """One slice, its marks and what is written round them.

    The picture is in standard orientation, or as the file has it; boxes, axes and positions that
    it is told and tells are in stored pixels.

    Parameters
    ----------
    parent : QWidget | None
        Widget that holds it.

    Attributes
    ----------
    magnifier : Magnifier
        Enlarges what is under the mouse while it is on.

    Signals
    -------
    slice_wanted : the wheel or a drag asks for a slice; its index, possibly beyond the ends
    window_changed : a drag set another window, which is shown already; the Window
    hu_hovered : the mouse moved; position and HU of the voxel under it, empty beside the image
    finding_picked : a click without a drag; id of the finding there, empty beside all marks
    menu_wanted : a right click without a drag; place on the screen, and id of the finding there
    windows_wanted : a click on the text that says window and zoom; place on the screen
    box_drawn : the drag after ``begin_drawing`` is done; the Box
    box_changed : an edit of a box by mouse or key is done; finding id and Box
    axes_changed : the drag of an end of the axes is done; finding id and Axes
    measured : the line that measures is another one; its length as text
    """

    slice_wanted = Signal(int)
    window_changed = Signal(object)
    hu_hovered = Signal(str)
    finding_picked = Signal(str)
    menu_wanted = Signal(QPoint, str)
    windows_wanted = Signal(QPoint)
    box_drawn = Signal(object)
    box_changed = Signal(str, object)
    axes_changed = Signal(str, object)
    measured = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, useOpenGL=False, background=BACKGROUND)
        self._view, self._overlay = Viewport(), Overlay()
        image = SliceImage()
        self.scene().addItem(image)
        self._picture = SlicePicture(image, self._view, self._overlay)
        self._layer = MarkLayer(self._view)
        self._editor = MarkEditor(self._view, self._layer, self)
        self._layers: list[Layer] = []
        self._drag: Drag | None = None
        self._pressed_at: QPointF | None = None
        self._is_moved = False
        self._wheel = 0
        self.magnifier = Magnifier(image, self._view, self.viewport())
        self._scheme = SCHEMES["default"]
        self._set_up()

    # What else lies over it.

    @property
    def placement(self) -> Viewport:
        """How the image lies on the widget, for layers; they change nothing of it."""
        return self._view

    def add_layer(self, layer: Layer) -> None:
        """Let a layer draw over the marks, and offer it the mouse.

        Parameters
        ----------
        layer : Layer
            Asked before layers that were added earlier.
        """
        self._layers.insert(0, layer)

    # What is shown.

    def show_volume(self, volume: CTVolume) -> None:
        """Show another volume, whole, at its first slice.

        Parameters
        ----------
        volume : CTVolume
            Volume of any series; its slices may still have to be read.
        """
        self.cancel()
        self._editor.set_series(volume.series)
        self._picture.show_volume(volume)
        self.viewport().update()

    def show_slice(self, slice_index: int) -> None:
        """Show a slice, or say that it is still to be read or why it cannot be.

        Parameters
        ----------
        slice_index : int
            Index of the slice, from 0.
        """
        if slice_index != self._picture.slice_index:
            self.cancel()
        self._picture.show_slice(slice_index)
        self.viewport().update()

    def set_window(self, window: Window) -> None:
        """Show the slice through another window.

        Parameters
        ----------
        window : Window
            Width and level in HU.
        """
        self._picture.set_window(window)
        self.viewport().update()

    def set_inverted(self, is_inverted: bool) -> None:
        """Show white as black, or no longer.

        Parameters
        ----------
        is_inverted : bool
            Whether high values are dark.
        """
        self._picture.set_inverted(is_inverted)
        self.viewport().update()

    def set_as_stored(self, is_as_stored: bool) -> None:
        """Show the slices as the file has them, or in standard orientation.

        Parameters
        ----------
        is_as_stored : bool
            Whether rows and columns lie as in the file.
        """
        if self._picture.volume is not None:
            self.cancel()
        self._picture.set_as_stored(is_as_stored)
        self.viewport().update()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show these marks; a box that is being dragged stays where the mouse has it.

        Parameters
        ----------
        marks : Sequence[Mark]
            Marks on the slice on show.
        """
        self._editor.put_during(self._drag, marks)

    def set_mouse_scheme(self, name: str) -> None:
        """Take another mouse scheme.

        Parameters
        ----------
        name : str
            ``default`` or ``pacs``.
        """
        self._scheme = SCHEMES[name]

    def fit(self) -> None:
        """Show all of the image."""
        self._view.fit()
        self._place_image()

    def show_box(self, box: Box) -> None:
        """Enlarge the image about a box.

        Parameters
        ----------
        box : Box
            Edges in stored pixels.
        """
        self._view.show_box(box)
        self._place_image()

    # Boxes and lines.

    def edit(self, finding_id: str | None) -> None:
        """Give the mark of a finding handles, or take them away.

        Parameters
        ----------
        finding_id : str | None
            None to take them away.
        """
        if self._drag is not None:
            self.cancel()
        self._layer.edited_id = finding_id
        self._repaint_marks(self._layer.marks)

    def nudge(self, dx: float, dy: float) -> None:
        """Move the edited box by whole pixels.

        Parameters
        ----------
        dx : float
            Pixels to the right on the picture.
        dy : float
            Pixels down on the picture.
        """
        self._change_by_key(BODY, dx, dy)

    def stretch(self, dx: float, dy: float) -> None:
        """Move the right and the lower edge of the edited box by whole pixels.

        Parameters
        ----------
        dx : float
            Pixels to the right on the picture, of the right edge.
        dy : float
            Pixels down on the picture, of the lower edge.
        """
        self._change_by_key(Grip(1, 1), dx, dy)

    def begin_drawing(self) -> None:
        """Let the next left drag draw a box."""
        self._take_tool(Tool.DRAW)

    def begin_measuring(self) -> None:
        """Let the next left drag measure a length."""
        self._take_tool(Tool.MEASURE)

    def cancel(self) -> None:
        """Give up what is being dragged, drawn or measured."""
        if self._drag is not None:
            self._drag.give_up()
        self._drag = self._pressed_at = None
        self._editor.clear()
        for layer in self._layers:
            layer.cancel()
        self.viewport().unsetCursor()

    # Events.

    def close(self) -> bool:
        """Close the widget; pyqtgraph's own way clears the scene under a view that still paints."""
        return QWidget.close(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102
        if self._picture.volume is None or self._drag is not None:
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
        if self._picture.volume is not None:
            self.hu_hovered.emit(self._picture.hu_text(point))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102
        drag, self._drag = self._drag, None
        if drag is None:
            return
        if self._is_moved:
            drag.finish()
            self._editor.tool = Tool.NONE
            self.viewport().unsetCursor()
        elif self._editor.tool is Tool.NONE:
            self._click(event)
        self._is_moved = False

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802, D102
        self._wheel += event.angleDelta().y()
        steps = int(self._wheel / WHEEL_STEP)
        self._wheel -= steps * WHEEL_STEP
        if steps and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_at(event.position(), ZOOM_PER_STEP**steps)
        elif steps and self._picture.volume is not None:
            self.slice_wanted.emit(self._picture.slice_index - steps)
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
        if self._picture.volume is not None:
            self._layer.draw(painter, event.region())
            for layer in reversed(self._layers):
                layer.draw(painter, event.region())
            self._editor.draw(painter)
            self.magnifier.draw(painter)
        self._picture.draw_overlay(painter, QRectF(self.viewport().rect()))

    # Inside.

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setMinimumSize(200, 200)
        self.setCacheMode(pg.GraphicsView.CacheModeFlag.CacheNone)
        editor = self._editor
        editor.box_drawn.connect(self.box_drawn)
        editor.box_changed.connect(self.box_changed)
        editor.axes_changed.connect(self.axes_changed)
        editor.measured.connect(self.measured)
        editor.marks_changed.connect(self._repaint_marks)
        editor.sketch_changed.connect(self.viewport().update)

    def _place_image(self) -> None:
        self._picture.place()
        self.viewport().update()

    def _zoom_at(self, point: QPointF, factor: float) -> None:
        self._view.zoom_at(point, factor)
        self._place_image()

    def _pan(self, dx: float, dy: float) -> None:
        self._view.pan(dx, dy)
        self._place_image()

    def _set_window_by_hand(self, window: Window) -> None:
        self.set_window(window)
        self.window_changed.emit(window)

    def _repaint_marks(self, marks: Iterable[Mark]) -> None:
        """Paint anew only where these marks are."""
        for rect in self._layer.rects_of(marks, self.font()):
            self.viewport().update(rect)

    def _begin_drag(self, button: Qt.MouseButton, point: QPointF) -> Drag | None:
        if button == LEFT and (drag := self._begin_on_marks(point)):
            return drag
        kind = self._scheme.get(button)
        if kind == "window":
            return WindowDrag(point, self._picture.window, self._set_window_by_hand)
        if kind == "zoom":
            return ZoomDrag(point, self._zoom_at)
        if kind == "pan":
            return PanDrag(point, self._pan)
        if kind == "scroll":
            return ScrollDrag(point, self._picture.slice_index, self.slice_wanted.emit)
        return None

    def _click(self, event: QMouseEvent) -> None:
        """Tell of a click without a drag: on a mark, on the window's text, or for a menu."""
        point, place = event.position(), event.globalPosition().toPoint()
        if event.button() == RIGHT:
            self.menu_wanted.emit(place, self._layer.pick(point))
        elif event.button() == LEFT and self._picture.is_window_text(point):
            self.windows_wanted.emit(place)
        elif event.button() == LEFT and not any(layer.click(point) for layer in self._layers):
            self.finding_picked.emit(self._layer.pick(point))

    def _begin_on_marks(self, point: QPointF) -> Drag | None:
        begins = [layer.begin for layer in self._layers]
        is_asked_first = self._editor.tool is not Tool.NONE
        order = [self._editor.begin, *begins] if is_asked_first else [*begins, self._editor.begin]
        return next((drag for begin in order if (drag := begin(point))), None)

    def _take_tool(self, tool: Tool) -> None:
        self.cancel()
        self._editor.tool = tool
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)

    def _change_by_key(self, grip: Grip, dx: float, dy: float) -> None:
        if self._drag is None:
            self._editor.change_by_key(grip, dx, dy)

    def _show_cursor_at(self, point: QPointF) -> None:
        if self._editor.tool is not Tool.NONE:
            return
        cursors = (layer.hover(point) for layer in self._layers)
        cursor = next((c for c in cursors if c is not None), self._layer.cursor_at(point))
        if cursor is not None:
            self.viewport().setCursor(cursor)
        else:
            self.viewport().unsetCursor()
