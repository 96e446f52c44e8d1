"""Series of numbered PNG slices, of which any may be missing; slices are read on demand."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.files.opened_files import FolderFiles
from lesion_viewer.ct.files.references import why_refused
from lesion_viewer.ct.images.png_folder import HEAD_BYTES, PNG_START, decode_png
from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.ct.values.window import Window
from lesion_viewer.errors import CTError

SUFFIX = ".png"
APPLE_DOUBLE = "._"


@dataclass(frozen=True, slots=True)
class NumberedSlices:
    """The expected slices of a series, whether their files exist or not.

    Attributes
    ----------
    folder : str
        Path of the folder that holds them, or the beginning of their names.
    numbers : range
        Consecutive slice numbers; the first is slice index 0.
    shape : tuple[int, int]
        Rows and columns.
    spacing_mm : tuple[float, float, float] | None
        Distances of (slices, rows, columns) in mm; None where unknown.
    window : Window | None
        Window that the annotations give; None where they give none.
    uid : str
        Name of the series: ``folder/first-last``, ``folder/number`` for one slice.
    """

    folder: str
    numbers: range
    shape: tuple[int, int]
    spacing_mm: tuple[float, float, float] | None
    window: Window | None
    uid: str = field(init=False)

    def __post_init__(self) -> None:
        first, last = self.numbers[0], self.numbers[-1]
        extent = f"{first:03d}" if first == last else f"{first:03d}-{last:03d}"
        object.__setattr__(self, "uid", f"{self.folder}/{extent}")


def is_png_name(name: str) -> bool:
    """Whether a file is a PNG by its name.

    Parameters
    ----------
    name : str
        Without its folders. macOS keeps what it knows of ``1.png`` in ``._1.png`` on disks of
        other systems and in zips: that is no PNG.
    """
    return name.lower().endswith(SUFFIX) and not name.startswith(APPLE_DOUBLE)


def list_pngs(root: Path) -> list[str]:
    """The PNG files under a folder, sorted, relative to it and with ``/`` between folders.

    Parameters
    ----------
    root : Path
        The folder; links to folders are not followed.

    Returns
    -------
    list[str]
        Names of the files.

    Raises
    ------
    CTError
        ``root`` is not a readable folder.
    """

    def refuse(error: OSError) -> None:
        if error.filename == str(root):
            raise CTError(f"{root} cannot be read as a folder: {error.strerror}") from error

    found = []
    for folder, _, names in os.walk(root, onerror=refuse):
        inside = Path(folder).relative_to(root).as_posix()
        before = "" if inside == "." else f"{inside}/"
        found += [f"{before}{name}" for name in names if is_png_name(name)]
    return sorted(found)


def png_shape(path: Path) -> tuple[int, int] | None:
    """Rows and columns of a PNG, from its first bytes; None for other files.

    Parameters
    ----------
    path : Path
        Any file.

    Returns
    -------
    tuple[int, int] | None
        (rows, columns).
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError:
        return None
    if not head.startswith(PNG_START) or len(head) < HEAD_BYTES:
        return None
    return int.from_bytes(head[20:24]), int.from_bytes(head[16:20])


def numbered_series(root: Path, slices: NumberedSlices, there: Mapping[int, str]) -> Series:
    """A series with its missing slices; ``decode`` raises CTError for those.

    Parameters
    ----------
    root : Path
        Folder that the files are relative to.
    slices : NumberedSlices
        The expected slices.
    there : Mapping[int, str]
        Number to file of the slices that exist, relative to ``root``.

    Returns
    -------
    Series
        Series without faults and without geometry.
    """
    files = [there.get(n, f"{slices.folder}/{n:03d}.png") for n in slices.numbers]

    def decode(slice_index: int) -> NDArray[np.int16]:
        name = files[slice_index]
        if slices.numbers[slice_index] not in there:
            raise CTError(f"{name} is missing")
        if reason := why_refused(root, name):
            raise CTError(f"{name} {reason}")
        hu = decode_png(FolderFiles(root, (name,)), name)
        if hu.shape != slices.shape:
            found, said = (" x ".join(map(str, shape)) for shape in (hu.shape, slices.shape))
            raise CTError(f"{name} has {found} pixels; its annotation says {said}")
        return hu

    return Series(
        uid=slices.uid,
        study_uid="",
        modality="CT",
        description=slices.uid.replace("/", " "),
        number=None,
        slices=tuple(SliceSource(file=name, window=slices.window) for name in files),
        shape=(len(slices.numbers), *slices.shape),
        spacing_mm=slices.spacing_mm,
        geometry=None,
        faults=(),
        decode=decode,
    )
