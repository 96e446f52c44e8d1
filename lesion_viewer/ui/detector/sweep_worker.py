"""The thread on which a detector sweeps a volume."""

import threading
from collections.abc import Sequence

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.detector_process import ChildDetector
from lesion_viewer.detection.running import Sweep
from lesion_viewer.errors import DetectionError
from lesion_viewer.ui.texts import tr
from lesion_viewer.ui.workers import Batcher, Worker

GRACE_S = 20.0
"""Time for a cancelled batch to end, before the detector's process is killed."""


class SweepWorker(Worker):
    """Searches the slices of a volume with a detector that lives in its own process.

    Parameters
    ----------
    detector : ChildDetector
        Used by this worker only while it runs.
    volume : CTVolume
        Volume whose slices are searched once they are read.
    slices : Sequence[int]
        Indices of the slices that are searched, from 0.
    first : int
        Slice that is searched first, from 0.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    found : more slices were searched, at most every 0.1 s; a list of SliceDetections
    progressed : after each ``found``; slices done, in total, and seconds left (None at first)
    started_on : the model is loaded; name of its device, and why it runs there
    noticed : the detector has a notice; one sentence
    """

    found = Signal(list)
    progressed = Signal(int, int, object)
    started_on = Signal(str, str)
    noticed = Signal(str)

    def __init__(
        self,
        detector: ChildDetector,
        volume: CTVolume,
        slices: Sequence[int],
        first: int,
        on_error: SignalInstance,
    ) -> None:
        super().__init__(on_error)
        self.detector = detector
        detector.on_notice = self.noticed.emit
        self._sweep = Sweep(detector, volume, slices, first)
        self._is_working = False

    def aim(self, slice_index: int) -> None:
        """Go on with the slices nearest to one.

        Parameters
        ----------
        slice_index : int
            Index of the slice on screen, from 0.
        """
        self._sweep.aim(slice_index)

    def cancel(self) -> None:
        """End after the batch that runs; a model that is being loaded, or hangs, is given up."""
        super().cancel()
        self._sweep.cancel()
        if not self.detector.device_name:
            self.detector.close()
        timer = threading.Timer(GRACE_S, self._give_up)
        timer.daemon = True
        timer.start()

    def work(self) -> None:
        """Load the model where that is still to be done, then sweep."""
        self._is_working = True
        try:
            self._search()
        finally:
            self._is_working = False

    def _search(self) -> None:
        if not self.detector.device_name:
            self.detector.start()
        self.started_on.emit(self.detector.device_name, self.detector.why)
        batcher = Batcher(self._send)
        for detections in self._sweep:
            batcher.add(detections)
        batcher.flush()
        if self._sweep.skipped and not self.is_cancelled:
            raise DetectionError(_skipped_text(self._sweep.skipped))

    def _give_up(self) -> None:
        if self._is_working:
            self.detector.close()

    def _send(self, batch: list[object]) -> None:
        self.found.emit(batch)
        self.progressed.emit(*self._sweep.progress)


def _skipped_text(skipped: dict[int, str]) -> str:
    index, reason = min(skipped.items())
    return tr(
        "The detector left out {count} slices, the first is Im {n}: {reason}",
        count=len(skipped),
        n=index + 1,
        reason=reason,
    )
