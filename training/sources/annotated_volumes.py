"""Whole volumes whose lesions are known, as ``lesion-viewer insert`` writes them."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from lesion_viewer.errors import TrainingError
from training.evaluation.cases import volume_cases
from training.phantom_studies import TRUTH
from training.scan import Scan

IMAGES = "DICOM"
"""The folder of a volume's images; the table of its boxes lies beside it."""


class AnnotatedVolumes:
    """The volumes in the folders of ``folder``, each with its images and the table of its boxes.

    A table names every lesion of its volume: what it leaves out is learned as background.

    Raises
    ------
    TrainingError
        Where there is none.
    """

    def __init__(self, folder: Path) -> None:
        self._tables = sorted(folder.glob(f"*/{TRUTH}"))
        if not self._tables:
            raise TrainingError(f"{folder} holds no folder with {IMAGES} and {TRUTH}")

    @property
    def identity(self) -> Mapping[str, Any]:
        """What decides every scan: the tables name the images by their UIDs."""
        tables = {t.parent.name: sha256(t.read_bytes()).hexdigest() for t in self._tables}
        return {"kind": "volumes", "tables": tables}

    def __len__(self) -> int:
        return len(self._tables)

    def scan(self, number: int) -> Scan:
        """The volume of the ``number``-th folder; raises as ``volume_cases``."""
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
        return Scan(
            case.volume.voxels,
            case.spacing_mm,
            {i: found.reshape(-1, 4) for i, found in boxes.items()},
            {},
            case.scored,
            case.patient,
        )
