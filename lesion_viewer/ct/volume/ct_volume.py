"""A CT volume in Hounsfield units that fills while it is looked at."""

import threading

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.study import Series


class CTVolume:
    """int16 voxels (slices, rows, columns) in HU of one series, read slice by slice.

    Attributes
    ----------
    series : the series that is read
    voxels : int16 array (slices, rows, columns); only loaded slices hold HU
    is_loaded : bool array (slices)
    failures : slice index -> why it could not be read
    """

    def __init__(self, series: Series) -> None:
        self.series = series
        self.voxels: NDArray[np.int16] = np.zeros(series.shape, np.int16)
        self.is_loaded: NDArray[np.bool_] = np.zeros(series.shape[0], bool)
        self.failures: dict[int, str] = {}
        self._arrived = threading.Condition()

    def __len__(self) -> int:
        return self.series.shape[0]

    def put(self, slice_index: int, hu: NDArray[np.int16]) -> None:
        """Store a slice that was read; whoever waits for it goes on."""
        self.voxels[slice_index] = hu
        with self._arrived:
            self.is_loaded[slice_index] = True
            self._arrived.notify_all()

    def fail(self, slice_index: int, reason: str) -> None:
        """Record that a slice cannot be read, and why."""
        with self._arrived:
            self.failures[slice_index] = reason
            self._arrived.notify_all()

    def is_settled(self, slice_index: int) -> bool:
        """Whether the slice was read or is known to be unreadable."""
        return bool(self.is_loaded[slice_index]) or slice_index in self.failures

    def wait_for(self, slice_index: int, timeout_s: float | None = None) -> bool:
        """Wait until the slice is settled; True where it was read."""
        with self._arrived:
            self._arrived.wait_for(lambda: self.is_settled(slice_index), timeout_s)
        return bool(self.is_loaded[slice_index])
