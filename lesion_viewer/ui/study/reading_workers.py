"""The threads on which headers, reviews and slices are read."""

from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.study import Study
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.loading import VolumeLoader
from lesion_viewer.errors import LesionViewerError
from lesion_viewer.exchange.csv_records import table_of
from lesion_viewer.exchange.deeplesion.slice_geometry import with_annotated_geometry
from lesion_viewer.exchange.reviews.reviewed_csv import import_labels
from lesion_viewer.review.session import Session
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


class ReviewOpener(Worker):
    """Opens the review of a study and takes up an annotation file.

    Signals
    -------
    opened : the Study, its Session, and one sentence about what could not be opened or taken up,
        mostly empty; without a review the Session is None
    """

    opened = Signal(object, object, str)

    def __init__(
        self,
        study: Study,
        path: Path,
        reader: str,
        annotations: Path | None,
        on_error: SignalInstance,
    ) -> None:
        super().__init__(on_error)
        self._study, self._path, self._reader = study, path, reader
        self._annotations = annotations
        self._former: ReviewOpener | None = None

    def follow(self, former: "ReviewOpener | None") -> None:
        """Open only once this one is over: it may still hold the same file."""
        self._former = former

    def work(self) -> None:
        """Open the review; one that nobody waits for any more is closed again."""
        if self._former is not None:
            self._former.wait()
            self._former = None
        session, problem = self._open()
        if self.is_cancelled and session is not None:
            session.close()
        elif not self.is_cancelled:
            self.opened.emit(self._study, session, problem)

    def _open(self) -> tuple[Session | None, str]:
        try:
            session = Session.open_or_read(self._path, self._study.key, self._reader)
        except LesionViewerError as error:
            return None, f"Without review: {error}"
        try:
            self._take_up_labels(session)
            if not session.read_only:
                session.describe(self._study)
        except LesionViewerError as error:
            return session, str(error)
        return session, ""

    def _take_up_labels(self, session: Session) -> None:
        if self._annotations is not None:
            import_labels(session, self._study, self._annotations)
        labels = session.label_rows()
        if labels:
            table = table_of(self._path, b"".join(labels).decode())
            self._study = with_annotated_geometry(self._study, table)


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
