"""A review as CSV in DeepLesion's columns, or with DICOM UIDs in place of its files, and back.

Rows of an imported annotation file that nobody touched leave as they came, byte for byte. All other
rows carry eight columns more, ``DECISION_COLUMNS``; and where the measurement of a label moved with
its box, ``CAME_COLUMNS`` keep what it was. Candidates that nobody decided are rows with the status
``undecided``, except in a labelling project, where a detector proposes on every slice. In the
layout with UIDs ``Key_slice_index`` and ``Slice_range`` count slices from 0 along the normal; boxes
are DeepLesion's (from 1, padded by 5 px) in both layouts.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.csv_records import Record, Table, quoted, read_table, table_of, unquoted
from lesion_viewer.exchange.deeplesion.annotation_rows import (
    COLUMNS,
    MEASURED_COLUMNS,
    box_text,
    corners_of,
)
from lesion_viewer.exchange.deeplesion.measurement_columns import (
    axes_text,
    lengths_text,
    location_text,
)
from lesion_viewer.exchange.tables.decision_columns import (
    CAME_COLUMNS,
    DECISION_COLUMNS,
    decision_fields,
)
from lesion_viewer.exchange.tables.file_rows import FileRows, PlaceOf, read_rows
from lesion_viewer.exchange.tables.finding_rows import (
    DICOM_COLUMNS,
    finding_rows,
    row_fields,
    slices_of,
)
from lesion_viewer.exchange.tables.reviewed_rows import findings_of, with_known_ids
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.review.finding import Finding, OriginKind
from lesion_viewer.review.journal.review_state import age
from lesion_viewer.review.session import Session
from lesion_viewer.system.atomic_files import save_bytes


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file's rows.

    Attributes
    ----------
    labels : rows that are findings now, each a label
    decided : findings that were taken up as a reader left them
    absent : rows of images that are not in the study, which is usual for DeepLesion
    unusable : one sentence for each label whose box has no area once its padding is taken off
    """

    labels: int
    decided: int
    absent: int
    unusable: tuple[str, ...]


def export_csv(session: Session, path: Path) -> str:
    """Write the review; reading the file back gives the same findings. How many rows it then has.

    Studies of PNGs, and those with an imported annotation file, leave in DeepLesion's columns,
    others with DICOM UIDs.

    Raises
    ------
    ExchangeError
        Where the file cannot be written or does not hold every row, or the journal does not know
        a series' slices.
    """
    annotation = session.label_rows()
    labels = _labels_table(session, path, annotation)
    series = session.series()
    order = {uid: n for n, uid in enumerate(series)}
    is_project = any(record.is_of_project for record in series.values())
    findings = sorted(
        (f for f in session.findings.values() if not (is_project and _is_undecided_proposal(f))),
        key=lambda f: (order.get(f.series_uid, 0), age(f.id)),
    )
    if annotation and all(_is_untouched_label(f) for f in findings):
        save_bytes(path, b"".join(annotation))
        return _counted(path, len(annotation) - 1)
    end = labels.header.end or "\n"
    records = [r if r.end else replace(r, end=end) for r in _records(session, labels, findings)]
    content = b"".join(record.encoded() for record in records)
    is_open_ended = bool(labels.records) and not labels.records[-1].end
    save_bytes(path, content.removesuffix(records[-1].end.encode()) if is_open_ended else content)
    return _counted(path, len(records) - 1)


def _counted(path: Path, rows: int) -> str:
    """How many rows there are in the file, which must be as many as were written."""
    found = len(read_table(path, ()).records)
    if found != rows:
        raise ExchangeError(f"{path}: holds {found:,} rows in place of {rows:,}; export again")
    return "1 row" if rows == 1 else f"{rows:,} rows"


def import_labels(session: Session, study: Study | PlaceOf, path: Path) -> Imported:
    """Take up a DeepLesion CSV: each row of an image in the study becomes a finding.

    The file itself is kept in the review, so that an export gives back what nobody touched. Of a
    reviewed CSV the decisions are taken up too. The same file again changes nothing. In place of a
    study a labelling project's ``place_of`` does.

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

    Raises
    ------
    ExchangeError
        Where the file is no such CSV.
    """
    return read_rows(read_table(path, COLUMNS), study)


def import_reviewed(session: Session, study: Study | PlaceOf, path: Path) -> Imported:
    """Take up a CSV that ``export_csv`` wrote, in either layout; the decisions are one gesture.

    A finding that the review knows is then as it is in the file; what the file does not speak of
    stays. Labels that the review does not hold come first, as by ``import_labels``.

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

    Raises
    ------
    ExchangeError
        Where the file is no such CSV.
    """
    return read_rows(read_table(path, ()), study)


def is_own_export(session: Session, path: Path) -> bool:
    """Whether ``export_csv`` wrote the file from a review of the same labels.

    Such a file says who decided what and when; boxes from elsewhere only say what they are.

    Raises
    ------
    ExchangeError
        Where the file cannot be read.
    """
    if path.suffix.lower() == ".json" or session.imported_labels is None:
        return False
    table = read_table(path, ())
    if not {*COLUMNS, *DECISION_COLUMNS} <= set(table.names):
        return False
    rows = read_rows(table, finder(session.series()))
    return rows.sha256 == session.imported_labels[1]


def apply_rows(session: Session, path: Path, rows: FileRows) -> Imported:
    """Take up rows that were read from ``path``; raises as ``import_labels``."""
    if rows.absent and not rows.labels and not rows.decided:
        raise ExchangeError(f"{path}: none of its rows is of an image in this study")
    if len(rows.annotation) > 1:
        session.import_labels(path.name, rows.sha256, rows.content, rows.labels, rows.axes)
    labels_name, _ = session.imported_labels or (path.name, "")
    news = with_known_ids(findings_of(rows.decided, labels_name), session)
    session.import_findings(path.name, news)
    return Imported(len(rows.labels), len(news), rows.absent, tuple(rows.unusable))


