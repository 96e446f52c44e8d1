"""A labelling project from a folder of images and a DeepLesion CSV; its journal is a review's.

Which slices there are is what the CSV says, not the folder: the project and its journal stay the
same when more images arrive.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from lesion_viewer.ct.images.numbered_slices import NumberedSlices, list_slices
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.csv_records import read_bytes
from lesion_viewer.exchange.reviews.reviewed_csv import import_labels
from lesion_viewer.exchange.tables.annotated_rows import AnnotatedRow, annotated_rows
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.labelling.project import Item, Project
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session
from lesion_viewer.review.user_folders import journal_path

OpenReview = Callable[[Path, str | None, str], Session]
"""File, key of the study, and reader -> the review."""


def open_project(
    images: Path,
    annotations: Path,
    session_file: Path,
    reader: str,
    open_review: OpenReview = Session.open,
) -> tuple[Project, Session]:
    """The project of a CSV and its review by this reader, made or refreshed; no image is read.

    ``open_review`` may give a review that is read-only, which is left as it is.

    Raises
    ------
    CTError
        Where ``images`` is no folder.
    ExchangeError
        Where the CSV is none in DeepLesion's columns, or names no slice.
    ReviewError
        Where the review's file cannot be used, or is of another project.
    """
    key, rows = annotated_rows(annotations, read_bytes(annotations))
    if not rows:
        raise ExchangeError(f"{annotations}: none of its rows names a slice")
    slices = _series_of(rows)
    there = list_slices(images, dict.fromkeys(one.folder for one in slices))
    session = open_review(session_file, key, reader)
    try:
        if session.imported_labels is None:
            import_labels(session, Project(images, key, (), slices, there).place_of, annotations)
        labels = {f.origin.row: f for f in session.findings.values() if f.origin.row is not None}
        project = Project(images, key, _items(rows, slices, there, labels), slices, there)
        if not session.read_only:
            absent = "\n".join(item.name for item in project.items if not item.is_present)
            digest = sha256(f"{key}\n{absent}".encode()).hexdigest()
            session.describe_series(digest, lambda: _records(project, slices))
    except BaseException:
        session.close()
        raise
    return project, session


def is_project(images: Path, annotations: Path | None) -> bool:
    """Whether a path with these annotations opens as a labelling project, and not as a study.

    Raises
    ------
    ExchangeError
        Where the CSV cannot be read.
    """
    if annotations is None or not images.is_dir():
        return False
    return b"File_name" in read_bytes(annotations).partition(b"\n")[0]


def project_file(annotations: Path) -> Path:
    """Where a project's review is kept when no file is named.

    Raises
    ------
    ExchangeError
        Where the CSV is none in DeepLesion's columns.
    """
    return journal_path(annotated_rows(annotations, read_bytes(annotations))[0])


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
            )
        )
    return items


def _size_mm(label: Finding, spacing_mm: tuple[float, float, float] | None) -> float:
    _, row_mm, column_mm = spacing_mm or (1.0, 1.0, 1.0)
    boxes = label.original_boxes.values()
    return max(max(box.width * column_mm, box.height * row_mm) for box in boxes)


def _records(project: Project, slices: Sequence[NumberedSlices]) -> list[SeriesRecord]:
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
    return [SeriesRecord.of_numbered(one, absent.get(one.uid, ())) for one in slices]
