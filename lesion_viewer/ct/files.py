"""The files under an opened path, be it a folder, one file or a zip, read by their names."""

import os
import zipfile
from pathlib import Path
from typing import Protocol

from lesion_viewer.errors import CTError

MAX_ZIP_MEMBERS = 100_000
MAX_FILE_BYTES = 2**30
# Deflate reaches 1032:1 on constant bytes; a member that is large as well is no picture.
MAX_ZIP_RATIO = 250
RATIO_COUNTS_FROM_BYTES = 2**25


class Files(Protocol):
    """Files by name; a name is relative to the opened path, with ``/``."""

    names: tuple[str, ...]

    def read(self, name: str, offset: int = 0, size: int = -1) -> bytes:
        """Bytes of a file from ``offset`` on, all of them where ``size`` is -1.

        Fewer than ``size`` where the file ends before.

        Raises
        ------
        CTError
            Where the file cannot be read; says why without naming it.
        """


class FolderFiles:
    """All files in a folder and the folders in it, or those named.

    Parameters
    ----------
    folder : where the names start
    names : files relative to it; all that are there when left out
    """

    def __init__(self, folder: Path, names: tuple[str, ...] | None = None) -> None:
        self._root = str(folder) + os.sep
        self.names = tuple(sorted(_names_in(str(folder), ""))) if names is None else names

    def read(self, name: str, offset: int = 0, size: int = -1) -> bytes:
        """Bytes of a file, see ``Files``."""
        try:
            with open(self._root + name, "rb") as file:
                if size < 0 and os.fstat(file.fileno()).st_size > MAX_FILE_BYTES:
                    raise CTError(f"is larger than {MAX_FILE_BYTES} bytes")
                if offset:
                    file.seek(offset)
                return file.read(size)
        except OSError as error:
            raise CTError(f"cannot be read: {error.strerror}") from error


class ZipFiles:
    """The members of a zip, read in place; nothing is ever unpacked to disk.

    Raises
    ------
    CTError
        For a file that is no zip or has too many members.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise CTError(f"{path.name} cannot be read as a zip: {error}") from error
        members = [info for info in self._zip.infolist() if not info.is_dir()]
        if len(members) > MAX_ZIP_MEMBERS:
            raise CTError(f"{path.name} has over {MAX_ZIP_MEMBERS} members")
        self._members = {info.filename: info for info in members}
        self.names = tuple(sorted(self._members))

    def read(self, name: str, offset: int = 0, size: int = -1) -> bytes:
        """Bytes of a member, see ``Files``; no more are inflated than the zip states."""
        info = self._members[name]
        _refuse_bomb(info)
        try:
            with self._zip.open(info) as member:
                member.seek(offset)
                return member.read(size)
        except Exception as error:  # zlib, CRC, encryption and unknown methods each raise their own
            raise CTError(f"cannot be read from the zip: {error}") from error


def _names_in(folder: str, prefix: str) -> list[str]:
    names = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    names += _names_in(entry.path, f"{prefix}{entry.name}/")
                elif entry.is_file():
                    names.append(prefix + entry.name)
    except OSError as error:
        if not prefix:
            raise CTError(f"{folder} cannot be read: {error.strerror}") from error
        names.append(prefix.rstrip("/"))  # reading it will say why
    return names


def _refuse_bomb(info: zipfile.ZipInfo) -> None:
    if info.file_size > MAX_FILE_BYTES:
        raise CTError(f"is larger than {MAX_FILE_BYTES} bytes")
    is_large = info.file_size > RATIO_COUNTS_FROM_BYTES
    if is_large and info.file_size > MAX_ZIP_RATIO * info.compress_size:
        raise CTError(f"inflates to over {MAX_ZIP_RATIO} times its size")
