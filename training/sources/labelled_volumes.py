"""CT whose liver and lesions are known by a label volume or a DICOM segmentation."""

from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.errors import TrainingError
from lesion_viewer.exchange.label_volumes.marking import marked_voxels

from ..recipe.labelled_data import LabelledData
from ..scan import Scan

ON_SLICE = np.zeros((3, 3, 3), bool)
ON_SLICE[1] = True


class LabelledVolumes:
    """The volumes of a folder's folders, each with the masks of its liver and lesions.

    Parameters
    ----------
    options : LabelledData
        As the recipe has them.
    part : str
        ``train`` or ``validation``.

    Raises
    ------
    TrainingError
        Where no folder of the part holds a CT and labels, or one for validation is not there.
    """

    def __init__(self, options: LabelledData, part: str) -> None:
        self._options = options
        found = [f.parent for f in sorted(Path(options.folder).glob(f"*/{options.labels}"))]
        held_out = set(options.validation)
        if missing := sorted(held_out - {folder.name for folder in found}):
            raise TrainingError(f"{options.folder} holds no patient '{missing[0]}' to validate on")
        self._folders = [f for f in found if (f.name in held_out) == (part == "validation")]
        if part == "train" and not self._folders:
            raise TrainingError(f"{options.folder} holds no folder with {options.labels}")

    @property
    def identity(self) -> Mapping[str, Any]:
        """What decides every scan: names, labels as they are, and which of them are taken."""
        options = {**asdict(self._options), "folder": "", "validation": ()}
        files = {
            folder.name: sha256((folder / self._options.labels).read_bytes()).hexdigest()
            for folder in self._folders
        }
        return {"kind": "labels", "data": options, "files": files}

    def __len__(self) -> int:
        return len(self._folders)

    def scan(self, number: int) -> Scan:
        """A volume with its masks, and a box round each lesion on each slice.

        Parameters
        ----------
        number : int
            Index of the patient's folder, in the order of their names.

        Returns
        -------
        Scan
            In standard orientation; all slices are wanted.

        Raises
        ------
        CTError, ExchangeError, TrainingError
            Where the images or the labels cannot be used, or no liver is marked.
        """
        folder, options = self._folders[number], self._options
        study, file = open_study(folder / options.images), folder / options.labels
        series, liver = marked_voxels(study, file, options.liver)
        _, lesion = marked_voxels(study, file, options.lesions)
        if not liver.any():
            raise TrainingError(f"{file} holds none of the labels {options.liver}")
        volume = load_volume(series)
        if volume.failures:
            index, why = next(iter(volume.failures.items()))
            raise TrainingError(f"slice {index + 1} of {folder} cannot be read: {why}")
        turn = series.turn
        lesion = np.ascontiguousarray(turn.apply(lesion))
        return Scan(
            turn.apply(volume.voxels),
            turn.spacing(series.spacing_mm),
            _boxes(lesion),
            {},
            tuple(range(len(volume))),
            folder.name,
            liver=turn.apply(liver) | lesion,
            lesion=lesion,
        )


def _boxes(lesion: NDArray[np.bool_]) -> dict[int, NDArray[np.float32]]:
    """A tight box round each connected part of each slice."""
    labels, _ = ndimage.label(lesion, ON_SLICE)
    boxes: dict[int, list[list[int]]] = {index: [] for index in range(len(lesion))}
    for part in ndimage.find_objects(labels):
        of_slice, rows, columns = part
        boxes[of_slice.start].append([columns.start, rows.start, columns.stop, rows.stop])
    return {i: np.array(found, np.float32).reshape(-1, 4) for i, found in boxes.items()}
