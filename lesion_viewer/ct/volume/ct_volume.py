"""A CT volume in HU that is loaded while it is displayed."""

import threading
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.study import Series
from lesion_viewer.geometry.stack import doubled_slices


class CTVolume:
    """Voxels of one series in HU, filled slice by slice while they are displayed.

    Parameters
    ----------
    series : Series
        The series whose slices are read.

    Attributes
    ----------
    voxels : NDArray[np.int16]
        (slices, rows, columns) in HU; a slice holds values once it is loaded.
    is_loaded : NDArray[np.bool_]
        (slices), whether each slice was read.
    failures : dict[int, str]
        Slice index to the reason why the slice could not be read.
    doubled : frozenset[int]
        Slices that share their position with another one, see ``stack.doubled_slices``.
    """

    def __init__(self, series: Series) -> None:
        self.series = series
        self.voxels: NDArray[np.int16] = np.zeros(series.shape, np.int16)
        self.is_loaded: NDArray[np.bool_] = np.zeros(series.shape[0], bool)
        self.failures: dict[int, str] = {}
        self.doubled = doubled_slices([source.location_mm for source in series.slices])
        self._arrived = threading.Condition()

    def __len__(self) -> int:
        return self.series.shape[0]

    def put(self, slice_index: int, hu: NDArray[np.int16]) -> None:
        """Store a slice that was read, and wake the threads that wait for it.

        Parameters
        ----------
        slice_index : int
            Index from 0.
        hu : NDArray[np.int16]
            (rows, columns) in HU.
        """
        self.voxels[slice_index] = hu
        with self._arrived:
            self.is_loaded[slice_index] = True
            self._arrived.notify_all()

    def fail(self, slice_index: int, reason: str) -> None:
        """Record that a slice cannot be read, and wake the threads that wait for it.

        Parameters
        ----------
        slice_index : int
            Index from 0.
        reason : str
            Why the slice cannot be read, with the name of its file.
        """
        with self._arrived:
            self.failures[slice_index] = reason
            self._arrived.notify_all()

    def unusable_beside(self, slice_index: int, failures: Collection[int]) -> frozenset[int]:
        """The slices that must not be used as neighbours of one slice.

        Parameters
        ----------
        slice_index : int
            The slice whose neighbours are wanted, from 0; it stays usable itself.
        failures : Collection[int]
            Slices that could not be read.

        Returns
        -------
        frozenset[int]
            ``failures`` and the doubled slices, which may belong to another phase.
        """
        return frozenset(failures) | (self.doubled - {slice_index})

    def is_settled(self, slice_index: int) -> bool:
        """Whether a slice was read or is known to be unreadable.

        Parameters
        ----------
        slice_index : int
            Index from 0.
        """
        return bool(self.is_loaded[slice_index]) or slice_index in self.failures

    def wait_for(self, slice_index: int, timeout_s: float | None = None) -> bool:
        """Wait until a slice was read or is known to be unreadable.

        Parameters
        ----------
        slice_index : int
            Index from 0.
        timeout_s : float | None
            Longest time to wait in seconds; unlimited when left out.

        Returns
        -------
        bool
            Whether the slice was read.
        """
        with self._arrived:
            self._arrived.wait_for(lambda: self.is_settled(slice_index), timeout_s)
        return bool(self.is_loaded[slice_index])
