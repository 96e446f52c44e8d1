"""One download at a time: its first slices, its progress, and its end."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from lesion_viewer.ct.study import Collection
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ui.pacs.arrival_reader import ArrivalReader
from lesion_viewer.ui.pacs.arrival_strip import ArrivalStrip
from lesion_viewer.ui.pacs.pacs_workers import StudyFetcher
from lesion_viewer.ui.texts import tr

COUNT_MS = 100


class DownloadController(QObject):
    """Fetches a study and shows what came of it; a study that is whole is told, or is offered.

    Parameters
    ----------
    parent : QObject
        The window.

    Attributes
    ----------
    strip : ArrivalStrip
        Says how much is here, as long as not all is.

    Signals
    -------
    began : a download began; the name of the archive
    progressed : images came; how many, and of how many
    came : slices can be shown, or no more will come; the Collection and a CTVolume of it
    fetched : the study is whole; its folder
    failed : the study does not come, or was given up; one sentence
    ended : the download is over
    open_wanted : the reader asks for a study that came while another was on show; its folder
    """

    began = Signal(str)
    progressed = Signal(int, int)
    came = Signal(object, object)
    fetched = Signal(object)
    failed = Signal(str)
    ended = Signal()
    open_wanted = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.strip = ArrivalStrip()
        self.strip.pressed.connect(self._take_press)
        self._fetcher: StudyFetcher | None = None
        self._reader: ArrivalReader | None = None
        self._asked = "", ""
        self._whole: Path | None = None
        self._timer = QTimer(self, interval=COUNT_MS)
        self._timer.timeout.connect(self._count)

    @property
    def is_fetching(self) -> bool:
        """Whether a download goes on."""
        return self._fetcher is not None

    @property
    def folder(self) -> Path | None:
        """Where the images of the last download arrive, or arrived; None for none."""
        return self._reader.folder if self._reader is not None else None

    def fetch(self, archive: str, study_uid: str) -> None:
        """Begin a download, unless one goes on.

        Parameters
        ----------
        archive : str
            Name of the archive.
        study_uid : str
            Study Instance UID.
        """
        if self._fetcher is not None:
            return
        self._asked, self._whole = (archive, study_uid), None
        self._drop_reader()
        self._fetcher = StudyFetcher(archive, study_uid, self.failed)
        self._fetcher.began.connect(self._read)
        self._fetcher.fetched.connect(self._take)
        self._fetcher.finished.connect(self._end)
        self.strip.show_arriving(archive, 0, 0)
        self._timer.start()
        self.began.emit(archive)
        self._fetcher.begin()

    def cancel(self) -> None:
        """Give the download up; nothing of it is kept."""
        if self._fetcher is not None:
            self._fetcher.cancel()

    def stop(self) -> None:
        """End everything; the window is closing."""
        self.cancel()
        self._drop_reader()

    def follow(self, volume: CTVolume) -> None:
        """Take up that a volume is on show, of which more may come.

        Parameters
        ----------
        volume : CTVolume
            Of any study.
        """
        if self._reader is not None and volume.series.is_arriving:
            self._reader.follow(volume)

    def leave_part(self) -> None:
        """Say nothing any more of a part, which is no longer on show."""
        if self._fetcher is None and self._whole is None:
            self.strip.hide()

    def tell_broken(self, text: str) -> None:
        """Mark what is on show as a part of which no more will come.

        Parameters
        ----------
        text : str
            Why, as a sentence.
        """
        if self._reader is not None:
            self._reader.break_off()
        self.strip.show_broken(text)

    def forget(self) -> None:
        """Show nothing of what came, as nothing of it is on show yet."""
        self._drop_reader()
        self.strip.hide()

    def offer(self, folder: Path) -> None:
        """Offer to open a study that is whole.

        Parameters
        ----------
        folder : Path
            The study's.
        """
        self._whole = folder
        self.strip.show_whole(self._asked[0])

    def _read(self, folder: Path, whole: Path, total: int) -> None:
        if self.sender() is self._fetcher and self._fetcher is not None:
            self._reader = ArrivalReader(folder, whole, total, self.failed)
            self._reader.came.connect(self._show)
            self._reader.begin()

    def _show(self, found: Collection, volume: CTVolume) -> None:
        if self.sender() is self._reader:
            self.came.emit(found, volume)

    def _count(self) -> None:
        done, total = self._fetcher.counted if self._fetcher is not None else (0, 0)
        if total and self._fetcher is not None and not self._fetcher.is_cancelled:
            self.strip.show_arriving(self._asked[0], done, total)
            self.progressed.emit(done, total)

    def _take(self, folder: Path) -> None:
        if self.sender() is self._fetcher:
            self._timer.stop()
            self.strip.hide()
            self.fetched.emit(folder)
            self._drop_reader()

    def _end(self) -> None:
        fetcher = self._fetcher
        if fetcher is None or self.sender() is not fetcher:
            return
        self._fetcher = None
        self._timer.stop()
        if fetcher.is_cancelled:
            self.failed.emit(tr("The download was given up; no half study was kept."))
        self.ended.emit()

    def _drop_reader(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None

    def _take_press(self) -> None:
        if self._fetcher is not None:
            self.cancel()
        elif self._whole is not None:
            folder, self._whole = self._whole, None
            self.strip.hide()
            self.open_wanted.emit(folder)
        else:
            self.fetch(*self._asked)
