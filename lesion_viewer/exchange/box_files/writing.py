"""A review of plain annotations as a table in the columns, with the delimiter, that they came in.

Rows that nobody touched leave as they came. Others have ``DECISIONS`` after the columns that came;
``Original_box`` is what stood in the box's own columns, ``Original_label`` in that of the label.
New rows follow.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.box_files.annotation_ids import Ids, annotation_ids
from lesion_viewer.exchange.box_files.box_numbers import BoxForm, numbers_of
from lesion_viewer.exchange.box_files.box_table import PlainTable, understood
from lesion_viewer.exchange.box_files.coco_reading import is_coco, read_coco
from lesion_viewer.exchange.box_files.decisions import BETWEEN, columns_to_add, decision_fields
from lesion_viewer.exchange.csv_records import Record, guarded, quoted, unquoted
from lesion_viewer.exchange.tables.finding_rows import slices_of
from lesion_viewer.exchange.tables.slice_names import image_name
from lesion_viewer.review.finding import Finding, OriginKind
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session

COLUMNS = (
    "file_name", "x1", "y1", "x2", "y2", "label", "score", "annotation_id", "width", "height",
)  # fmt: skip
"""Of a review whose annotations were no table."""


def plain_csv(session: Session, path: Path, findings: Sequence[Finding]) -> bytes:
    """The content of the export.

    Parameters
    ----------
    session : Session
        A review of plain annotations.
    path : Path
        Where it goes, for what is said of it.
    findings : Sequence[Finding]
        What is exported, in the order of new rows.

    Returns
    -------
    bytes
        In UTF-8; the file that came where nothing was decided.

    Raises
    ------
    ExchangeError
        Where the journal does not know a series' slices.
    """
    content = b"".join(session.files.label_rows())
    name = Path((session.files.imported_labels or ("", ""))[0])
    text = _table_of_coco(path, content) if is_coco(name, content) else content.decode()
    plain = understood(path, text)
    came = plain.came
    touched = [f for f in findings if f.decision or f.origin.kind is not OriginKind.LABEL]
    if not touched:
        return text.encode()
    end = came.header.end or "\n"
    added = columns_to_add(plain.columns, touched)
    names = tuple(map(quoted, added))
    records = [replace(came.header, fields=(*came.header.fields, *names))]
    by_row = {f.origin.row: f for f in findings if f.origin.row is not None and f.decision}
    for row, record in enumerate(came.records):
        finding = by_row.get(row)
        records.append(record if finding is None else _touched(plain, record, finding, added))
    series = session.pictures.series()
    ids = annotation_ids(session) if plain.columns.annotation_id is not None else {}
    for finding in touched:
        written = finding.original_boxes if finding.origin.row is not None else ()
        slices = [i for i in slices_of(finding) if i not in written]
        records += _new_rows(plain, finding, slices, series, ids, added)
    is_open_ended = bool(came.records) and not came.records[-1].end
    ended = [replace(r, end=r.end or end, delimiter=came.header.delimiter) for r in records]
    if is_open_ended:
        ended[-1] = replace(ended[-1], end="")
    return b"".join(record.encoded() for record in ended)


def _touched(plain: PlainTable, record: Record, finding: Finding, added: Sequence[str]) -> Record:
    """A label's row with its present box and type, and what was decided."""
    ((slice_index, original),) = finding.original_boxes.items()
    fields = list(record.fields)
    fields += [""] * (len(plain.came.names) - len(fields))
    came = BETWEEN.join(fields[place] for place in plain.columns.box)
    box = finding.boxes.get(slice_index)
    if box != original:
        for place, text in zip(plain.columns.box, _box_cells(plain, box), strict=True):
            fields[place] = quoted(text, record.delimiter)
    label, label_came = plain.columns.label, ""
    if label is not None:
        label_came = fields[label]
        if finding.lesion_type != finding.original_type:
            fields[label] = quoted(guarded(finding.lesion_type))
    decided = decision_fields(added, finding, slice_index, came, label_came)
    return replace(record, fields=(*fields, *decided))


def _new_rows(
    plain: PlainTable,
    finding: Finding,
    slices: Sequence[int],
    series: dict[str, SeriesRecord],
    ids: Ids,
    added: Sequence[str],
) -> Iterator[Record]:
    columns, record = plain.columns, series[finding.series_uid]
    for i in slices:
        fields = [""] * len(plain.came.names)
        fields[columns.image] = quoted(guarded(image_name(record, i)))
        cells = _box_cells(plain, finding.boxes.get(i))
        for place, text in zip(columns.box, cells, strict=True):
            fields[place] = quoted(text, plain.came.header.delimiter)
        known = {
            columns.height: record.shape[1],
            columns.width: record.shape[2],
            columns.annotation_id: ids.get((finding.id, i), ""),
        }
        for column, value in known.items():
            if column is not None:
                fields[column] = quoted(str(value))
        if columns.label is not None:
            fields[columns.label] = quoted(guarded(finding.lesion_type))
        original = finding.original_boxes.get(i)
        came = "" if original is None else BETWEEN.join(_box_cells(plain, original))
        label_came = quoted(guarded(finding.original_type))
        yield Record(0, (*fields, *decision_fields(added, finding, i, came, label_came)), "")


def _box_cells(plain: PlainTable, box: Box | None) -> list[str]:
    """The texts of a box's columns, with a decimal comma where the table has them."""
    count = len(plain.columns.box)
    if box is None:
        return [""] * count
    numbers = numbers_of(box, plain.form)
    if count == len(numbers):
        return [n.replace(".", ",") for n in numbers] if plain.has_comma else numbers
    first = (unquoted(r.fields[plain.columns.box[0]]).strip() for r in plain.came.records)
    has_brackets = any(text.startswith("[") for text in first)
    return [f"[{', '.join(numbers)}]" if has_brackets else ", ".join(numbers)]


def _table_of_coco(path: Path, content: bytes) -> str:
    """A table of a COCO file's annotations in their order, then of the images that have none."""
    file = read_coco(path, content)
    lines = [",".join(COLUMNS)]
    numbers = ["" if r.box is None else numbers_of(r.box, BoxForm.CORNERS) for r in file.rows]
    for row, box in zip(file.rows, numbers, strict=True):
        size = file.images.get(row.image)
        shape = ["", ""] if size is None else [str(size[1]), str(size[0])]
        score = "" if row.score is None else repr(row.score)
        number = "" if row.annotation_id is None else str(row.annotation_id)
        texts = [row.image, *(box or [""] * 4), row.lesion_type, score, number, *shape]
        lines.append(",".join(quoted(guarded(text)) for text in texts))
    labelled = {row.image for row in file.rows}
    for name in (name for name in file.images if name not in labelled):
        lines.append(",".join([quoted(guarded(name)), *[""] * (len(COLUMNS) - 1)]))
    return "\n".join(lines) + "\n"
