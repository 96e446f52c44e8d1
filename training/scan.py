"""A piece of CT with its known lesions, and where such pieces come from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.neighbours import Spacing

Boxes = Mapping[int, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Scan:
    """Consecutive slices of one patient, some of them to be learned from.

    Attributes
    ----------
    voxels : NDArray[np.int16]
        int16 array (slices, rows, columns), HU, in standard orientation where it is known.
    spacing_mm : Spacing | None
        Distances in mm of (slices, rows, columns); None where unknown.
    boxes : Boxes
        Slice index -> float32 (lesions, 4), tight boxes in pixels.
    ignored : Boxes
        Slice index -> float32 (n, 4), regions in pixels that are neither lesion nor background.
    wanted : Sequence[int]
        Indices of the slices to learn from; the others are their neighbours.
    patient : str
        Identifies the patient; the same for all scans of one.
    missing : Collection[int]
        Indices of slices that were not read; their voxels are to be ignored.
    types : Mapping[int, Sequence[str]]
        Slice index -> type of each of its lesions, empty where that is unknown; a slice may be
        left out where no type is known.
    liver, lesion : NDArray[np.bool_] | None
        Masks in the shape of ``voxels``, of the liver with its lesions and of the lesions alone;
        None where they were not asked for or are not known.
    """

    voxels: NDArray[np.int16]
    spacing_mm: Spacing | None
    boxes: Boxes
    ignored: Boxes
    wanted: Sequence[int]
    patient: str
    missing: Collection[int] = ()
    types: Mapping[int, Sequence[str]] = field(default_factory=dict)
    liver: NDArray[np.bool_] | None = None
    lesion: NDArray[np.bool_] | None = None


class Source(Protocol):
    """Scans by number; the same number always gives the same scan."""

    @property
    def identity(self) -> Mapping[str, Any]:
        """What decides every scan, in plain types; sources of equal identity give equal scans."""

    def __len__(self) -> int:
        """How many scans there are."""

    def scan(self, number: int) -> Scan:
        """One of the scans.

        Parameters
        ----------
        number : int
            From 0 to under ``len(self)``.

        Returns
        -------
        Scan
            The scan.
        """


class Joined:
    """The scans of several sources, one source after the other.

    Parameters
    ----------
    sources : Sequence[Source]
        In the order in which their scans are numbered.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = tuple(sources)

    @property
    def identity(self) -> Mapping[str, Any]:
        """The sources' identities."""
        return {"kind": "joined", "sources": [s.identity for s in self._sources]}

    def __len__(self) -> int:
        return sum(map(len, self._sources))

    def scan(self, number: int) -> Scan:
        """One of the scans.

        Parameters
        ----------
        number : int
            From 0 to under ``len(self)``.

        Returns
        -------
        Scan
            The scan.

        Raises
        ------
        IndexError
            For a number that is too high.
        """
        for source in self._sources:
            if number < len(source):
                return source.scan(number)
            number -= len(source)
        raise IndexError(number)
