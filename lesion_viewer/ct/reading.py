"""A path becomes a study: what can be read in it, and what was left out and why."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from lesion_viewer.ct.dicom_series import read_dicom
from lesion_viewer.ct.files import Files, FolderFiles, ZipFiles
from lesion_viewer.ct.image_files import content_key, is_image_file, read_image
from lesion_viewer.ct.png_folder import png_key, read_pngs
from lesion_viewer.ct.study import LeftOut, Series, Study
from lesion_viewer.errors import CTError

Progress = Callable[[int, int], None]


def open_study(path: Path, progress: Progress | None = None) -> Study:
    """The study in ``path``: headers only, voxels come from ``Series.decode``.

    Parameters
    ----------
    path : a folder (searched through) or zip of DICOM files or DeepLesion PNGs, one such file,
        or a NIfTI, NRRD or MetaImage file; may be relative, and begin with ``~``
    progress : is told how many files were read, and of how many

    Raises
    ------
    CTError
        Where there is nothing to show; names the file and the reason.
    """
    path = Path(os.path.abspath(path.expanduser()))
    if not path.exists():
        raise CTError(f"{path} does not exist")
    if path.is_file() and is_image_file(path.name):
        return Study(path, content_key(path), (read_image(path),), ())
    files, root = _files_at(path)
    study = _read_files(path, files, root, progress or (lambda done, total: None))
    if not study.series:
        raise CTError(_nothing_found(path, study.left_out))
    return study


def _files_at(path: Path) -> tuple[Files, str]:
    """The files at a path, and the name of the folder in which the topmost of them lie."""
    if path.is_dir():
        return FolderFiles(path), path.name
    if path.suffix.lower() == ".zip":
        return ZipFiles(path), path.stem
    return FolderFiles(path.parent, (path.name,)), path.parent.name


def _read_files(path: Path, files: Files, root: str, progress: Progress) -> Study:
    pngs = [n for n in files.names if n.lower().endswith(".png")]
    images = [n for n in files.names if is_image_file(n)]
    others = sorted(set(files.names).difference(pngs, images))
    count, total = len(others), len(others) + len(pngs)
    dicom, left_out = read_dicom(files, others, lambda done: progress(done, total))
    stacks, odd_pngs = read_pngs(files, pngs, root, lambda done: progress(count + done, total))
    left_out += odd_pngs
    left_out += [LeftOut(n, "is an image file: open it by itself") for n in images]
    return Study(
        path=path,
        key=_dicom_key(dicom) if dicom else png_key(stacks),
        series=(*dicom, *stacks),
        left_out=tuple(sorted(left_out, key=lambda f: f.file)),
    )


def _dicom_key(series: list[Series]) -> str:
    """From the Study Instance UIDs alone: one more series is still the same study."""
    uids = sorted({s.study_uid for s in series})
    return sha256("\n".join(uids).encode()).hexdigest()


def _nothing_found(path: Path, left_out: tuple[LeftOut, ...]) -> str:
    if not left_out:
        return f"{path} holds no files"
    first = left_out[0]
    if path.is_file() and first.file == path.name:
        return f"{path} {first.reason}"
    return f"{path} holds no CT; {first.file} {first.reason}"
