"""Whole volumes whose lesions are known, as ``lesion-viewer insert`` writes them."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from lesion_viewer.errors import TrainingError

from ..evaluation.cases import volume_cases
from ..phantom_studies import TRUTH
from ..scan import Scan

IMAGES = "DICOM"
"""The folder of a volume's images; the table of its boxes lies beside it."""


class AnnotatedVolumes:
    """Volumes in the folders of a folder, each with its images and a table of its boxes.

    A table names every lesion of its volume: what it leaves out is learned as background.

    Parameters
    ----------
    folder : Path
        Its folders hold ``DICOM`` and ``boxes.csv``.

    Raises
    ------
    TrainingError
        Where no folder holds a table.
    """

    def __init__(self, folder: Path) -> None:
        self._tables = sorted(folder.glob(f"*/{TRUTH}"))
        if not self._tables:
            raise TrainingError(f"{folder} holds no folder with {IMAGES} and {TRUTH}")

    @property
    def identity(self) -> Mapping[str, Any]:
        """What decides every scan; the tables name the images by their UIDs."""
        tables = {t.parent.name: sha256(t.read_bytes()).hexdigest() for t in self._tables}
        return {"kind": "volumes", "tables": tables}

    def __len__(self) -> int:
        return len(self._tables)

    def scan(self, number: int) -> Scan:
        """A volume with its lesions, in standard orientation.

        Parameters
        ----------
        number : int
            Index of the volume's folder, in the order of their names.

        Returns
        -------
        Scan
            The scan; all slices are wanted.

        Raises
        ------
        TrainingError
            Where the folder holds more than one series, or a slice or the table cannot be used.
        CTError
            Where the images cannot be read.
        """
        table = self._tables[number]
        cases = list(volume_cases(table.parent / IMAGES, table))
        if len(cases) != 1:
            raise TrainingError(f"{table.parent / IMAGES} holds {len(cases)} series, not one")
        (case,) = cases
        if case.volume.failures:
            index, why = next(iter(case.volume.failures.items()))
            raise TrainingError(f"slice {index + 1} of {table.parent} cannot be read: {why}")
        boxes = {
            i: np.array([c for lesion in case.lesions for c in lesion.get(i, ())], np.float32)
            for i in case.scored
        }
        series = case.volume.series
        turn, size = series.turn, series.shape[1:]
        return Scan(
            turn.apply(case.volume.voxels),
            turn.spacing(case.spacing_mm),
            {i: turn.boxes(found.reshape(-1, 4), *size) for i, found in boxes.items()},
            {},
            case.scored,
            case.patient,
        )
