"""The threads on which two readers are compared, and their third reading is made."""

from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.errors import ReviewError
from lesion_viewer.exchange.worklists.project_files import open_project
from lesion_viewer.review.journal.journal_file import Journal
from lesion_viewer.review.readers.adjudication import begin_adjudication, refuse_reader
from lesion_viewer.review.readers.agreement import agreement, slices_left
from lesion_viewer.review.session import Session
from lesion_viewer.ui.texts import tr
from lesion_viewer.ui.workers import Worker
from lesion_viewer.viewing.project.open_project import ProjectPaths


class AgreementWorker(Worker):
    """Compares two readers, once both are done.

    Parameters
    ----------
    own : Journal
        Copy of the reader's journal.
    reader : str
        Name of the reader.
    other : Path
        File of the other reader's review.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    compared : the comparison is done; the Agreement
    """

    compared = Signal(object)

    def __init__(self, own: Journal, reader: str, other: Path, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._own, self._reader, self._other = own, reader, other

    def work(self) -> None:
        """Compare them; fail where one is not done, so that neither sees the other's decisions."""
        own = Session(self._own, self._reader)
        try:
            other = Session.open_or_read(self._other, own.study_key, reader="")
            try:
                refuse_unfinished(own, other)
                self.compared.emit(agreement(own, other))
            finally:
                other.close()
        finally:
            own.close()


class AdjudicationWorker(Worker):
    """Makes the third reading of what two readers disagree on.

    Parameters
    ----------
    own : Journal
        Copy of the reader's journal.
    other : Path
        File of the other reader's review.
    reader : str
        Name of the third reader.
    paths : ProjectPaths
        Paths of the project.
    file : Path
        File of the third reading.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    made : the third reading stands ready; its file, and the third reader's name
    """

    made = Signal(object, str)

    def __init__(
        self,
        own: Journal,
        other: Path,
        reader: str,
        paths: ProjectPaths,
        file: Path,
        on_error: SignalInstance,
    ) -> None:
        super().__init__(on_error)
        self._own, self._other, self._reader = own, other, reader
        self._paths, self._file = paths, file

    def work(self) -> None:
        """Make the file; one that was begun before is continued."""
        own = Session(self._own, reader="")
        try:
            other = Session.open_or_read(self._other, own.study_key, reader="")
            try:
                refuse_unfinished(own, other)
                refuse_reader(own, other, self._reader)
                self._begin(own, other)
            finally:
                other.close()
        finally:
            own.close()
        self.made.emit(self._file, self._reader)

    def _begin(self, own: Session, other: Session) -> None:
        paths = self._paths
        _, third = open_project(paths.images, paths.annotations, self._file, self._reader)
        try:
            if not any(finding.readings for finding in third.findings.values()):
                begin_adjudication(own, other, third)
        finally:
            third.close()


def refuse_unfinished(own: Session, other: Session) -> None:
    """Refuse the comparison of two readers where one is not done.

    Parameters
    ----------
    own : Session
        Review of the reader.
    other : Session
        Review of the other one.

    Raises
    ------
    ReviewError
        Slices are left to one of them; the message says how many.
    """
    left = slices_left(own), slices_left(other)
    if any(left):
        raise ReviewError(
            tr(
                "Readers see each other's decisions once both are done: {own:,} slices are left"
                " to you, {others:,} to the other.",
                own=left[0],
                others=left[1],
            )
        )
