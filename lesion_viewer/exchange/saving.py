"""Files that are written whole or not at all."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from lesion_viewer.errors import ExchangeError


def save_bytes(path: Path, content: bytes) -> None:
    """Put ``content`` into ``path``: whoever looks sees the old file or the new one, never a part.

    Raises
    ------
    ExchangeError
        Where nothing can be written there; a former file is then as it was.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _give_usual_rights(temporary)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)
        raise ExchangeError(f"{path}: cannot be written ({error.strerror or error})") from error
    _sync_folder(path.parent)


def _give_usual_rights(file: str) -> None:
    """Rights as of any new file; a temporary one is for its owner alone."""
    umask = os.umask(0)
    os.umask(umask)
    os.chmod(file, 0o666 & ~umask)


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system can do that for folders."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
