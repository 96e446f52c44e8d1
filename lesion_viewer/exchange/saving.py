"""Files that are written whole or not at all."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from lesion_viewer.errors import ExchangeError
from lesion_viewer.system.atomic_files import sync_folder


def save_bytes(path: Path, content: bytes) -> None:
    """Put ``content`` into ``path``: whoever looks sees the old file or the new one, never a part.

    Raises
    ------
    ExchangeError
        Where nothing can be written there, or what was written reads otherwise; a former file is
        then as it was.
    """
    temporary = path.parent / f".{path.name[:40]}.{secrets.token_hex(8)}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if temporary.read_bytes() != content:
            raise OSError("what was written reads otherwise")
        os.replace(temporary, path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise ExchangeError(f"{path}: cannot be written ({error.strerror or error})") from error
    sync_folder(path.parent)
