"""Export of the review, and import of labels, decisions and corrections."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from lesion_viewer import NOT_A_DEVICE
from lesion_viewer.ct.study import Study
from lesion_viewer.errors import LesionViewerError
from lesion_viewer.exchange.deeplesion.annotation_rows import slice_name
from lesion_viewer.exchange.image_names import plain_path
from lesion_viewer.exchange.imports.change_set import ChangeSet
from lesion_viewer.exchange.imports.changing import apply
from lesion_viewer.exchange.imports.parsing import Meaning
from lesion_viewer.exchange.imports.wording import imported_text
from lesion_viewer.exchange.label_volumes.lesion_labels import export_labels
from lesion_viewer.exchange.measurements.reading import is_of_measurements, read_measurements
from lesion_viewer.exchange.measurements.writing import export_beside, export_measurements
from lesion_viewer.exchange.recorded_images import recorded_images
from lesion_viewer.exchange.report.audit import export_report
from lesion_viewer.exchange.reviews.coco_export import export_coco
from lesion_viewer.exchange.reviews.readings_csv import export_readings
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.exchange.same_pictures import SeriesOf, same_images
from lesion_viewer.exchange.tables.slice_names import image_name
from lesion_viewer.review.session import Session
from lesion_viewer.text import Text
from lesion_viewer.ui.exchange.exchange_workers import ExportWorker, ImportReader
from lesion_viewer.ui.exchange.import_preview import ImportDialog
from lesion_viewer.ui.texts import tr
from lesion_viewer.ui.workers import no_collection
from lesion_viewer.viewing.review_model import ReviewModel

CSV = Text("Reviewed CSV or COCO (*.csv *.json)")
LABELS = Text(
    "Labels (*.csv *.tsv *.txt *.json *.nii *.nii.gz *.nrrd *.mha *.mhd *.dcm);;All files (*)"
)
CORRECTIONS = Text("Corrected boxes (*.json *.csv *.tsv *.txt)")


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that a review is exported to.

    Attributes
    ----------
    name : str
        As the file dialog shows it.
    file_name : str
        Name that is proposed.
    write : Callable[[SeriesOf, Session, Path], str]
        Given a way to read the images, the review and the path; returns what the file holds, as
        text.
    """

    name: str
    file_name: str
    write: Callable[[SeriesOf, Session, Path], str]

    @property
    def suffix(self) -> str:
        """Suffix of its files, with the full stop."""
        return Path(self.file_name).suffix

    @property
    def filter(self) -> str:
        """Its filter in the notation of file dialogs."""
        return f"{tr(self.name)} (*{self.suffix})"


def _same(series_of: SeriesOf, review: Session) -> SeriesOf:
    """The series that are unchanged since they were reviewed."""
    return same_images(recorded_images(review).picture_of, series_of, lambda text: None)


def _write_csv(series_of: SeriesOf, review: Session, path: Path) -> str:
    return export_csv(review, path) + export_beside(review, path, _same(series_of, review))


def _write_coco(series_of: SeriesOf, review: Session, path: Path) -> str:
    return export_coco(review, path) + export_beside(review, path, _same(series_of, review))


def _write_measurements(series_of: SeriesOf, review: Session, path: Path) -> str:
    return export_measurements(review, path, _same(series_of, review))


def _write_labels(series_of: SeriesOf, review: Session, path: Path) -> str:
    return export_labels(review, path, _same(series_of, review))


def _write_audit(series_of: SeriesOf, review: Session, path: Path) -> str:
    return export_report(review, path, _same(series_of, review))


FORMATS = (
    Format("DeepLesion CSV", "reviewed.csv", _write_csv),
    Format("COCO", "reviewed.json", _write_coco),
    Format(Text("Measurements"), "measurements.csv", _write_measurements),
    Format(Text("Label volume"), "lesions.nrrd", _write_labels),
    Format(Text("Readings"), "readings.csv", lambda _, review, to: export_readings(review, to)),
    Format(Text("Audit report"), "audit.html", _write_audit),
)


