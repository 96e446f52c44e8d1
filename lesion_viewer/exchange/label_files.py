"""Any file of labels for a study: DeepLesion's CSV, a reviewed CSV, boxes by UID, label volumes."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.ct.study import Study
from lesion_viewer.exchange.box_files.uid_boxes import is_of_uids, read_uid_boxes
from lesion_viewer.exchange.csv_records import read_bytes, read_table
from lesion_viewer.exchange.label_volumes.findings import is_label_volume, read_label_volume
from lesion_viewer.exchange.reviews.import_outcome import Imported
from lesion_viewer.exchange.reviews.reviewed_csv import apply_rows, read_labels, read_reviewed
from lesion_viewer.exchange.tables.file_rows import FileRows, PlaceOf
from lesion_viewer.exchange.tables.finding_rows import DICOM_COLUMNS
from lesion_viewer.exchange.tables.found_boxes import FoundBoxes
from lesion_viewer.review.open_review.imported_files import Source
from lesion_viewer.review.session import Session


@dataclass(frozen=True, slots=True)
class ReviewedOnce:
    """Rows of a reviewed CSV, to be taken once for each review.

    Attributes
    ----------
    rows : FileRows
        Rows of the file.
    sha256 : str
        Hash of the file's content. It marks the file as taken: later decisions stay when the same
        file is opened again.
    """

    rows: FileRows
    sha256: str


LabelFile = FileRows | FoundBoxes | ReviewedOnce


def read_label_file(study: Study | PlaceOf, path: Path, chosen: str = "") -> LabelFile:
    """The labels that a file holds for a study, for ``take_label_file``.

    Parameters
    ----------
    study : Study | PlaceOf
        Study that is labelled; for a labelling project, the function that finds its slices. A
        project takes no label volumes.
    path : Path
        File of labels.
    chosen : str
        Labels of a volume that are taken, as in ``read_label_volume``; other files ignore it.

    Returns
    -------
    LabelFile
        The file's content by its kind: rows of a table, boxes, or a reviewed CSV with DICOM UIDs.

    Raises
    ------
    ExchangeError
        Where the file cannot be used; one line says why.
    """
    if not isinstance(study, Study):
        return read_labels(study, path)
    if is_label_volume(path):
        return read_label_volume(study, path, chosen)
    if path.suffix.lower() == ".json":
        return read_labels(study, path)
    table = read_table(path, ())
    if "File_name" in table.names:
        return read_labels(study, path)
    content = read_bytes(path)
    if {*DICOM_COLUMNS, "Status"} <= set(table.names):
        return ReviewedOnce(read_reviewed(study, path), hashlib.sha256(content).hexdigest())
    if is_of_uids(table.names):
        return read_uid_boxes(study, table, content)
    return read_labels(study, path)


def series_of_labels(read: LabelFile) -> set[str]:
    """UIDs of the series that a file of labels says something of.

    Parameters
    ----------
    read : LabelFile
        Content of the file, from ``read_label_file``.

    Returns
    -------
    set[str]
        Empty where none of its rows is of the study.
    """
    if isinstance(read, ReviewedOnce):
        return series_of_labels(read.rows)
    if isinstance(read, FileRows):
        labelled = {series_uid for series_uid, _, _ in read.labels.values()}
        decided = {row.series_uid for row in read.decided}
        return labelled | decided | {series_uid for series_uid, _ in read.read}
    return {finding.series_uid for finding in read.findings}


def take_label_file(session: Session, path: Path, read: LabelFile) -> Imported:
    """Put what ``read_label_file`` gave into a review; the same file again changes nothing.

    Parameters
    ----------
    session : Session
        Review of the study.
    path : Path
        File of labels.
    read : LabelFile
        Content of the file, from ``read_label_file``.

    Returns
    -------
    Imported
        Numbers of labels and decisions taken, and what was left out.

    Raises
    ------
    ExchangeError, ReviewError
        As ``apply_rows``.
    """
    if isinstance(read, FileRows):
        return apply_rows(session, path, read)
    if isinstance(read, ReviewedOnce):
        if session.has_boxes_of(read.sha256):
            return Imported(0, 0, read.rows.absent, tuple(read.rows.unusable), is_known=True)
        taken = apply_rows(session, path, read.rows)
        session.record_import(Source(path.name), once=read.sha256)
        return taken
    is_new = not session.has_boxes_of(read.sha256)
    if is_new:
        session.record_import(Source(path.name), boxes=read.findings, once=read.sha256)
    return Imported(
        labels=len(read.findings) if is_new else 0,
        decided=0,
        absent=len(read.absent),
        unusable=read.unusable,
        clipped=read.clipped if is_new else 0,
        absent_names=tuple(dict.fromkeys(read.absent)),
        notices=read.notices,
        is_known=not is_new,
    )
