"""A journal's content as it stands on the disk, also while another program writes it."""

import filecmp
import shutil
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

WAL_HEADER_BYTES = 32
ATTEMPTS = 20


def snapshot(path: Path) -> sqlite3.Connection:
    """A database in memory with all that was committed to a file.

    Not for a file that this process has open: closing a file ends all locks that its process has
    on it (POSIX), the journal's own too.

    Parameters
    ----------
    path : Path
        The journal's file.

    Returns
    -------
    sqlite3.Connection
        To be closed by the caller.

    Raises
    ------
    OSError
        Where it cannot be read, or its writer never leaves it alone for long enough.
    sqlite3.Error
        Where it is no database.
    """
    memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    try:
        with TemporaryDirectory(prefix="lesion-viewer-") as folder:
            copy = Path(folder) / "copy"
            _copy(path, copy)
            disk = sqlite3.connect(copy, isolation_level=None)
            try:
                disk.backup(memory)
            finally:
                disk.close()
    except BaseException:
        memory.close()
        raise
    return memory


def _copy(path: Path, copy: Path) -> None:
    for _ in range(ATTEMPTS):
        if _is_copied(path, copy):
            return
    raise OSError(f"it changed {ATTEMPTS} times while it was read")


def _is_copied(path: Path, copy: Path) -> bool:
    """Copy the file, then its log; whether the two make a whole.

    They do where the log did not begin anew in between: it then holds every page that may have
    been written into the file meanwhile. Without a log the file must have stayed as it was.
    """
    log, log_copy = (one.with_name(f"{one.name}-wal") for one in (path, copy))
    log_copy.unlink(missing_ok=True)
    began = _header(log)
    shutil.copyfile(path, copy)
    if not began:
        return filecmp.cmp(path, copy, shallow=False) and not _header(log)
    try:
        shutil.copyfile(log, log_copy)
    except FileNotFoundError:
        return False
    return _header(log_copy) == began


def _header(log: Path) -> bytes:
    """What a log begins with, which is another one each time it begins anew; empty for none."""
    try:
        with log.open("rb") as file:
            return file.read(WAL_HEADER_BYTES)
    except FileNotFoundError:
        return b""
