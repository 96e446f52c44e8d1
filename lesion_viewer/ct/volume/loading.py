"""Loads the slices of a volume in the order in which they are wanted."""

import os
import threading
from collections.abc import Callable, Iterable
from queue import SimpleQueue

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.errors import CTError

THREADS = min(4, os.cpu_count() or 1)


class VolumeLoader:
    """Reads slices of a volume on several threads, those nearest to the wanted slice first.

    Parameters
    ----------
    volume : CTVolume
        Volume to fill; slices that were read before are not read again.
    first : int
        Slice to read first.
    slices : Iterable[int] | None
        Slices to read; all when left out.
    """

    def __init__(
        self, volume: CTVolume, first: int = 0, slices: Iterable[int] | None = None
    ) -> None:
        self._volume = volume
        wanted = range(len(volume)) if slices is None else slices
        self._left = [i for i in wanted if not volume.is_settled(i)]
        self._lock = threading.Lock()
        self.aim(first)
        self._is_cancelled = False

    def aim(self, slice_index: int) -> None:
        """Read this slice next, then its neighbours outwards; callable from any thread.

        Parameters
        ----------
        slice_index : int
            Index from 0.
        """
        with self._lock:
            self._left.sort(key=lambda i: (abs(i - slice_index), i), reverse=True)

    def cancel(self) -> None:
        """Stop after the slices that are being read; callable from any thread."""
        self._is_cancelled = True

    def run(self, on_slice: Callable[[int], None]) -> None:
        """Read the slices; return when all are read or reading was cancelled.

        A slice that cannot be read is recorded in ``CTVolume.failures``, and reading goes on.

        Parameters
        ----------
        on_slice : Callable[[int], None]
            Called on this thread with the index of each slice that was read or has failed.
        """
        settled: SimpleQueue[int | BaseException | None] = SimpleQueue()
        threads = [
            threading.Thread(target=self._read_slices, args=(settled,), daemon=True)
            for _ in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        try:
            at_work = len(threads)
            while at_work:
                result = settled.get()
                if isinstance(result, BaseException):
                    raise result
                if result is None:
                    at_work -= 1
                else:
                    on_slice(result)
        finally:
            self.cancel()
            for thread in threads:
                thread.join()

    def _read_slices(self, settled: SimpleQueue[int | BaseException | None]) -> None:
        try:
            while (slice_index := self._next()) is not None:
                self._read(slice_index)
                settled.put(slice_index)
            settled.put(None)
        except BaseException as error:  # raised again in the thread that called run
            settled.put(error)

    def _read(self, slice_index: int) -> None:
        try:
            self._volume.put(slice_index, self._volume.series.decode(slice_index))
        except CTError as error:
            self._volume.fail(slice_index, str(error))

    def _next(self) -> int | None:
        """The unread slice nearest to the wanted one; None where nothing is left to read."""
        with self._lock:
            return self._left.pop() if self._left and not self._is_cancelled else None


def load_volume(series: Series) -> CTVolume:
    """The volume of a series with all slices read.

    Parameters
    ----------
    series : Series
        The series to read.

    Returns
    -------
    CTVolume
        A volume without failures.

    Raises
    ------
    CTError
        A slice cannot be read; the message names the first one and gives their number.
    """
    volume = CTVolume(series)
    VolumeLoader(volume).run(lambda slice_index: None)
    if volume.failures:
        first = volume.failures[min(volume.failures)]
        raise CTError(f"{len(volume.failures)} of {len(volume)} slices cannot be read: {first}")
    return volume
