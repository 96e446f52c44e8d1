"""How files of other tools name a slice, and where it is in a review."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from lesion_viewer.exchange.deeplesion.annotation_rows import folder_of, slice_number
from lesion_viewer.review.series_record import SeriesRecord

Place = tuple[str, int]  # series uid, slice index


def image_name(series: SeriesRecord, slice_index: int) -> str:
    """The slice's file as other tools find it, and as ``finder`` knows it again.

    ``000001_01_01/109.png`` for a PNG; else its SOP Instance UID, or the series' and a number.
    """
    if series.is_png:
        return f"{folder_of(series.uid)}/{series.files[slice_index]}"
    uid = series.sop_instance_uids[slice_index]
    return f"{uid}.dcm" if uid else f"{series.uid}#{slice_index}"


def finder(series: Mapping[str, SeriesRecord]) -> Callable[[str], Place | None]:
    """A function that gives the place of a slice's name; None for one that is not in the review.

    It takes names with any folders before them, and DeepLesion's own ``000001_01_01_109.png``.
    """
    numbered: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    named: dict[str, Place] = {}
    for uid, record in series.items():
        if record.is_of_project:
            first = int(slice_number(record.files[0]))
            numbered[folder_of(uid)].append((first, first + len(record.files), uid))
            continue
        for i in range(record.shape[0]):
            name = image_name(record, i)
            named[_key(name) if record.is_png else name.removesuffix(".dcm")] = uid, i

    def place_of(name: str) -> Place | None:
        key = _key(name)
        folder, _, number = key.rpartition("_")
        if number.isdecimal():
            for first, end, uid in numbered.get(folder, ()):
                if first <= int(number) < end:
                    return uid, int(number) - first
        plain = name.replace("\\", "/").removesuffix(".dcm")
        return named.get(key) or named.get(plain) or named.get(plain.rpartition("/")[2])

    return place_of


def _key(name: str) -> str:
    """``folder_number`` of a PNG's name with or without folders before it."""
    path = PurePosixPath(name.replace("\\", "/"))
    folder, _, number = path.stem.rpartition("_")
    text = str(int(number)) if number.isdecimal() else number
    return f"{folder or path.parent.name}_{text}"
