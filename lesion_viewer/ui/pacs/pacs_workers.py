"""The threads on which archives are asked, studies fetched and reports sent."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.exchange.pacs.addresses import Address, archive_at, archive_named, name_address
from lesion_viewer.exchange.pacs.archive import Query, fetch_study
from lesion_viewer.exchange.pacs.local_state import LocalState, local_state
from lesion_viewer.exchange.pacs.origins import keep_origin, keep_sent, sent_path, studies_folder
from lesion_viewer.review.journal.journal_file import Journal
from lesion_viewer.review.session import Session
from lesion_viewer.ui.workers import Worker, extra_told


class Verifier(Worker):
    """Asks an archive whether it is there and talks to this program.

    Parameters
    ----------
    address : Address
        Where it is.
    secret : str
        Its password or token; empty for what the keyring has.
    on_error : SignalInstance
        Receives one sentence where it does not.

    Signals
    -------
    answered : it does; what messages call it
    """

    answered = Signal(str)

    def __init__(self, address: Address, secret: str, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._address, self._secret = address, secret

    def work(self) -> None:
        """Ask it."""
        with extra_told():
            archive = archive_at(self._address, self._secret or None)
            archive.verify()
        self.answered.emit(archive.name)


class Keeper(Worker):
    """Keeps an archive under a name; the system's keyring may ask the reader for its own password.

    Parameters
    ----------
    name : str
        What it is called.
    address : Address
        Where it is.
    secret : str
        Its password or token; empty for none.
    on_error : SignalInstance
        Receives one sentence where it cannot be kept.

    Signals
    -------
    kept : it is kept; its name
    """

    kept = Signal(str)

    def __init__(self, name: str, address: Address, secret: str, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._name, self._address, self._secret = name, address, secret

    def work(self) -> None:
        """Write it down."""
        with extra_told():
            name_address(self._name, self._address, self._secret)
        self.kept.emit(self._name)


class StudyFinder(Worker):
    """Searches an archive.

    Parameters
    ----------
    archive : str
        Its name.
    query : Query
        What is looked for.
    on_error : SignalInstance
        Receives one sentence where the search fails.

    Signals
    -------
    found : the search is over; a list of FoundStudy, and how far each is on this machine
    """

    found = Signal(object, object)

    def __init__(self, archive: str, query: Query, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._archive, self._query = archive, query

    def work(self) -> None:
        """Ask the archive."""
        with extra_told():
            found = archive_named(self._archive).find(self._query)
        states = {study.uid: local_state(study.uid) for study in found if not self.is_cancelled}
        if not self.is_cancelled:
            self.found.emit(found, states)


class StateReader(Worker):
    """Reads how far studies are on this machine.

    Parameters
    ----------
    study_uids : Sequence[str]
        Their Study Instance UIDs.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    read : how far each is; a dict from UID to LocalState
    """

    read = Signal(object)

    def __init__(self, study_uids: Sequence[str], on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._study_uids = study_uids

    def work(self) -> None:
        """Look at each."""
        states: dict[str, LocalState] = {}
        for uid in self._study_uids:
            if self.is_cancelled:
                return
            states[uid] = local_state(uid)
        self.read.emit(states)


class StudyFetcher(Worker):
    """Fetches a study into the program's home folder, whole or not at all.

    Parameters
    ----------
    archive : str
        Name of the archive, which is remembered beside the study.
    study_uid : str
        Study Instance UID.
    on_error : SignalInstance
        Receives one sentence where the study does not come whole.

    Attributes
    ----------
    counted : tuple[int, int]
        Images that came, and of how many; 0 of 0 until that is known.

    Signals
    -------
    began : the archive has it; where it arrives, what that is named once it is whole, and of how
        many images
    fetched : the study is there; its folder
    """

    began = Signal(object, object, int)
    fetched = Signal(object)

    def __init__(self, archive: str, study_uid: str, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._archive, self._study_uid = archive, study_uid
        self.counted = 0, 0

    def work(self) -> None:
        """Fetch it."""
        with extra_told():
            folder = fetch_study(
                archive_named(self._archive),
                self._study_uid,
                studies_folder(),
                self._count,
                self._cancelled,
                self.began.emit,
            )
        keep_origin(folder, self._archive)
        if not self.is_cancelled:
            self.fetched.emit(folder)

    def _count(self, done: int, total: int) -> None:
        self.counted = done, total


class ReportSender(Worker):
    """Sends the report of a review as it was when this was asked for.

    Parameters
    ----------
    copy : Journal
        Copy of the review's journal.
    images : Path
        Folder, zip or file of the study.
    archive : str
        Name of the archive.
    is_fetched : bool
        Whether the study was fetched. The report is then kept beside it, and the next one names it
        as its predecessor.
    on_error : SignalInstance
        Receives one sentence where it cannot be sent.

    Signals
    -------
    sent : the archive was asked, and has it; its name, and how many findings the report holds
    """

    sent = Signal(str, int)

    def __init__(
        self,
        copy: Journal,
        images: Path,
        archive: str,
        is_fetched: bool,
        on_error: SignalInstance,
    ) -> None:
        super().__init__(on_error)
        self._copy, self._images, self._archive = copy, images, archive
        self._former = sent_path(images) if is_fetched else None

    def work(self) -> None:
        """Write the report into a temporary file, and send it."""
        session = Session(self._copy, reader="")
        try:
            with extra_told(), tempfile.TemporaryDirectory() as folder:
                count = self._send(session, Path(folder) / "report.dcm")
        finally:
            session.close()
        self.sent.emit(self._archive, count)

    def _send(self, session: Session, report: Path) -> int:
        from lesion_viewer.exchange.dicom.report_writing import Chosen, export_report

        if self._former is not None and self._former.exists():
            shutil.copyfile(self._former, report)
        export_report(session, report, self._images)
        archive_named(self._archive).send([report], lambda done, total: None)
        if self._former is not None:
            shutil.copyfile(report, self._former)
            keep_sent(self._images, session.revision)
        return len(Chosen().of(session))
