"""Opens a path: its studies with their series, and the files left out with the reason."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from lesion_viewer.ct.collecting import collected
from lesion_viewer.ct.dicom.dicomdir import is_dicomdir, listed_files
from lesion_viewer.ct.dicom.series import read_dicom
from lesion_viewer.ct.files.opened_files import Files, FolderFiles
from lesion_viewer.ct.files.zip_archive import ZipFiles
from lesion_viewer.ct.images.image_paths import content_key, is_image_file
from lesion_viewer.ct.images.itk_volumes import read_image
from lesion_viewer.ct.images.numbered_slices import is_png_name
from lesion_viewer.ct.images.png_folder import read_pngs
from lesion_viewer.ct.study import Collection, LeftOut, Study
from lesion_viewer.errors import CTError

Progress = Callable[[int, int], None]


def open_collection(path: Path, progress: Progress | None = None) -> Collection:
    """The studies under ``path``; only headers are read, ``Series.decode`` reads the voxels.

    Parameters
    ----------
    path : Path
        A folder (searched recursively) or zip of DICOM files or DeepLesion PNGs, one such file, a
        DICOMDIR, or a NIfTI, Analyze, NRRD or MetaImage file; may be relative, and may begin with
        ``~``.
    progress : Progress | None
        Called with the number of files read and the number of all files.

    Returns
    -------
    Collection
        At least one study, and the files that were left out.

    Raises
    ------
    CTError
        No CT can be read under the path; the message names the file and the reason.
    """
    path = Path(os.path.abspath(path.expanduser()))
    _refuse_unreadable(path)
    if path.is_file() and is_image_file(path):
        key = content_key(path)
        return Collection(path, key, (Study(key, read_image(path)),), ())
    files, root, left_out = files_at(path)
    found = _read_files(path, files, root, left_out, progress or (lambda done, total: None))
    if not found.studies:
        raise CTError(_nothing_found(path, found.left_out))
    return found


def open_study(path: Path) -> Study:
    """The only study under ``path``, read as ``open_collection`` reads it.

    Parameters
    ----------
    path : Path
        As for ``open_collection``.

    Returns
    -------
    Study
        With at least one series.

    Raises
    ------
    CTError
        No CT can be read under the path, or several studies.
    """
    found = open_collection(path)
    if len(found.studies) > 1:
        raise CTError(
            f"{found.path} holds {len(found.studies)} studies; open one of them by itself"
        )
    return found.studies[0]


def _refuse_unreadable(path: Path) -> None:
    """Raise where the path is not a folder or a regular file; reading a pipe would block."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise CTError(f"{path} does not exist") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CTError(f"{path} cannot be read: {reason}") from error
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise CTError(f"{path} is neither a folder nor a file")


def files_at(path: Path) -> tuple[Files, str, list[LeftOut]]:
    """The files of a path, the name of their folder, and the entries that are left out.

    Parameters
    ----------
    path : Path
        A folder, zip or DICOMDIR, or one file, which is read together with no other.

    Returns
    -------
    tuple[Files, str, list[LeftOut]]
        Names of the files are those that ``SliceSource`` has.

    Raises
    ------
    CTError
        Where the folder or archive cannot be read.
    """
    if path.is_dir():
        files: Files = FolderFiles(path)
        return files, path.name, list(files.left_out)
    if path.suffix.lower() == ".zip":
        files = ZipFiles(path)
        return files, path.stem, list(files.left_out)
    if is_dicomdir(path):
        files, left_out = listed_files(path)
        return files, path.parent.name, left_out
    return FolderFiles(path.parent, (path.name,)), path.parent.name, []


def _read_files(
    path: Path, files: Files, root: str, odd: list[LeftOut], progress: Progress
) -> Collection:
    pngs = [n for n in files.names if is_png_name(n.rpartition("/")[2])]
    images = [n for n in files.names if is_image_file(path / n)]
    others = sorted(set(files.names).difference(pngs, images))
    count, total = len(others), len(others) + len(pngs)
    dicom, left_out = read_dicom(files, others, lambda done: progress(done, total))
    stacks, odd_pngs = read_pngs(files, pngs, root, lambda done: progress(count + done, total))
    left_out += odd_pngs + odd
    left_out += [LeftOut(n, "is an image file: open it by itself") for n in images]
    return collected(path, dicom, stacks, left_out)


def _nothing_found(path: Path, left_out: tuple[LeftOut, ...]) -> str:
    if not left_out:
        return f"{path} holds no files"
    first = left_out[0]
    if path.is_file() and first.file == path.name:
        return f"{path} {first.reason}"
    return f"{path} holds no CT; {first.file} {first.reason}"
