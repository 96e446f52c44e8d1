"""A lock that a process has on a file for as long as it lives; a killed process has none."""

import os
import sys
from pathlib import Path
from typing import Self


class FileLock:
    """Holds a file locked until it is released, or the process ends in whichever way.

    Parameters
    ----------
    path : Path
        File that stands for what is locked; made where it is missing.

    Raises
    ------
    OSError
        Where somebody else holds it, or the file system knows no locks.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._descriptor)
        except OSError:
            os.close(self._descriptor)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *how: object) -> None:
        self.release()

    def release(self) -> None:
        """Let others lock it; once more does nothing."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
