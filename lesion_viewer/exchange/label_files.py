"""Any file of labels for a study: DeepLesion's CSV, a reviewed CSV, boxes by UID, label volumes."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.ct.study import Study
from lesion_viewer.exchange.box_files.uid_boxes import is_of_uids, read_uid_boxes
from lesion_viewer.exchange.csv_records import read_bytes, read_table
from lesion_viewer.exchange.label_volumes.findings import is_label_volume, read_label_volume
from lesion_viewer.exchange.reviews.reviewed_csv import (
    Imported,
    apply_rows,
    boxes_text,
    read_labels,
    read_reviewed,
)
from lesion_viewer.exchange.tables.file_rows import FileRows, PlaceOf
from lesion_viewer.exchange.tables.finding_rows import DICOM_COLUMNS
from lesion_viewer.exchange.tables.found_boxes import FoundBoxes
from lesion_viewer.review.session import Session

SHOWN = 3
"""Names and sentences of what was left out that are told; the rest is counted."""


@dataclass(frozen=True, slots=True)
class ReviewedOnce:
    """Rows of a reviewed CSV that are taken up when the file is opened with its study.

    Attributes
    ----------
    rows : FileRows
        Of the file.
    sha256 : str
        Of its content: what was decided since stays when the same file is opened again.
    """

    rows: FileRows
    sha256: str


LabelFile = FileRows | FoundBoxes | ReviewedOnce


def read_label_file(study: Study | PlaceOf, path: Path, chosen: str = "") -> LabelFile:
    """What a file of labels holds for a study, to be taken up by ``take_label_file``.

    Parameters
    ----------
    study : Study | PlaceOf
        That is labelled; of a labelling project what finds its slices, which only tables name.
    path : Path
        Of the file.
    chosen : str
        The labels of a volume that are taken, as ``read_label_volume`` reads them.

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


def take_label_file(session: Session, path: Path, read: LabelFile) -> Imported:
    """Take up what ``read_label_file`` gave; the same file again changes nothing.

    Parameters
    ----------
    session : Session
        The review of the study.
    path : Path
        Of the file.
    read : LabelFile
        What it holds.

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
        session.import_boxes(path.name, read.sha256, ())
        return taken
    is_new = session.import_boxes(path.name, read.sha256, read.findings)
    return Imported(
        labels=len(read.findings) if is_new else 0,
        decided=0,
        absent=len(read.absent),
        unusable=read.unusable,
        absent_names=tuple(dict.fromkeys(read.absent)),
        notices=read.notices,
        is_known=not is_new,
    )


def imported_text(name: str, taken: Imported) -> str:
    """What became of a file's rows, those that could not be taken up too.

    Parameters
    ----------
    name : str
        Of the file.
    taken : Imported
        As ``take_label_file`` gives it.
    """
    labels = "1 label" if taken.labels == 1 else f"{taken.labels:,} labels"
    decisions = "1 new decision" if taken.decided == 1 else f"{taken.decided:,} new decisions"
    text = f"{name} imported: {labels}, {decisions}."
    if taken.is_known:
        text = f"{name} was imported before; nothing is changed."
    text += "".join(f" {notice[:1].upper()}{notice[1:]}." for notice in taken.notices)
    text += _left_out_text(taken)
    if taken.unusable:
        text += f" Boxes that cannot be used: {len(taken.unusable):,}; {taken.unusable[0]}."
    if taken.clipped:
        text += f" {boxes_text(taken.clipped)} cut at the border of the image."
    return text


def _left_out_text(taken: Imported) -> str:
    if not taken.absent:
        return ""
    names = ", ".join(taken.absent_names[:SHOWN])
    if len(taken.absent_names) > SHOWN:
        names += f" and {len(taken.absent_names) - SHOWN} more"
    named = f" ({names})" if names else ""
    if taken.absent == 1:
        return f" 1 row is of an image that is not here{named}, and was left out."
    return f" {taken.absent:,} rows are of images that are not here{named}, and were left out."
