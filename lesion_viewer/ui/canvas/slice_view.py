"""The widget that shows one slice of a CT and turns gestures into signals."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QWidget

from lesion_viewer.ct.planes.slabs import Slab
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.boxes import Box
from lesion_viewer.ui.canvas.box_editing import BODY, Grip
from lesion_viewer.ui.canvas.drags import Drag
from lesion_viewer.ui.canvas.layer import Layer
from lesion_viewer.ui.canvas.mark_editor import MarkEditor, Tool
from lesion_viewer.ui.canvas.marks import Mark
from lesion_viewer.ui.canvas.picture_view import PictureView
from lesion_viewer.ui.canvas.slice_picture import SlicePicture
from lesion_viewer.ui.canvas.viewport import Viewport


class SliceView(PictureView):
    """One slice, its marks and what is written round them.

    The picture is in standard orientation, or as the file has it; boxes, axes and positions that
    it is told and tells are in stored pixels.

    Parameters
    ----------
    parent : QWidget | None
        Widget that holds it.

    Signals
    -------
    box_drawn : the drag after ``begin_drawing`` is done; the Box
    box_changed : an edit of a box by mouse or key is done; finding id and Box
    axes_changed : the drag of an end of the axes is done; finding id and Axes
    """

    box_drawn = Signal(object)
    box_changed = Signal(str, object)
    axes_changed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = SlicePicture(self._image, self._view, self._overlay)
        self._editor = editor = MarkEditor(self._view, self._layer, self)
        self._layers: list[Layer] = []
        self.setMinimumSize(200, 200)
        editor.box_drawn.connect(self.box_drawn)
        editor.box_changed.connect(self.box_changed)
        editor.axes_changed.connect(self.axes_changed)
        editor.marks_changed.connect(self._repaint_marks)
        editor.sketch_changed.connect(self.viewport().update)

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
        """Show another volume at its first slice: whole, or where more came of it, as it was.

        Parameters
        ----------
        volume : CTVolume
            Volume of any series; its slices may still have to be read.
        """
        former, series = self._picture.volume, volume.series
        if former is None or not (series.is_arriving and series.continues(former.series)):
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

    def set_slab(self, slab: Slab) -> None:
        """Show the slice with what lies beside it, or alone.

        Parameters
        ----------
        slab : Slab
            What is shown of which thickness.
        """
        self._picture.set_slab(slab)
        self.viewport().update()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show these marks; a box that is being dragged stays where the mouse has it.

        Parameters
        ----------
        marks : Sequence[Mark]
            Marks on the slice on show.
        """
        self._editor.put_during(self._drag, marks)

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

    def cancel(self) -> None:
        """Give up what is being dragged, drawn or measured."""
        super().cancel()
        self._editor.clear()
        for layer in self._layers:
            layer.cancel()

    # Inside.

    @property
    def _is_empty(self) -> bool:
        return self._picture.volume is None

    @property
    def _window(self) -> Window:
        return self._picture.window

    @property
    def _index(self) -> int:
        return self._picture.slice_index

    def _take_window(self, window: Window) -> None:
        self.set_window(window)

    def _place_image(self) -> None:
        self._picture.place()
        self.viewport().update()

    def _hovered(self, point: QPointF) -> str:
        return self._picture.hu_text(point)

    def _draw_overlay(self, painter: QPainter, area: QRectF) -> None:
        self._picture.draw_overlay(painter, area)

    def _begin_tool(self, point: QPointF) -> Drag | None:
        begins = [layer.begin for layer in self._layers]
        is_drawing = self._editor.tool is not Tool.NONE
        order = [self._editor.begin, *begins] if is_drawing else [*begins, self._editor.begin]
        return next((drag for begin in order if (drag := begin(point))), None)

    @property
    def _has_tool(self) -> bool:
        return self._editor.tool is not Tool.NONE or any(one.has_tool for one in self._layers)

    def _end_tool(self) -> None:
        self._editor.tool = Tool.NONE

    def _take_click(self, point: QPointF) -> bool:
        is_drawing = self._editor.tool is not Tool.NONE
        return is_drawing or any(layer.click(point) for layer in self._layers)

    def _draw_tools(self, painter: QPainter, region: QRegion) -> None:
        for layer in reversed(self._layers):
            layer.draw(painter, region)
        self._editor.draw(painter)

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
