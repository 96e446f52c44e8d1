"""A labelling project that is open for one reader."""

from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.ct.study import Study
from lesion_viewer.review.session import Session
from lesion_viewer.review.user_folders import reader_file
from lesion_viewer.review.worklist.queue import Queue
from lesion_viewer.review.worklist.work_list import WorkList


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
