"""The work list of a DeepLesion CSV: its annotated slices, in folders or flat."""

from collections import defaultdict
from pathlib import Path, PurePosixPath

from lesion_viewer.ct.images.numbered_slices import NumberedSlices
from lesion_viewer.exchange.box_files.reading import is_plain
from lesion_viewer.exchange.csv_records import header_names, read_bytes
from lesion_viewer.exchange.deeplesion.annotated_rows import annotated_rows
from lesion_viewer.exchange.deeplesion.groups import groups
from lesion_viewer.exchange.deeplesion.image_files import list_slices
from lesion_viewer.exchange.imports.changing import take
from lesion_viewer.exchange.imports.parsing import Meaning, parse
from lesion_viewer.exchange.imports.wording import not_as_it_stands
from lesion_viewer.exchange.label_volumes.findings import is_label_volume
from lesion_viewer.exchange.worklists.listed import Adapter, Entered, Listed
from lesion_viewer.exchange.worklists.numbered_images import (
    NumberedImages,
    describe,
    items_of,
    series_of,
)
from lesion_viewer.review.finding import Place
from lesion_viewer.review.session import Session


def _recognises(images: Path, annotations: Path | None) -> bool:
    if annotations is None or not images.is_dir() or is_label_volume(annotations):
        return False
    content = read_bytes(annotations)
    return not is_plain(annotations, content) and "File_name" in header_names(content)


def _key(images: Path, annotations: Path | None) -> str:
    assert annotations is not None
    return annotated_rows(annotations, read_bytes(annotations))[0]


def _listed(images: Path, annotations: Path | None) -> Listed:
    assert annotations is not None
    file = annotations
    key, rows = annotated_rows(file, read_bytes(file))
    slices = series_of(rows)
    there = list_slices(images, dict.fromkeys(one.folder for one in slices))
    places = _Places(slices)
    items = items_of(file, rows, slices, there)

    def enter(session: Session) -> Entered:
        is_new = session.files.imported_labels is None
        notices: list[str] = []
        describe(session, slices, items)  # else the slices of the labels were named once more
        if is_new:
            labels = parse(file, places.of_name, Meaning.LABELS)
            notices = not_as_it_stands(take(session, labels))
        return Entered(items, notices)

    images_ = NumberedImages(images, {one.uid: one for one in slices}, there, places.of_file)
    return Listed(key, images_, enter, groups(row.groups for row in rows))


class _Places:
    """The places of slices by DeepLesion's names, ``000001_01_01_109.png``."""

    def __init__(self, slices: list[NumberedSlices]) -> None:
        self._of_folder: dict[str, list[NumberedSlices]] = defaultdict(list)
        for one in slices:
            self._of_folder[one.folder].append(one)

    def of_name(self, name: str) -> Place | None:
        folder, _, number = name.removesuffix(".png").rpartition("_")
        if number.isdecimal():
            for one in self._of_folder.get(folder, ()):
                if int(number) in one.numbers:
                    return one.uid, int(number) - one.numbers[0]
        return None

    def of_file(self, file: str) -> Place | None:
        """By the slice's file, which lies in its folder or flat, or by DeepLesion's name."""
        path = PurePosixPath(file)
        return self.of_name(path.name if "_" in path.stem else f"{path.parent.name}_{path.name}")


DEEPLESION = Adapter(_recognises, _key, _listed)
"""DeepLesion's CSV, or one that was exported from its review, and a folder of PNGs."""
