"""The thread on which a labelling project is opened, and its slices are put in order."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.ct.study import Study
from lesion_viewer.exchange.worklists.project_files import is_project, open_project, project_file
from lesion_viewer.review.session import Session
from lesion_viewer.review.user_folders import reader_file
from lesion_viewer.review.worklist.queue import Queue
from lesion_viewer.review.worklist.work_list import WorkList
from lesion_viewer.ui.workers import Worker, no_collection


@dataclass(frozen=True, slots=True)
class ProjectPaths:
    """The paths that a project is opened from.

    Parameters
    ----------
    images : Path
        Folder of the images.
    annotations : Path | None
        File of the labels; None for none.
    session_file : Path | None
        File of the review; None for the usual place.
    is_asked : bool
        Whether an archive of studies is to be opened as a work list.
    """

    images: Path
    annotations: Path | None
    session_file: Path | None = None
    is_asked: bool = False

    @property
    def name(self) -> str:
        """Name of what says which items there are."""
        return (self.annotations or self.images).name


@dataclass(frozen=True, slots=True)
class OpenProject:
    """A project with its review, ready for work.

    Parameters
    ----------
    paths : ProjectPaths
        Paths that it was opened from.
    base_file : Path
        File of the review that readers' own files stand beside.
    project : WorkList
        Its slices and labels.
    session : Session
        The reader's review.
    queue : Queue
        Its slices in the order of work.
    study : Study
        Its series.
    """

    paths: ProjectPaths
    base_file: Path
    project: WorkList
    session: Session
    queue: Queue
    study: Study

    def readers(self) -> list[str]:
        """Names of the readers who have a review of the project beside its usual file."""
        base = self.base_file
        files = set(base.parent.glob(f"{base.stem}.*{base.suffix}"))
        names = {file.name[len(base.stem) + 1 : -len(base.suffix)] for file in files}
        return sorted(name for name in names if reader_file(base, name) in files)


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
