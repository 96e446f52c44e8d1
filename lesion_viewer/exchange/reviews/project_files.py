"""A labelling project from a folder of images and their annotations; its journal is a review's.

The annotations are DeepLesion's CSV, a plain table of boxes, or COCO. Which slices there are is
what they say, not the folder: the project and its journal stay the same when more images arrive.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from lesion_viewer.ct.images.numbered_slices import NumberedSlices, list_slices
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.project_slices import find_images, names_in_series, plain_rows
from lesion_viewer.exchange.box_files.reading import (
    content_key,
    contradictions,
    is_plain,
    placed_rows,
    read_plain,
)
from lesion_viewer.exchange.csv_records import header_names, read_bytes
from lesion_viewer.exchange.label_volumes.findings import is_label_volume
from lesion_viewer.exchange.reviews.import_outcome import Imported, cut_sentences
from lesion_viewer.exchange.reviews.reviewed_csv import apply_rows, import_labels
from lesion_viewer.exchange.tables.annotated_rows import AnnotatedRow, annotated_rows
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session
from lesion_viewer.review.user_folders import journal_path
from lesion_viewer.review.worklist.work_list import Item, Project

OpenReview = Callable[[Path, str | None, str], Session]
"""File, key of the study, and reader -> the review."""


def open_project(
    images: Path,
    annotations: Path,
    session_file: Path,
    reader: str,
    open_review: OpenReview = Session.open,
) -> tuple[Project, Session]:
    """The project of annotations and its review by this reader, made or refreshed.

    Of images no more is read than their size, and that not for DeepLesion's CSV. What of the
    annotations cannot be used is among the project's ``notices``.

    Parameters
    ----------
    images : Path
        The folder of the images.
    annotations : Path
        DeepLesion's CSV, a plain table of boxes, or COCO.
    session_file : Path
        The review's file.
    reader : str
        Who reviews.
    open_review : OpenReview
        May give a review that is read-only, which is left as it is.

    Returns
    -------
    tuple[Project, Session]
        The caller closes the session.

    Raises
    ------
    CTError
        Where ``images`` is no folder.
    ExchangeError
        Where the annotations are none of these, or name no slice.
    ReviewError
        Where the review's file cannot be used, or is of another project.
    """
    content = read_bytes(annotations)
    came = _opened_plain if is_plain(annotations, content) else _opened_deeplesion
    found = came(images, annotations, content)
    if not found.rows:
        raise ExchangeError(f"{annotations}: none of its rows names a slice")
    session = open_review(session_file, found.key, reader)
    try:
        taken = found.take_labels(session) if session.imported_labels is None else None
        labels = {f.origin.row: f for f in session.findings.values() if f.origin.row is not None}
        items = _items(found.rows, found.slices, found.there, labels)
        notices = [*found.notices, *(taken.sentences() if taken is not None else ())]
        project = Project(images, found.key, items, found.slices, found.there, notices)
        if not session.read_only:
            absent = "\n".join(item.name for item in project.items if not item.is_present)
            digest = sha256(f"{found.key}\n{absent}".encode()).hexdigest()
            session.describe_series(digest, lambda: _records(project, found))
    except BaseException:
        session.close()
        raise
    return project, session


def is_project(images: Path, annotations: Path | None) -> bool:
    """Whether a path with these annotations opens as a labelling project, and not as a study.

    Parameters
    ----------
    images : Path
        What is opened.
    annotations : Path | None
        DeepLesion's CSV; or COCO or a plain table, which are a project's where they name a PNG
        in the folder.

    Raises
    ------
    ExchangeError
        Where the annotations cannot be read.
    """
    if annotations is None or not images.is_dir() or is_label_volume(annotations):
        return False
    content = read_bytes(annotations)
    if not is_plain(annotations, content):
        return "File_name" in header_names(content)
    try:
        file = read_plain(annotations, content)
    except ExchangeError:
        return False  # opening the study's labels says what is wrong with them
    return bool(find_images(images, file.came).there)


def project_file(annotations: Path) -> Path:
    """Where a project's review is kept when no file is named.

    Parameters
    ----------
    annotations : Path
        DeepLesion's CSV, a plain table of boxes, or COCO.

    Returns
    -------
    Path
        In the user's folder of journals; an export of the review has the same.

    Raises
    ------
    ExchangeError
        Where it is none of these.
    """
    content = read_bytes(annotations)
    if is_plain(annotations, content):
        return journal_path(content_key(read_plain(annotations, content)))
    return journal_path(annotated_rows(annotations, content)[0])


@dataclass(frozen=True, slots=True)
class _Opened:
    """What annotations and a folder say of a project, whatever their form is."""

    key: str
    rows: Sequence[AnnotatedRow]
    slices: Sequence[NumberedSlices]
    there: Mapping[str, Mapping[int, str]]
    take_labels: Callable[[Session], Imported]
    names: Mapping[tuple[str, int], str] = field(default_factory=dict)
    notices: Sequence[str] = ()


def _opened_deeplesion(images: Path, annotations: Path, content: bytes) -> _Opened:
    key, rows = annotated_rows(annotations, content)
    slices = _series_of(rows)
    there = list_slices(images, dict.fromkeys(one.folder for one in slices))
    place_of = Project(images, key, (), slices, there).place_of
    return _Opened(
        key, rows, slices, there, lambda session: import_labels(session, place_of, annotations)
    )


def _opened_plain(images: Path, annotations: Path, content: bytes) -> _Opened:
    file = read_plain(annotations, content)
    found = find_images(images, file.came)
    rows = plain_rows(file, found.shapes)
    slices = _series_of(rows)
    names = names_in_series(file)
    refused = {**found.refused, **contradictions(file, found.shapes)}

    key = content_key(file)
    records = {one.uid: _record(one, (), names) for one in slices}
    placed = placed_rows(file, finder(records), refused)
    notices = (*placed.notices, *placed.unusable, *cut_sentences(placed.clipped))

    def take_labels(session: Session) -> Imported:
        return apply_rows(session, annotations, placed)

    return _Opened(key, rows, slices, found.there, take_labels, names, notices)


def _series_of(rows: Sequence[AnnotatedRow]) -> list[NumberedSlices]:
    """For each folder and size of image its runs of slices, where the rows' ranges meet."""
    ranges: dict[tuple[str, tuple[int, int]], list[AnnotatedRow]] = defaultdict(list)
    for row in rows:
        ranges[row.folder, row.shape].append(row)
    return [
        NumberedSlices(folder, numbers, shape, first.spacing_mm, first.window)
        for (folder, shape), of_folder in ranges.items()
        for numbers, first in _runs(of_folder)
    ]


