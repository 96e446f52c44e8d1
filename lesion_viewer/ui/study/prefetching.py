"""Reads the slices that are shown next ahead of time."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, SignalInstance

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.errors import CTError
from lesion_viewer.ui.workers import Worker
from lesion_viewer.viewing.volumes_ahead import VolumesAhead


class Prefetcher(QObject):
    """Reads what is wanted ahead, on a thread; a later request ends an earlier one.

    Parameters
    ----------
    ahead : VolumesAhead
        Tells what is wanted.
    parent : QObject
        Owner of the prefetcher.

    Signals
    -------
    errored : reading ahead failed unexpectedly; one sentence
    """

    errored = Signal(str)

    def __init__(self, ahead: VolumesAhead, parent: QObject) -> None:
        super().__init__(parent)
        self._worker: SliceReader | None = None
        ahead.wanted_changed.connect(self._read)

    def _read(self, slices: Sequence[tuple[CTVolume, int]]) -> None:
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None
        if slices:
            self._worker = SliceReader(slices, self.errored)
            self._worker.begin()


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
