"""DICOMDIR files, which list the DICOM files of a medium (PS3.10 section 8.6)."""

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

    A name is looked up as it is listed, then in lower case, because some systems copy disks that
    way.

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
    for parts in _file_ids(path):
        listed = "/".join(parts)
        forms = (listed, listed.lower())
        found = next((n for n in forms if not why_refused(path.parent, n)), None)
        if not all(map(_is_plain, parts)):
            left_out.append(LeftOut(listed, "is listed in the DICOMDIR and leaves its folder"))
        elif found is None:
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


def _is_plain(part: str) -> bool:
    """Whether a path component is a plain name of a file or folder."""
    return part not in ("", ".", "..") and not any(c in part for c in "/\\:\0")
