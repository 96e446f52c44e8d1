"""Files that a review takes something from: their formats, and what each one holds."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from lesion_viewer.ct.dicom.beginning import is_dicom
from lesion_viewer.ct.study import Collection, Study
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.annotations import PlainFile
from lesion_viewer.exchange.box_files.box_table import read_plain_csv
from lesion_viewer.exchange.box_files.coco_reading import (
    is_coco,
    read_coco,
    read_coco_as_it_stands,
)
from lesion_viewer.exchange.box_files.reading import placed_rows
from lesion_viewer.exchange.box_files.uid_boxes import is_of_uids, read_uid_boxes
from lesion_viewer.exchange.csv_records import header_names, read_bytes, read_table
from lesion_viewer.exchange.image_names import Matched
from lesion_viewer.exchange.imports.deeplesion_boxes import deeplesion_boxes
from lesion_viewer.exchange.label_volumes.findings import is_label_volume, read_label_volume
from lesion_viewer.exchange.tables.file_rows import FileRows, PlaceOf, read_rows
from lesion_viewer.exchange.tables.finding_rows import DICOM_COLUMNS
from lesion_viewer.exchange.tables.found_boxes import FoundBoxes
from lesion_viewer.exchange.tables.slice_names import SliceNames
from lesion_viewer.review.finding import Place
from lesion_viewer.review.open_review.imported_files import Source
from lesion_viewer.review.series_record import SeriesRecord

Where = Study | PlaceOf
"""The study that a file is of, or what finds the slices of a review by their names."""


class Meaning(Enum):
    """What the boxes of a file are that says nothing of who decided."""

    LABELS = auto()  #: annotations, to be decided
    CORRECTIONS = auto()  #: all lesions of their slices, as another tool left them


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file holds, before it is held against a review.

    Attributes
    ----------
    path : Path
        The file.
    kind : str
        Name of its format.
    source : Source
        Its name and hash.
    rows : FileRows | None
        Its labels, and what readers decided on them; None where it is read as something else.
    found : FoundBoxes | None
        Findings that nobody decided, of a file that is no table of images; None for none.
    boxes : PlainFile | None
        All of its boxes as they stand; None where they are not all lesions of their slices.
    places : Matched[Place] | None
        Where these are in the study that was opened with the file; None where it is a review's.
    """

    path: Path
    kind: str
    source: Source
    rows: FileRows | None = None
    found: FoundBoxes | None = None
    boxes: PlainFile | None = None
    places: Matched[Place] | None = None

    @property
    def series_uids(self) -> set[str]:
        """Of the series that its labels and decisions are on."""
        if self.places is not None:
            return {series_uid for series_uid, _ in self.places.places.values()}
        if self.rows is not None:
            labelled = {series_uid for series_uid, _, _ in self.rows.labels.values()}
            decided = {row.series_uid for row in self.rows.decided}
            decided |= {one.series_uid for _, one in self.rows.drawn}
            return labelled | decided | {series_uid for series_uid, _ in self.rows.read}
        findings = self.found.findings if self.found is not None else ()
        return {finding.series_uid for finding in findings}


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    Attributes
    ----------
    name : str
        In words.
    recognises : Callable[[Path, bytes], bool]
        Whether a file with this content is one; earlier formats come first.
    labels : Callable[[Path, bytes, Where, str], FileRows | FoundBoxes]
        Its labels, and what readers decided on them; the text names the labels of a volume that
        are wanted, and is empty for a choice by the file.
    boxes : Callable[[Path, bytes], PlainFile] | None
        All of its boxes as they stand; None where it cannot say that there are no others.
    """

    name: str
    recognises: Callable[[Path, bytes], bool]
    labels: Callable[[Path, bytes, Where, str], FileRows | FoundBoxes]
    boxes: Callable[[Path, bytes], PlainFile] | None = None


def parse(path: Path, where: Where, meaning: Meaning, chosen: str = "") -> Parsed:
    """What a file holds.

    Parameters
    ----------
    path : Path
        The file.
    where : Where
        The study that it is of, or what finds the slices of a review by their names. Label volumes
        and boxes by SOP Instance UID need the study.
    meaning : Meaning
        What boxes are that nobody is said to have decided.
    chosen : str
        Labels of a volume that are taken, as in ``read_label_volume``; other files ignore it.

    Returns
    -------
    Parsed
        Its content by its format.

    Raises
    ------
    ExchangeError
        Where the file cannot be used; one line says why.
    """
    format, content = _format_of(path)
    source = _source(path, content)
    if meaning is Meaning.CORRECTIONS and format.boxes is not None:
        boxes = format.boxes(path, content)
        rows = format.labels(path, content, where, chosen) if boxes.is_ours else None
        if not isinstance(rows, FileRows) or not rows.decided:
            rows = None
        return Parsed(path, format.name, source, rows, boxes=boxes)
    read = format.labels(path, content, where, chosen)
    if not isinstance(read, FileRows):
        return Parsed(path, format.name, Source(path.name, read.sha256), found=read)
    if read.is_plain and not read.decided and format.boxes is not None:
        boxes = format.boxes(path, content)
        if boxes.is_ours and any(row.said.get("decided_at") for row in boxes.rows):
            places = _names(where).match(boxes.images)
            return Parsed(path, format.name, source, boxes=boxes, places=places)
    return Parsed(path, format.name, source, rows=read)


def studies_in(path: Path, collection: Collection, chosen: str = "") -> list[Study]:
    """Those studies of a collection that a file has labels of.

    Parameters
    ----------
    path : Path
        The file.
    collection : Collection
        What an opened path holds.
    chosen : str
        Labels of a volume that are taken, as for ``parse``.

    Returns
    -------
    list[Study]
        In their order.

    Raises
    ------
    ExchangeError
        Where the file cannot be used.
    """
    uids = parse(path, collection.as_one, Meaning.LABELS, chosen).series_uids
    return [s for s in collection.studies if any(series.uid in uids for series in s.series)]


def of_rows(path: Path, rows: FileRows) -> Parsed:
    """Labels that a work list has read and placed itself.

    Parameters
    ----------
    path : Path
        The file.
    rows : FileRows
        Its labels, and what readers decided on them.

    Returns
    -------
    Parsed
        As ``parse`` gives it.
    """
    format, content = _format_of(path)
    return Parsed(path, format.name, _source(path, content), rows=rows)


def _source(path: Path, content: bytes) -> Source:
    return Source(path.name, hashlib.sha256(content).hexdigest())


def _format_of(path: Path) -> tuple[Format, bytes]:
    if VOLUME.recognises(path, b""):
        return VOLUME, b""
    content = read_bytes(path)
    return next(one for one in FORMATS if one.recognises(path, content)), content


def _study(where: Where, path: Path) -> Study:
    if not isinstance(where, Study):
        raise ExchangeError(
            f"{path}: needs the images that it labels: open them with it, or use Import labels"
        )
    return where


def _names(where: Where) -> SliceNames:
    """The slices of a study by name; those of a project know themselves."""
    if isinstance(where, SliceNames):
        return where
    if isinstance(where, Study):
        return SliceNames({series.uid: SeriesRecord.of(series) for series in where.series})
    raise ExchangeError("open the project to import labels into it")


def _has(*names: str) -> Callable[[Path, bytes], bool]:
    return lambda path, content: set(names) <= set(header_names(content))


def _is_report(path: Path, content: bytes) -> bool:
    if not is_dicom(content):
        return False
    from lesion_viewer.exchange.dicom.report_reading import is_report

    return is_report(content)


def _report_rows(path: Path, content: bytes, names: SliceNames) -> FileRows:
    from lesion_viewer.exchange.dicom.report_reading import read_report

    return read_report(path, content, names.series)


def _is_structure_set(path: Path, content: bytes) -> bool:
    if not is_dicom(content):
        return False
    from lesion_viewer.exchange.dicom.structure_sets import is_structure_set

    return is_structure_set(content)


def _structures(path: Path, content: bytes, study: Study) -> FoundBoxes:
    from lesion_viewer.exchange.dicom.structure_sets import read_structure_set

    known = {one.uid: one.geometry for one in study.series if one.geometry is not None}
    return read_structure_set(path, content, known, hashlib.sha256(content).hexdigest())


VOLUME = Format(
    "a label volume",
    lambda path, content: is_label_volume(path),
    lambda path, content, where, chosen: read_label_volume(_study(where, path), path, chosen),
)
FORMATS: Sequence[Format] = (
    VOLUME,
    Format(
        "a DICOM structured report",
        _is_report,
        lambda path, content, where, _: _report_rows(path, content, _names(where)),
    ),
    Format(
        "an RT structure set",
        _is_structure_set,
        lambda path, content, where, _: _structures(path, content, _study(where, path)),
    ),
    Format(
        "COCO",
        is_coco,
        lambda path, content, where, _: placed_rows(read_coco(path, content), _names(where)),
        read_coco_as_it_stands,
    ),
    Format(
        "a table in DeepLesion's columns",
        _has("File_name", "Bounding_boxes"),
        lambda path, content, where, _: read_rows(read_table(path, ()), where),
        lambda path, content: deeplesion_boxes(read_table(path, ())),
    ),
    Format(
        "a reviewed CSV with DICOM UIDs",
        _has(*DICOM_COLUMNS, "Status"),
        lambda path, content, where, _: read_rows(read_table(path, ()), where),
    ),
    Format(
        "boxes by SOP Instance UID",
        lambda path, content: is_of_uids(header_names(content)),
        lambda path, content, where, _: read_uid_boxes(
            _study(where, path), read_table(path, ()), content
        ),
    ),
    Format(
        "a plain table of boxes",
        lambda path, content: True,
        lambda path, content, where, _: placed_rows(read_plain_csv(path, content), _names(where)),
        read_plain_csv,
    ),
)
"""Every kind of file that enters a review, the surest sign first; the last one takes the rest."""
