"""Files by URL: in a folder, on a server, in an object store."""

import time
from hashlib import sha256
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem

from lesion_viewer.errors import TrainingError
from lesion_viewer.system.atomic_files import save_bytes

PAUSES_S = (0.5, 2.0)
"""Before each further try, where a network lies between."""


def file_in(folder: str, name: str) -> str:
    """The URL of a file in a folder.

    Parameters
    ----------
    folder : str
        A path or a URL.
    name : str
        The file's name.

    Returns
    -------
    str
        A path or a URL.
    """
    return f"{folder.rstrip('/')}/{name}"


def read(url: str, digest: str = "") -> bytes | None:
    """The content of a file; None where there is none.

    Parameters
    ----------
    url : str
        A path or a URL.
    digest : str
        SHA-256 that the content must have; not checked where empty.

    Returns
    -------
    bytes | None
        The content.

    Raises
    ------
    TrainingError
        Where the file cannot be read, or its content is another; it names the file.
    """
    system, path = _system_of(url)
    pauses = () if isinstance(system, LocalFileSystem) else PAUSES_S
    for pause in (*pauses, None):
        try:
            content: bytes = system.cat_file(path)
        except FileNotFoundError:
            return None
        except Exception as error:  # Each store's client has a family of errors of its own.
            why = f"cannot be read: {_line(error)}"
        else:
            if not digest or sha256(content).hexdigest() == digest:
                return content
            why = f"is damaged: its {len(content)} bytes have another checksum than was written"
        if pause is not None:
            time.sleep(pause)
    raise TrainingError(f"{url} {why}")


def write(url: str, content: bytes) -> None:
    """Write a file, whole or not at all.

    Parameters
    ----------
    url : str
        A path or a URL; a file that is there is replaced.
    content : bytes
        Its content.

    Raises
    ------
    TrainingError, ExchangeError
        Where the file cannot be written; it names the file.
    """
    system, path = _system_of(url)
    if isinstance(system, LocalFileSystem):
        save_bytes(Path(path), content)
        return
    try:
        system.pipe_file(path, content)  # Object stores show what was sent as a whole.
    except Exception as error:  # Each store's client has a family of errors of its own.
        raise TrainingError(f"{url} cannot be written: {_line(error)}") from error


def clear_leftovers(folder: str) -> None:
    """Remove what a killed process left half-written; object stores keep no such files.

    Parameters
    ----------
    folder : str
        A path or a URL.
    """
    system, path = _system_of(folder)
    if isinstance(system, LocalFileSystem):
        for file in Path(path).glob(".*.tar.*"):
            file.unlink()


def _system_of(url: str) -> tuple[fsspec.AbstractFileSystem, str]:
    """The file system of this process; it does not survive a fork, so nobody keeps it."""
    try:
        system, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise TrainingError(f"{url} cannot be opened: {_line(error)}") from error
    return system, path


def _line(error: Exception) -> str:
    return " ".join((str(error) or type(error).__name__).split())
