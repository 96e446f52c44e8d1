"""DICOMDIR files, which list the DICOM files of a medium (PS3.10 section 8.6)."""

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from lesion_viewer.ct.dicom.beginning import DIRECTORY_RECORDS, is_dicom
from lesion_viewer.ct.dicom.datasets import dataset_before_pixels
from lesion_viewer.ct.files.opened_files import FolderFiles
from lesion_viewer.ct.files.references import why_refused
from lesion_viewer.ct.study import LeftOut
from lesion_viewer.errors import CTError

DIRECTORY_CLASS = b"1.2.840.10008.1.3.10"
REFERENCED_FILE_ID = 0x00041500
HEAD_BYTES = 1024
# A record has about 500 bytes.
MAX_DIRECTORY_BYTES = 2**26


def is_dicomdir(path: Path) -> bool:
    """Whether a file is a DICOMDIR, by the class in its file meta information.

    Parameters
    ----------
    path : Path
        Any file; one that cannot be read is no DICOMDIR.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError:
        return False
    return is_dicom(head) and DIRECTORY_CLASS in head


def listed_files(path: Path) -> tuple[FolderFiles, list[LeftOut]]:
    """The existing files that a DICOMDIR lists, and the files that are left out.

    Names are looked up as listed, then as systems and archives write them when they copy a disk:
    in lower case, with an extension (PS3.10 section 8.2), with the version ``;1``.

    Parameters
    ----------
    path : Path
        The DICOMDIR; listed names are relative to its folder, and nothing outside is read.

    Returns
    -------
    tuple[FolderFiles, list[LeftOut]]
        Files that can be read, and listed files that are missing or lie outside the folder.

    Raises
    ------
    CTError
        The DICOMDIR is damaged or lists no files.
    """
    names, left_out = set[str](), []
    names_in = lru_cache(None)(_names_in)
    for parts in _file_ids(path):
        listed = "/".join(parts)
        if not all(map(_is_plain, parts)):
            left_out.append(LeftOut(listed, "is listed in the DICOMDIR and leaves its folder"))
            continue
        found = _file_of(path.parent, parts, names_in)
        if found is None or why_refused(path.parent, found):
            left_out.append(LeftOut(listed, "is listed in the DICOMDIR and is not there"))
        else:
            names.add(found)
    return FolderFiles(path.parent, tuple(sorted(names))), left_out


def _file_ids(path: Path) -> list[tuple[str, ...]]:
    """The path components of each file that the directory records refer to."""
    if path.stat().st_size > MAX_DIRECTORY_BYTES:
        raise CTError(f"{path} is larger than {MAX_DIRECTORY_BYTES} bytes")
    data = path.read_bytes()
    try:
        records: list[Any] = list(dataset_before_pixels(data)[DIRECTORY_RECORDS].value)
        found = [r[REFERENCED_FILE_ID].value for r in records if REFERENCED_FILE_ID in r]
    except Exception as error:  # pydicom raises many kinds for what is damaged
        raise CTError(f"{path} is a damaged DICOMDIR: {error}") from error
    ids = [tuple(map(str, [v] if isinstance(v, str) else v or [])) for v in found]
    if not any(ids):
        raise CTError(f"{path} is a DICOMDIR that lists no files")
    return sorted({i for i in ids if i})


def _file_of(
    folder: Path, parts: tuple[str, ...], names_in: Callable[[Path], tuple[str, ...]]
) -> str | None:
    """The file that components stand for, relative to the folder; None without the only one."""
    found = ""
    for part in parts:
        names = names_in(folder / found)
        same = [n for n in names if n == part] or [n for n in names if _key(n) == _key(part)]
        if part is parts[-1]:
            same = same or [n for n in names if _key(n).partition(".")[0] == _key(part)]
        if len(same) != 1:
            return None
        found = f"{found}/{same[0]}" if found else same[0]
    return found


def _key(name: str) -> str:
    return name.casefold().removesuffix(";1").removesuffix(".")


def _names_in(folder: Path) -> tuple[str, ...]:
    try:
        return tuple(sorted(os.listdir(folder)))
    except OSError:
        return ()


def _is_plain(part: str) -> bool:
    """Whether a path component is a plain name of a file or folder."""
    return part not in ("", ".", "..") and not any(c in part for c in "/\\:\0")
