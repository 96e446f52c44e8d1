"""Files and folders that are replaced completely or not at all."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lesion_viewer.errors import ExchangeError


@contextmanager
def replaced_file(path: Path, expected: bytes | None = None) -> Iterator[Path]:
    """A temporary path to write to, which replaces ``path`` when the block ends.

    The content is synced before the file is renamed, and its folder afterwards. Where the block
    raises, the former file stays and the temporary file is removed.

    Parameters
    ----------
    path : Path
        File to create or replace; its folder is created where it is missing.
    expected : bytes | None
        Content that the written file must have; not checked where None.

    Yields
    ------
    Path
        Path of the temporary file, which does not exist yet.

    Raises
    ------
    OSError
        The file cannot be written, or reads differently from ``expected``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f".{path.name[:40]}.{secrets.token_hex(8)}"
    try:
        yield temporary
        _sync(temporary)
        if expected is not None and temporary.read_bytes() != expected:
            raise OSError("what was written reads otherwise")
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


@contextmanager
def replaced_folder(path: Path) -> Iterator[Path]:
    """An empty folder to fill, which replaces ``path`` when the block ends.

    Its files are synced before it is renamed. Where the block raises, the former folder stays.

    Parameters
    ----------
    path : Path
        Folder to create or replace.

    Yields
    ------
    Path
        Path of the empty folder.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.parent / f".{path.name[:40]}.{secrets.token_hex(8)}"
    new, old = beside / "new", beside / "old"
    try:
        new.mkdir(parents=True)
        yield new
        for file in filter(Path.is_file, new.rglob("*")):
            _sync(file)
        if path.exists():
            path.rename(old)
        new.rename(path)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    sync_folder(path.parent)


@contextmanager
def replaced_files(folder: Path) -> Iterator[Path]:
    """An empty folder to fill, whose files move into ``folder`` when the block ends.

    Each file is synced and replaced by itself; other files in ``folder`` stay.

    Parameters
    ----------
    folder : Path
        Created where it is missing.

    Yields
    ------
    Path
        Path of the empty folder.

    Raises
    ------
    OSError
        The files cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f".writing.{secrets.token_hex(8)}"
    try:
        new.mkdir()
        yield new
        files = sorted(new.iterdir())
        for file in files:
            _sync(file)
        for file in files:
            os.replace(file, folder / file.name)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    sync_folder(folder)


def save_bytes(path: Path, content: bytes) -> None:
    """Replace the content of a file; readers see the old file or the new one, never a part.

    Parameters
    ----------
    path : Path
        File to create or replace.
    content : bytes
        New content of the file.

    Raises
    ------
    ExchangeError
        The file cannot be written, or reads differently afterwards; a former file is unchanged.
    """
    try:
        with replaced_file(path, expected=content) as new, open(new, "xb") as file:
            file.write(content)
    except OSError as error:
        raise ExchangeError(f"{path}: cannot be written ({error.strerror or error})") from error


def sync_folder(folder: Path) -> None:
    """Sync the directory entries of a folder to disk, where the system supports it.

    Parameters
    ----------
    folder : Path
        An existing folder.
    """
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sync(file: Path) -> None:
    with open(file, "rb+") as stream:
        os.fsync(stream.fileno())
