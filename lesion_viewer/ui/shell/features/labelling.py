"""Labelling projects: their queue, their readers, and a detector's proposals."""

from pathlib import Path

from lesion_viewer.text import Text
from lesion_viewer.ui.labelling.project_controller import ProjectController
from lesion_viewer.ui.labelling.proposals_controller import ProposalsController
from lesion_viewer.ui.labelling.queue_controller import QueueController
from lesion_viewer.ui.labelling.readers_controller import ReadersController
from lesion_viewer.ui.shell.docks import LEFT, Opened, Shown
from lesion_viewer.ui.shell.features.detector import DetectorFeature
from lesion_viewer.ui.shell.features.review import ReviewFeature
from lesion_viewer.ui.shell.features.studies import StudiesFeature
from lesion_viewer.ui.shell.frame import Feature, Frame
from lesion_viewer.viewing.project.project_model import ProjectModel

QUEUE_PX = 272


class LabellingFeature(Feature):
    """Opens labelling projects, and shows their queue in place of the list of series.

    Parameters
    ----------
    window : Frame
        It gets the queue's panel.

    Attributes
    ----------
    project : ProjectModel
        The project on show.
    projects : ProjectController
        Opens projects.
    queue : QueueController
        Its queue, with the panel.
    proposals : ProposalsController
        Search of all its slices by a detector.
    readers : ReadersController
        Comparison of two readers.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        reviewing = window.feature(ReviewFeature)
        review, gestures = reviewing.review, reviewing.gestures
        detector = window.feature(DetectorFeature)
        self._sweep = detector.sweep
        self._study = window.feature(StudiesFeature).study
        settings = window.settings
        self.project = ProjectModel(review, gestures)
        self.projects = ProjectController(self.project, review, settings, window)
        self.queue = QueueController(self.project, settings, window.actions_by_id, window)
        self.proposals = ProposalsController(self.project, review, detector.chosen, window)
        self.readers = ReadersController(self.project, review, window)
        window.docks.add(
            Text("Queue"), self.queue.panel, LEFT, place=10, width_px=QUEUE_PX, shown=Shown.PROJECT
        )
        self._connect()

    def open(
        self, path: Path, annotations: Path | None, session_file: Path | None, labels: str
    ) -> None:
        """Open a study or a labelling project; it is on show once it was read.

        Parameters
        ----------
        path : Path
            Of the study, or of the project's images.
        annotations : Path | None
            A file of labels for them.
        session_file : Path | None
            The review, where it is not in its usual place.
        labels : str
            Those of a label volume that are taken; empty takes what looks like lesions.
        """
        if annotations is None and session_file is None:
            self.projects.cancel()
            self._study.open(path, None, session_file)
        else:
            self.projects.open(path, annotations, session_file, labels=labels)

    def stop(self) -> None:
        """End the search for proposals and what is being opened."""
        self.proposals.stop()
        self.projects.cancel()

    def _connect(self) -> None:
        bar, status = self.window.message_bar, self.window.status_line
        show_error = self.window.feature(StudiesFeature).show_reading_error
        self._study.opened.connect(lambda _: self.project.leave())
        self.project.opened.connect(lambda _: self._take_project())
        self.project.left.connect(self._leave_project)
        self.project.noticed.connect(bar.show_notice)
        self.project.errored.connect(show_error)
        self.projects.replacing.connect(self._study.close)
        self.projects.declined.connect(self._study.open)
        self.projects.progressed.connect(status.show_reading)
        self.projects.errored.connect(show_error)
        self.queue.project_chosen.connect(
            lambda images, annotations: self.projects.open(images, annotations, None, is_asked=True)
        )
        self.queue.reader_chosen.connect(self.projects.sign_in)
        self.readers.third_made.connect(self.projects.open_as)
        self.proposals.starting.connect(self._sweep.stop)
        self._sweep.running_changed.connect(self.proposals.give_way)
        self.proposals.progressed.connect(status.show_reading)
        for source in (self.proposals, self.readers):
            source.noticed.connect(bar.show_notice)
            source.errored.connect(bar.show_error)

    def _take_project(self) -> None:
        review = self.window.feature(ReviewFeature)
        self.window.message_bar.hide()
        review.show_read_only(review.review.read_only)
        self._sweep.set_automatic(False)
        self.window.docks.show_for(Opened.PROJECT)

    def _leave_project(self) -> None:
        self.window.docks.show_for(Opened.STUDY)
        self._sweep.set_automatic(True)
