"""The boxes of a table in DeepLesion's columns as they stand, reviewed or not."""

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.annotations import SAID, PlainFile, PlainRow
from lesion_viewer.exchange.csv_records import BLANK, Record, Table, unguarded
from lesion_viewer.exchange.deeplesion.annotation_rows import COLUMNS, box_in
from lesion_viewer.exchange.tables.decision_columns import (
    DECISION_COLUMNS,
    UID_MARKS,
    is_uid,
)
from lesion_viewer.exchange.tables.file_rows import image_size_in
from lesion_viewer.exchange.tables.type_columns import types_in


def deeplesion_boxes(table: Table) -> PlainFile:
    """The boxes of a table in DeepLesion's columns.

    Parameters
    ----------
    table : Table
        With ``File_name`` and ``Bounding_boxes``.

    Returns
    -------
    PlainFile
        As they stand, with what the table says was decided.
    """
    table.require(("File_name", "Bounding_boxes"))
    images: dict[str, tuple[int, int] | None] = {}
    rows: list[PlainRow] = []
    for record in table.records:
        if record.fields == BLANK:
            continue
        name = unguarded(table.cell(record, "File_name"))
        images.setdefault(name, image_size_in(table, record))
        box, problem = _box(table, record)
        uid = _cell(table, record, UID_MARKS[0])
        rows.append(
            PlainRow(
                f"line {record.line}",
                name,
                len(rows),
                box,
                problem,
                lesion_type=types_in(table, record)[0],
                said={
                    said: _cell(table, record, said.capitalize())
                    for said in SAID
                    if said.capitalize() in table.names
                },
                finding_uid=uid if is_uid(uid) else "",
            )
        )
    is_ours = {*COLUMNS, *DECISION_COLUMNS} <= set(table.names)
    return PlainFile(images, list(images), rows, [], is_ours=is_ours)


def _cell(table: Table, record: Record, name: str) -> str:
    return unguarded(table.cell(record, name)) if name in table.names else ""


def _box(table: Table, record: Record) -> tuple[Box | None, str]:
    if not table.cell(record, "Bounding_boxes").strip():
        return None, ""
    try:
        box = box_in(table, record, "Bounding_boxes")
    except ExchangeError as error:
        return None, str(error).partition("column ")[2]
    return box, "" if box else "the box has no area without its padding of 5 px"
