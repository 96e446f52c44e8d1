"""An archive that speaks DIMSE (DICOM PS3.7), by pynetdicom."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydicom import uid
from pydicom.dataset import Dataset
from pynetdicom import AE, build_role, evt
from pynetdicom.association import Association
from pynetdicom.pdu_primitives import SCP_SCU_RoleSelectionNegotiation

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.dicom.files import read_file
from lesion_viewer.exchange.pacs.archive import Cancelled, FoundStudy, Progress, Query
from lesion_viewer.exchange.pacs.contexts import (
    ECHO,
    FIND,
    GET,
    MOVE,
    PDU_BYTES,
    STORED,
    SYNTAXES,
)
from lesion_viewer.exchange.pacs.found import found_study
from lesion_viewer.exchange.pacs.incoming import IncomingStudy
from lesion_viewer.exchange.pacs.moving import Destination, receiving

ANSWER_S = 30.0
CONNECT_S = 10.0
POLL_S = 0.2
SUCCESS, PENDING, CANCELLED = 0x0000, (0xFF00, 0xFF01), 0xFE00
REASONS = {
    0xA700: "is out of space",
    0xA701: "is out of resources",
    0xA702: "cannot do all of it",
    0xA801: "does not know where to send to",
    0xA900: "says the data do not match their class",
    0x0122: "does not take this kind of object",
    0x0124: "refuses: not authorised",
}
"""What a status says (PS3.4 B.2.3, C.4)."""
REJECTIONS = {1: "the application context is unknown", 3: "it does not know the calling AE title",
              7: "it does not know the called AE title"}  # fmt: skip


class DimseArchive:
    """An archive by its application entity.

    Parameters
    ----------
    ae_title : str
        Its AE title.
    host : str
        Name or address.
    port : int
        Its port.
    calling : str
        The AE title by which it knows this program.
    answer_s : float
        How long it may take to answer.
    destination : Destination | None
        Where it may send a study to, where it does not give one on the same connection; None for
        nowhere.

    Attributes
    ----------
    name : str
        ``AE@host:port``.
    """

    def __init__(
        self,
        ae_title: str,
        host: str,
        port: int,
        calling: str = "LESIONVIEWER",
        answer_s: float = ANSWER_S,
        destination: Destination | None = None,
    ) -> None:
        self.name = f"{ae_title}@{host}:{port}"
        self._peer = host, port, ae_title
        self._calling, self._answer_s = calling, answer_s
        self._destination = destination

    def verify(self) -> None:
        """Ask whether it is there (C-ECHO)."""
        with self._associated([ECHO]) as association:
            self._require(association.send_c_echo(), "the echo")

    def find(self, query: Query) -> list[FoundStudy]:
        """The studies that match (C-FIND).

        Parameters
        ----------
        query : Query
            What is looked for.

        Returns
        -------
        list[FoundStudy]
            The newest first.
        """
        wanted = Dataset()
        wanted.QueryRetrieveLevel = "STUDY"
        wanted.SpecificCharacterSet = "ISO_IR 192"
        wanted.StudyInstanceUID = query.study_uid
        wanted.PatientID, wanted.PatientName = query.patient_id, query.patient_name
        wanted.StudyDate, wanted.StudyTime = query.date, ""
        wanted.ModalitiesInStudy, wanted.StudyDescription = query.modality, query.description
        wanted.NumberOfStudyRelatedInstances = ""
        found = [found_study(answer) for answer in self._answers(wanted)]
        return sorted(found, key=lambda study: study.date, reverse=True)

    def count(self, study_uid: str) -> int:
        """How many images a study has in the archive.

        Parameters
        ----------
        study_uid : str
            Study Instance UID.

        Returns
        -------
        int
            0 where the archive does not have the study.
        """
        studies = self.find(Query(study_uid=study_uid))
        if not studies or studies[0].images:
            return studies[0].images if studies else 0
        series = self._level("SERIES", StudyInstanceUID=study_uid, SeriesInstanceUID="")
        return sum(
            len(
                self._level(
                    "IMAGE",
                    StudyInstanceUID=study_uid,
                    SeriesInstanceUID=one.SeriesInstanceUID,
                    SOPInstanceUID="",
                )
            )
            for one in series
        )

    def fetch(
        self, study_uid: str, into: IncomingStudy, progress: Progress, stop: threading.Event
    ) -> None:
        """Receive all images of a study: by C-GET, and where that is refused by C-MOVE.

        C-MOVE is asked for where there is a destination, and nothing came by C-GET. It is listened
        for only meanwhile.

        Parameters
        ----------
        study_uid : str
            Study Instance UID.
        into : IncomingStudy
            Takes the images.
        progress : Progress
            Told after each image.
        stop : threading.Event
            Set from another thread to give up.

        Raises
        ------
        Cancelled
            Where ``stop`` was set.
        ExchangeError
            Where the archive refuses, stops answering, or sends what is not of the study.
        """
        taking = _Taking(into, progress, stop)
        try:
            self._get(study_uid, taking)
        except ExchangeError:
            if self._destination is None or len(into) or taking.is_over:
                raise
            self._move(study_uid, taking, self._destination)

    def _get(self, study_uid: str, taking: "_Taking") -> None:
        roles = [build_role(kind, scp_role=True) for kind in STORED]
        handlers = [(evt.EVT_C_STORE, taking.take)]
        with self._associated([GET, *STORED], roles, handlers) as association:
            if not _accepts(association, GET):
                raise ExchangeError(f"{self.name}: does not offer C-GET")
            self._follow(
                association, association.send_c_get(_study(study_uid), GET), taking, "the download"
            )

    def _move(self, study_uid: str, taking: "_Taking", destination: Destination) -> None:
        with (
            receiving(destination, self._peer[0], taking.take),
            self._associated([MOVE]) as association,
        ):
            if not _accepts(association, MOVE):
                raise ExchangeError(f"{self.name}: offers neither C-GET nor C-MOVE")
            association.dimse_timeout = None  # it may say nothing until all has been sent
            answers = association.send_c_move(_study(study_uid), destination.title, MOVE)
            self._follow(association, answers, taking, f"the download to {destination.title}")

    def _follow(
        self,
        association: Association,
        answers: Iterator[tuple[Dataset, Dataset | None]],
        taking: "_Taking",
        what: str,
    ) -> None:
        """Wait for the last answer, and break off where it is over before."""
        last = Dataset()
        with _aborted_by(association, lambda: taking.is_over or taking.quiet_s > self._answer_s):
            for answer, _ in answers:
                last = answer
                taking.heard()
                if taking.is_over:
                    association.abort()
                    break
        if taking.faults:
            raise taking.faults[0]
        if taking.stop.is_set():
            raise Cancelled(f"{self.name}: the download was given up; nothing was kept")
        if not last and not taking.count:
            raise ExchangeError(
                f"{self.name}: gives no image ({what}); does it allow that to {self._calling}?"
            )
        if not last:
            raise ExchangeError(
                f"{self.name}: stopped answering after {taking.count:,} images; nothing was kept"
            )
        self._require(last, what)

    def send(self, files: Sequence[Path], progress: Progress) -> None:
        """Store files (C-STORE), and ask for each whether it is there afterwards (C-FIND).

        Parameters
        ----------
        files : Sequence[Path]
            DICOM files.
        progress : Progress
            Told after each file.

        Raises
        ------
        ExchangeError
            Where a file is none, or the archive does not take it or does not have it afterwards.
        """
        kinds: dict[uid.UID, set[uid.UID]] = {}
        sent: list[Dataset] = []
        for file in files:
            header = read_file(file, with_pixels=False)
            sent.append(header)
            kinds.setdefault(header.SOPClassUID, set()).add(header.file_meta.TransferSyntaxUID)
        contexts = {kind: sorted(syntaxes) for kind, syntaxes in kinds.items()}
        with self._associated(list(contexts), syntaxes=contexts) as association:
            for n, (file, header) in enumerate(zip(files, sent, strict=True), 1):
                try:
                    status = association.send_c_store(file)
                except (ValueError, RuntimeError, AttributeError) as error:
                    raise ExchangeError(
                        f"{self.name}: does not take {file.name} as {header.SOPClassUID.name} in"
                        f" {header.file_meta.TransferSyntaxUID.name}"
                    ) from error
                self._require(status, f"{file.name}")
                progress(n, len(files))
        for file, header in zip(files, sent, strict=True):
            found = self._level(
                "IMAGE",
                StudyInstanceUID=header.StudyInstanceUID,
                SeriesInstanceUID=header.SeriesInstanceUID,
                SOPInstanceUID=header.SOPInstanceUID,
            )
            if str(header.SOPInstanceUID) not in {str(one.SOPInstanceUID) for one in found}:
                raise ExchangeError(f"{self.name}: took {file.name}, but does not have it")

    def _level(self, level: str, **keys: str) -> list[Dataset]:
        wanted = Dataset()
        wanted.QueryRetrieveLevel = level
        for name, value in keys.items():
            setattr(wanted, name, value)
        return list(self._answers(wanted))

    def _answers(self, wanted: Dataset) -> Iterator[Dataset]:
        with self._associated([FIND]) as association:
            for status, answer in association.send_c_find(wanted, FIND):
                if not status or status.Status not in (*PENDING, SUCCESS):
                    self._require(status, "the search")
                if answer is not None:
                    yield answer

    @contextmanager
    def _associated(
        self,
        kinds: Sequence[str],
        roles: Sequence[SCP_SCU_RoleSelectionNegotiation] = (),
        handlers: Sequence[tuple[evt.EventType, Callable[..., int]]] = (),
        syntaxes: dict[uid.UID, list[uid.UID]] | None = None,
    ) -> Iterator[Association]:
        """An association with contexts for these classes; released at the end."""
        host, port, ae_title = self._peer
        entity = AE(self._calling)
        entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = self._answer_s
        entity.connection_timeout = min(CONNECT_S, self._answer_s)
        entity.maximum_pdu_size = PDU_BYTES
        for kind in kinds:
            is_stored = kind in STORED or syntaxes is not None
            offered = (syntaxes or {}).get(uid.UID(kind), SYNTAXES) if is_stored else None
            entity.add_requested_context(kind, offered)
        association = entity.associate(
            host, port, ae_title=ae_title, ext_neg=list(roles), evt_handlers=list(handlers),
            max_pdu=PDU_BYTES,
        )  # fmt: skip
        if not association.is_established:
            raise ExchangeError(f"{self.name}: {_why_not(association)}")
        try:
            yield association
        finally:
            if association.is_established:
                association.release()

    def _require(self, status: Dataset, what: str) -> None:
        """Raise where an answer is missing, or says that it was not done."""
        if not status:
            raise ExchangeError(f"{self.name}: does not answer ({what})")
        code = int(status.Status)
        if code != SUCCESS and code >> 12 != 0xB:
            said = str(status.get("ErrorComment") or "")
            reason = REASONS.get(code, f"refuses with status {code:#06x}")
            raise ExchangeError(f"{self.name}: {reason} ({what})" + (f": {said}" if said else ""))


class _Taking:
    """Takes what an archive sends into a study, until a fault or somebody ends it."""

    def __init__(self, into: IncomingStudy, progress: Progress, stop: threading.Event) -> None:
        self._into, self._progress, self.stop = into, progress, stop
        self.faults: list[ExchangeError] = []
        self._heard_at = time.monotonic()

    def take(self, event: evt.Event) -> int:
        self.heard()
        if self.is_over:
            return 0xA702
        try:
            self._into.take(event.encoded_dataset())
        except ExchangeError as error:
            self.faults.append(error)
            return 0xA700
        self._progress(len(self._into), 0)
        return SUCCESS

    def heard(self) -> None:
        self._heard_at = time.monotonic()

    @property
    def quiet_s(self) -> float:
        """How long nothing came."""
        return time.monotonic() - self._heard_at

    @property
    def count(self) -> int:
        return len(self._into)

    @property
    def is_over(self) -> bool:
        return self.stop.is_set() or bool(self.faults)


def _study(study_uid: str) -> Dataset:
    wanted = Dataset()
    wanted.QueryRetrieveLevel, wanted.StudyInstanceUID = "STUDY", study_uid
    return wanted


@contextmanager
def _aborted_by(association: Association, is_over: Callable[[], bool]) -> Iterator[None]:
    """Break off once it is over, also while the block waits for an answer."""
    is_left = threading.Event()

    def wait() -> None:
        while not is_left.wait(POLL_S):
            if is_over():
                association.abort()
                return

    watcher = threading.Thread(target=wait, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_left.set()
        watcher.join()


def _accepts(association: Association, kind: str) -> bool:
    return any(context.abstract_syntax == kind for context in association.accepted_contexts)


def _why_not(association: Association) -> str:
    if association.is_rejected:
        answer = association.acceptor.primitive
        reason = getattr(answer, "diagnostic", None)
        return f"refuses: {REJECTIONS.get(int(reason or 0), 'no reason given')}"
    if association.is_aborted:
        return "cannot be reached, or broke off before it answered"
    return "does not answer"
