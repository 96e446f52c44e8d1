"""What files of DICOM there are under a path, from the beginnings of a few: any, and whose."""

from collections.abc import Iterable
from pathlib import Path

from lesion_viewer.ct.dicom.beginning import is_dicom
from lesion_viewer.ct.dicom.header import Tag, read_header
from lesion_viewer.ct.files.opened_files import Files, FolderFiles
from lesion_viewer.ct.files.zip_archive import ZipFiles
from lesion_viewer.errors import CTError

HEAD_BYTES = 1024
OTHERS = (".png", ".nii", ".nii.gz", ".csv", ".json", ".txt")
"""Files that are not looked into: DICOM has other names."""


def holds_dicom(path: Path) -> bool:
    """Whether a folder, a zip or a file is or holds DICOM.

    Parameters
    ----------
    path : Path
        What may be opened; a DICOMDIR is DICOM itself.

    Returns
    -------
    bool
        False too for what cannot be read.
    """
    try:
        files = _files_at(path)
        return any(_is_dicom(files, name) for name in files.names)
    except (CTError, OSError):
        return False


def patients_of(path: Path, names: Iterable[str]) -> dict[str, int]:
    """Which files under a path are of one patient.

    Patient IDs are compared and forgotten: they must get into no journal, log or picture.

    Parameters
    ----------
    path : Path
        What was opened.
    names : Iterable[str]
        Files as ``SliceSource`` names them.

    Returns
    -------
    dict[str, int]
        Name -> number of its patient, from 1 in the order of the IDs; without files that cannot be
        read or name no patient.
    """
    ids = {}
    files = _files_at(path)
    for name in names:
        try:
            ids[name] = read_header(files, name).text(Tag.PATIENT_ID).replace("\ufffd", "")
        except (CTError, KeyError):
            ids[name] = ""
    numbers = {one: n for n, one in enumerate(sorted({*ids.values()} - {""}), 1)}
    return {name: numbers[one] for name, one in ids.items() if one}


def _files_at(path: Path) -> Files:
    if path.is_dir():
        return FolderFiles(path)
    if path.suffix.lower() == ".zip":
        return ZipFiles(path)
    return FolderFiles(path.parent, (path.name,) if path.is_file() else ())


def _is_dicom(files: Files, name: str) -> bool:
    if name.lower().endswith(OTHERS):
        return False
    try:
        return is_dicom(files.read(name, 0, HEAD_BYTES))
    except CTError:
        return False
