"""Which views are seen, and how they share the window."""

from enum import Enum

from lesion_viewer.ct.planes.slabs import Projection, Slab
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.geometry.sections import Cut, cut_of
from lesion_viewer.viewing.signals import Signal
from lesion_viewer.viewing.viewer_model import ViewerModel
from lesion_viewer.viewing.views.plane_view import PlaneView

MIP_MM = 10.0


class Layout(Enum):
    """How views share the window; the value is kept in the settings."""

    ONE = "1"  #: the first view alone
    ONE_AND_TWO = "1+2"  #: the first view large, two others beside it
    TWO_BY_TWO = "2x2"  #: four views of one size


VIEWS = {Layout.ONE: 1, Layout.ONE_AND_TWO: 3, Layout.TWO_BY_TWO: 4}


class Arrangement:
    """The views of the volume on show, and which of them are seen.

    The first shows the slices of the series, mostly axial ones, the next two the other planes, the
    fourth a MIP along the slices. Setting a value that it has already tells nobody. For the GUI
    thread alone.

    Parameters
    ----------
    viewer : ViewerModel
        What is on screen in all views.

    Attributes
    ----------
    views : tuple[PlaneView, ...]
        All four, seen or not.
    layout_changed : Signal[Layout]
        The views share the window in another way.
    shown_changed : Signal[tuple[PlaneView, ...]]
        Other views are seen.
    active_changed : Signal[PlaneView]
        Another view is the one that keys act on.
    """

    def __init__(self, viewer: ViewerModel) -> None:
        self.views = (
            PlaneView(viewer, Cut.AXIAL),
            PlaneView(viewer, Cut.CORONAL),
            PlaneView(viewer, Cut.SAGITTAL),
            PlaneView(viewer, Cut.AXIAL, Slab(MIP_MM, Projection.MAXIMUM)),
        )
        self.layout_changed: Signal[Layout] = Signal()
        self.shown_changed: Signal[tuple[PlaneView, ...]] = Signal()
        self.active_changed: Signal[PlaneView] = Signal()
        self._layout, self._active = Layout.ONE, self.views[0]
        self._maximised: PlaneView | None = None
        viewer.volume_changed.connect(self._take_volume)

    @property
    def layout(self) -> Layout:
        """How views share the window."""
        return self._layout

    @layout.setter
    def layout(self, layout: Layout) -> None:
        if layout is self._layout and self._maximised is None:
            return
        self._layout, self._maximised = layout, None
        self.layout_changed.emit(layout)
        self._tell_shown()

    @property
    def shown(self) -> tuple[PlaneView, ...]:
        """The views that are seen, the first one first."""
        if self._maximised is not None:
            return (self._maximised,)
        return self.views[: VIEWS[self._layout]]

    @property
    def maximised(self) -> PlaneView | None:
        """The view that fills the window for now; None where all of the layout are seen."""
        return self._maximised

    def toggle_maximised(self, view: PlaneView) -> None:
        """Let a view fill the window, or all of the layout be seen again.

        Parameters
        ----------
        view : PlaneView
            One of ``views``.
        """
        self._maximised = None if self._maximised is not None else view
        self._tell_shown()

    @property
    def active(self) -> PlaneView:
        """The view that keys act on; one that is seen."""
        return self._active

    @active.setter
    def active(self, view: PlaneView) -> None:
        if view is not self._active:
            self._active = view
            self.active_changed.emit(view)

    def _take_volume(self, volume: CTVolume) -> None:
        """Let the first view show the slices, however they lie in the patient."""
        geometry = volume.series.geometry
        own = Cut.AXIAL if geometry is None else cut_of(geometry)
        others = [cut for cut in (Cut.AXIAL, Cut.CORONAL, Cut.SAGITTAL) if cut is not own]
        for view, cut in zip(self.views, (own, *others, own), strict=True):
            view.cut = cut

    def _tell_shown(self) -> None:
        self.shown_changed.emit(self.shown)
        if self._active not in self.shown:
            self.active = self.shown[0]
