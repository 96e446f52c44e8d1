"""One run at a time writes into a folder of results, whichever machine it is on."""

import errno
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from platform import node

from lesion_viewer.errors import ExchangeError
from lesion_viewer.system.file_lock import FileLock

RUNNING = "running.json"
"""Names the run that writes; on a shared disk machines of which none sees the locks of another."""

LOCK = ".running.lock"
HELD = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder of results while the block runs.

    The mark of a run of this machine that was killed is replaced.

    Parameters
    ----------
    folder : Path
        Folder of the results, which exists.

    Yields
    ------
    None
        Nothing.

    Raises
    ------
    ExchangeError
        Another run writes into it, or may do so on another machine; or it cannot be written.
    """
    lock, mark = _locked(folder), folder / RUNNING
    try:
        _put(mark, is_locked=lock is not None)
        try:
            yield
        finally:
            mark.unlink(missing_ok=True)
    finally:
        if lock is not None:
            lock.release()


def _locked(folder: Path) -> FileLock | None:
    """The lock; None on a file system that has none."""
    try:
        return FileLock(folder / LOCK)
    except OSError as error:
        if error.errno in HELD:
            who = _said(folder / RUNNING)
            raise ExchangeError(f"{folder}: another run writes into it{who}") from error
        if error.errno in (errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK):
            return None
        raise ExchangeError(f"{folder}: cannot be written: {error.strerror}") from error


def _put(mark: Path, is_locked: bool) -> None:
    """Make the mark of this run, in place of that of a dead one."""
    if not _made(mark):
        holder = _read(mark)
        is_here = holder.get("host") == node()
        if not is_here or not (is_locked or _is_dead(holder.get("pid"))):
            raise ExchangeError(
                f"{mark.parent}: another run writes into it{_said(mark)};"
                f" if it does not run any more, delete {mark.name}"
            )
        mark.unlink(missing_ok=True)
        if not _made(mark):
            raise ExchangeError(f"{mark.parent}: another run writes into it{_said(mark)}")


def _made(mark: Path) -> bool:
    """Whether the mark was not there, and is now; one of several runs makes it."""
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    said = json.dumps({"host": node(), "pid": os.getpid(), "since": since})
    try:
        descriptor = os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        return False
    except OSError as error:
        raise ExchangeError(f"{mark.parent}: cannot be written: {error.strerror}") from error
    try:
        os.write(descriptor, said.encode())
    except OSError as error:
        mark.unlink(missing_ok=True)
        raise ExchangeError(f"{mark.parent}: cannot be written: {error.strerror}") from error
    finally:
        os.close(descriptor)
    return True


def _said(mark: Path) -> str:
    holder = _read(mark)
    if not holder:
        return ""
    return f", process {holder.get('pid')} on {holder.get('host')} since {holder.get('since')}"


def _read(mark: Path) -> dict[str, object]:
    try:
        found = json.loads(mark.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_dead(pid: object) -> bool:
    if not isinstance(pid, int) or sys.platform == "win32":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
