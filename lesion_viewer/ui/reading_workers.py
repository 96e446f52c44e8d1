"""The threads on which a study's headers and a volume's slices are read."""

from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.ct.loading import VolumeLoader
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.study import Study
from lesion_viewer.ct.volume import CTVolume
from lesion_viewer.ui.workers import Batcher, Worker


class StudyReader(Worker):
    """Reads the headers of a path.

    Signals
    -------
    opened : the Study that was found
    progressed : files read, and in total
    """

    opened = Signal(object)
    progressed = Signal(int, int)

    def __init__(self, path: Path, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._path = path

    def work(self) -> None:
        """Read the headers."""
        steps = Batcher(lambda batch: self.progressed.emit(*batch[-1]))
        study: Study = open_study(self._path, lambda done, total: steps.add((done, total)))
        if not self.is_cancelled:
            self.opened.emit(study)


class VolumeReader(Worker):
    """Reads the slices of a volume, those on screen first.

    Signals
    -------
    loaded : the CTVolume, and the list of slices that were settled since the last time
    """

    loaded = Signal(object, list)

    def __init__(self, volume: CTVolume, first: int, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._volume = volume
        self._loader = VolumeLoader(volume, first)

    def aim(self, slice_index: int) -> None:
        """Read this slice next, then outwards."""
        self._loader.aim(slice_index)

    def cancel(self) -> None:
        """Stop reading after the slices that are being read."""
        super().cancel()
        self._loader.cancel()

    def work(self) -> None:
        """Read all slices."""
        slices = Batcher(lambda batch: self.loaded.emit(self._volume, batch), interval_s=0.05)
        self._loader.run(slices.add)
        slices.flush()
