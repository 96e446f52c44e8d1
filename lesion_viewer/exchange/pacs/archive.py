"""What every archive can do, whichever protocol it speaks."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.pacs.incoming import IncomingStudy, clear_leftovers

Progress = Callable[[int, int], object]
"""Called with the number of images that came or went, and of all; 0 where that is unknown."""
Began = Callable[[Path, Path, int], object]
"""Called with the folder in which images arrive, its name once all did, and their number."""
POLL_S = 0.05
LEAVE_S = 0.5
"""So long an archive that was told to stop is waited for."""


class Cancelled(ExchangeError):
    """The person gave up what was going on."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which studies are looked for; what is empty counts as any.

    Attributes
    ----------
    patient_id : str
        Patient ID, with ``*`` and ``?`` as wildcards (PS3.4 C.2.2.2.4).
    patient_name : str
        Patient's Name, likewise.
    date : str
        ``YYYYMMDD``, or two of them with ``-`` between, of which one may be missing.
    modality : str
        That some series of the study has.
    description : str
        Study Description, with wildcards.
    study_uid : str
        Study Instance UID.
    """

    patient_id: str = ""
    patient_name: str = ""
    date: str = ""
    modality: str = ""
    description: str = ""
    study_uid: str = ""


@dataclass(frozen=True, slots=True)
class FoundStudy:
    """A study that an archive has.

    Attributes
    ----------
    uid : str
        Study Instance UID.
    patient_id, patient_name : str
        As the archive writes them. They get into no file, log or picture.
    date : str
        Study Date as YYYY-MM-DD; empty where it has none.
    modalities : str
        Of its series, separated by commas.
    description : str
        Study Description.
    images : int
        How many; 0 where the archive does not say.
    """

    uid: str
    patient_id: str = ""
    patient_name: str = ""
    date: str = ""
    modalities: str = ""
    description: str = ""
    images: int = 0


class Archive(Protocol):
    """An archive of DICOM studies.

    Every method raises ``ExchangeError`` with one line that names the archive and what is wrong.

    Attributes
    ----------
    name : str
        As messages call it.
    """

    name: str

    def verify(self) -> None:
        """Ask whether it is there and talks to this program."""

    def find(self, query: Query) -> list[FoundStudy]:
        """The studies that match.

        Parameters
        ----------
        query : Query
            What is looked for.

        Returns
        -------
        list[FoundStudy]
            The newest first.
        """

    def fetch(
        self, study_uid: str, into: IncomingStudy, progress: Progress, stop: threading.Event
    ) -> None:
        """Receive all images of a study.

        Parameters
        ----------
        study_uid : str
            Study Instance UID.
        into : IncomingStudy
            Takes the images; whether all came is for its ``finish`` to say.
        progress : Progress
            Told after each image.
        stop : threading.Event
            Set from another thread to give up, which raises ``Cancelled``.
        """

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

    def send(self, files: Sequence[Path], progress: Progress) -> None:
        """Store files, and ask for each whether it is there afterwards.

        Parameters
        ----------
        files : Sequence[Path]
            DICOM files.
        progress : Progress
            Told after each file.
        """


def fetch_study(
    archive: Archive,
    study_uid: str,
    folder: Path,
    progress: Progress = lambda done, total: None,
    stop: threading.Event | None = None,
    began: Began = lambda folder, whole, total: None,
) -> Path:
    """Fetch a study into a folder of its own, whole or not at all.

    Leftovers of killed downloads in the folder are removed first.

    Parameters
    ----------
    archive : Archive
        Where the study is.
    study_uid : str
        Study Instance UID.
    folder : Path
        In which the study's folder is made; a study that is there is replaced once it came whole.
    progress : Progress
        Told after each image.
    stop : threading.Event | None
        Set from another thread to give up: it ends at once, whatever the archive does.
    began : Began
        Told once that the archive has the study.

    Returns
    -------
    Path
        The study's folder, named by its UID.

    Raises
    ------
    Cancelled
        Where ``stop`` was set.
    ExchangeError
        Where the study is not there, does not come whole, or cannot be written.
    """
    stop = stop or threading.Event()
    clear_leftovers(folder)
    with IncomingStudy(folder, study_uid, archive.name) as incoming:
        wanted = 0

        def fetch() -> None:
            nonlocal wanted
            wanted = archive.count(study_uid)
            if not wanted:
                raise ExchangeError(f"{archive.name}: has no study {study_uid}")
            began(incoming.folder, incoming.path, wanted)
            archive.fetch(study_uid, incoming, lambda done, _: progress(done, wanted), stop)

        _until(stop, fetch)
        if stop.is_set():
            raise Cancelled(f"{archive.name}: the download was given up; nothing was kept")
        return incoming.finish(wanted)


def _until(stop: threading.Event, work: Callable[[], object]) -> None:
    """Do work on a thread of its own, and leave it behind where ``stop`` is set first.

    An archive that hangs keeps a thread until a timeout of the network; what it still brings is
    refused by the study, which is closed by then.
    """
    faults: list[BaseException] = []
    is_over = threading.Event()

    def run() -> None:
        try:
            work()
        except BaseException as error:  # raised again by the thread that waits
            faults.append(error)
        finally:
            is_over.set()

    threading.Thread(target=run, daemon=True).start()
    while not is_over.wait(POLL_S) and not stop.is_set():
        pass
    if stop.is_set():
        is_over.wait(LEAVE_S)
    if faults and not stop.is_set():
        raise faults[0]
