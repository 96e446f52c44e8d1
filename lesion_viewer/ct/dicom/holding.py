"""Whether there are files of DICOM under a path, from the beginnings of a few."""

from pathlib import Path

from lesion_viewer.ct.dicom.beginning import is_dicom
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
