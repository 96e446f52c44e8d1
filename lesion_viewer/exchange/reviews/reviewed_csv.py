"""A review as CSV in DeepLesion's columns, or with DICOM UIDs in place of its files, and back.

Rows of an imported annotation file that nobody touched leave as they came, byte for byte. All other
rows carry eight columns more, ``DECISION_COLUMNS``; and where the measurement of a label moved with
its box, ``CAME_COLUMNS`` keep what it was. Candidates that nobody decided are rows with the status
``undecided``, except in a labelling project, where a detector proposes on every slice. Types that
DeepLesion does not know, or that a reader changed, have columns of their own, ``type_columns``. In
the layout with UIDs ``Key_slice_index`` and ``Slice_range`` count slices from 0 along the normal;
boxes are DeepLesion's (from 1, padded by 5 px) in both layouts.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lesion_viewer.ct.study import Study
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.reading import (
    content_key,
    is_plain,
    placed_rows,
    read_plain,
)
from lesion_viewer.exchange.box_files.uid_boxes import is_of_uids
from lesion_viewer.exchange.box_files.writing import plain_csv
from lesion_viewer.exchange.csv_records import (
    Record,
    Table,
    header_names,
    read_bytes,
    read_table,
    table_of,
)
from lesion_viewer.exchange.deeplesion.annotation_rows import (
    COLUMNS,
)
from lesion_viewer.exchange.reviews.exported_records import exported_records
from lesion_viewer.exchange.reviews.import_outcome import Imported
from lesion_viewer.exchange.tables.decision_columns import (
    DECISION_COLUMNS,
)
from lesion_viewer.exchange.tables.file_rows import FileRows, PlaceOf, read_rows
from lesion_viewer.exchange.tables.finding_rows import (
    EXPORTED_DICOM_COLUMNS,
)
from lesion_viewer.exchange.tables.reviewed_rows import findings_of, with_known_ids
from lesion_viewer.exchange.tables.slice_names import SliceNames, finder
from lesion_viewer.review.finding import Finding, OriginKind
from lesion_viewer.review.label_import import Statements
from lesion_viewer.review.open_review.imported_files import Source
from lesion_viewer.review.series_record import SeriesRecord
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
    annotation = session.label_rows()
    series = session.series()
    order = {uid: n for n, uid in enumerate(series)}
    is_project = is_of_work_list(session)
    findings = sorted(
        (f for f in session.findings.values() if not (is_project and _is_undecided_proposal(f))),
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
    return (session.imported_labels or ("", ""))[0]


def _counted(path: Path, rows: int) -> str:
    """How many rows there are in the file, which must be as many as were written."""
    found = len(read_table(path, ()).records)
    if found != rows:
        raise ExchangeError(f"{path}: holds {found:,} rows in place of {rows:,}; export again")
    return "1 row" if rows == 1 else f"{rows:,} rows"


def import_labels(session: Session, study: Study | PlaceOf, path: Path) -> Imported:
    """Take up a DeepLesion CSV: each row of an image in the study becomes a finding.

    The file itself is kept in the review, so that an export gives back what nobody touched. Of a
    reviewed CSV the decisions are taken up too. The same file again changes nothing.

    Parameters
    ----------
    session : Session
        The review.
    study : Study | PlaceOf
        Whose images the rows are of; of a labelling project what finds its slices.
    path : Path
        Of the CSV.

    Returns
    -------
    Imported
        What became of its rows.

    Raises
    ------
    ExchangeError
        Where the file is no such CSV, or none of its rows is of an image in the study.
    ReviewError
        Where the review holds the labels of another file.
    """
    return apply_rows(session, path, read_labels(study, path))


def read_labels(study: Study | PlaceOf, path: Path) -> FileRows:
    """The rows of a DeepLesion CSV, to be taken up by ``apply_rows``.

    Parameters
    ----------
    study : Study | PlaceOf
        Whose images the rows are of; of a labelling project what finds its slices.
    path : Path
        Of the CSV.

    Returns
    -------
    FileRows
        On the slices of the study.

    Raises
    ------
    ExchangeError
        Where the file is no such CSV.
    """
    if is_plain(path, content := read_bytes(path)):
        return placed_rows(read_plain(path, content), _names_of(study))
    return read_rows(read_table(path, COLUMNS), study)


def import_reviewed(session: Session, study: Study | PlaceOf, path: Path) -> Imported:
    """Take up a CSV that ``export_csv`` wrote, in either layout; the decisions are one gesture.

    A finding that the review knows is then as it is in the file; what the file does not speak of
    stays. Labels that the review does not hold come first, as by ``import_labels``.

    Parameters
    ----------
    session : Session
        The review.
    study : Study | PlaceOf
        Whose images the rows are of; of a labelling project what finds its slices.
    path : Path
        Of the CSV.

    Returns
    -------
    Imported
        What became of its rows.

    Raises
    ------
    ExchangeError
        Where the file is no such CSV, or none of its rows is of an image in the study.
    ReviewError
        Where the review holds the labels of another file.
    """
    return apply_rows(session, path, read_reviewed(study, path))


def read_reviewed(study: Study | PlaceOf, path: Path) -> FileRows:
    """The rows of a CSV that ``export_csv`` wrote, to be taken up by ``apply_rows``.

    Parameters
    ----------
    study : Study | PlaceOf
        Whose images the rows are of; of a labelling project what finds its slices.
    path : Path
        Of the CSV.

    Returns
    -------
    FileRows
        On the slices of the study.

    Raises
    ------
    ExchangeError
        Where the file is no such CSV.
    """
    content = read_bytes(path)
    if is_plain(path, content) and not is_of_uids(header_names(content)):
        return placed_rows(read_plain(path, content), _names_of(study))
    return read_rows(read_table(path, ()), study)


def _names_of(where: Study | PlaceOf) -> SliceNames:
    """The slices of a study by name; those of a project know themselves."""
    if isinstance(where, SliceNames):
        return where
    if isinstance(where, Study):
        return SliceNames({series.uid: SeriesRecord.of(series) for series in where.series})
    raise ExchangeError("open the project to import labels into it")


def is_own_export(session: Session, path: Path) -> bool:
    """Whether ``export_csv`` wrote the file from a review of the same labels.

    Such a file says who decided what and when; boxes from elsewhere only say what they are.

    Parameters
    ----------
    session : Session
        The review.
    path : Path
        Of the file.

    Raises
    ------
    ExchangeError
        Where the file cannot be read.
    """
    if session.imported_labels is None:
        return False
    content = read_bytes(path)
    if is_plain(path, content):
        return content_key(read_plain(path, content)) == session.imported_labels[1]
    table = read_table(path, ())
    if not {*COLUMNS, *DECISION_COLUMNS} <= set(table.names):
        return False
    rows = read_rows(table, finder(session.series()))
    return rows.sha256 == session.imported_labels[1]


def statements_in(session: Session, path: Path) -> Statements:
    """What a file of ours that ``is_own_export`` changes in a review of the same labels.

    Parameters
    ----------
    session : Session
        The review.
    path : Path
        Of the file.

    Returns
    -------
    Statements
        To be shown, and then recorded as they are.

    Raises
    ------
    ExchangeError
        Where the file cannot be read.
    """
    content = read_bytes(path)
    rows = read_reviewed(finder(session.series()), path)
    labels_name, _ = session.imported_labels or (path.name, "")
    news = with_known_ids(findings_of(rows.decided, labels_name), session)
    return Statements(
        Source(path.name, hashlib.sha256(content).hexdigest()),
        tuple(session.findings.get(finding.id) for finding in news),
        tuple(news),
        tuple(place for place in rows.read if not session.is_read_in_full(*place)),
    )


def apply_rows(session: Session, path: Path, rows: FileRows) -> Imported:
    """Take up the rows of a file; the decisions are one gesture.

    Parameters
    ----------
    session : Session
        The review.
    path : Path
        Of the file, for what is said of it.
    rows : FileRows
        As they were read.

    Returns
    -------
    Imported
        What became of them.

    Raises
    ------
    ExchangeError
        Where none of the rows is of an image in the study.
    ReviewError
        Where the review holds the labels of another file.
    """
    if rows.absent and not rows.labels and not rows.decided:
        raise ExchangeError(f"{path}: none of its rows is of an image in this study")
    if rows.is_plain or len(rows.annotation) > 1:
        kept = rows.labels, rows.axes, rows.types
        session.import_labels(path.name, rows.sha256, rows.content, *kept)
    labels_name, _ = session.imported_labels or (path.name, "")
    news = with_known_ids(findings_of(rows.decided, labels_name), session)
    session.import_findings(path.name, news)
    session.mark_all_read(rows.read)
    return Imported(
        labels=len(rows.labels),
        decided=len(news),
        absent=rows.absent,
        unusable=tuple(rows.unusable),
        clipped=rows.clipped,
        notices=tuple(rows.notices),
    )


def _labels_table(session: Session, path: Path, annotation: Sequence[bytes]) -> Table:
    """The imported annotation file, or an empty one of the study's layout."""
    if annotation:
        return table_of(path, b"".join(annotation).decode())
    is_png = any(series.is_png for series in session.series().values())
    names = COLUMNS if is_png else EXPORTED_DICOM_COLUMNS
    return Table(path, Record(1, names, "\n"), (), names)


def _is_untouched_label(finding: Finding) -> bool:
    return finding.origin.kind is OriginKind.LABEL and finding.decision is None


def _is_undecided_proposal(finding: Finding) -> bool:
    return finding.origin.kind is OriginKind.MODEL and finding.decision is None
