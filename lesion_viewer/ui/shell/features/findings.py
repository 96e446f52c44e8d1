"""The findings: their table, their boxes on the picture, and the decision on the chosen one."""

from lesion_viewer.text import Text
from lesion_viewer.ui.findings.controller import FindingsController, FindingsPanels
from lesion_viewer.ui.findings.decision_panel import DecisionPanel
from lesion_viewer.ui.findings.findings_table import FindingsTable
from lesion_viewer.ui.findings.marks_controller import MarksController
from lesion_viewer.ui.shell.bindings import set_editing
from lesion_viewer.ui.shell.docks import Shown
from lesion_viewer.ui.shell.features.detector import DetectorFeature
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.shell.features.review import ReviewFeature
from lesion_viewer.ui.shell.frame import Feature, Frame


class FindingsFeature(Feature):
    """Shows the findings of the series on show, and takes decisions on them.

    Parameters
    ----------
    window : Frame
        It gets the table of findings and the panel of the chosen one.

    Attributes
    ----------
    table : FindingsTable
        All findings of the series.
    decision_panel : DecisionPanel
        The chosen finding.
    marks : MarksController
        The boxes on the picture.
    findings : FindingsController
        Keeps table and panels as the review is.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        self._reading, detector = window.feature(ReadingFeature), window.feature(DetectorFeature)
        reviewing, actions = window.feature(ReviewFeature), window.actions_by_id
        review, gestures, chosen = reviewing.review, reviewing.gestures, detector.chosen
        self.table = FindingsTable()
        self.decision_panel = DecisionPanel(actions)
        panels = FindingsPanels(
            self.table, self.decision_panel, detector.panel, self._reading.slider
        )
        self.marks = MarksController(self._reading.canvas, review, gestures, window)
        self.findings = FindingsController(
            review, gestures, chosen.info_behind, panels, actions, window.settings, window
        )
        window.docks.add(Text("Findings"), self.table, place=10, shown=Shown.OPEN)
        window.docks.add(Text("Decision"), self.decision_panel, place=30, shown=Shown.OPEN)
        self.marks.editing_changed.connect(self.set_editing)
        self.marks.noticed.connect(window.message_bar.show_notice)

    def set_editing(self, is_editing: bool) -> None:
        """Give the arrow keys to the box that is edited, or back to the slices.

        Parameters
        ----------
        is_editing : bool
            Whether a box is being edited.
        """
        set_editing(self.window.actions_by_id, is_editing)
        self._reading.canvas.setFocus()

    def focus_note(self) -> None:
        """Let the reader write the chosen finding's note."""
        self.decision_panel.note.setFocus()
        self.decision_panel.note.selectAll()

    def cancel(self) -> None:
        """End the editing of a box."""
        self.marks.end_editing()
