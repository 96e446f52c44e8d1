"""Reads the slices that are shown next ahead of time."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, SignalInstance

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.errors import CTError
from lesion_viewer.ui.workers import Worker

Wanted = tuple[Series, int]  #: a series, and the slice of it that is shown first


class Prefetcher(QObject):
    """Reads the first slice of volumes ahead; keeps only the volumes of the last request.

    Parameters
    ----------
    parent : QObject
        Owner of the prefetcher.

    Signals
    -------
    errored : reading ahead failed unexpectedly; one sentence
    """

    errored = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._volumes: dict[str, CTVolume] = {}
        self._worker: SliceReader | None = None

    def fetch(self, wanted: Sequence[Wanted]) -> None:
        """Read these slices in order; what was read for others is dropped.

        Parameters
        ----------
        wanted : Sequence[Wanted]
            Series, and the slice of each that will be shown first.
        """
        self.stop()
        former, self._volumes = self._volumes, {}
        slices = []
        for series, slice_index in wanted:
            volume = self._volumes.get(series.uid) or former.get(series.uid)
            if volume is None or volume.series is not series:
                volume = CTVolume(series)
            self._volumes[series.uid] = volume
            if not volume.is_settled(slice_index):
                slices.append((volume, slice_index))
        if slices:
            self._worker = SliceReader(slices, self.errored)
            self._worker.begin()

    def take(self, series: Series) -> CTVolume:
        """The volume of a series, with its first slice where that was read ahead.

        Parameters
        ----------
        series : Series
            The series that is to be shown.

        Returns
        -------
        CTVolume
            The volume; a new one where none was read ahead.
        """
        volume = self._volumes.pop(series.uid, None)
        return volume if volume is not None and volume.series is series else CTVolume(series)

    def stop(self) -> None:
        """Read no further slice."""
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None


class SliceReader(Worker):
    """Reads single slices of several volumes in order.

    Parameters
    ----------
    slices : Sequence[tuple[CTVolume, int]]
        Volume and slice index from 0.
    on_error : SignalInstance
        Receives one sentence where the work fails.
    """

    def __init__(self, slices: Sequence[tuple[CTVolume, int]], on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._slices = slices

    def work(self) -> None:
        """Read the slices; one that cannot be read is marked as failed in its volume."""
        for volume, slice_index in self._slices:
            if self.is_cancelled:
                return
            if not volume.is_settled(slice_index):
                try:
                    volume.put(slice_index, volume.series.decode(slice_index))
                except CTError as error:
                    volume.fail(slice_index, str(error))
