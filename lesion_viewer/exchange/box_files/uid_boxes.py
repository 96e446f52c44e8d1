"""A table of boxes by SOP Instance UID, such as ``detect`` writes, on the slices of a study."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Candidate, Detection, SliceDetections
from lesion_viewer.detection.linking import link
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.box_numbers import BoxForm, box_in_cells, number_in
from lesion_viewer.exchange.box_files.columns import (
    BY_UID,
    BoxColumns,
    box_form,
    cell_at,
    columns_of,
    place_of,
    unclear_numbers,
)
from lesion_viewer.exchange.csv_records import BLANK, Record, Table
from lesion_viewer.exchange.tables.fitted_boxes import fitted, is_cut
from lesion_viewer.exchange.tables.found_boxes import FoundBoxes, labelled
from lesion_viewer.review.finding import Finding, Place

SERIES = ("seriesinstanceuid", "seriesuid")
SLICE = ("sliceindex", "frameindex")
GROUP = ("candidate", "finding", "findingid", "lesionid", "lesion", "candidateid", "groupid")
MAX_DIGITS = 9


@dataclass(frozen=True, slots=True)
class _Row:
    """A usable row: its group is empty where the table has none."""

    place: Place
    box: Box
    score: float | None
    lesion_type: str
    group: str


@dataclass(frozen=True, slots=True)
class _Columns:
    """Places of a table's columns; None for those that it lacks."""

    of_boxes: BoxColumns
    form: BoxForm
    unclear: Mapping[int, str]
    series: int | None
    slice_index: int | None
    group: int | None


def is_of_uids(names: Sequence[str]) -> bool:
    """Whether a table with these columns says by SOP Instance UID where its rows belong.

    Parameters
    ----------
    names : Sequence[str]
        Column names of the table.
    """
    return place_of(names, BY_UID.aliases) is not None


def read_uid_boxes(study: Study, table: Table, content: bytes) -> FoundBoxes:
    """The boxes of a table by SOP Instance UID, as findings.

    Rows with the same finding number (``candidate`` in a CSV of ``detect``) are one finding.
    Without such a column, boxes of one type on neighbouring slices are linked in the way of a
    detector's boxes.

    Parameters
    ----------
    study : Study
        Study with the images that the UIDs name.
    table : Table
        Table with boxes in stored pixels, from 0.
    content : bytes
        Content of the file, for its hash.

    Returns
    -------
    FoundBoxes
        Findings that nobody decided, and what was left out.

    Raises
    ------
    ExchangeError
        Where columns are missing, or no row is of an image in the study.
    """
    columns = _columns_of(table)
    places = _Places(study)
    rows: list[_Row] = []
    absent: list[str] = []
    unusable: list[str] = []
    clipped = 0
    for record in table.records:
        if record.fields == BLANK:
            continue
        place = places.of(record, columns)
        if place is None:
            uid = cell_at(record, columns.of_boxes.image)
            absent.append(uid[:64] or f"line {record.line}, which names none")
            continue
        try:
            row, is_clipped = _row(record, columns, place, places.size(place))
        except ValueError as error:
            unusable.append(f"line {record.line}: {error}")
            continue
        rows.append(row)
        clipped += is_clipped
    if absent and not rows and not unusable:
        raise ExchangeError(f"{table.path}: none of its rows is of an image in this study")
    return FoundBoxes(
        hashlib.sha256(content).hexdigest(),
        tuple(_findings(table.path.name, rows)),
        tuple(absent),
        tuple(unusable),
        clipped=clipped,
    )