def _labels_table(session: Session, path: Path, annotation: Sequence[bytes]) -> Table:
    """The imported annotation file, or an empty one of the study's layout."""
    if annotation:
        return table_of(path, b"".join(annotation).decode())
    is_png = any(series.is_png for series in session.series().values())
    names = COLUMNS if is_png else DICOM_COLUMNS
    return Table(path, Record(1, names, "\n"), (), names)


def _is_untouched_label(finding: Finding) -> bool:
    return finding.origin.kind is OriginKind.LABEL and finding.decision is None


def _is_undecided_proposal(finding: Finding) -> bool:
    return finding.origin.kind is OriginKind.MODEL and finding.decision is None


def _records(session: Session, labels: Table, findings: Sequence[Finding]) -> Iterator[Record]:
    """The header, the label rows as they came or with a decision, then rows that are new."""
    came = CAME_COLUMNS if any(map(_moved_axes, findings)) else ()
    yield replace(labels.header, fields=(*labels.header.fields, *DECISION_COLUMNS, *came))
    by_row = {f.origin.row: f for f in findings if f.origin.row is not None}
    for row, record in enumerate(labels.records):
        finding = by_row.get(row)
        is_touched = finding is not None and finding.decision is not None
        if finding is None or not is_touched:
            yield record
            continue
        fields = _label_fields(labels, record, finding)
        width = len(labels.names) + len(DECISION_COLUMNS + came)
        yield replace(record, fields=tuple(fields[:width]))
    siblings, kin = _rows_of_images(labels), _rows_of_series(labels)
    series = session.series()
    for finding in findings:
        has_label_row = bool(labels.records) and finding.origin.row is not None
        written = finding.original_boxes if has_label_row else ()
        slices = [i for i in slices_of(finding) if i not in written]
        for cells, decision in finding_rows(finding, series.get(finding.series_uid), slices):
            name = cells.get("File_name", "")
            on_image, of_series = siblings.get(name, []), kin.get(_series_of(name), {})
            cells["Normalized_lesion_location"] = _location(cells["Bounding_boxes"], on_image)
            if finding.decision is not None and of_series:
                cells["Slice_range"] = _slice_range(cells, of_series)
            fields = row_fields(labels.names, cells, on_image[0] if on_image else of_series)
            yield Record(0, (*fields, *decision, *("" for _ in came)), "")


def _moved_axes(finding: Finding) -> bool:
    """Whether a label's measurement is not as it came."""
    is_label = finding.origin.row is not None and finding.decision is not None
    return is_label and any(finding.axes.get(i, a) != a for i, a in finding.original_axes.items())


def _label_fields(labels: Table, record: Record, finding: Finding) -> list[str]:
    """The label's row with its present box and axes, what was decided, and the axes as they came.

    What was not changed is as it came.
    """
    ((slice_index, original),) = finding.original_boxes.items()
    fields = list(record.fields)
    column = labels.names.index("Bounding_boxes")
    came, box = fields[column], finding.boxes.get(slice_index)
    if box != original:
        fields[column] = quoted(box_text(box)) if box else ""
    decision = decision_fields(finding, slice_index)
    decision[DECISION_COLUMNS.index("Original_bounding_box")] = came
    axes = finding.axes.get(slice_index)
    measured = ["", ""]
    if axes is not None and axes != finding.original_axes.get(slice_index):
        texts = axes_text(axes), lengths_text(axes)
        for n, (name, text) in enumerate(zip(MEASURED_COLUMNS, texts, strict=True)):
            place = labels.names.index(name)
            measured[n], fields[place] = fields[place], quoted(text)
    return [*fields, *decision, *measured]


def _rows_of_images(labels: Table) -> dict[str, list[dict[str, str]]]:
    """For each image its label rows: fields by column, as they stand in the file."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for record in labels.records:
        fields = dict(zip(labels.names, record.fields, strict=False))
        rows[fields.get("File_name", "")].append(fields)
    return rows


def _rows_of_series(labels: Table) -> dict[str, dict[str, str]]:
    """What DeepLesion's columns say in the first label row of each series."""
    rows: dict[str, dict[str, str]] = {}
    for record in labels.records:
        fields = dict(zip(labels.names, record.fields, strict=False))
        known = {name: text for name, text in fields.items() if name in COLUMNS}
        rows.setdefault(_series_of(fields.get("File_name", "")), known)
    return rows


def _series_of(name: str) -> str:
    """``000001_01_01`` of ``000001_01_01_109.png``."""
    return unquoted(name).rpartition("_")[0]


def _slice_range(cells: Mapping[str, str], of_series: Mapping[str, str]) -> str:
    """The slices that there are round a new row's, by a label row of its series; else its own."""
    numbers = unquoted(of_series.get("Slice_range", ""))
    with suppress(ValueError):
        first, last = (int(float(number)) for number in numbers.split(","))
        if first <= int(cells["Key_slice_index"]) <= last:
            return numbers
    return cells["Slice_range"]


def _location(box: str, on_image: Sequence[dict[str, str]]) -> str:
    """Where in the body a new box lies by its image's labels; empty where they cannot tell."""
    known = []
    for fields in on_image if box else ():
        with suppress(ValueError):
            other = Box(*corners_of(unquoted(fields.get("Bounding_boxes", ""))))
            known.append((other, unquoted(fields.get("Normalized_lesion_location", ""))))
    return location_text(Box(*corners_of(box)), known) if len(known) > 1 else ""
