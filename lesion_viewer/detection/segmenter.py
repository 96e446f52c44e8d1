"""The interface of a method that marks voxels, and what it gives."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.identity import SegmenterInfo
from lesion_viewer.errors import DetectionError


@dataclass(frozen=True, slots=True, eq=False)
class Masks:
    """The voxels of a volume by what they belong to.

    Attributes
    ----------
    values : NDArray[np.uint8]
        (slices, rows, columns) of the stored volume: 0 for nothing, 1 for the first label. A slice
        that could not be read has no label.
    labels : tuple[str, ...]
        Name of value 1, of value 2 and so on.

    Raises
    ------
    DetectionError
        For values without a label, or that are not of a volume.
    """

    values: NDArray[np.uint8]
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.values.ndim != 3 or self.values.dtype != np.uint8:
            raise DetectionError("masks are uint8 (slices, rows, columns)")
        if self.values.max(initial=0) > len(self.labels):
            raise DetectionError(f"value {self.values.max()} is none of the labels {self.labels}")

    def of(self, label: str) -> NDArray[np.bool_]:
        """The voxels of a label.

        Parameters
        ----------
        label : str
            One of ``labels``.

        Returns
        -------
        NDArray[np.bool_]
            (slices, rows, columns).

        Raises
        ------
        ValueError
            There is no such label.
        """
        marked: NDArray[np.bool_] = self.values == self.labels.index(label) + 1
        return marked


class Segmenter(Protocol):
    """What gives masks on volumes: a network, or a method without weights."""

    @property
    def info(self) -> SegmenterInfo:
        """What it is, and the names of what it marks."""

    def segment(self, volume: CTVolume, on_progress: Callable[[float], None]) -> Masks:
        """The masks of a volume.

        Parameters
        ----------
        volume : CTVolume
            Volume in which every slice was read, or is recorded in ``failures``.
        on_progress : Callable[[float], None]
            Called with the share that is done, 0 to 1, as often as the work can be ended: whoever
            cancels it raises there.

        Returns
        -------
        Masks
            With the labels of ``info``, and the shape of the volume.

        Raises
        ------
        DetectionError
            It cannot be done.
        """
