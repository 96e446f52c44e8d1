"""Patches around a detector's boxes, each with whether it is a lesion, as files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.errors import TrainingError
from lesion_viewer.system.atomic_files import replaced_file, save_bytes

LEVELS = 255
IDENTITY = "candidates.json"


class Crops(NamedTuple):
    """Boxes with what is seen around them.

    Attributes
    ----------
    patches : NDArray[np.uint8]
        (n, planes, rows, columns) as ``patches.patches_around`` gives them, 255 is 1.
    lesion : NDArray[np.bool_]
        Whether the box is on a lesion.
    score : NDArray[np.float32]
        The detector's score; NaN for a box that was made of a lesion and not found.
    """

    patches: NDArray[np.uint8]
    lesion: NDArray[np.bool_]
    score: NDArray[np.float32]

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The crops of several parts, in their order.

        Parameters
        ----------
        parts : Sequence[Self]
            At least one.
        """
        return cls(
            np.concatenate([part.patches for part in parts]),
            np.concatenate([part.lesion for part in parts]),
            np.concatenate([part.score for part in parts]),
        )

    @property
    def found(self) -> Self:
        """Those that the detector found."""
        kept = np.isfinite(self.score)
        return type(self)(self.patches[kept], self.lesion[kept], self.score[kept])

    def save(self, file: Path) -> None:
        """Write them into a file.

        Parameters
        ----------
        file : Path
            Replaced where it exists.

        Raises
        ------
        OSError
            It cannot be written.
        """
        with replaced_file(file) as new, new.open("wb") as stream:
            np.savez(stream, **self._asdict())


class CropFolder:
    """The crops of a detector's candidates, in files of a few scans each.

    Parameters
    ----------
    path : Path
        Folder; made where it does not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, identity: Mapping[str, Any]) -> None:
        """Make the folder, or go on with one of the same candidates.

        Parameters
        ----------
        identity : Mapping[str, Any]
            What decides every crop, in JSON types.

        Raises
        ------
        TrainingError
            The folder cannot be written, or holds the candidates of something else.
        """
        file = self.path / IDENTITY
        said = json.dumps(identity, indent=1, sort_keys=True).encode()
        try:
            if file.is_file() and file.read_bytes() != said:
                raise TrainingError(
                    f"{self.path} holds candidates of another recipe or detector; choose another"
                    " folder"
                )
            self.path.mkdir(parents=True, exist_ok=True)
            save_bytes(file, said)
        except OSError as error:
            raise TrainingError(f"{self.path} cannot be written: {error.strerror}") from error

    def file(self, part: str, number: int) -> Path:
        """The file of some scans.

        Parameters
        ----------
        part : str
            ``train`` or ``validation``.
        number : int
            Number of the file in its part, from 0.

        Returns
        -------
        Path
            Where it is, or is to be.
        """
        return self.path / f"{part}-{number:04d}.npz"

    def crops(self, part: str) -> Crops:
        """All crops of a part.

        Parameters
        ----------
        part : str
            ``train`` or ``validation``.

        Returns
        -------
        Crops
            In the order of the scans.

        Raises
        ------
        TrainingError
            There are none, or a file cannot be read.
        """
        files = sorted(self.path.glob(f"{part}-*.npz"))
        if not files:
            raise TrainingError(f"{self.path} holds no candidates; lesion-training candidates")
        try:
            return Crops.joined([_read(file) for file in files])
        except (OSError, ValueError, KeyError) as error:
            raise TrainingError(f"{self.path}: a file of candidates is damaged: {error}") from error


def _read(file: Path) -> Crops:
    with np.load(file, allow_pickle=False) as arrays:
        return Crops(*(arrays[name] for name in Crops._fields))
