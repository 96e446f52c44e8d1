"""What every picture of a CT shares: how it lies on the widget, and what the mouse does on it."""

from abc import abstractmethod
from collections.abc import Iterable

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QWidget

from lesion_viewer.ct.values.window import Window
from lesion_viewer.ui.canvas.crosshair import draw_crosshair
from lesion_viewer.ui.canvas.drags import (
    CrosshairDrag,
    Drag,
    PanDrag,
    ScrollDrag,
    WindowDrag,
    ZoomDrag,
)
from lesion_viewer.ui.canvas.magnifier import Magnifier
from lesion_viewer.ui.canvas.mark_layer import MarkLayer
from lesion_viewer.ui.canvas.marks import Mark
from lesion_viewer.ui.canvas.mouse_schemes import LEFT, RIGHT, SCHEMES
from lesion_viewer.ui.canvas.outlines import OutlineLayer
from lesion_viewer.ui.canvas.overlay import Overlay
from lesion_viewer.ui.canvas.picture_text import SHOWN
from lesion_viewer.ui.canvas.slice_image import SliceImage
from lesion_viewer.ui.canvas.viewport import Viewport
from lesion_viewer.ui.texts import tr

BACKGROUND = QColor(0, 0, 0)
FRAME = QColor("#4ea1f3")
CLICK_PX = 3
WHEEL_STEP = 120
ZOOM_PER_STEP = 1.15


