"""The thread on which a labelling project is opened, and its slices are put in order."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.ct.study import Study
from lesion_viewer.exchange.reviews.project_files import is_project, open_project, project_file
from lesion_viewer.review.labelling.project import Project
from lesion_viewer.review.labelling.queue import Queue
from lesion_viewer.review.session import Session
from lesion_viewer.review.user_folders import reader_file
from lesion_viewer.ui.workers import Worker, no_collection


@dataclass(frozen=True, slots=True)
class ProjectPaths:
    """What a project is opened from; ``session_file`` None is the usual place."""

    images: Path
    annotations: Path
    session_file: Path | None = None


@dataclass(frozen=True, slots=True)
class OpenProject:
    """A project that stands ready; ``base_file`` is the file that readers' own stand beside."""

    paths: ProjectPaths
    base_file: Path
    project: Project
    session: Session
    queue: Queue
    study: Study


class ProjectOpener(Worker):
    """Opens a project with the review of one reader.

    Signals
    -------
    opened : the OpenProject
    declined : the paths are a study with labels, and no project
    """

    opened = Signal(object)
    declined = Signal()

    def __init__(
        self, paths: ProjectPaths, reader: str, is_own_file: bool, on_error: SignalInstance
    ) -> None:
        super().__init__(on_error)
        self._paths, self._reader, self._is_own_file = paths, reader, is_own_file

    def work(self) -> None:
        """Open the project; one that nobody waits for any more is closed again."""
        paths = self._paths
        if not is_project(paths.images, paths.annotations):
            self.declined.emit()
            return
        base = paths.session_file or project_file(paths.annotations)
        is_named = paths.session_file is not None and not self._is_own_file
        file = base if is_named else reader_file(base, self._reader)
        with no_collection():
            project, session = open_project(
                paths.images, paths.annotations, file, self._reader, Session.open_or_read
            )
            queue = Queue(project, session)
            queue.progress()  # goes through all findings, which the window need not wait for
            opened = OpenProject(paths, base, project, session, queue, project.study())
        if self.is_cancelled:
            session.close()
        else:
            self.opened.emit(opened)
