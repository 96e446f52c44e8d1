"""The results of screenings: their list, and the series that are opened from it."""

from PySide6.QtCore import Qt, QTimer

from lesion_viewer.ct.study import Collection
from lesion_viewer.screening.searched_unit import SearchedUnit
from lesion_viewer.text import Text
from lesion_viewer.ui.screening.controller import ScreeningController
from lesion_viewer.ui.shell.action_spec import ActionSpec
from lesion_viewer.ui.shell.docks import LEFT, Shown
from lesion_viewer.ui.shell.features.detector import DetectorFeature
from lesion_viewer.ui.shell.features.labelling import LabellingFeature
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.shell.features.review import ReviewFeature
from lesion_viewer.ui.shell.features.studies import StudiesFeature
from lesion_viewer.ui.shell.frame import Feature, Frame

LIST_PX = 430
TITLE = Text("Work list")
LOOK_MS = 200


class ScreeningFeature(Feature):
    """Shows the list of a screening's results beside the study that is on show.

    Parameters
    ----------
    window : Frame
        It gets the list's panel.

    Attributes
    ----------
    screening : ScreeningController
        The list.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        self._review = window.feature(ReviewFeature).review
        self._study = window.feature(StudiesFeature).study
        self._sweep = window.feature(DetectorFeature).sweep
        self._canvas = window.feature(ReadingFeature).canvas
        self.screening = ScreeningController(window.settings, window)
        window.docks.add(
            TITLE,
            self.screening.panel,
            LEFT,
            place=-10,
            width_px=LIST_PX,
            shown=Shown.FILLED,
        )
        # Each gesture changes it a little; one look is enough for several.
        self._looking = QTimer(window, singleShot=True, interval=LOOK_MS)
        self._looking.timeout.connect(self._look)
        self._connect()
        window.add_actions(SPECS, self)
        menu, before = window.menus["File"], window.actions_by_id["file.labels"]
        for spec in SPECS:
            menu.insertAction(before, window.actions_by_id[spec.id])

    def stop(self) -> None:
        """Keep how the list is."""
        self._looking.stop()
        self.screening.stop()

    def _connect(self) -> None:
        bar, screening, review = self.window.message_bar, self.screening, self._review
        self._study.list_found.connect(screening.open)
        self._study.opened.connect(self._take_study)
        screening.shown.connect(lambda _: self._show_panel(True))
        screening.closed.connect(lambda: self._show_panel(False))
        screening.unit_wanted.connect(self._open)
        screening.progressed.connect(self.window.status_line.show_reading)
        screening.noticed.connect(bar.show_notice)
        screening.errored.connect(self.window.feature(StudiesFeature).show_reading_error)
        review.findings_changed.connect(self._looking.start)
        review.read_marks_changed.connect(self._looking.start)
        review.closing.connect(self._look)
        self.window.feature(LabellingFeature).project.opened.connect(lambda _: screening.close())

    def _open(self, searched: SearchedUnit) -> None:
        self.window.feature(LabellingFeature).projects.cancel()
        self._study.show_searched(searched)

    def _take_study(self, found: Collection) -> None:
        is_of_list = self._study.searched is not None
        self._sweep.set_automatic(not is_of_list)
        if is_of_list:
            self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.screening.panel.set_current(None)

    def _show_panel(self, is_open: bool) -> None:
        self.window.docks.show_filled(TITLE, is_open)
        self.window.docks.take_sizes()

    def _look(self) -> None:
        self._looking.stop()
        study, reviews = self._review.study, self._review.reviews
        if study is not None and reviews is not None and not self._review.is_project:
            self.screening.take_reviews(study, reviews)


A = ActionSpec[ScreeningFeature]
SPECS = (
    A(
        "file.read_results",
        Text("Read the results again"),
        ("F5",),
        "File",
        lambda own: own.screening.refresh(),
    ),
    A(
        "file.find_archive",
        Text("Find the archive of the results…"),
        (),
        "File",
        lambda own: own.screening.find_archive(),
    ),
    A(
        "file.close_results",
        Text("Close the work list of the results"),
        (),
        "File",
        lambda own: own.screening.close(),
    ),
)
