"""A piece of CT with its known lesions, and where such pieces come from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.inputs import Spacing

Boxes = Mapping[int, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Scan:
    """Slices of one patient that follow each other, some of them to be learned from.

    Attributes
    ----------
    voxels : int16 array (slices, rows, columns), HU, in standard orientation where it is known
    spacing_mm : distances of (slices, rows, columns); None where unknown
    boxes : slice index -> float32 (lesions, 4), tight boxes in pixels
    ignored : slice index -> float32 (n, 4), regions that are neither lesion nor background
    wanted : indices of the slices to learn from; the others are their neighbours
    patient : the same for all scans of a patient
    missing : indices of slices that were not read; their voxels mean nothing
    liver : bool array like ``voxels``; None where it was not asked for or is not known
    """

    voxels: NDArray[np.int16]
    spacing_mm: Spacing | None
    boxes: Boxes
    ignored: Boxes
    wanted: Sequence[int]
    patient: str
    missing: Collection[int] = ()
    liver: NDArray[np.bool_] | None = None


class Source(Protocol):
    """Scans by number, always the same ones."""

    @property
    def identity(self) -> Mapping[str, Any]:
        """What decides every scan, in plain types: equal identities give equal scans."""

    def __len__(self) -> int:
        """How many scans there are."""

    def scan(self, number: int) -> Scan:
        """The scan of a number, from 0."""


class Joined:
    """The scans of several sources, one source after the other."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = tuple(sources)

    @property
    def identity(self) -> Mapping[str, Any]:
        """The sources' identities."""
        return {"kind": "joined", "sources": [s.identity for s in self._sources]}

    def __len__(self) -> int:
        return sum(map(len, self._sources))

    def scan(self, number: int) -> Scan:
        """The scan of a number, from 0."""
        for source in self._sources:
            if number < len(source):
                return source.scan(number)
            number -= len(source)
        raise IndexError(number)
