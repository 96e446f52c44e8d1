"""The work list of a plain table of boxes or of COCO, whose images are named by path."""

from pathlib import Path

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.annotations import PlainFile
from lesion_viewer.exchange.box_files.reading import (
    content_key,
    is_plain,
    placed_rows,
    read_plain,
)
from lesion_viewer.exchange.csv_records import read_bytes
from lesion_viewer.exchange.found_images import find_images
from lesion_viewer.exchange.imports.changing import take
from lesion_viewer.exchange.imports.parsing import of_rows
from lesion_viewer.exchange.imports.wording import cut_sentences, not_as_it_stands
from lesion_viewer.exchange.label_volumes.findings import is_label_volume
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.exchange.worklists.listed import Adapter, Entered, Listed
from lesion_viewer.exchange.worklists.numbered_images import (
    NumberedImages,
    describe,
    items_of,
    records_of,
    series_of,
)
from lesion_viewer.exchange.worklists.plain_slices import ORGAN, names_in_series, plain_rows
from lesion_viewer.review.session import Session


def _recognises(images: Path, annotations: Path | None) -> bool:
    if annotations is None or not images.is_dir() or is_label_volume(annotations):
        return False
    content = read_bytes(annotations)
    if not is_plain(annotations, content):
        return False
    try:
        file = read_plain(annotations, content)
    except ExchangeError:
        return False  # opening the study's labels says what is wrong with them
    return bool(find_images(images, file.came).there)


def _key(images: Path, annotations: Path | None) -> str:
    return content_key(_read(annotations))


def _listed(images: Path, annotations: Path | None) -> Listed:
    assert annotations is not None
    path, file = annotations, _read(annotations)
    found = find_images(images, file.came)
    rows = plain_rows(file, found.shapes)
    slices = series_of(rows)
    names = names_in_series(file)
    items = items_of(path, rows, slices, found.there)
    places = finder({record.uid: record for record in records_of(slices, (), names)})
    placed = placed_rows(file, places, found.refused, found.shapes)

    def enter(session: Session) -> Entered:
        is_new = session.files.imported_labels is None
        notices = not_as_it_stands(take(session, of_rows(path, placed))) if is_new else ()
        describe(session, slices, items, names)
        return Entered(items, notices)

    return Listed(
        content_key(file),
        NumberedImages(images, {one.uid: one for one in slices}, found.there, places),
        enter,
        (ORGAN,),
        (*placed.notices, *placed.unusable, *cut_sentences(placed.clipped)),
    )


def _read(annotations: Path | None) -> PlainFile:
    assert annotations is not None
    return read_plain(annotations, read_bytes(annotations))


PLAIN = Adapter(_recognises, _key, _listed)
"""A plain table of boxes or COCO, and a folder of PNGs of which it names one."""
