"""A table of boxes by SOP Instance UID, such as ``detect`` writes, on the slices of a study."""

import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Candidate, Detection, SliceDetections
from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.detection.linking import link
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.csv_records import BLANK, Record, Table, unguarded
from lesion_viewer.exchange.tables.found_boxes import FoundBoxes, labelled
from lesion_viewer.review.finding import Finding

Place = tuple[str, int]  # series uid, slice index

# Names of columns without case, blanks, underscores and full stops; the usual one first.
INSTANCE = ("sopinstanceuid", "sopuid", "instanceuid", "sopinstance", "imageuid", "dicomuid", "uid")
SERIES = ("seriesinstanceuid", "seriesuid")
SLICE = ("sliceindex", "frameindex")
CORNERS = (
    ("x1", "xmin", "left", "x0"),
    ("y1", "ymin", "top", "y0"),
    ("x2", "xmax", "right"),
    ("y2", "ymax", "bottom"),
)
SIZES = (("x", "xmin", "left", "x1"), ("y", "ymin", "top", "y1"), ("width", "w"), ("height", "h"))
GROUP = ("candidate", "finding", "findingid", "lesionid", "lesion", "candidateid", "groupid")
TYPE = ("lesiontype", "label", "class", "classname", "category", "type")
SCORE = ("score", "confidence", "probability", "conf")
WANTED = (
    "wanted are SOPInstanceUID, x1, y1, x2, y2 and, if known, label, score and a number of the"
    " finding (also xmin, ymin, xmax, ymax; x, y, width, height), or DeepLesion's columns"
)
MAX_DIGITS = 9
SHOWN_NAMES = 20


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
    """Names of a table's columns; empty for those that it lacks."""

    instance: str
    box: tuple[str, ...]
    is_size: bool
    series: str
    slice_index: str
    group: str
    lesion_type: str
    score: str


def is_of_uids(names: Sequence[str]) -> bool:
    """Whether a table with these columns says by SOP Instance UID where its rows belong.

    Parameters
    ----------
    names : Sequence[str]
        Column names of the table.
    """
    return bool(_named(names, INSTANCE))


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
        Findings, and the rows that could not be used.

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
        place = places.of(table, record, columns)
        if place is None:
            uid = unguarded(table.cell(record, columns.instance)).strip()
            absent.append(uid[:64] or f"line {record.line}, which names none")
            continue
        try:
            row, is_clipped = _row(table, record, columns, place, places.size(place))
        except ValueError as error:
            unusable.append(f"line {record.line}: {error}")
            continue
        rows.append(row)
        clipped += is_clipped
    if absent and not rows and not unusable:
        raise ExchangeError(f"{table.path}: none of its rows is of an image in this study")
    notices = []
    if clipped:
        boxes = "1 box reaches" if clipped == 1 else f"{clipped:,} boxes reach"
        notices.append(f"{boxes} over the border of the image, and were cut there")
    return FoundBoxes(
        hashlib.sha256(content).hexdigest(),
        tuple(_findings(table.path.name, rows)),
        tuple(absent),
        tuple(unusable),
        tuple(notices),
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

    def of(self, table: Table, record: Record, columns: _Columns) -> Place | None:
        """Where a row's slice is; a file of several frames has one UID for all its slices."""
        found = self._of.get(unguarded(table.cell(record, columns.instance)).strip(), [])
        if len(found) <= 1:
            return found[0] if found else None
        if columns.series:
            uid = unguarded(table.cell(record, columns.series)).strip()
            found = [place for place in found if place[0] == uid] or found
        if columns.slice_index:
            index = table.cell(record, columns.slice_index).strip()
            is_number = index.isdecimal() and len(index) <= MAX_DIGITS
            found = [place for place in found if is_number and place[1] == int(index)]
        return found[0] if len(found) == 1 else None

    def size(self, place: Place) -> tuple[int, int]:
        """Rows and columns of the slice."""
        return self._study[place[0]].shape[1:]


def _columns_of(table: Table) -> _Columns:
    names = table.names
    instance = _named(names, INSTANCE)
    for aliases, is_size in ((CORNERS, False), (SIZES, True)):
        box = tuple(_named(names, of) for of in aliases)
        if instance and all(box) and len(set(box)) == 4:
            others = (SERIES, SLICE, GROUP, TYPE, SCORE)
            return _Columns(instance, box, is_size, *(_named(names, of) for of in others))
    lacking = next((of[0] for of in CORNERS if not _named(names, of)), "SOPInstanceUID")
    seen = ", ".join(name[:30] for name in names[:SHOWN_NAMES])
    raise ExchangeError(
        f"{table.path}, line 1: the column {lacking} is missing; seen: {seen}; {WANTED}"
    )


def _named(names: Sequence[str], wanted: Sequence[str]) -> str:
    """The first of the columns that has one of the wanted names, as the table spells it."""
    plain = {re.sub(r"[\s_.\-]+", "", name.casefold()): name for name in reversed(names)}
    return next((plain[name] for name in wanted if name in plain), "")


def _row(
    table: Table, record: Record, columns: _Columns, place: Place, size: tuple[int, int]
) -> tuple[_Row, bool]:
    """A row, and whether its box was cut; a ValueError says why it cannot be used."""
    a, b, c, d = (_number(table.cell(record, name)) for name in columns.box)
    box = Box(a, b, a + c, b + d) if columns.is_size else Box(a, b, c, d)
    try:
        inside = box.clamped(*size)
    except ValueError:
        rows, columns_px = size
        raise ValueError(f"the box lies outside of the image ({columns_px} x {rows})") from None
    score = table.cell(record, columns.score).strip() if columns.score else ""
    text = unguarded(table.cell(record, columns.lesion_type)) if columns.lesion_type else ""
    group = unguarded(table.cell(record, columns.group)).strip() if columns.group else ""
    row = _Row(place, inside, _number(score) if score else None, lesion_type_in(text), group)
    return row, inside != box


def _number(text: str) -> float:
    """A finite number, with a point or a comma before its decimals."""
    cell = text.strip().replace(",", ".", 1) if "." not in text else text.strip()
    try:
        number = math.nan if "_" in cell else float(cell)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"needs a number, not {text[:40]!r}")
    return number


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
