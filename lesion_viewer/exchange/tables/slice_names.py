"""Slices of a review by the names that other tools give them."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from lesion_viewer.exchange.deeplesion.annotation_rows import folder_of, slice_number
from lesion_viewer.exchange.image_names import ImageIndex, Matched, plain_path, series_and_number
from lesion_viewer.review.finding import Place
from lesion_viewer.review.series_record import SeriesRecord

LAST_NUMBER = re.compile(r"\d+(?=(\.\w+)?$)", re.ASCII)


def image_name(series: SeriesRecord, slice_index: int) -> str:
    """The name of a slice's file for other tools, which ``finder`` recognises.

    It is the name in the imported annotations, or a neighbour's name with this slice's number;
    ``000001_01_01/109.png`` for any other PNG; else the SOP Instance UID with ``.dcm``, or the
    series UID and the index.

    Parameters
    ----------
    series : SeriesRecord
        Series of the slice.
    slice_index : int
        Slice index within the series, from 0.

    Returns
    -------
    str
        File name, perhaps with folders.
    """
    if series.names:
        return _name_that_came(series, slice_index)
    if series.is_png:
        return f"{folder_of(series.uid)}/{series.files[slice_index]}"
    uid = series.sop_instance_uids[slice_index]
    return f"{uid}.dcm" if uid else f"{series.uid}#{slice_index}"


class SliceNames:
    """A lookup of a review's slices by the names that files of other tools use.

    Parameters
    ----------
    series : Mapping[str, SeriesRecord]
        Series UID -> series of the review.

    Attributes
    ----------
    series : Mapping[str, SeriesRecord]
        Series UID -> series of the review.
    """

    def __init__(self, series: Mapping[str, SeriesRecord]) -> None:
        self.series = series
        self._index: ImageIndex[Place] = ImageIndex()
        for uid, record in series.items():
            for i, name in record.names.items():
                self._index.add_exact(name, (uid, i))
            if record.is_of_numbers and _is_numbered(record):
                first = int(slice_number(record.files[0]))
                numbers = range(first, first + len(record.files))
                self._index.add_run(folder_of(uid), numbers, _place_in(uid, first))
            else:
                for i in range(record.shape[0]):
                    self._index.add_name(image_name(record, i), (uid, i))

    def __call__(self, name: str) -> Place | None:
        """The place of the slice that a name stands for.

        Parameters
        ----------
        name : str
            Path, URL or DeepLesion's own form, with any folders before it.

        Returns
        -------
        Place | None
            Series UID and slice index; None where the name matches no slice, or several.
        """
        found = self._index.find(name)
        return found[0].place if len(found) == 1 else None

    def match(self, names: Iterable[str]) -> Matched[Place]:
        """The places of the slices that the names of one file stand for.

        Parameters
        ----------
        names : Iterable[str]
            Names as the file spells them.

        Returns
        -------
        Matched[Place]
            Places by name, and the names that match no slice or several.
        """
        return self._index.match(names)

    def shape(self, place: Place) -> tuple[int, int]:
        """Rows and columns of a slice.

        Parameters
        ----------
        place : Place
            Series UID and slice index.

        Returns
        -------
        tuple[int, int]
            Rows and columns, in pixels.
        """
        _, rows, columns = self.series[place[0]].shape
        return rows, columns


def finder(series: Mapping[str, SeriesRecord]) -> SliceNames:
    """A lookup of a review's slices by name.

    Parameters
    ----------
    series : Mapping[str, SeriesRecord]
        Series UID -> series of the review.

    Returns
    -------
    SliceNames
        The lookup; called with a name, it gives series UID and slice index, or None.
    """
    return SliceNames(series)


def _place_in(uid: str, first: int) -> Callable[[int], Place]:
    return partial(_place, uid, first)


def _place(uid: str, first: int, number: int) -> Place:
    return uid, number - first


def _is_numbered(record: SeriesRecord) -> bool:
    """Whether the slices of a project's series can be found by their numbers."""
    return not record.names or all(
        series_and_number(plain_path(name))[1] for name in record.names.values()
    )


def _name_that_came(series: SeriesRecord, slice_index: int) -> str:
    if slice_index in series.names:
        return series.names[slice_index]
    near = min(series.names, key=lambda i: abs(i - slice_index))
    number = int(slice_number(series.files[slice_index]))

    def spelled(match: re.Match[str]) -> str:
        return f"{number:0{len(match[0])}d}"

    return LAST_NUMBER.sub(spelled, series.names[near], count=1)
