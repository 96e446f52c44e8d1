"""The files of a folder, read by their names."""

import os
import stat
import threading
from pathlib import Path
from typing import Protocol

from lesion_viewer.ct.study import LeftOut
from lesion_viewer.errors import CTError

MAX_FILE_BYTES = 2**30
# The whole of DeepLesion has 928,020 slices.
MAX_FILES = 1_000_000


class Files(Protocol):
    """Files by name; names are relative to the opened path, with ``/``.

    Attributes
    ----------
    names : tuple[str, ...]
        Names of the files, sorted.
    left_out : tuple[LeftOut, ...]
        Entries that are not readable files.
    """

    names: tuple[str, ...]
    left_out: tuple[LeftOut, ...]

    def read(self, name: str, offset: int = 0, size: int = -1) -> bytes:
        """Bytes of a file from an offset on; fewer than ``size`` where the file ends before.

        Parameters
        ----------
        name : str
            One of ``names``.
        offset : int
            First byte to read.
        size : int
            Number of bytes; -1 reads to the end.

        Returns
        -------
        bytes
            The content, at most ``size`` bytes.

        Raises
        ------
        CTError
            The file cannot be read; the message does not name it.
        """


class FolderFiles:
    """All files in a folder and its subfolders, or the named ones.

    Links are followed and each folder is read once: circular links end, and the links left out for
    that reason are listed.

    Parameters
    ----------
    folder : Path
        Folder that the names are relative to.
    names : tuple[str, ...] | None
        Files to use; all files that exist when left out.

    Attributes
    ----------
    names : tuple[str, ...]
        Names of the files, sorted.
    left_out : tuple[LeftOut, ...]
        Entries that are not readable files.

    Raises
    ------
    CTError
        The folder cannot be read, or holds more than ``MAX_FILES`` files.
    """

    def __init__(self, folder: Path, names: tuple[str, ...] | None = None) -> None:
        self._root = str(folder) + os.sep
        self.left_out: tuple[LeftOut, ...] = ()
        if names is None:
            names, self.left_out = _search(str(folder))
        self.names = names

    def read(self, name: str, offset: int = 0, size: int = -1) -> bytes:
        """Bytes of a file from an offset on; fewer than ``size`` where the file ends before.

        Parameters
        ----------
        name : str
            One of ``names``.
        offset : int
            First byte to read.
        size : int
            Number of bytes; -1 reads to the end.

        Returns
        -------
        bytes
            The content, at most ``size`` bytes.

        Raises
        ------
        CTError
            The file cannot be read or is too large; the message does not name it.
        """
        try:
            with open(self._root + name, "rb", opener=_open_file) as file:
                if size < 0 and os.fstat(file.fileno()).st_size - offset > MAX_FILE_BYTES:
                    raise CTError(f"is larger than {MAX_FILE_BYTES} bytes")
                if offset:
                    file.seek(offset)
                return file.read(min(size, MAX_FILE_BYTES))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise CTError(f"cannot be read: {reason}") from error


class LastRead:
    """Files of which the last one read stays in memory.

    For multi-frame files that cannot be read in part: compressed, deflated or in a zip.

    Parameters
    ----------
    files : Files
        Files to read from.
    """

    def __init__(self, files: Files) -> None:
        self.names, self.left_out = files.names, files.left_out
        self._files = files
        self._lock = threading.Lock()
        self._last: tuple[str, bytes] | None = None

    def read(self, name: str, offset: int = 0, size: int = -1) -> bytes:
        """Bytes of a file from an offset on; fewer than ``size`` where the file ends before.

        Parameters
        ----------
        name : str
            One of ``names``.
        offset : int
            First byte to read.
        size : int
            Number of bytes; -1 reads to the end.

        Returns
        -------
        bytes
            The content, at most ``size`` bytes.
        """
        with self._lock:
            if self._last is None or self._last[0] != name:
                self._last = name, self._files.read(name)
            data = self._last[1]
        return data[offset:] if size < 0 else data[offset : offset + size]


def _open_file(path: str, flags: int) -> int:
    """Open without blocking, in case the file has been replaced by a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _search(root: str) -> tuple[tuple[str, ...], tuple[LeftOut, ...]]:
    """Names of the files under a folder, and other entries; links are followed last."""
    names: list[str] = []
    left_out: list[LeftOut] = []
    seen: set[tuple[int, int]] = set()
    folders, links = [""], list[str]()
    while folders or links:
        folder = folders.pop() if folders else links.pop(0)
        try:
            found = os.stat(root + os.sep + folder)
            if (found.st_dev, found.st_ino) in seen and found.st_ino:
                left_out.append(LeftOut(folder.rstrip("/"), "is a link to a folder that is read"))
                continue
            seen.add((found.st_dev, found.st_ino))
            _list(root, folder, names, folders, links, left_out)
        except OSError as error:
            if not folder:
                raise CTError(f"{root} cannot be read: {error.strerror}") from error
            left_out.append(LeftOut(folder.rstrip("/"), f"cannot be read: {error.strerror}"))
        links.sort()
    return tuple(sorted(names)), tuple(left_out)


def _list(
    root: str,
    folder: str,
    names: list[str],
    folders: list[str],
    links: list[str],
    left_out: list[LeftOut],
) -> None:
    """Sort the entries of one folder into the lists."""
    with os.scandir(root + os.sep + folder) as entries:
        for entry in entries:
            name = folder + entry.name
            try:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{name}/")
                elif entry.is_dir():
                    links.append(f"{name}/")
                elif entry.is_file():
                    names.append(name)
                else:
                    left_out.append(LeftOut(name, _why_no_file(entry)))
            except OSError as error:  # such as a link to itself
                left_out.append(LeftOut(name, f"cannot be read: {error.strerror}"))
            if len(names) + len(folders) + len(links) + len(left_out) > MAX_FILES:
                raise CTError(f"{root} holds over {MAX_FILES} files: open the folder of one study")


def _why_no_file(entry: "os.DirEntry[str]") -> str:
    try:
        mode = entry.stat().st_mode
    except OSError as error:
        return f"is a link that leads nowhere: {error.strerror}"
    return "is a pipe" if stat.S_ISFIFO(mode) else "is no regular file"