class ExchangeController(QObject):
    """Exports and imports the review on show.

    Parameters
    ----------
    review : ReviewModel
        The study on show, and its session.
    window : QWidget
        Parent of the dialogs.

    Signals
    -------
    noticed : a file was written, or its labels or changes are in the review; one sentence
    errored : a file cannot be written or read, or there is no review; one sentence
    """

    noticed = Signal(str)
    errored = Signal(str)

    def __init__(self, review: ReviewModel, window: QWidget) -> None:
        super().__init__(window)
        self._review, self._window = review, window
        self._import_reader: ImportReader | None = None
        self._elsewhere = ""

    def choose_export(self) -> None:
        """Ask for file and format, and export the review."""
        if self._review.session is None:
            self._refuse()
            return
        filters = {format.filter: format for format in FORMATS}
        chosen, filter = QFileDialog.getSaveFileName(
            self._window, tr("Export review"), FORMATS[0].file_name, ";;".join(filters)
        )
        if chosen:
            format = filters.get(filter, FORMATS[0])
            path = Path(chosen)
            self.export(path if path.suffix else path.with_suffix(format.suffix), format)

    def choose_labels(self) -> None:
        """Ask for a file of labels, and show what it would change."""
        self._choose(tr("Import labels"), self.preview_labels, LABELS)

    def choose_reviewed(self) -> None:
        """Ask for a reviewed CSV, and show what its decisions would change."""
        self._choose(tr("Import reviewed CSV"), self.preview_corrections)

    def export(self, path: Path, format: Format = FORMATS[0]) -> None:
        """Export the review; ``noticed`` tells when the file is written.

        Parameters
        ----------
        path : Path
            Path of the file.
        format : Format
            Format of the file.
        """
        session, study = self._review.session, self._review.study
        if session is None or study is None:
            self._refuse()
            return
        reviews = self._review.reviews
        own = reviews.series_of(session, study) if reviews is not None else study
        write = partial(format.write, {one.uid: one for one in own.series}.__getitem__)
        worker = ExportWorker(session.journal_copy(), write, path, self.errored)
        worker.written.connect(self._tell_written)
        self._elsewhere = self._what_is_elsewhere(session, own)
        worker.begin()

    def choose_corrections(self) -> None:
        """Ask for a file that another tool corrected, and show what it would change."""
        self._choose(tr("Import corrections"), self.preview_corrections, CORRECTIONS)

    def preview_labels(self, path: Path) -> None:
        """Read a file of labels and show what it would change, before the reader agrees.

        Parameters
        ----------
        path : Path
            Path of the file.
        """
        session, study = self._review.session, self._review.study
        if session is None or study is None:
            self._refuse()
            return
        reviews = self._review.reviews
        own = reviews.series_of(session, study) if reviews is not None else study
        # Rows of numbered slices may be of some whose images are not here.
        is_numbered = any(record.is_of_numbers for record in session.pictures.series().values())
        self._preview(session, path, Meaning.LABELS, None if is_numbered else own)

    def preview_corrections(self, path: Path) -> None:
        """Read a reviewed file or corrected boxes and show what they would change.

        Parameters
        ----------
        path : Path
            Path of the file.
        """
        session = self._review.session
        if session is None:
            self._refuse()
            return
        try:
            if is_of_measurements(path):
                self._take_measurements(session, path)
                return
        except LesionViewerError as error:
            self.errored.emit(str(error))
            return
        self._preview(session, path, Meaning.CORRECTIONS, None)

    def _take_measurements(self, session: Session, path: Path) -> None:
        """Take a table of measurements up, of which there are never many."""
        reviews = self._review.reviews
        differing = reviews.differences if reviews is not None else ()
        found = read_measurements(path, session, differing)
        new = len(session.new_measurements(found.drawn))
        same = len(found.drawn) - new
        session.take_measurements(found.drawn)
        told = tr("{n} measurements taken up, {same} were there", n=new, same=same)
        left_out = found.left_out
        more = tr("{n} left out, {first}", n=len(left_out), first=left_out[0]) if left_out else ""
        self.noticed.emit("; ".join(filter(None, (told, more))) + ".")

    def _preview(self, session: Session, path: Path, meaning: Meaning, study: Study | None) -> None:
        reviews = self._review.reviews
        differing = frozenset(reviews.differences if reviews is not None else ())
        copy, reader = session.journal_copy(), session.reader
        self._import_reader = ImportReader(
            copy, reader, path, meaning, study, differing, self._review.other_studies, self.errored
        )
        self._import_reader.read.connect(partial(self._show, session, self._import_reader))
        self._import_reader.begin()

    def _show(self, session: Session, reader: ImportReader, found: ChangeSet) -> None:
        if session is not self._review.session or reader is not self._import_reader:
            return
        records = session.pictures.series()

        def name_of(series_uid: str, slice_index: int) -> str:
            record = records[series_uid]
            if record.names:
                return plain_path(image_name(record, slice_index))
            if record.is_png:
                return slice_name(series_uid, record.files[slice_index]).removesuffix(".png")
            return tr("Im {n}", n=slice_index + 1)

        dialog = ImportDialog(found, name_of, self._window)
        dialog.accepted.connect(partial(self._take, session, found))
        dialog.open()

    def _take(self, session: Session, found: ChangeSet) -> None:
        if session is not self._review.session:
            self.errored.emit(tr("Another review was opened meanwhile; nothing was changed."))
            return
        try:
            with no_collection():
                apply(session, found)
        except LesionViewerError as error:
            self.errored.emit(str(error))
        else:
            self.noticed.emit(imported_text(found))

    def _tell_written(self, path: Path, counted: str) -> None:
        written = tr("Exported to {name}: {counted}.", name=path.name, counted=counted)
        if self._review.reading.are_marks_hidden:  # the number of rows would tell of candidates
            written = tr("Exported to {name}.", name=path.name)
        self.noticed.emit(" ".join(filter(None, (written, self._elsewhere, tr(NOT_A_DEVICE)))))

    def _what_is_elsewhere(self, session: Session, own: Study) -> str:
        """What an export leaves out or holds of pictures that are not on show, as a sentence."""
        reviews = self._review.reviews
        if reviews is None or (len(reviews.sessions) == 1 and not reviews.differences):
            return ""
        uids = {series.uid for series in own.series}
        former = sum(f.series_uid not in uids for f in session.reading.findings())
        text = tr(
            "It is the review of the series on show; changed pictures have reviews of their own."
        )
        if not former:
            return text
        return f"{text} " + tr("Of a former picture: {n} findings.", n=former)

    def _refuse(self) -> None:
        if self._review.refusal:
            self._review.tell_none()
        else:
            self.errored.emit(tr("There is no review: open a study first."))

    def _choose(self, title: str, take: Callable[[Path], None], kinds: str = CSV) -> None:
        if self._review.session is None:
            self._refuse()
            return
        chosen, _ = QFileDialog.getOpenFileName(self._window, title, "", tr(kinds))
        if chosen:
            take(Path(chosen))
