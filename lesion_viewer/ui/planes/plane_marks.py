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
    aside: tuple[float, ...]
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
        view.viewer.volume_changed.connect(lambda _: self._extents.clear())

    def of(self, findings: Iterable[Finding], selected_id: str | None) -> list[Mark]:
        """The marks of the findings whose extent the plane or its slab reaches.

        Parameters
        ----------
        findings : Iterable[Finding]
            Those of the series that are to be drawn.
        selected_id : str | None
            Id of the chosen one.

        Returns
        -------
        list[Mark]
            Their boxes are u, v in mm from the point of the view's section.
        """
        section = self._view.section
        if section is None:
            return []
        at, half = float(np.array(section.point_mm) @ section.normal), self._view.slab.mm / 2
        reach = half + ON_PLANE_MM
        marks = []
        for finding in findings:
            extent = self._extent(finding, section, at)
            if extent is not None and extent.low - reach <= at <= extent.high + reach:
                marks.append(_mark(finding, extent.box, selected_id))
        return marks

    def _extent(self, finding: Finding, section: Section, at: float) -> _Extent | None:
        aside = tuple(np.round(np.array(section.point_mm) - at * section.normal, 6).tolist())
        known = self._extents.get(finding.id)
        if known is not None and known.boxes == finding.boxes and known.aside == aside:
            return known
        found = self._view.extent_of(finding.boxes) if finding.boxes else None
        if found is None:
            return None
        box = Box(found.u1, found.v1, found.u2, found.v2)
        ends = at + found.before_mm, at + found.after_mm
        extent = _Extent(finding.boxes, aside, box, *ends)
        self._extents[finding.id] = extent
        return extent


def _mark(finding: Finding, box: Box, selected_id: str | None) -> Mark:
    label = "" if finding.score is None else f"{finding.score:.2f}"
    return Mark(finding.id, box, finding.status, label, finding.id == selected_id)
