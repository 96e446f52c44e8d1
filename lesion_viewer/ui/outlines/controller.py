"""The detector's outlines on slices and planes, and the liver's volume in its panel."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject

from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.review.measurements.organ_volume import OrganVolume
from lesion_viewer.review.measurements.volumes import ml_text
from lesion_viewer.ui.canvas.outlines import Outline
from lesion_viewer.ui.canvas.slice_view import SliceView
from lesion_viewer.ui.canvas.status_appearance import status_colour
from lesion_viewer.ui.detector.detection_panel import DetectionPanel
from lesion_viewer.ui.planes.plane_canvas import PlaneCanvas
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.outlines_on_show import OutlinesOnShow
from lesion_viewer.viewing.review_model import ReviewModel
from lesion_viewer.viewing.views.arrangement import Arrangement
from lesion_viewer.viewing.views.plane_masks import mask_on_plane
from lesion_viewer.viewing.views.plane_view import PlaneView

LIVER_COLOUR = "#e08a5b"

Marked = tuple[Mapping[int, SliceMask], str, bool]
"""Masks by slice, their colour, and whether they are the chosen finding's."""


class OutlinesController(QObject):
    """Draws what the detector marks, as long as it is shown, and tells the liver's volume.

    Parameters
    ----------
    shown : OutlinesOnShow
        What is to be outlined.
    review : ReviewModel
        The review on show, and the chosen finding.
    canvas : SliceView
        Picture of the slices.
    arrangement : Arrangement
        The views that are seen.
    planes : dict[PlaneView, PlaneCanvas]
        Pictures of the planes.
    panel : DetectionPanel
        Tells the liver's volume.
    parent : QObject
        The window.
    """

    def __init__(
        self,
        shown: OutlinesOnShow,
        review: ReviewModel,
        canvas: SliceView,
        arrangement: Arrangement,
        planes: dict[PlaneView, PlaneCanvas],
        panel: DetectionPanel,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._shown, self._review, self._viewer = shown, review, review.viewer
        self._canvas, self._arrangement, self._planes = canvas, arrangement, planes
        self._panel = panel
        self._marked: list[Marked] = []
        shown.changed.connect(self.show)
        self._viewer.slice_changed.connect(lambda _: self._show_slice())
        arrangement.shown_changed.connect(lambda _: self._show_planes())
        for view in planes:
            for event in (view.section_changed, view.slab_changed):
                event.connect(partial(self._show_plane, view))

    def show(self) -> None:
        """Draw what is to be outlined now, and tell the liver's volume."""
        self._marked = self._found()
        self._show_slice()
        self._show_planes()
        self._panel.set_liver(liver_text(self._shown.liver_volume()))

    def _show_slice(self) -> None:
        index, series = self._viewer.slice_index, self._viewer.series
        is_other = series is not None and self._review.is_other_image(series.uid, index)
        found = [] if is_other else self._marked
        here = [
            (masks[index], colour, is_chosen)
            for masks, colour, is_chosen in found
            if index in masks
        ]
        self._canvas.outlines.put([Outline(*one) for one in here])

    def _show_planes(self) -> None:
        for view in self._planes:
            self._show_plane(view)

    def _show_plane(self, view: PlaneView, _: object = None) -> None:
        """Outline what the plane cuts, where its pixels are voxels; nothing in a thick slab."""
        series, section, grid = self._viewer.series, view.section, view.grid
        geometry = None if series is None else series.geometry
        if view not in self._arrangement.shown:
            return
        drawn = []
        if geometry is not None and section is not None and grid is not None and not view.slab.mm:
            for masks, colour, is_chosen in self._marked:
                cut = mask_on_plane(masks, geometry, section, grid)
                drawn += [] if cut is None else [Outline(cut, colour, is_chosen)]
        self._planes[view].outlines.put(drawn)

    def _found(self) -> list[Marked]:
        chosen = self._review.selected_id
        lesions = [
            (masks, status_colour(finding.status), finding.id == chosen)
            for finding, masks in self._shown.lesions()
        ]
        return [(self._shown.liver(), LIVER_COLOUR, False), *lesions]


def liver_text(volume: OrganVolume | None) -> str:
    """The volume of the liver, and what it leaves open.

    Parameters
    ----------
    volume : OrganVolume | None
        As far as it was searched.

    Returns
    -------
    str
        Empty where there is none.
    """
    if volume is None:
        return ""
    told = [tr("Liver {ml} ml by the detector's outline", ml=ml_text(volume.ml))]
    if volume.searched < volume.total:
        told.append(
            tr("{done} of {total} slices searched", done=volume.searched, total=volume.total)
        )
    if volume.is_cut:
        told.append(tr("cut by the end of the scan"))
    return " · ".join(told)