class _Places:
    """The slices of a study by SOP Instance UID."""

    def __init__(self, study: Study) -> None:
        self._study = {series.uid: series for series in study.series}
        self._of: dict[str, list[Place]] = defaultdict(list)
        for series in study.series:
            for index, source in enumerate(series.slices):
                if source.sop_instance_uid:
                    self._of[source.sop_instance_uid].append((series.uid, index))

    def of(self, record: Record, columns: _Columns) -> Place | None:
        """Where a row's slice is; a file of several frames has one UID for all its slices."""
        found = self._of.get(cell_at(record, columns.of_boxes.image), [])
        if len(found) <= 1:
            return found[0] if found else None
        if columns.series is not None:
            uid = cell_at(record, columns.series)
            found = [place for place in found if place[0] == uid] or found
        if columns.slice_index is not None:
            index = cell_at(record, columns.slice_index)
            is_number = index.isdecimal() and len(index) <= MAX_DIGITS
            found = [place for place in found if is_number and place[1] == int(index)]
        return found[0] if len(found) == 1 else None

    def size(self, place: Place) -> tuple[int, int]:
        """Rows and columns of the slice."""
        return self._study[place[0]].shape[1:]


def _columns_of(table: Table) -> _Columns:
    columns = columns_of(table.path, table.names, table.header.delimiter, BY_UID)
    others = (place_of(table.names, aliases) for aliases in (SERIES, SLICE, GROUP))
    unclear = unclear_numbers(table, columns)
    return _Columns(columns, box_form(table, columns), unclear, *others)


def _row(
    record: Record, columns: _Columns, place: Place, size: tuple[int, int]
) -> tuple[_Row, bool]:
    """A row, and whether its box was cut; a ValueError says why it cannot be used."""
    of_boxes = columns.of_boxes
    box, problem = box_in_cells([cell_at(record, n) for n in of_boxes.box], columns.form)
    problem = columns.unclear.get(record.line, problem)
    if box is None or problem:
        raise ValueError(problem or "it has no box")
    inside = fitted(box, size)
    if inside is None:
        rows, columns_px = size
        raise ValueError(f"the box lies outside of the image ({columns_px} x {rows})")
    score = cell_at(record, of_boxes.score)
    row = _Row(
        place,
        inside,
        number_in(score) if score else None,
        of_boxes.lesion_type(cell_at(record, of_boxes.label)),
        cell_at(record, columns.group),
    )
    return row, is_cut(box, inside)


def _findings(file_name: str, rows: Sequence[_Row]) -> Iterator[Finding]:
    """Findings in the order of their first row."""
    groups: dict[tuple[str, ...], list[_Row]] = defaultdict(list)
    for row in rows:
        key = ("group", row.group) if row.group else ("type", row.lesion_type)
        groups[row.place[0], *key].append(row)
    chains: list[list[_Row]] = []
    for (_, kind, _), group in groups.items():
        chains += _as_numbered(group) if kind == "group" else _as_linked(group)
    order = {id(row): n for n, row in enumerate(rows)}
    for chain in sorted(chains, key=lambda chain: min(order[id(row)] for row in chain)):
        boxes = {row.place[1]: row.box for row in chain}
        scores = {row.place[1]: row.score for row in chain if row.score is not None}
        best = max(chain, key=lambda row: row.score or 0.0)
        yield labelled(file_name, chain[0].place[0], boxes, best.lesion_type, scores)


def _as_numbered(rows: Sequence[_Row]) -> list[list[_Row]]:
    """The rows of one number: one finding, and another one for each second box of a slice."""
    chains: list[list[_Row]] = []
    counts: dict[int, int] = defaultdict(int)
    for row in rows:
        nth = counts[row.place[1]]
        counts[row.place[1]] += 1
        if nth == len(chains):
            chains.append([])
        chains[nth].append(row)
    return chains


def _as_linked(rows: Sequence[_Row]) -> list[list[_Row]]:
    """Rows of one type, linked over neighbouring slices; a box that is there twice counts once."""
    first: dict[tuple[int, Detection], _Row] = {}
    for row in rows:
        first.setdefault((row.place[1], Detection(row.box, row.score or 0.0)), row)
    on_slice: dict[int, list[Detection]] = defaultdict(list)
    for index, detection in first:
        on_slice[index].append(detection)
    candidates: Sequence[Candidate] = link(
        SliceDetections(index, tuple(found)) for index, found in on_slice.items()
    )
    return [[first[i, d] for i, d in sorted(c.detections.items())] for c in candidates]
