"""A review as CSV in DeepLesion's columns, or with DICOM UIDs in place of its files.

Rows of an imported annotation file that nobody touched leave as they came, byte for byte. All other
rows carry eight columns more, ``DECISION_COLUMNS``; and where the measurement of a label moved with
its box, ``CAME_COLUMNS`` keep what it was. Candidates that nobody decided are rows with the status
``undecided``, except in a labelling project, where a detector proposes on every slice. Types that
DeepLesion does not know, or that a reader changed, have columns of their own, ``type_columns``. In
the layout with UIDs ``Key_slice_index`` and ``Slice_range`` count slices from 0 along the normal;
boxes are DeepLesion's (from 1, padded by 5 px) in both layouts.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.reading import is_plain
from lesion_viewer.exchange.box_files.writing import plain_csv
from lesion_viewer.exchange.csv_records import (
    Record,
    Table,
    read_table,
    table_of,
)
from lesion_viewer.exchange.deeplesion.annotation_rows import COLUMNS
from lesion_viewer.exchange.reviews.exported_records import exported_records
from lesion_viewer.exchange.tables.finding_rows import EXPORTED_DICOM_COLUMNS
from lesion_viewer.review.finding import Finding, OriginKind
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.work_list import is_of_work_list
from lesion_viewer.system.atomic_files import save_bytes


def export_csv(session: Session, path: Path) -> str:
    """Write the review; reading the file back gives the same findings.

    Labels of a plain table leave in its columns, those of COCO as such a table; studies of PNGs,
    and those with labels in DeepLesion's columns, leave in these, others with DICOM UIDs.

    Parameters
    ----------
    session : Session
        The review.
    path : Path
        Where it goes.

    Returns
    -------
    str
        How many rows the file has, in words.

    Raises
    ------
    ExchangeError
        Where the file cannot be written or does not hold every row, or the journal does not know
        a series' slices.
    """
    annotation = session.files.label_rows()
    series = session.pictures.series()
    order = {uid: n for n, uid in enumerate(series)}
    is_project = is_of_work_list(session)
    findings = sorted(
        (f for f in session.findings.values() if not (is_project and f.is_mere_proposal)),
        key=lambda f: (order.get(f.series_uid, 0), f.arrival),
    )
    if annotation and is_plain(Path(_labels_name(session)), b"".join(annotation)):
        content = plain_csv(session, path, findings)
        save_bytes(path, content)
        return _counted(path, len(table_of(path, content.decode()).records))
    labels = _labels_table(session, path, annotation)
    if annotation and all(_is_untouched_label(f) for f in findings):
        save_bytes(path, b"".join(annotation))
        return _counted(path, len(annotation) - 1)
    end = labels.header.end or "\n"
    delimiter = labels.header.delimiter
    records = [
        replace(r, end=r.end or end, delimiter=delimiter)
        for r in exported_records(session, labels, findings)
    ]
    content = b"".join(record.encoded() for record in records)
    is_open_ended = bool(labels.records) and not labels.records[-1].end
    save_bytes(path, content.removesuffix(records[-1].end.encode()) if is_open_ended else content)
    return _counted(path, len(records) - 1)


def _labels_name(session: Session) -> str:
    """Name of the annotation file that was imported; empty where there was none."""
    return (session.files.imported_labels or ("", ""))[0]


def _counted(path: Path, rows: int) -> str:
    """How many rows there are in the file, which must be as many as were written."""
    found = len(read_table(path, ()).records)
    if found != rows:
        raise ExchangeError(f"{path}: holds {found:,} rows in place of {rows:,}; export again")
    return "1 row" if rows == 1 else f"{rows:,} rows"


def _labels_table(session: Session, path: Path, annotation: Sequence[bytes]) -> Table:
    """The imported annotation file, or an empty one of the study's layout."""
    if annotation:
        return table_of(path, b"".join(annotation).decode())
    is_png = any(series.is_png for series in session.pictures.series().values())
    names = COLUMNS if is_png else EXPORTED_DICOM_COLUMNS
    return Table(path, Record(1, names, "\n"), (), names)


def _is_untouched_label(finding: Finding) -> bool:
    return finding.origin.kind is OriginKind.LABEL and finding.decision is None
