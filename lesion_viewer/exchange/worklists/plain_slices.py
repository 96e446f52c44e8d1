"""The slices that COCO or a plain table names by the paths of their images."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.ct.files.references import why_refused
from lesion_viewer.ct.images.numbered_slices import list_pngs, png_shape
from lesion_viewer.detection.lesion_types import DEEPLESION_TYPES
from lesion_viewer.exchange.box_files.annotations import PlainFile
from lesion_viewer.exchange.deeplesion.annotation_rows import indices_of
from lesion_viewer.exchange.image_names import ImageIndex, plain_path, series_and_number
from lesion_viewer.exchange.numbered_rows import AROUND, MAX_SIDE_PX, SIDE_PX, NumberedRow
from lesion_viewer.review.worklist.work_list import Group

ORGAN = Group("organ", tuple(DEEPLESION_TYPES.values()))
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FoundImages:
    """The images of a folder that a file of annotations speaks of.

    Attributes
    ----------
    shapes : Mapping[str, tuple[int, int]]
        Name in the annotations -> rows and columns of its image.
    there : Mapping[str, Mapping[int, str]]
        Series in the annotations -> number -> file, relative to the folder; neighbours too.
    refused : Mapping[str, str]
        Name of which it cannot be told which image it is -> a sentence that says why.
    """

    shapes: Mapping[str, tuple[int, int]]
    there: Mapping[str, Mapping[int, str]]
    refused: Mapping[str, str]


def find_images(root: Path, names: Sequence[str]) -> FoundImages:
    """Which files under a folder the names of an annotation file are of.

    Images that the annotations give one series to must lie in one folder: two studies would be
    mixed otherwise. A name never leads out of the folder, through ``..`` or a link either.

    Parameters
    ----------
    root : Path
        The folder of the images.
    names : Sequence[str]
        As the annotations spell them.

    Returns
    -------
    FoundImages
        Of the names that say which image they are of.

    Raises
    ------
    CTError
        Where ``root`` is no folder that can be read.
    """
    index: ImageIndex[str] = ImageIndex()
    beside: dict[str, dict[int, str]] = defaultdict(dict)
    for file in list_pngs(root):
        index.add_name(file, file)
        series, number = series_and_number(file)
        if number:
            beside[series].setdefault(int(number), file)
    matched = index.match(names)
    refused = {name: f"{name}: several images end in this name" for name in matched.ambiguous}
    of_series: dict[str, dict[str, str]] = defaultdict(dict)
    for name, file in matched.places.items():
        of_series[series_and_number(plain_path(name))[0]][name] = file
    shapes: dict[str, tuple[int, int]] = {}
    there: dict[str, dict[int, str]] = {}
    for series, found in of_series.items():
        counted = Counter(series_and_number(file)[0] for file in found.values())
        home = counted.most_common(1)[0][0]
        there[series] = dict(beside.get(home, {}))
        files: dict[int, str] = {}
        for name, file in found.items():
            if series_and_number(file)[0] != home:
                refused[name] = f"{name}: it lies in another folder than the rest of its series"
            elif reason := why_refused(root, file):
                refused[name] = f"{name}: {file} {reason}"
            elif files.setdefault(_number(name), file) != file:
                refused[name] = f"{name}: cannot be told from {files[_number(name)]}"
            elif shape := png_shape(root / file):
                shapes[name] = shape
        there[series].update(files)
        for name in refused:
            if _series(name) == series and _number(name) not in files:
                there[series].pop(_number(name), None)
    return FoundImages(shapes, there, refused)


def plain_rows(file: PlainFile, shapes: Mapping[str, tuple[int, int]]) -> list[NumberedRow]:
    """A row for each label of a plain file, and for each image that has none.

    Parameters
    ----------
    file : PlainFile
        As it was read.
    shapes : Mapping[str, tuple[int, int]]
        Name of an image -> rows and columns, of those that are there; others are as the file says,
        or large enough for their boxes.

    Returns
    -------
    list[NumberedRow]
        In the order of the images in the file.
    """
    labels: dict[str, list[tuple[int, str]]] = {name: [] for name in file.came}
    reach: dict[str, tuple[float, float]] = defaultdict(lambda: (SIDE_PX, SIDE_PX))
    for row in file.rows:
        if row.image in labels and row.row is not None:
            labels[row.image].append((row.row, row.lesion_type))
        if row.box is not None:
            high, wide = reach[row.image]
            reach[row.image] = max(high, row.box.y2), max(wide, row.box.x2)
    said = {name: shapes.get(name) or file.images[name] for name in file.came}
    sizes = defaultdict(set)
    for name, size in said.items():
        sizes[_series(name)].add(size)
    found = []
    titles: dict[tuple[str, int], str] = {}
    for name, rows in labels.items():
        series, number = _series(name), _number(name)
        title = titles.setdefault((series, number), plain_path(name))
        high, wide = reach[name]
        # Slices of another size than their neighbours' are no volume with them.
        is_alone = not series_and_number(plain_path(name))[1] or len(sizes[series]) > 1
        around = 0 if is_alone else AROUND
        for label, lesion_type in rows or [(-1, "")]:
            organ = lesion_type.strip().casefold()
            organ = organ if organ in ORGAN.values else ""
            found.append(
                NumberedRow(
                    label,
                    title,
                    series,
                    number,
                    range(max(number - around, 0), number + around + 1),
                    indices_of(series.rpartition("/")[2])[0] or series,
                    organ,
                    {ORGAN.name: organ or UNKNOWN},
                    said[name] or (min(int(high), MAX_SIDE_PX), min(int(wide), MAX_SIDE_PX)),
                    None,
                    None,
                )
            )
    return found


def names_in_series(file: PlainFile) -> dict[tuple[str, int], str]:
    """Series and number of an image -> its name as the annotations spell it first.

    Parameters
    ----------
    file : PlainFile
        As it was read.

    Returns
    -------
    dict[tuple[str, int], str]
        Of the images that the file speaks of before any reader added a box.
    """
    names: dict[tuple[str, int], str] = {}
    for name in file.came:
        names.setdefault((_series(name), _number(name)), name)
    return names


def _series(name: str) -> str:
    return series_and_number(plain_path(name))[0]


def _number(name: str) -> int:
    return int(series_and_number(plain_path(name))[1] or 0)
