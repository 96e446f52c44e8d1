"""The thread that reads what has come of a study while the rest arrives."""

import threading
import time
from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.ct.arriving import (
    FILES,
    broken_off,
    carried_over,
    give_up_unread,
    open_arriving,
)
from lesion_viewer.ct.study import Collection
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.errors import CTError
from lesion_viewer.ui.workers import Worker

LOOK_S = 0.1
REST_S = 1.0
REST_SHARE = 5
"""The reader rests for so many times as long as it took, so that the download goes on."""


class ArrivalReader(Worker):
    """Reads the headers of what is there again and again, and carries slices over that were read.

    Parameters
    ----------
    folder : Path
        Where the images arrive.
    whole : Path
        What the folder is named once all are there.
    total : int
        How many there are.
    on_error : SignalInstance
        Receives one sentence where the work fails unexpectedly.

    Signals
    -------
    came : the first slices, or more, are there, or no more will come; the Collection, and the
        CTVolume to be shown
    """

    came = Signal(object, object)

    def __init__(self, folder: Path, whole: Path, total: int, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._folder, self._whole, self._total = folder, whole, total
        self._is_over, self._is_broken = threading.Event(), False
        self._count = 0
        self._found: Collection | None = None
        self._shown: CTVolume | None = None

    @property
    def folder(self) -> Path:
        """Where the images arrive."""
        return self._folder

    def follow(self, volume: CTVolume) -> None:
        """Go on with another volume of the study, which the reader has on show.

        Parameters
        ----------
        volume : CTVolume
            Volume of one of the series that were told.
        """
        self._shown = volume

    def break_off(self) -> None:
        """Tell what came as a part of which no more will come, and end."""
        self._is_broken = True
        self._is_over.set()

    def cancel(self) -> None:
        """End; nothing more is told."""
        super().cancel()
        self._is_over.set()

    def work(self) -> None:
        """Look for more until it is over."""
        rest_s = LOOK_S
        while not self._is_over.wait(rest_s):
            began = time.monotonic()
            self._look()
            took_s = time.monotonic() - began
            rest_s = max(REST_S, REST_SHARE * took_s) if self._found is not None else LOOK_S
        if self._is_broken and self._found is not None:
            self._tell(broken_off(self._found, self._count, self._total))

    def _look(self) -> None:
        count = sum(1 for _ in self._folder.glob(FILES))
        if count > self._count:
            found = open_arriving(self._folder, self._whole, self._total)
            if found.studies:
                self._count = count
                self._tell(found)

    def _tell(self, found: Collection) -> None:
        """Tell what there is, with the slices of the series on show that were read before."""
        former = self._shown
        volume = carried_over(former, found) if former is not None else _first(found)
        if self._is_broken:
            give_up_unread(volume)
        self._found, self._shown = found, volume
        if not self.is_cancelled:
            self.came.emit(found, volume)


def _first(found: Collection) -> CTVolume:
    """The largest series, with its middle slice read, which is shown first."""
    volume = CTVolume(max(found.series, key=lambda series: series.shape[0]))
    middle = len(volume) // 2
    try:
        volume.put(middle, volume.series.decode(middle))
    except CTError as error:
        volume.fail(middle, str(error))
    return volume
