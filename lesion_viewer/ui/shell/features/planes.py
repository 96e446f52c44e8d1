"""Planes beside the slices: their layouts, the crosshair, slabs, and the findings on them."""

from lesion_viewer.ct.planes.slabs import Projection
from lesion_viewer.text import Text
from lesion_viewer.ui.planes.plane_marks_controller import PlaneMarksController
from lesion_viewer.ui.planes.plane_slider import PlaneSlider
from lesion_viewer.ui.planes.planes_controller import PlanesController
from lesion_viewer.ui.settings import save_settings
from lesion_viewer.ui.shell.action_spec import ActionSpec, Spec, ToggleSpec
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.shell.features.review import ReviewFeature
from lesion_viewer.ui.shell.frame import Feature, Frame
from lesion_viewer.viewing.views.arrangement import Layout


class PlanesFeature(Feature):
    """Shows the coronal and the sagittal plane and a slab beside the slices.

    Parameters
    ----------
    window : Frame
        Its settings keep the layout.

    Attributes
    ----------
    planes : PlanesController
        Links the views.
    marks : PlaneMarksController
        Findings on the planes.
    slider : PlaneSlider
        The active view's.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        reading, review = window.feature(ReadingFeature), window.feature(ReviewFeature).review
        arrangement, canvas = reading.arrangement, reading.canvas
        self.planes = PlanesController(arrangement, canvas, reading.panes, window)
        self.marks = PlaneMarksController(arrangement, canvas, self.planes.canvases, review, window)
        self.slider = PlaneSlider(arrangement, reading.sliders)
        window.add_actions(SPECS, self)
        for toggle in ("views.crosshair", "views.interpolate"):
            window.actions_by_id[toggle].setChecked(True)
        reading.set_pacs_mouse(window.settings.mouse_scheme == "pacs")
        self.planes.hu_hovered.connect(window.status_line.show_hu)
        self.planes.noticed.connect(window.message_bar.show_notice)
        self.planes.errored.connect(window.message_bar.show_error)
        arrangement.layout_changed.connect(self._mark_layout)
        known = {layout.value: layout for layout in Layout}
        self.planes.show_layout(known.get(window.settings.layout, Layout.ONE))
        self._mark_layout(arrangement.layout)
        self.planes.layout_wanted.connect(self._keep_layout)

    def show_layout(self, layout: Layout) -> None:
        """Show as many views as the reader wants.

        Parameters
        ----------
        layout : Layout
            Kept for the next start.
        """
        self.planes.show_layout(layout)
        self._mark_layout(self.window.feature(ReadingFeature).arrangement.layout)

    def maximise(self) -> None:
        """Show the active view alone, or all of the layout again."""
        self.planes.toggle_maximised(self.window.feature(ReadingFeature).arrangement.active)

    def cancel(self) -> None:
        """Give up what is being dragged on a plane, and place no crosshair."""
        self.planes.cancel()
        self.planes.set_places_crosshair(False)
        self.window.actions_by_id["views.place"].setChecked(False)

    def _keep_layout(self, layout: Layout) -> None:
        self.window.settings.layout = layout.value
        save_settings(self.window.settings)

    def _mark_layout(self, shown: Layout) -> None:
        """Tick the layout that is shown."""
        for layout, action_id in LAYOUTS.items():
            self.window.actions_by_id[action_id].setChecked(layout is shown)


LAYOUTS = {
    Layout.ONE: "views.one",
    Layout.ONE_AND_TWO: "views.one_and_two",
    Layout.TWO_BY_TWO: "views.four",
}
"""Id of the action that shows each layout."""

A, T = ActionSpec[PlanesFeature], ToggleSpec[PlanesFeature]


SPECS: tuple[Spec[PlanesFeature], ...] = (
    T(
        "views.one",
        Text("The slices alone"),
        ("Alt+1",),
        "Planes",
        lambda own, on: own.show_layout(Layout.ONE),
    ),
    T(
        "views.one_and_two",
        Text("Slices and two planes"),
        ("Alt+2",),
        "Planes",
        lambda own, on: own.show_layout(Layout.ONE_AND_TWO),
    ),
    T(
        "views.four",
        Text("Three planes and a slab"),
        ("Alt+3",),
        "Planes",
        lambda own, on: own.show_layout(Layout.TWO_BY_TWO),
    ),
    A(
        "views.maximise",
        Text("Maximise the view, or show all"),
        ("Alt+Return",),
        "Planes",
        lambda own: own.maximise(),
    ),
    A(
        "views.next",
        Text("Next view"),
        ("Ctrl+F6",),
        "Planes",
        lambda own: own.planes.activate_next(),
    ),
    T(
        "views.crosshair",
        Text("Crosshair"),
        ("Ctrl+K",),
        "Planes",
        lambda own, on: own.planes.set_crosshair_shown(on),
    ),
    T(
        "views.place",
        Text("Place the crosshair with the left button"),
        ("Ctrl+Shift+K",),
        "Planes",
        lambda own, on: own.planes.set_places_crosshair(on),
    ),
    T(
        "views.interpolate",
        Text("Smooth between voxels"),
        ("Shift+I",),
        "Planes",
        lambda own, on: own.planes.set_interpolated(on),
    ),
    A(
        "views.thicker",
        Text("Thicker slab"),
        ("Alt+Up",),
        "Planes",
        lambda own: own.planes.step_slab(1),
    ),
    A(
        "views.thinner",
        Text("Thinner slab"),
        ("Alt+Down",),
        "Planes",
        lambda own: own.planes.step_slab(-1),
    ),
    A(
        "views.projection",
        Text("Mean, MIP and MinIP in turn"),
        ("Alt+Right",),
        "Planes",
        lambda own: own.planes.next_projection(),
    ),
    A(
        "views.mean",
        Text("Slab as the mean"),
        (),
        "Planes",
        lambda own: own.planes.set_projection(Projection.MEAN),
    ),
    A(
        "views.mip",
        Text("Slab as the maximum (MIP)"),
        (),
        "Planes",
        lambda own: own.planes.set_projection(Projection.MAXIMUM),
    ),
    A(
        "views.minip",
        Text("Slab as the minimum (MinIP)"),
        (),
        "Planes",
        lambda own: own.planes.set_projection(Projection.MINIMUM),
    ),
)
"""What the reader can do with the views."""
