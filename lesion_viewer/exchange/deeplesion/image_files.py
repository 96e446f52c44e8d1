"""DeepLesion's folders of numbered PNG slices, of which any may be missing."""

import os
from collections.abc import Iterable
from pathlib import Path

from lesion_viewer.ct.images.numbered_slices import is_png_name
from lesion_viewer.errors import CTError

SUFFIX = ".png"


def list_slices(root: Path, folders: Iterable[str]) -> dict[str, dict[int, str]]:
    """The existing files of numbered slices, by folder and number.

    Slices lie in a folder with the name of their series, or beside each other as
    ``folder_number.png``.

    Parameters
    ----------
    root : Path
        Folder of the data set.
    folders : Iterable[str]
        Names of the wanted series.

    Returns
    -------
    dict[str, dict[int, str]]
        Folder to number to file name; names are relative to ``root``.

    Raises
    ------
    CTError
        ``root`` is not a readable folder.
    """
    try:
        names = os.listdir(root)
    except OSError as error:
        raise CTError(f"{root} cannot be read as a folder: {error.strerror}") from error
    there = set(names)
    found: dict[str, dict[int, str]] = {}
    for folder in folders:
        found[folder] = _in_folder(root, folder) if folder in there else {}
    for name in sorted(filter(is_png_name, names)):
        folder, _, number = name[: -len(SUFFIX)].rpartition("_")
        if folder in found and number.isdecimal():
            found[folder].setdefault(int(number), name)
    return found


def _in_folder(root: Path, folder: str) -> dict[int, str]:
    try:
        names = os.listdir(root / folder)
    except OSError:
        return {}
    pngs = sorted(filter(is_png_name, names), reverse=True)
    numbers = {name: name[: -len(SUFFIX)].rpartition("_")[2] for name in pngs}
    return {
        int(number): f"{folder}/{name}" for name, number in numbers.items() if number.isdecimal()
    }
