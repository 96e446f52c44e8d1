"""Files of boxes that are not in DeepLesion's columns: which they are, and reading them."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from lesion_viewer.exchange.box_files.annotations import PlainFile, PlainRow
from lesion_viewer.exchange.box_files.box_table import read_plain_csv
from lesion_viewer.exchange.box_files.coco_reading import is_coco, read_coco
from lesion_viewer.exchange.csv_records import header_names
from lesion_viewer.exchange.tables.file_rows import FileRows
from lesion_viewer.exchange.tables.finding_rows import UID_COLUMNS
from lesion_viewer.exchange.tables.fitted_boxes import fitted, is_cut, outside_text, size_text
from lesion_viewer.exchange.tables.reviewed_rows import PlacedRow
from lesion_viewer.exchange.tables.slice_names import SliceNames
from lesion_viewer.review.finding import Place


def is_plain(path: Path, content: bytes) -> bool:
    """Whether a file is COCO, or a table in other columns than DeepLesion's and our export's.

    Parameters
    ----------
    path : Path
        The file.
    content : bytes
        Of the file.
    """
    if is_coco(path, content):
        return True
    names = header_names(content)
    is_deeplesion = "File_name" in names and "Bounding_boxes" in names
    return not is_deeplesion and not set(UID_COLUMNS[:2]) & set(names)


def read_plain(path: Path, content: bytes) -> PlainFile:
    """The labels of a COCO file or a plain table, and what our export says was decided on them.

    Parameters
    ----------
    path : Path
        The file, for what is said of it.
    content : bytes
        Of the file.

    Returns
    -------
    PlainFile
        Before its images are looked for.

    Raises
    ------
    ExchangeError
        Where it is neither; says what was seen and what is wanted.
    """
    return (read_coco if is_coco(path, content) else read_plain_csv)(path, content)


def content_key(file: PlainFile) -> str:
    """What names the annotations: an export and the file that it began with have the same.

    Parameters
    ----------
    file : PlainFile
        As it was read.

    Returns
    -------
    str
        A SHA-256 in hexadecimal digits.
    """
    return hashlib.sha256(b"".join(file.content)).hexdigest()


def contradictions(file: PlainFile, shapes: Mapping[str, tuple[int, int]]) -> dict[str, str]:
    """A sentence for each image that is not of the size that the file says.

    Boxes that were drawn on a scaled picture would lie elsewhere.

    Parameters
    ----------
    file : PlainFile
        As it was read.
    shapes : Mapping[str, tuple[int, int]]
        Name of an image -> its rows and columns, of those that are known.

    Returns
    -------
    dict[str, str]
        Name of the image -> the sentence.
    """
    found = {}
    for name, said in file.images.items():
        shape = shapes.get(name)
        if said is not None and shape is not None and said != shape:
            found[name] = size_text(name, said, shape)
    return found


def placed_rows(
    file: PlainFile,
    slices: SliceNames,
    refused: Mapping[str, str] = MappingProxyType({}),
    shapes: Mapping[str, tuple[int, int]] = MappingProxyType({}),
) -> FileRows:
    """The labels of a plain file on the slices of a review, to be taken up.

    Boxes that reach over the border of their image end there. Where the review knows an image's
    size, and the file speaks of another, the image's boxes are left out, but for those that a
    reader of ours added: they were drawn on the image as it is.

    Parameters
    ----------
    file : PlainFile
        As it was read.
    slices : SliceNames
        Of the review.
    refused : Mapping[str, str]
        Names of images whose boxes are left out -> a sentence that says why.
    shapes : Mapping[str, tuple[int, int]]
        Names of images -> their rows and columns, where the review does not know them.

    Returns
    -------
    FileRows
        Labels and decisions on their slices, and what was left out.
    """
    matched = slices.match(file.images)
    known = {name: slices.shape(place) for name, place in matched.places.items()}
    several = {n: f"{n}: several images end in this name" for n in matched.ambiguous}
    scaled = {**contradictions(file, known), **contradictions(file, shapes)}
    wrong = {**several, **refused}
    rows = FileRows([], content=list(file.content), sha256=content_key(file), is_plain=True)
    rows.unusable += [*file.problems, *{**scaled, **wrong}.values()]
    rows.notices += file.notices
    for row in file.rows:
        place = matched.places.get(row.image)
        if row.image in wrong or (row.image in scaled and not row.is_added):
            continue
        if row.problem:
            rows.unusable.append(f"{row.where}: {row.problem}")
        elif place is None:
            rows.absent += 1
        else:
            _put(rows, row, place, known[row.image])
    rows.read += [matched.places[n] for n in file.read_in_full if n in matched.places]
    return rows


def _put(rows: FileRows, row: PlainRow, place: Place, shape: tuple[int, int]) -> None:
    box = None if row.box is None else fitted(row.box, shape)
    if row.box is not None and box is None:
        rows.unusable.append(outside_text(row.where, row.image, row.box, shape))
        return
    if row.box is not None and box is not None and row.row is not None:
        rows.labels[row.row] = (*place, box)
        if row.lesion_type:
            rows.types[row.row] = row.lesion_type
        rows.clipped += is_cut(row.box, box)
    if row.decided is None:
        return
    present, original = (
        None if one is None else fitted(one, shape)
        for one in (row.decided.box, row.decided.original)
    )
    decided = replace(row.decided, box=present, original=original)
    number = row.annotation_id if row.row is None else None
    rows.decided.append(PlacedRow(*place, row.row, "", decided, number))
