"""The labelling project that is open: opened for a reader, and left for a study."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from lesion_viewer.review.worklist.queue import Progress, Queue
from lesion_viewer.review.worklist.work_list import WorkList
from lesion_viewer.ui.labelling.project_opening import OpenProject, ProjectPaths
from lesion_viewer.ui.labelling.project_starter import ProjectStarter
from lesion_viewer.ui.settings import Settings
from lesion_viewer.ui.study.controller import StudyController
from lesion_viewer.viewing.review_model import ReviewModel


class ProjectOnShow(QObject):
    """Opens projects in place of the study on show, each with the review of one reader.

    Parameters
    ----------
    study : StudyController
        Takes the project's series and review.
    review : ReviewModel
        Holds the findings.
    settings : Settings
        Hold the reader's name.
    parent : QObject
        The window.

    Attributes
    ----------
    open_project : OpenProject | None
        None while a study is on show, or nothing.

    Signals
    -------
    opened : a project stands ready, of which nothing is on screen yet; the OpenProject
    ready : all that is connected to ``opened`` was called; the OpenProject
    left : a study came on show in place of the project
    progressed : the opening went on, or is over; one sentence, empty in the second case
    errored : a project cannot be opened, or its queue not be sorted; one sentence
    """

    opened = Signal(object)
    ready = Signal(object)
    left = Signal()
    progressed = Signal(str)
    errored = Signal(str)

    def __init__(
        self,
        study: StudyController,
        review: ReviewModel,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._study, self._review, self._settings = study, review, settings
        self._starter = ProjectStarter(settings, self)
        self._starter.opened.connect(self._take)
        self._starter.declined.connect(self._open_as_study)
        self._starter.progressed.connect(self.progressed)
        self._starter.errored.connect(self.errored)
        self._labels = ""
        self.open_project: OpenProject | None = None
        study.opened.connect(self._leave)

    def open(
        self,
        images: Path,
        annotations: Path | None,
        session_file: Path | None,
        is_own_file: bool = False,
        labels: str = "",
        is_asked: bool = False,
    ) -> None:
        """Open a project; paths that are no project are opened as a study with labels.

        Parameters
        ----------
        images : Path
            Folder of the images.
        annotations : Path | None
            File of the labels; None for none.
        session_file : Path | None
            File of the review; None for the usual place.
        is_own_file : bool
            Whether the reader's own file beside ``session_file`` is opened, not that file itself.
        labels : str
            Those of a label volume that are taken, where it is a study.
        is_asked : bool
            Whether an archive of studies is to be opened as a work list.
        """
        self.cancel()
        self._labels = labels
        # The reader's file may be the one that is open now.
        if self.open_project is not None:
            self._study.close()
        self._starter.open(ProjectPaths(images, annotations, session_file, is_asked), is_own_file)

    def sign_in(self, reader: str) -> None:
        """Go on as another reader, in that reader's own file.

        Parameters
        ----------
        reader : str
            Name that is written into decisions.
        """
        self._settings.reader = reader
        opened = self.open_project
        if opened is not None:
            paths = opened.paths
            self.open(paths.images, paths.annotations, opened.base_file, True, is_asked=True)
        elif self._review.session is not None:
            self._review.session.reader = reader

    def open_as(self, reader: str, session_file: Path) -> None:
        """Open another review of the project on show.

        Parameters
        ----------
        reader : str
            Name that is written into decisions.
        session_file : Path
            File of the review.
        """
        if self.open_project is not None:
            paths = self.open_project.paths
            self._settings.reader = reader
            self.open(paths.images, paths.annotations, session_file, is_asked=True)

    def cancel(self) -> None:
        """Drop a project that is still being opened."""
        self._starter.cancel()

    @property
    def project(self) -> WorkList | None:
        """The project that is open."""
        return self.open_project.project if self.open_project else None

    @property
    def queue(self) -> Queue | None:
        """Its slices in order."""
        return self.open_project.queue if self.open_project else None

    @property
    def progress(self) -> Progress | None:
        """How far the reader is."""
        return self.queue.progress() if self.queue is not None else None

    def readers(self) -> list[str]:
        """Names of the readers who have a review of the project beside its usual file."""
        return self.open_project.readers() if self.open_project is not None else []

    def _take(self, opened: OpenProject) -> None:
        self._study.take_project(opened.study, opened.session)
        self.open_project = opened
        self.opened.emit(opened)
        self.ready.emit(opened)

    def _open_as_study(self, paths: ProjectPaths) -> None:
        self._study.open(paths.images, paths.annotations, paths.session_file, self._labels)

    def _leave(self) -> None:
        """Forget the project: a study is on show now."""
        if self.open_project is not None:
            self.open_project = None
            self.left.emit()
