"""A study that arrives: its images lie aside until all have come."""

import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Self

from lesion_viewer.errors import ExchangeError
from lesion_viewer.system.atomic_files import sync_folder
from lesion_viewer.system.file_lock import FileLock

UID = re.compile(r"[0-9]+(\.[0-9]+)*", re.ASCII)
MAX_UID = 64
MAX_BYTES = 2**35
"""Of one study: 32 GiB, which is 60,000 slices."""
MAX_IMAGES = 100_000
BEGINS, LOCK = ".incoming.", ".lock"
TRIES, TRY_S = 40, 0.05
LEFT_S = 60.0
"""A folder in which something changed since then is no leftover, whoever holds its lock."""


def checked_uid(uid: str, what: str) -> str:
    """A UID that may become a name of a file (PS3.5 section 9.1).

    Parameters
    ----------
    uid : str
        As another program gave it.
    what : str
        What messages call it.

    Returns
    -------
    str
        The UID itself.

    Raises
    ------
    ExchangeError
        Where it is none.
    """
    if len(uid) > MAX_UID or UID.fullmatch(uid) is None:
        raise ExchangeError(f"{what} {uid[:80]!r} is no UID")
    return uid


def uids_of(content: bytes) -> tuple[str, str]:
    """Study and SOP Instance UID of an object.

    Parameters
    ----------
    content : bytes
        The whole file.

    Returns
    -------
    tuple[str, str]
        As it states them; ``checked_uid`` says whether they are UIDs.

    Raises
    ------
    ExchangeError
        Where it is no DICOM object, or lacks one of them.
    """
    import pydicom

    names = ["StudyInstanceUID", "SOPInstanceUID"]
    try:
        header = pydicom.dcmread(BytesIO(content), specific_tags=names, stop_before_pixels=True)
        return str(header.StudyInstanceUID), str(header.SOPInstanceUID)
    except Exception as error:  # whatever pydicom finds wrong
        raise ExchangeError(f"sent what is no image: {error}") from error


class IncomingStudy:
    """Takes the images of one study, and lets nobody see them before all are there.

    They are written into a hidden folder beside the study's, which ``finish`` renames. Where the
    block ends without it, they are removed, and later ones refused; what a killed process left is
    for ``clear_leftovers``. One thread may take images while another ends the block.

    Parameters
    ----------
    folder : Path
        In which the study's folder is made.
    study_uid : str
        Study Instance UID.
    sender : str
        What messages call whoever sends.
    max_bytes, max_images : int
        More than that is not taken.

    Attributes
    ----------
    folder : Path
        Where the images lie until ``finish``, each file whole.
    path : Path
        The study's folder, where they lie afterwards.

    Raises
    ------
    ExchangeError
        Where the folder cannot be made, or ``study_uid`` is no UID.
    """

    def __init__(
        self,
        folder: Path,
        study_uid: str,
        sender: str,
        max_bytes: int = MAX_BYTES,
        max_images: int = MAX_IMAGES,
    ) -> None:
        self.path = folder / checked_uid(study_uid, "the Study Instance UID")
        self._study_uid, self._sender = study_uid, sender
        self._max_bytes, self._max_images = max_bytes, max_images
        self._sizes: dict[str, int] = {}
        self._at_work, self._is_over = threading.Lock(), False
        self.folder = folder / f"{BEGINS}{secrets.token_hex(8)}"
        self._write(lambda: self.folder.mkdir(parents=True))
        self._lock = _lock_of(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *how: object) -> None:
        with self._at_work:
            self._is_over = True
            self._unlock()
            shutil.rmtree(self.folder, ignore_errors=True)

    def __len__(self) -> int:
        return len(self._sizes)

    def take(self, content: bytes) -> None:
        """Take one image; one that came before is taken once.

        Parameters
        ----------
        content : bytes
            The whole file, with its file meta information.

        Raises
        ------
        ExchangeError
            Where it is of another study, is more than the limits allow, or cannot be written.
        """
        try:
            study_uid, sop_uid = uids_of(content)
        except ExchangeError as error:
            raise ExchangeError(f"{self._sender}: {error}") from error
        if study_uid != self._study_uid:
            raise ExchangeError(
                f"{self._sender}: sent an image of the study {study_uid[:MAX_UID]!r}, not of"
                f" {self._study_uid}; nothing was kept"
            )
        name = checked_uid(sop_uid, f"{self._sender}: the SOP Instance UID")
        total = sum(self._sizes.values()) - self._sizes.get(name, 0) + len(content)
        if total > self._max_bytes or len({*self._sizes, name}) > self._max_images:
            raise ExchangeError(
                f"{self._sender}: sends more than {self._max_images:,} images or"
                f" {self._max_bytes:,} bytes; nothing was kept"
            )
        with self._at_work:
            if self._is_over:
                raise ExchangeError(f"{self._sender}: the download is over; nothing was kept")
            self._write(lambda: self._put(f"{name}.dcm", content))
            self._sizes[name] = len(content)

    def finish(self, wanted: int) -> Path:
        """Give the study its name, now that it is whole.

        Parameters
        ----------
        wanted : int
            How many images the sender has of it.

        Returns
        -------
        Path
            The study's folder.

        Raises
        ------
        ExchangeError
            Where images are missing, or the folder cannot be written.
        """
        if len(self) < wanted:
            raise ExchangeError(
                f"{self._sender}: sent {len(self):,} of {wanted:,} images; nothing was kept"
            )
        with self._at_work:
            self._is_over = True
            self._write(self._replace)
        return self.path

    def _put(self, name: str, content: bytes) -> None:
        """Write a file that whoever looks sees whole or not at all."""
        part = self.folder / ".part"
        part.write_bytes(content)
        part.replace(self.folder / name)

    def _replace(self) -> None:
        former = self.folder.with_name(f"{self.folder.name}.former")
        self._unlock()
        (self.folder / LOCK).unlink(missing_ok=True)
        if self.path.exists():
            _rename(self.path, former)
        _rename(self.folder, self.path)
        shutil.rmtree(former, ignore_errors=True)
        sync_folder(self.path.parent)

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.release()

    def _write(self, write: Callable[[], object]) -> None:
        try:
            write()
        except OSError as error:
            raise ExchangeError(f"{self.path}: cannot be written: {error.strerror}") from error


def _rename(folder: Path, to: Path) -> None:
    """Rename a folder; Windows does not while a file in it is read, which is over in a moment."""
    for _ in range(TRIES):
        try:
            folder.rename(to)
            return
        except PermissionError:
            time.sleep(TRY_S)
    folder.rename(to)


def _lock_of(folder: Path) -> FileLock | None:
    """The lock that tells others that a folder is in use; None where there are no locks."""
    try:
        return FileLock(folder / LOCK)
    except OSError:
        return None


def clear_leftovers(folder: Path, left_s: float = LEFT_S) -> int:
    """Remove what killed downloads left in a folder; what a live process writes stays.

    Parameters
    ----------
    folder : Path
        In which studies' folders are made.
    left_s : float
        What changed within so many seconds stays.

    Returns
    -------
    int
        How many folders were removed.
    """
    removed = 0
    for left in folder.glob(f"{BEGINS}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime >= left_s:
                FileLock(left / LOCK).release()
                shutil.rmtree(left)
                removed += 1
    return removed
