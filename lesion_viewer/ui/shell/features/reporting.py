"""The report of the study on show."""

from lesion_viewer.exchange.report.comparison import Comparison, comparison_of
from lesion_viewer.text import Text
from lesion_viewer.ui.report.controller import ReportController
from lesion_viewer.ui.shell.action_spec import ActionSpec
from lesion_viewer.ui.shell.features.followup import FollowUpFeature
from lesion_viewer.ui.shell.features.reading_modes import ReadingModesFeature
from lesion_viewer.ui.shell.features.review import ReviewFeature
from lesion_viewer.ui.shell.frame import Feature, Frame


class ReportingFeature(Feature):
    """Makes the report, after the exports in the File menu.

    Parameters
    ----------
    window : Frame
        Its message bar tells what became of the report.

    Attributes
    ----------
    report : ReportController
        Makes, shows and writes it.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        timer = window.feature(ReadingModesFeature).timer
        self._follow_up = window.feature(FollowUpFeature).follow_up
        review = window.feature(ReviewFeature).review
        self.report = ReportController(review, timer.keep, self._comparison, window)
        self.report.noticed.connect(window.message_bar.show_notice)
        self.report.errored.connect(window.message_bar.show_error)
        window.add_actions(SPECS, self)
        menu, after = window.menus["File"], window.actions_by_id["file.import_csv"]
        menu.insertActions(after, [window.actions_by_id[spec.id] for spec in SPECS])

    def _comparison(self) -> Comparison | None:
        prior, growth = self._follow_up.prior, self._follow_up.growth
        if prior is None or growth is None:
            return None
        return comparison_of(growth, prior.study.date, prior.days_before, prior.identity)


A = ActionSpec[ReportingFeature]
SPECS = (
    A("file.report", Text("Report…"), ("Ctrl+R",), "File", lambda own: own.report.preview()),
    A(
        "file.copy_report",
        Text("Copy report as text"),
        ("Ctrl+Shift+C",),
        "File",
        lambda own: own.report.copy_text(),
    ),
)
