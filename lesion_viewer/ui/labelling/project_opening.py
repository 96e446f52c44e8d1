"""The thread on which a labelling project is opened, and its slices are put in order."""

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.exchange.worklists.project_files import is_project, open_project, project_file
from lesion_viewer.review.session import Session
from lesion_viewer.review.user_folders import reader_file
from lesion_viewer.review.worklist.queue import Queue
from lesion_viewer.ui.workers import Worker, no_collection
from lesion_viewer.viewing.project.open_project import OpenProject, ProjectPaths


class ProjectOpener(Worker):
    """Opens a project with the review of one reader.

    Parameters
    ----------
    paths : ProjectPaths
        Paths of images, annotations and review.
    reader : str
        Name that is written into decisions.
    is_own_file : bool
        Whether the reader's own file beside the review's is opened, not that file itself.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    opened : the project stands ready; the OpenProject
    declined : the paths are a study, with labels or without, and no project
    """

    opened = Signal(object)
    declined = Signal()

    def __init__(
        self, paths: ProjectPaths, reader: str, is_own_file: bool, on_error: SignalInstance
    ) -> None:
        super().__init__(on_error)
        self._paths, self._reader, self._is_own_file = paths, reader, is_own_file

    def work(self) -> None:
        """Open the project; after a cancel it is closed again."""
        paths = self._paths
        if not is_project(paths.images, paths.annotations, paths.session_file, paths.is_asked):
            self.declined.emit()
            return
        base = paths.session_file or project_file(paths.images, paths.annotations)
        is_named = paths.session_file is not None and not self._is_own_file
        file = base if is_named else reader_file(base, self._reader)
        with no_collection():
            project, session = open_project(
                paths.images, paths.annotations, file, self._reader, Session.open_or_read
            )
            queue = Queue(project, session)
            queue.progress()  # goes through all findings here, so that the window need not
            opened = OpenProject(paths, base, project, session, queue, project.study())
        if self.is_cancelled:
            session.close()
        else:
            self.opened.emit(opened)
