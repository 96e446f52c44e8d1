"""Files and folders that are replaced whole or not at all."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lesion_viewer.errors import ExchangeError


@contextmanager
def replaced_file(path: Path, expected: bytes | None = None) -> Iterator[Path]:
    """A path to write to, which takes the place of ``path`` once the block has ended.

    What was written is synced before it gets its name, and its folder after. Where the block
    raises, the former file stays and nothing is left beside it.

    Parameters
    ----------
    path : Path
        The file that is made or replaced; its folder is made where it is missing.
    expected : bytes | None
        What the new file is compared with once it is on the disk; not compared where None.

    Raises
    ------
    OSError
        Where nothing can be written there, or what was written reads otherwise.
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
    """An empty folder to fill, which takes the place of ``path`` once the block has ended.

    Its files are synced before it gets its name. Where the block raises, the former folder stays.

    Parameters
    ----------
    path : Path
        The folder that is made or replaced.

    Raises
    ------
    OSError
        Where nothing can be written there.
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
    """An empty folder to fill, whose files go into ``folder`` once the block has ended.

    Each is synced and replaced by itself; other files of ``folder`` stay.

    Parameters
    ----------
    folder : Path
        Made where it is missing.

    Raises
    ------
    OSError
        Where nothing can be written there.
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
    """Put ``content`` into ``path``: whoever looks sees the old file or the new one, never a part.

    Parameters
    ----------
    path : Path
        The file that is made or replaced.
    content : bytes
        All that it will hold.

    Raises
    ------
    ExchangeError
        Where nothing can be written there, or what was written reads otherwise; a former file is
        then as it was.
    """
    try:
        with replaced_file(path, expected=content) as new, open(new, "xb") as file:
            file.write(content)
    except OSError as error:
        raise ExchangeError(f"{path}: cannot be written ({error.strerror or error})") from error


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk, where the system can do that for folders.

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
