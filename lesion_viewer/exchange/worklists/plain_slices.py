"""The slices that COCO or a plain table names by the paths of their images."""

from collections import defaultdict
from collections.abc import Mapping

from lesion_viewer.detection.lesion_types import DEEPLESION_TYPES
from lesion_viewer.exchange.box_files.annotations import PlainFile
from lesion_viewer.exchange.deeplesion.annotation_rows import indices_of
from lesion_viewer.exchange.found_images import named_slice
from lesion_viewer.exchange.image_names import plain_path, series_and_number
from lesion_viewer.exchange.numbered_rows import AROUND, MAX_SIDE_PX, SIDE_PX, NumberedRow
from lesion_viewer.review.worklist.work_list import Group

ORGAN = Group("organ", tuple(DEEPLESION_TYPES.values()))
UNKNOWN = "unknown"


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
        sizes[named_slice(name)[0]].add(size)
    found = []
    titles: dict[tuple[str, int], str] = {}
    for name, rows in labels.items():
        series, number = named_slice(name)
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
        names.setdefault(named_slice(name), name)
    return names
