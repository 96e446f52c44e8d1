"""DeepLesion's folders of numbered PNG slices, of which some are missing."""

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.files.opened_files import FolderFiles
from lesion_viewer.ct.images.png_folder import read_pngs
from lesion_viewer.errors import TrainingError
from lesion_viewer.exchange.deeplesion.annotation_rows import slice_number


class SliceImages:
    """The slices under ``Images_png``, by folder and number.

    Parameters
    ----------
    root : holds a folder for each series

    Raises
    ------
    TrainingError
        Where there is no such folder.
    """

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise TrainingError(f"{root} is no folder; it should hold DeepLesion's Images_png")
        self._root = root
        self._numbers: dict[str, dict[int, str]] = {}

    def numbers(self, folder: str) -> dict[int, str]:
        """File of each slice in a folder by its number; empty where there is no such folder."""
        if folder not in self._numbers:
            try:
                names = sorted(os.listdir(self._root / folder))
            except OSError:
                names = []
            spelled = {name: slice_number(name) for name in names if name.endswith(".png")}
            self._numbers[folder] = {int(n): f for f, n in spelled.items() if n.isdecimal()}
        return self._numbers[folder]

    def read(self, folder: str, numbers: Iterable[int]) -> dict[int, NDArray[np.int16]]:
        """HU (rows, columns) of slices, by number.

        Raises
        ------
        TrainingError
            Where one is no 16-bit CT slice; names it.
        CTError
            Where one cannot be decoded.
        """
        of_file = {f"{folder}/{self.numbers(folder)[number]}": number for number in numbers}
        files = FolderFiles(self._root, tuple(of_file))
        series, left_out = read_pngs(files, files.names, "", lambda done: None)
        for one in left_out:
            raise TrainingError(f"{self._root / one.file} {one.reason}")
        return {
            of_file[source.file]: one.decode(index)
            for one in series
            for index, source in enumerate(one.slices)
        }
