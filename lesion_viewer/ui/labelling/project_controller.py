"""Opening labelling projects, each for one reader."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from lesion_viewer.ui.labelling.project_starter import ProjectStarter
from lesion_viewer.ui.settings import Settings
from lesion_viewer.viewing.project.open_project import OpenProject, ProjectPaths
from lesion_viewer.viewing.project.project_model import ProjectModel
from lesion_viewer.viewing.review_model import ReviewModel


class ProjectController(QObject):
    """Opens projects in place of the study on show, each with the review of one reader.

    Parameters
    ----------
    project : ProjectModel
        Takes what was opened.
    review : ReviewModel
        Its session is of the reader who signs in.
    settings : Settings
        Hold the reader's name.
    parent : QObject
        The window.

    Signals
    -------
    replacing : what is on show is to be kept and closed, a project comes in its place
    declined : paths are no project, but a study; its path, file of labels and file of the review,
        and which labels are taken
    progressed : the opening went on, or is over; one sentence, empty in the second case
    errored : a project cannot be opened; one sentence
    """

    replacing = Signal()
    declined = Signal(object, object, object, str)
    progressed = Signal(str)
    errored = Signal(str)

    def __init__(
        self,
        project: ProjectModel,
        review: ReviewModel,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._project, self._review, self._settings = project, review, settings
        self._starter = ProjectStarter(settings, self)
        self._starter.opened.connect(self._take)
        self._starter.declined.connect(self._decline)
        self._starter.progressed.connect(self.progressed)
        self._starter.errored.connect(self.errored)
        self._labels = ""

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
        if self._project.open_project is not None:
            self.replacing.emit()
        self._starter.open(ProjectPaths(images, annotations, session_file, is_asked), is_own_file)

    def sign_in(self, reader: str) -> None:
        """Go on as another reader, in that reader's own file.

        Parameters
        ----------
        reader : str
            Name that is written into decisions.
        """
        self._settings.reader = reader
        opened = self._project.open_project
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
        opened = self._project.open_project
        if opened is not None:
            paths = opened.paths
            self._settings.reader = reader
            self.open(paths.images, paths.annotations, session_file, is_asked=True)

    def cancel(self) -> None:
        """Drop a project that is still being opened."""
        self._starter.cancel()

    def _take(self, opened: OpenProject) -> None:
        self.replacing.emit()
        self._project.take(opened)

    def _decline(self, paths: ProjectPaths) -> None:
        self.declined.emit(paths.images, paths.annotations, paths.session_file, self._labels)
