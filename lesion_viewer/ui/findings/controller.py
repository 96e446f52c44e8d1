"""The review in the table and the panels."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from lesion_viewer.detection.identity import DetectorInfo
from lesion_viewer.detection.lesion_types import choices
from lesion_viewer.review.finding import Finding, Origin
from lesion_viewer.review.measurements.volumes import volumes_of
from lesion_viewer.ui.detector.detection_panel import DetectionPanel
from lesion_viewer.ui.finding_names import REJECT_REASONS
from lesion_viewer.ui.findings.decision_panel import DecisionPanel
from lesion_viewer.ui.findings.findings_table import FindingsTable
from lesion_viewer.ui.settings import Settings
from lesion_viewer.ui.study.slice_slider import Extent, SliceSlider
from lesion_viewer.ui.texts import capitalised, tr
from lesion_viewer.viewing.gestures import Gestures
from lesion_viewer.viewing.review_model import MARKS_HIDDEN, ReviewModel


@dataclass(frozen=True, slots=True)
class FindingsPanels:
    """The widgets that show findings beside the picture.

    Parameters
    ----------
    table : FindingsTable
        Table of the findings.
    decision : DecisionPanel
        Buttons and fields for the chosen finding.
    detection : DetectionPanel
        Controls of the detector, with the threshold.
    slider : SliceSlider
        Strip over the slices, with signs of findings and of slices read.
    """

    table: FindingsTable
    decision: DecisionPanel
    detection: DetectionPanel
    slider: SliceSlider


class FindingsController(QObject):
    """Keeps table, panels and slider as the review has the findings of the series on show.

    Parameters
    ----------
    review : ReviewModel
        The findings, and what is chosen of them.
    gestures : Gestures
        Take what is decided.
    detector : Callable[[Origin | None, float], DetectorInfo | None]
        Says by which detector candidates are, from the origin of its run and a threshold.
    panels : FindingsPanels
        Widgets to keep up to date.
    actions : dict[str, QAction]
        The window's actions by id.
    settings : Settings
        Keep the lesion types that the reader adds.
    parent : QObject
        The window.
    """

    def __init__(
        self,
        review: ReviewModel,
        gestures: Gestures,
        detector: Callable[[Origin | None, float], DetectorInfo | None],
        panels: FindingsPanels,
        actions: dict[str, QAction],
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._review, self._gestures, self._detector = review, gestures, detector
        self._panels, self._actions = panels, actions
        panels.table.finding_picked.connect(review.go_to)
        panels.table.order_chosen.connect(review.set_order)
        panels.table.filter_chosen.connect(review.set_filter)
        panels.decision.reason_chosen.connect(gestures.set_reason)
        panels.decision.note_written.connect(gestures.set_note)
        panels.decision.type_chosen.connect(self._take_type)
        panels.decision.lesion_type.known = self._known_types
        panels.detection.threshold_changed.connect(review.set_threshold)
        review.findings_changed.connect(self.show_findings)
        review.threshold_changed.connect(lambda _: self.show_threshold())
        review.order_changed.connect(lambda _: self.show_order())
        review.filter_changed.connect(lambda _: self.show_findings())
        review.selection_changed.connect(lambda _: self.show_selection())
        review.read_marks_changed.connect(self.show_read_marks)
        review.annotations_changed.connect(self._show_history)
        review.reading_changed.connect(self.show_reading)
        review.viewer.volume_changed.connect(lambda _: self.show_findings())
        review.viewer.slice_changed.connect(lambda _: self.show_read_marks())
        review.viewer.volume_changed.connect(lambda _: self.show_read_marks())
        self.show_order()
        self.show_threshold()

    def show_threshold(self) -> None:
        """Show the threshold, and the findings over it."""
        self._panels.detection.set_threshold(self._review.threshold)
        self.show_findings()

    def show_reading(self) -> None:
        """Show or hide scores, and what is listed by them."""
        reading, panels = self._review.reading, self._panels
        panels.table.set_scores_shown(not reading.are_scores_hidden)
        is_of_use = not (reading.are_scores_hidden or reading.are_marks_hidden)
        panels.detection.set_threshold_shown(is_of_use)
        self.show_selection()
        self.show_order()

    def show_order(self) -> None:
        """Show the findings in their order, and which one it is."""
        self._panels.table.show_order(self._review.order)
        self.show_findings()

    def show_findings(self) -> None:
        """Show the findings, and how many are over the threshold."""
        review, panels = self._review, self._panels
        findings = review.findings()
        panels.table.offer_types({finding.lesion_type for finding in findings.values()})
        panels.table.show_findings(review.listed(), len(findings), review.scale)
        panels.table.select(review.selected_id)
        panels.slider.set_findings([_extent(f) for f in reversed(review.in_order())])
        self._show_expectation()
        self._show_history()

    def show_selection(self) -> None:
        """Show which finding is chosen."""
        self._panels.table.select(self._review.selected_id)
        finding, series = self._review.selected, self._review.viewer.series
        has_score = not self._review.reading.are_scores_hidden
        self._panels.decision.show_finding(finding, has_score)
        is_on_show = finding and series and finding.series_uid == series.uid
        volumes = volumes_of(finding, series) if finding and series and is_on_show else ()
        self._panels.decision.show_volumes(volumes)
        self._show_history()

    def show_read_marks(self) -> None:
        """Show whether slice and series are marked as read in full."""
        is_slice_read, is_series_read = self._review.is_read_in_full()
        self._actions["read.slice"].setChecked(is_slice_read)
        self._actions["read.series"].setChecked(is_series_read)
        self._panels.slider.set_read(self._review.slices_read_in_full())
        self._show_history()

    def choose_type(self) -> None:
        """Let the reader pick or write the chosen finding's lesion type."""
        if self._is_chosen():
            self._panels.decision.lesion_type.begin()

    def choose_reason(self) -> None:
        """Let the reader pick why the chosen finding is rejected, by a letter or the mouse."""
        if not self._is_chosen():
            return
        menu = QMenu(self._panels.decision)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for reason in REJECT_REASONS:
            menu.addAction(
                f"&{capitalised(tr(reason))}", partial(self._gestures.reject, str(reason))
            )
        menu.popup(self._panels.decision.mapToGlobal(QPoint(0, 0)))

    def _is_chosen(self) -> bool:
        """Whether a finding is chosen; the reader is told where none is."""
        return self._gestures.decide(lambda session, i: None)

    def _known_types(self) -> list[str]:
        session = self._review.session
        seen = session.reading.findings() if session is not None else ()
        used = [t for f in seen for t in (f.lesion_type, f.original_type) if t]
        return choices([*used, *self._settings.lesion_types])

    def _take_type(self, lesion_type: str) -> None:
        self._gestures.decide(lambda session, i: session.set_type(i, lesion_type))
        self._settings.keep_type(lesion_type)

    def _show_expectation(self) -> None:
        review = self._review
        if review.reading.are_marks_hidden:
            self._panels.detection.set_hidden(tr(MARKS_HIDDEN))
            return
        session, series = review.session, review.viewer.series
        origin = session.proposals.latest_origin(series.uid) if session and series else None
        detector = self._detector(origin, review.threshold)
        expected = detector.false_positives_per_volume(review.threshold) if detector else None
        measured_on = detector.measured_on if detector else ""
        self._panels.detection.set_expectation(review.candidate_count(), expected, measured_on)

    def _show_history(self) -> None:
        session = self._review.session
        undo, redo = (session.undo_text, session.redo_text) if session else ("", "")
        self._actions["edit.undo"].setText(tr("Undo {what}", what=undo) if undo else tr("Undo"))
        self._actions["edit.redo"].setText(tr("Redo {what}", what=redo) if redo else tr("Redo"))


def _extent(finding: Finding) -> Extent:
    return Extent(min(finding.boxes), max(finding.boxes), finding.key_slice, finding.status)
