"""The files in a zip, read in place without unpacking to disk."""

import struct
import zipfile
from collections import Counter
from pathlib import Path
from typing import IO

from lesion_viewer.ct.files.inflation import MAX_RATIO, RATIO_COUNTS_FROM_BYTES
from lesion_viewer.ct.files.opened_files import MAX_FILE_BYTES
from lesion_viewer.ct.study import LeftOut
from lesion_viewer.errors import CTError

MAX_ZIP_MEMBERS = 100_000
# The central directory, about 160 bytes for each member.
MAX_DIRECTORY_BYTES = 2**24

END_RECORD = b"PK\x05\x06"
END_RECORD_BYTES, MAX_COMMENT_BYTES = 22, 2**16
ZIP64_LOCATOR, ZIP64_LOCATOR_BYTES = b"PK\x06\x07", 20
DEFLATED_OR_STORED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class ZipFiles:
    """The members of a zip; duplicate names are left out, because readers disagree about them.

    Parameters
    ----------
    path : Path
        The zip.

    Raises
    ------
    CTError
        The file is not a zip or has too many members.
    """

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                _refuse_large_directory(path.name, file)
            self._zip = zipfile.ZipFile(path)
        except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile) as error:
            raise CTError(f"{path.name} cannot be read as a zip: {error}") from error
        members = [i for i in self._zip.infolist() if not _name_of(i).endswith("/")]
        if len(members) > MAX_ZIP_MEMBERS:
            raise CTError(f"{path.name} has over {MAX_ZIP_MEMBERS} members")
        counts = Counter(map(_name_of, members))
        self._members = {_name_of(i): i for i in members if counts[_name_of(i)] == 1}
        self.names = tuple(sorted(self._members))
        self.left_out = tuple(
            LeftOut(name, f"is in the zip {count} times")
            for name, count in counts.items()
            if count > 1
        )

    def read(self, name: str, offset: int = 0, size: int = -1) -> bytes:
        """Bytes of a member from an offset on; no more is inflated than the zip states.

        Parameters
        ----------
        name : str
            One of ``names``.
        offset : int
            First byte to read, in the inflated member.
        size : int
            Number of bytes; -1 reads to the end.

        Returns
        -------
        bytes
            The content, at most ``size`` bytes.

        Raises
        ------
        CTError
            The member is damaged, encrypted, too large or packed with another method; the message
            does not name it.
        """
        info = self._members[name]
        _refuse_bomb(info)
        try:
            with self._zip.open(info) as member:
                member.seek(offset)
                return member.read(size)
        except Exception as error:  # zlib, CRC and encryption raise different types
            raise CTError(f"cannot be read from the zip: {error}") from error


def _name_of(info: zipfile.ZipInfo) -> str:
    """A member's name with ``/`` between folders, where some writers on Windows put backslashes."""
    return info.filename.replace("\\", "/")


def _refuse_large_directory(name: str, file: IO[bytes]) -> None:
    """Raise where reading the list of members would need too much memory.

    Notes
    -----
    APPNOTE 6.3.10, sections 4.3.14 to 4.3.16.
    """
    end = file.seek(0, 2)
    file.seek(max(0, end - END_RECORD_BYTES - MAX_COMMENT_BYTES))
    tail = file.read()
    at = tail.rfind(END_RECORD)
    if at < 0 or len(tail) < at + END_RECORD_BYTES:
        raise CTError(f"{name} cannot be read as a zip: it has no list of members at its end")
    (size,) = struct.unpack_from("<I", tail, at + 12)
    locator = tail[max(0, at - ZIP64_LOCATOR_BYTES) : at]
    if locator.startswith(ZIP64_LOCATOR):
        (record,) = struct.unpack_from("<Q", locator, 8)
        file.seek(min(record, end))
        size64 = file.read(48)[40:]
        size = max(size if size < 0xFFFFFFFF else 0, int.from_bytes(size64, "little"))
    if size > MAX_DIRECTORY_BYTES:
        raise CTError(f"{name} has a list of members of over {MAX_DIRECTORY_BYTES} bytes")


def _refuse_bomb(info: zipfile.ZipInfo) -> None:
    if info.compress_type not in DEFLATED_OR_STORED:
        raise CTError("is compressed in a way that is not read from a zip: pack it with deflate")
    if info.file_size > MAX_FILE_BYTES:
        raise CTError(f"is larger than {MAX_FILE_BYTES} bytes")
    is_large = info.file_size > RATIO_COUNTS_FROM_BYTES
    if is_large and info.file_size > MAX_RATIO * info.compress_size:
        raise CTError(f"inflates to over {MAX_RATIO} times its size")