def _runs(rows: Sequence[AnnotatedRow]) -> list[tuple[range, AnnotatedRow]]:
    """Ranges that meet or overlap as one, with their first row."""
    runs: list[tuple[range, AnnotatedRow]] = []
    for row in sorted(rows, key=lambda r: r.numbers.start):
        if runs and row.numbers.start <= runs[-1][0].stop:
            before, first = runs[-1]
            runs[-1] = range(before.start, max(before.stop, row.numbers.stop)), first
        else:
            runs.append((row.numbers, row))
    return runs


def _items(
    rows: Sequence[AnnotatedRow],
    slices: Sequence[NumberedSlices],
    there: Mapping[str, Mapping[int, str]],
    labels: Mapping[int, Finding],
) -> list[Item]:
    """An item for each annotated slice, in the order of its first row."""
    runs: dict[str, list[NumberedSlices]] = defaultdict(list)
    for one in slices:
        runs[one.folder].append(one)
    on_slice: dict[str, list[AnnotatedRow]] = defaultdict(list)
    for row in rows:
        on_slice[row.name].append(row)
    items: list[Item] = []
    for name, group in on_slice.items():
        first = group[0]
        series = next(s for s in runs[first.folder] if first.number in s.numbers)
        found = [labels[row.row] for row in group if row.row in labels]
        items.append(
            Item(
                number=len(items),
                name=name,
                series_uid=series.uid,
                slice_index=first.number - series.numbers[0],
                patient=first.patient,
                organ=first.organ,
                split=first.split,
                is_noisy=any(row.is_noisy for row in group),
                is_present=first.number in there.get(first.folder, {}),
                size_mm=max((_size_mm(f, first.spacing_mm) for f in found), default=0.0),
                size_unit="px" if first.spacing_mm is None else "mm",
            )
        )
    return items


def _size_mm(label: Finding, spacing_mm: tuple[float, float, float] | None) -> float:
    _, row_mm, column_mm = spacing_mm or (1.0, 1.0, 1.0)
    boxes = label.original_boxes.values()
    return max(max(box.width * column_mm, box.height * row_mm) for box in boxes)


def _records(project: Project, found: _Opened) -> list[SeriesRecord]:
    absent = {
        uid: tuple(item.slice_index for item in items)
        for uid, items in groupby(
            sorted(
                (item for item in project.items if not item.is_present),
                key=lambda item: (item.series_uid, item.slice_index),
            ),
            key=lambda item: item.series_uid,
        )
    }
    return [_record(one, absent.get(one.uid, ()), found.names) for one in found.slices]


def _record(
    slices: NumberedSlices, absent: tuple[int, ...], names: Mapping[tuple[str, int], str]
) -> SeriesRecord:
    named = {
        i: names[slices.folder, number]
        for i, number in enumerate(slices.numbers)
        if (slices.folder, number) in names
    }
    return SeriesRecord.of_numbered(slices, absent, named)
