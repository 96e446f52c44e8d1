"""What links the views of a volume: gestures on their pictures, the crosshair and the layout."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from lesion_viewer.ct.planes.slabs import Projection, Slab
from lesion_viewer.text import Text
from lesion_viewer.ui.canvas.slice_view import SliceView
from lesion_viewer.ui.planes.pane_grid import PaneGrid
from lesion_viewer.ui.planes.places import show_place
from lesion_viewer.ui.planes.plane_canvas import PlaneCanvas
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.review_on_show import STILL_ARRIVING
from lesion_viewer.viewing.views.arrangement import Arrangement, Layout
from lesion_viewer.viewing.views.plane_view import PlaneView

SLABS_MM = (0.0, 3.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0)
PROJECTIONS = (Projection.MEAN, Projection.MAXIMUM, Projection.MINIMUM)


class PlanesController(QObject):
    """Turns gestures on pictures into changes of views and viewer, and keeps the crosshair.

    Parameters
    ----------
    arrangement : Arrangement
        The views.
    canvas : SliceView
        Picture of the slices as they are stored, which the first view is about.
    panes : PaneGrid
        Gets the pictures of the other views.
    parent : QObject
        The window.

    Attributes
    ----------
    canvases : dict[PlaneView, PlaneCanvas]
        Pictures of the views but the first.
    wanted : Layout
        The reader's layout; another one is shown where there are no planes.

    Signals
    -------
    layout_wanted : the reader has chosen a layout; the Layout
    hu_hovered : the mouse moved over a plane; place and HU under it, empty beside the volume
    noticed : there are no planes; one sentence
    errored : a picture could not be computed; one sentence
    """

    layout_wanted = Signal(object)
    hu_hovered = Signal(str)
    noticed = Signal(str)
    errored = Signal(str)

    def __init__(
        self, arrangement: Arrangement, canvas: SliceView, panes: PaneGrid, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._arrangement, self._canvas, self._panes = arrangement, canvas, panes
        self._viewer = arrangement.views[0].viewer
        self._is_crosshair_shown = True
        self._told: set[str] = set()
        self.wanted = Layout.ONE
        self.canvases = {view: PlaneCanvas(view) for view in arrangement.views[1:]}
        for view, plane in self.canvases.items():
            panes.add(view, plane)
            self._connect_plane(view, plane)
        for view in arrangement.views:
            pane = panes.pane(view)
            pane.activated.connect(partial(self._activate, view))
            pane.double_clicked.connect(partial(self.toggle_maximised, view))
        canvas.crosshair_placed.connect(self._look_at_px)
        own = arrangement.views[0]
        own.interpolated_changed.connect(canvas.set_interpolated)
        own.slab_changed.connect(canvas.set_slab)
        own.slices_read.connect(lambda _: self._show_slab())
        for event in (self._viewer.cursor_changed, self._viewer.as_stored_changed):
            event.connect(lambda _: self._show_crosshair())
        arrangement.shown_changed.connect(lambda _: self._show_crosshair())
        self._viewer.volume_changed.connect(lambda _: self._take_volume())

    # Layout.

    def show_layout(self, layout: Layout) -> None:
        """Show as many views as the reader wants; where there are no planes, say why.

        Parameters
        ----------
        layout : Layout
            Kept for series that have planes.
        """
        self.wanted = layout
        self.layout_wanted.emit(layout)
        self._told.clear()
        self._lay_out()

    def toggle_maximised(self, view: PlaneView) -> None:
        """Show a view alone, or all of the layout again.

        Parameters
        ----------
        view : PlaneView
            One of those that are seen.
        """
        if self._arrangement.layout is not Layout.ONE:
            self._arrangement.active = view
            self._arrangement.toggle_maximised(view)

    def activate_next(self) -> None:
        """Let keys and slider serve the next view that is seen."""
        shown = self._arrangement.shown
        here = shown.index(self._arrangement.active)
        self._arrangement.active = shown[(here + 1) % len(shown)]

    # How the views are seen.

    def set_crosshair_shown(self, is_shown: bool) -> None:
        """Show the crosshair where there are several views, or nowhere.

        Parameters
        ----------
        is_shown : bool
            Whether it is shown.
        """
        self._is_crosshair_shown = is_shown
        self._show_crosshair()

    def set_places_crosshair(self, is_placing: bool) -> None:
        """Let the left button place the crosshair in every view; with Shift it always does.

        Parameters
        ----------
        is_placing : bool
            Whether a left press places it without Shift too.
        """
        for view in self._arrangement.views:
            self._panes.pane(view).set_places_crosshair(is_placing)

    def set_interpolated(self, is_interpolated: bool) -> None:
        """Show smooth transitions between voxels in all views, or each voxel as it is.

        Parameters
        ----------
        is_interpolated : bool
            Whether it is interpolated.
        """
        for view in self._arrangement.views:
            view.is_interpolated = is_interpolated

    def step_slab(self, step: int) -> None:
        """Make the slab of the active view thicker or thinner.

        Parameters
        ----------
        step : int
            1 for thicker, -1 for thinner.
        """
        slab = self._arrangement.active.slab
        at = min(range(len(SLABS_MM)), key=lambda i: abs(SLABS_MM[i] - slab.mm))
        self._set_slab(Slab(SLABS_MM[min(max(at + step, 0), len(SLABS_MM) - 1)], slab.projection))

    def set_projection(self, projection: Projection) -> None:
        """Show the mean, the maximum or the minimum of the active view's slab.

        Parameters
        ----------
        projection : Projection
            What is shown; a view without a slab gets one.
        """
        slab = self._arrangement.active.slab
        self._set_slab(Slab(slab.mm or SLABS_MM[3], projection))

    def next_projection(self) -> None:
        """Show the mean, the maximum and the minimum of the active view's slab in turn."""
        slab = self._arrangement.active.slab
        at = PROJECTIONS.index(slab.projection)
        self.set_projection(PROJECTIONS[(at + bool(slab.mm)) % len(PROJECTIONS)])

    def cancel(self) -> None:
        """Give up what is being dragged on a plane."""
        for plane in self.canvases.values():
            plane.cancel()

    # Inside.

    def _connect_plane(self, view: PlaneView, plane: PlaneCanvas) -> None:
        plane.slice_wanted.connect(partial(show_place, view))
        plane.window_changed.connect(lambda window: setattr(self._viewer, "window", window))
        plane.crosshair_placed.connect(view.look_at)
        plane.framed.connect(lambda framing: setattr(view, "framing", framing))
        plane.hu_hovered.connect(self.hu_hovered)
        plane.errored.connect(self.errored)

    def _activate(self, view: PlaneView) -> None:
        self._arrangement.active = view

    def _set_slab(self, slab: Slab) -> None:
        volume = self._viewer.volume
        if volume is not None and volume.series.is_arriving:
            self.noticed.emit(tr(STILL_ARRIVING))
            return
        self._arrangement.active.slab = slab

    def _show_slab(self) -> None:
        """Show the slab about the slice as far as its slices are read."""
        if self._arrangement.views[0].slab.mm:
            self._canvas.show_slice(self._viewer.slice_index)

    def _look_at_px(self, x: float, y: float) -> None:
        self._viewer.look_at(self._viewer.slice_index, x - 0.5, y - 0.5)

    def _take_volume(self) -> None:
        self._lay_out()
        self._show_crosshair()

    def _lay_out(self) -> None:
        reason = self._why_no_planes()
        self._arrangement.layout = Layout.ONE if reason else self.wanted
        if reason and self.wanted is not Layout.ONE and reason not in self._told:
            # Once: in a labelling project every item is another series.
            self._told.add(reason)
            self.noticed.emit(tr(reason))

    def _why_no_planes(self) -> str:
        volume = self._viewer.volume
        if volume is None:
            return ""
        if volume.series.is_arriving:
            return STILL_ARRIVING
        if len(volume) < 2:
            return Text("A single slice has no other planes; it is shown alone.")
        if any(view.grid is None for view in self._arrangement.views):
            return Text(
                "There are no other planes: the files do not say how the slices lie in the patient."
            )
        return ""

    def _show_crosshair(self) -> None:
        is_shown = self._is_crosshair_shown and self._arrangement.layout is not Layout.ONE
        is_shown = is_shown and self._viewer.cursor_mm is not None
        self._canvas.set_crosshair(self._viewer.cursor_px if is_shown else None)
        for view, plane in self.canvases.items():
            plane.set_crosshair(view.crosshair if is_shown else None)