class PictureView(pg.GraphicsView):  # type: ignore[misc]
    """A picture of a CT with its marks and its crosshair; mouse and wheel work alike on each.

    It shows what it is told, and turns gestures into signals. Positions on it are in the units of
    its viewport: stored pixels of a slice, mm of another plane.

    Parameters
    ----------
    parent : QWidget | None
        Widget that holds it.

    Attributes
    ----------
    magnifier : Magnifier
        Enlarges what is under the mouse while it is on.
    outlines : OutlineLayer
        Lines round what a detector marked, under the marks.

    Signals
    -------
    slice_wanted : the wheel or a drag asks for a slice; its index, possibly beyond the ends
    window_changed : a drag set another window, which is shown already; the Window
    hu_hovered : the mouse moved; position and HU under it, empty beside the image
    finding_picked : a click without a drag; id of the finding there, empty beside all marks
    menu_wanted : a right click without a drag; place on the screen, and id of the finding there
    windows_wanted : a click on the text that says window and zoom; place on the screen
    crosshair_placed : a press or drag puts the crosshair elsewhere; x and y
    activated : the reader pressed a button on it, or turned the wheel over it
    double_clicked : a double click beside all tools
    """

    slice_wanted = Signal(int)
    window_changed = Signal(object)
    hu_hovered = Signal(str)
    finding_picked = Signal(str)
    menu_wanted = Signal(QPoint, str)
    windows_wanted = Signal(QPoint)
    crosshair_placed = Signal(float, float)
    activated = Signal()
    double_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, useOpenGL=False, background=BACKGROUND)
        self._view, self._overlay = Viewport(), Overlay()
        self._image = SliceImage()
        self.scene().addItem(self._image)
        self.outlines = OutlineLayer(self._view, self.viewport())
        self._layer = MarkLayer(self._view)
        self.magnifier = Magnifier(self._image, self._view, self.viewport())
        self._crosshair: QPointF | None = None
        self._places_crosshair = self._is_active = False
        self._drag: Drag | None = None
        self._pressed_at: QPointF | None = None
        self._is_moved = False
        self._wheel = 0
        self._scheme = SCHEMES["default"]
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Picture"))
        self.viewport().setMouseTracking(True)
        self.setCacheMode(pg.GraphicsView.CacheModeFlag.CacheNone)
        # A graphics view accepts what is dropped on it and does nothing with it.
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.set_interpolated(True)

    # What is shown.

    def set_mouse_scheme(self, name: str) -> None:
        """Take another mouse scheme.

        Parameters
        ----------
        name : str
            ``default`` or ``pacs``.
        """
        self._scheme = SCHEMES[name]

    def set_interpolated(self, is_interpolated: bool) -> None:
        """Enlarge with smooth transitions, or show each pixel as a rectangle.

        Parameters
        ----------
        is_interpolated : bool
            Whether grey levels between pixels are interpolated.
        """
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_interpolated)
        self.viewport().update()

    def set_crosshair(self, position: tuple[float, float] | None) -> None:
        """Show the crosshair at a position, or none.

        Parameters
        ----------
        position : tuple[float, float] | None
            x, y in the viewport's units; None for no crosshair.
        """
        at = None if position is None else QPointF(*position)
        if at != self._crosshair:
            self._crosshair = at
            self.viewport().update()

    def set_places_crosshair(self, is_placing: bool) -> None:
        """Let the left button place the crosshair; with Shift it always does.

        Parameters
        ----------
        is_placing : bool
            Whether a left press places it without Shift too.
        """
        self._places_crosshair = is_placing

    def set_active(self, is_active: bool) -> None:
        """Draw a thin frame round the picture, or take it away.

        Parameters
        ----------
        is_active : bool
            Whether keys and slider serve this picture.
        """
        if is_active != self._is_active:
            self._is_active = is_active
            self.viewport().update()

    def fit(self) -> None:
        """Show all of the image."""
        self._view.fit()
        self._place_image()

    def centre_on(self, x: float, y: float) -> None:
        """Move an enlarged image so that a position is in the middle of the widget.

        Parameters
        ----------
        x, y : float
            Position in the viewport's units.
        """
        if not self._view.is_fitted:
            self._view.centre_on(x, y)
            self._place_image()

    def cancel(self) -> None:
        """Give up what is being dragged."""
        if self._drag is not None:
            self._drag.give_up()
        self._drag = self._pressed_at = None
        self.viewport().unsetCursor()

    # What a picture has of its own.

    @property
    @abstractmethod
    def _is_empty(self) -> bool:
        """Whether there is nothing to show."""

    @property
    @abstractmethod
    def _window(self) -> Window:
        """Window through which it is shown."""

    @property
    @abstractmethod
    def _index(self) -> int:
        """Index of the slice on show."""

    @abstractmethod
    def _take_window(self, window: Window) -> None:
        """Show it through another window."""

    @abstractmethod
    def _place_image(self) -> None:
        """Lay the image where the viewport says."""

    @abstractmethod
    def _hovered(self, point: QPointF) -> str:
        """What is said of a point of the widget."""

    @abstractmethod
    def _draw_overlay(self, painter: QPainter, area: QRectF) -> None:
        """Write the texts round the image."""

    def _begin_tool(self, point: QPointF) -> Drag | None:
        """The drag of a tool that a left press begins; None where none is chosen."""
        return None

    @property
    def _has_tool(self) -> bool:
        """Whether a tool waits for a left press."""
        return False

    def _end_tool(self) -> None:
        """Put the tool away; its drag is done."""

    def _take_click(self, point: QPointF) -> bool:
        """Whether a click was for a tool, or meant something else than a mark."""
        return False

    def _draw_tools(self, painter: QPainter, region: QRegion) -> None:
        """Draw what a tool shows, over the marks."""

    # Events.

    def close(self) -> bool:
        """Close the widget; pyqtgraph's own way clears the scene under a view that still paints."""
        return QWidget.close(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102
        if self._is_empty or self._drag is not None:
            return
        self.activated.emit()
        self._pressed_at = event.position()
        self._drag = self._begin_drag(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102
        is_plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.button() == LEFT and is_plain and not self._has_tool and not self._is_empty:
            self.double_clicked.emit()
        else:
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102
        point = event.position()
        if self._drag is not None and self._pressed_at is not None:
            is_click = (point - self._pressed_at).manhattanLength() < CLICK_PX
            if not is_click or self._is_moved:
                self._is_moved = True
                self._drag.move(point)
        else:
            self._show_cursor_at(point)
        if not self._is_empty:
            self.hu_hovered.emit(self._hovered(point))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102
        drag, self._drag = self._drag, None
        if drag is None:
            return
        if self._is_moved:
            drag.finish()
            self._end_tool()
            self.viewport().unsetCursor()
        elif self._has_tool:
            if event.button() == LEFT:
                self._take_click(event.position())
        elif not isinstance(drag, CrosshairDrag):
            self._click(event)
        self._is_moved = False

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802, D102
        self._wheel += event.angleDelta().y()
        steps = int(self._wheel / WHEEL_STEP)
        self._wheel -= steps * WHEEL_STEP
        event.accept()
        if not steps or self._is_empty:
            return
        self.activated.emit()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_at(event.position(), ZOOM_PER_STEP**steps)
        else:
            self.slice_wanted.emit(self._index - steps)

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
        area = QRectF(self.viewport().rect())
        if not self._is_empty:
            if self._crosshair is not None:
                at = self._view.to_widget(self._crosshair.x(), self._crosshair.y())
                draw_crosshair(painter, area, at)
            self.outlines.draw(painter)
            self._layer.draw(painter, event.region())
            self._draw_tools(painter, event.region())
            self.magnifier.draw(painter)
        self._draw_overlay(painter, area)
        if self._is_active:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(FRAME)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(0, 0, -1, -1))

    # Inside.

    def _click(self, event: QMouseEvent) -> None:
        """Tell of a click without a drag: on a mark, on the window's text, or for a menu."""
        point, place = event.position(), event.globalPosition().toPoint()
        if event.button() == RIGHT:
            self.menu_wanted.emit(place, self._layer.pick(point))
        elif event.button() == LEFT and self._overlay.is_written(SHOWN, point):
            self.windows_wanted.emit(place)
        elif event.button() == LEFT and not self._take_click(point):
            self.finding_picked.emit(self._layer.pick(point))

    def _zoom_at(self, point: QPointF, factor: float) -> None:
        self._view.zoom_at(point, factor)
        self._place_image()

    def _pan(self, dx: float, dy: float) -> None:
        self._view.pan(dx, dy)
        self._place_image()

    def _set_window_by_hand(self, window: Window) -> None:
        self._take_window(window)
        self.window_changed.emit(window)

    def _put_crosshair(self, point: QPointF) -> None:
        at = self._view.to_image(point)
        self.crosshair_placed.emit(at.x(), at.y())

    def _repaint_marks(self, marks: Iterable[Mark]) -> None:
        """Paint anew only where these marks are."""
        for rect in self._layer.rects_of(marks, self.font()):
            self.viewport().update(rect)

    def _begin_drag(self, event: QMouseEvent) -> Drag | None:
        button, point = event.button(), event.position()
        if button == LEFT:
            has_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            is_placing = has_shift and not self._has_tool
            drag = None if is_placing else self._begin_tool(point)
            if drag is None and (is_placing or self._places_crosshair):
                drag = CrosshairDrag(point, self._put_crosshair)
            if drag is not None:
                return drag
        kind = self._scheme.get(button)
        if kind == "window":
            return WindowDrag(point, self._window, self._set_window_by_hand)
        if kind == "zoom":
            return ZoomDrag(point, self._zoom_at)
        if kind == "pan":
            return PanDrag(point, self._pan)
        if kind == "scroll":
            return ScrollDrag(point, self._index, self.slice_wanted.emit)
        return None

    def _show_cursor_at(self, point: QPointF) -> None:
        """Show by the cursor what a press would take hold of."""
