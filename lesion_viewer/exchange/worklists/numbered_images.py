"""Work lists of numbered slices in folders: their series, their items, and their files."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from lesion_viewer.ct.images.numbered_slices import NumberedSlices, numbered_series
from lesion_viewer.ct.study import Series
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.numbered_rows import NumberedRow
from lesion_viewer.review.finding import Place
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.work_list import Item


@dataclass(slots=True)
class NumberedImages:
    """The images of a work list whose slices have numbers in folders.

    Attributes
    ----------
    root : Path
        Folder of the images.
    slices : Mapping[str, NumberedSlices]
        UID of each series -> its slices.
    there : Mapping[str, Mapping[int, str]]
        Folder -> number -> file of the slices whose image is there.
    find : Callable[[str], Place | None]
        Gives the place of a slice that a file names.
    """

    root: Path
    slices: Mapping[str, NumberedSlices]
    there: Mapping[str, Mapping[int, str]]
    find: Callable[[str], Place | None]
    _series: dict[str, Series] = field(default_factory=dict, init=False, repr=False)

    def series(self, uid: str) -> Series:
        """As ``ListedImages`` asks for it.

        Parameters
        ----------
        uid : str
            UID of the series.

        Returns
        -------
        Series
            Read when its slices are decoded.
        """
        if uid not in self._series:
            slices = self.slices[uid]
            there = self.there.get(slices.folder, {})
            self._series[uid] = numbered_series(self.root, slices, there)
        return self._series[uid]

    def present(self, uid: str) -> frozenset[int]:
        """As ``ListedImages`` asks for it.

        Parameters
        ----------
        uid : str
            UID of the series.

        Returns
        -------
        frozenset[int]
            Indices of its slices whose image is there, from 0.
        """
        slices = self.slices[uid]
        there = self.there.get(slices.folder, {})
        return frozenset(i for i, number in enumerate(slices.numbers) if number in there)

    def place_of(self, name: str) -> Place | None:
        """As ``ListedImages`` asks for it.

        Parameters
        ----------
        name : str
            As files of this kind of list name slices.

        Returns
        -------
        Place | None
            Series UID and slice index; None where it is in no series.
        """
        return self.find(name)


def series_of(rows: Sequence[NumberedRow]) -> list[NumberedSlices]:
    """For each folder and size of image its runs of slices, where the rows' ranges meet.

    Parameters
    ----------
    rows : Sequence[NumberedRow]
        Of the annotations.

    Returns
    -------
    list[NumberedSlices]
        Folder by folder, in the order of the rows.
    """
    ranges: dict[tuple[str, tuple[int, int]], list[NumberedRow]] = defaultdict(list)
    for row in rows:
        ranges[row.folder, row.shape].append(row)
    return [
        NumberedSlices(folder, numbers, shape, first.spacing_mm, first.window)
        for (folder, shape), of_folder in ranges.items()
        for numbers, first in _runs(of_folder)
    ]


def _runs(rows: Sequence[NumberedRow]) -> list[tuple[range, NumberedRow]]:
    """Ranges that meet or overlap as one, with their first row."""
    runs: list[tuple[range, NumberedRow]] = []
    for row in sorted(rows, key=lambda r: r.numbers.start):
        if runs and row.numbers.start <= runs[-1][0].stop:
            before, first = runs[-1]
            runs[-1] = range(before.start, max(before.stop, row.numbers.stop)), first
        else:
            runs.append((row.numbers, row))
    return runs


def items_of(
    file: Path,
    rows: Sequence[NumberedRow],
    slices: Sequence[NumberedSlices],
    there: Mapping[str, Mapping[int, str]],
) -> list[Item]:
    """An item for each annotated slice, in the order of its first row.

    Parameters
    ----------
    file : Path
        The annotations.
    rows : Sequence[NumberedRow]
        Its rows.
    slices : Sequence[NumberedSlices]
        As ``series_of`` gives them.
    there : Mapping[str, Mapping[int, str]]
        Folder -> number -> file of the slices whose image is there.

    Returns
    -------
    list[Item]
        A slice has the groups of all its rows; where they differ, those of the first.

    Raises
    ------
    ExchangeError
        Where there is none.
    """
    if not rows:
        raise ExchangeError(f"{file}: none of its rows names a slice")
    runs: dict[str, list[NumberedSlices]] = defaultdict(list)
    for one in slices:
        runs[one.folder].append(one)
    on_slice: dict[str, list[NumberedRow]] = defaultdict(list)
    for row in rows:
        on_slice[row.name].append(row)
    items: list[Item] = []
    for name, group in on_slice.items():
        first = group[0]
        series = next(s for s in runs[first.folder] if first.number in s.numbers)
        values = first.groups
        if len(group) > 1:
            values = {k: v for row in reversed(group) for k, v in row.groups.items()}
        items.append(
            Item(
                number=len(items),
                name=name,
                title=name.removesuffix(".png"),
                series_uid=series.uid,
                slice_index=first.number - series.numbers[0],
                patient=first.patient,
                is_present=first.number in there.get(first.folder, {}),
                groups=values,
                lesion_type=first.lesion_type,
                pixel_mm=None if first.spacing_mm is None else first.spacing_mm[1:],
            )
        )
    return items


def describe(
    session: Session,
    slices: Sequence[NumberedSlices],
    items: Sequence[Item],
    names: Mapping[tuple[str, int], str] | None = None,
) -> None:
    """Keep what a review needs to know of numbered series, where anything of it is new.

    Parameters
    ----------
    session : Session
        The review; one that is read-only is left as it is.
    slices : Sequence[NumberedSlices]
        The series.
    items : Sequence[Item]
        The list's.
    names : Mapping[tuple[str, int], str] | None
        As for ``records_of``.
    """
    if not session.read_only:
        absent = "\n".join(item.name for item in items if not item.is_present)
        digest = sha256(f"{session.study_key}\n{absent}".encode()).hexdigest()
        session.pictures.describe_series(digest, lambda: records_of(slices, items, names))


def records_of(
    slices: Sequence[NumberedSlices],
    items: Sequence[Item] = (),
    names: Mapping[tuple[str, int], str] | None = None,
) -> list[SeriesRecord]:
    """What a review keeps of numbered series.

    Parameters
    ----------
    slices : Sequence[NumberedSlices]
        The series.
    items : Sequence[Item]
        The list's; those without an image are recorded as absent.
    names : Mapping[tuple[str, int], str] | None
        Folder and number -> name in the annotations, where it is not DeepLesion's.

    Returns
    -------
    list[SeriesRecord]
        One for each.
    """
    absent: dict[str, list[int]] = defaultdict(list)
    for item in items:
        if not item.is_present:
            absent[item.series_uid].append(item.slice_index)
    return [
        SeriesRecord.of_numbered(one, tuple(sorted(absent[one.uid])), _named(one, names or {}))
        for one in slices
    ]


def _named(slices: NumberedSlices, names: Mapping[tuple[str, int], str]) -> dict[int, str]:
    return {
        i: names[slices.folder, number]
        for i, number in enumerate(slices.numbers)
        if (slices.folder, number) in names
    }
