"""The findings that a plane cuts, as marks on its picture."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from lesion_viewer.detection.boxes import Box
from lesion_viewer.geometry.sections import Section
from lesion_viewer.review.finding import Finding
from lesion_viewer.ui.canvas.marks import Mark
from lesion_viewer.viewing.views.plane_view import PlaneView

ON_PLANE_MM = 1e-6


@dataclass(frozen=True, slots=True)
class _Extent:
    """A finding's extent in the patient, as it is seen along a view's normal.

    ``low`` and ``high`` are its ends along the normal in mm from the patient's origin.
    """

    boxes: Mapping[int, Box]
    box: Box
    low: float
    high: float


class PlaneMarks:
    """Marks of the findings that a view cuts; the extent of each is found once.

    Parameters
    ----------
    view : PlaneView
        The view.
    """

    def __init__(self, view: PlaneView) -> None:
        self._view = view
        self._extents: dict[str, _Extent] = {}
        # Along the plane, positions stay the same while it moves through a volume.
        view.viewer.volume_changed.connect(lambda _: self._extents.clear())

    def of(
        self, findings: Iterable[Finding], selected_id: str | None, has_scores: bool
    ) -> list[Mark]:
        """The marks of the findings whose extent the plane or its slab reaches.

        Parameters
        ----------
        findings : Iterable[Finding]
            Those of the series that are to be drawn.
        selected_id : str | None
            Id of the chosen one.
        has_scores : bool
            Whether scores are written beside them.

        Returns
        -------
        list[Mark]
            Their boxes are u, v in mm from the point of the view's section.
        """
        section = self._view.section
        if section is None:
            return []
        marks = []
        for finding in findings:
            box = (
                self._on_slices(finding) if self._view.is_of_slices else self._on(section, finding)
            )
            if box is not None:
                marks.append(_mark(finding, box, selected_id, has_scores))
        return marks

    def _on_slices(self, finding: Finding) -> Box | None:
        """What the finding's boxes on the slices of the slab fill."""
        viewer = self._view.viewer
        geometry = viewer.series.geometry if viewer.series else None
        if geometry is None:
            return None
        away = np.abs(geometry.locations_mm - geometry.locations_mm[viewer.slice_index])
        reach = self._view.slab.mm / 2 + ON_PLANE_MM
        boxes = {i: box for i, box in finding.boxes.items() if away[i] <= reach}
        found = self._view.extent_of(boxes) if boxes else None
        return None if found is None else Box(found.u1, found.v1, found.u2, found.v2)

    def _on(self, section: Section, finding: Finding) -> Box | None:
        """What the finding's extent fills on a plane that cuts it, or whose slab does."""
        at = float(np.array(section.point_mm) @ section.normal)
        extent, reach = self._extent(finding, section, at), self._view.slab.mm / 2 + ON_PLANE_MM
        if extent is None or not extent.low - reach <= at <= extent.high + reach:
            return None
        return extent.box

    def _extent(self, finding: Finding, section: Section, at: float) -> _Extent | None:
        known = self._extents.get(finding.id)
        if known is not None and known.boxes == finding.boxes:
            return known
        found = self._view.extent_of(finding.boxes) if finding.boxes else None
        if found is None:
            return None
        box = Box(found.u1, found.v1, found.u2, found.v2)
        ends = at + found.before_mm, at + found.after_mm
        extent = self._extents[finding.id] = _Extent(finding.boxes, box, *ends)
        return extent


def _mark(finding: Finding, box: Box, selected_id: str | None, has_score: bool) -> Mark:
    label = f"{finding.score:.2f}" if has_score and finding.score is not None else ""
    return Mark(finding.id, box, finding.status, label, finding.id == selected_id)
