"""The series of a screening as a reader goes through them: in an order, under a filter."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.exchange.pacs.local_state import local_folder
from lesion_viewer.review.series_progress import SeriesProgress
from lesion_viewer.screening.kept_lists import KeptList, kept_list
from lesion_viewer.screening.list_filter import Column, ListFilter
from lesion_viewer.screening.places import unit_named
from lesion_viewer.screening.plan import plan_in
from lesion_viewer.screening.searched_unit import Row, SearchedUnit
from lesion_viewer.screening.sources import Unit

if TYPE_CHECKING:
    from lesion_viewer.screening.results import Results


class State(IntEnum):
    """How far the review of a series is."""

    NOT_BEGUN = 0
    BEGUN = 1  #: something is decided
    DONE = 2  #: nothing is undecided, and it is marked as read in full
    UNREADABLE = 3  #: its review is damaged


class ScreenedList:
    """The results of a screening, arranged; what is done is always current.

    The order stays as it was arranged while decisions are made.

    Parameters
    ----------
    results : Results
        The rows.
    kept : KeptList | None
        How the reader had it; as it was kept when left out.

    Attributes
    ----------
    results : Results
        The rows.
    folder : Path
        Folder of the results.
    detector : str
        Name and version of what searched.
    min_score : float
        Lowest score of the boxes that were kept.
    sources : list[str]
        What was searched.
    states : NDArray[np.int8]
        (series,) the ``State`` of each row.
    shown : NDArray[np.int64]
        Rows in their order, after the filter.
    column, is_descending
        The order.
    filter : ListFilter
        The filter.
    last : str
        Key of the series that was opened last.
    moved : dict[str, str]
        Source -> where it is now.
    reviews : dict[str, str]
        Key of a series whose files give no Study Instance UID -> key of its study.
    """

    def __init__(self, results: Results, kept: KeptList | None = None) -> None:
        kept = kept or kept_list(results.folder)
        plan = plan_in(results.folder)
        self.results, self.folder = results, results.folder
        self.detector, self.min_score = str(plan["detector"]), float(plan["min_score"])
        self.sources = [str(source) for source in plan["sources"]]
        self.states = np.zeros(len(results), np.int8)
        self.last, self.moved, self.reviews = kept.last, dict(kept.moved), dict(kept.reviews)
        columns = {str(column): column for column in Column}
        self.column = columns.get(kept.column, Column.SCORE)
        self.is_descending, self.filter = kept.is_descending, kept.filter
        self.arrange()

    @property
    def kept(self) -> KeptList:
        """How it is, to be kept."""
        return KeptList(
            self.column, self.is_descending, self.filter, self.last, self.moved, self.reviews
        )

    @property
    def done(self) -> int:
        """How many of the series that are shown are done."""
        return int(np.count_nonzero(self.states[self.shown] == State.DONE))

    def __len__(self) -> int:
        return len(self.shown)

    def sort(self, column: Column, is_descending: bool) -> None:
        """Arrange it in another order.

        Parameters
        ----------
        column : Column
            By what.
        is_descending : bool
            Whether the highest comes first.
        """
        self.column, self.is_descending = column, is_descending
        self.arrange()

    def choose(self, wanted: ListFilter) -> None:
        """Show other series.

        Parameters
        ----------
        wanted : ListFilter
            Which.
        """
        self.filter = wanted
        self.shown = self._order[self._passing()[self._order]]

    def arrange(self) -> None:
        """Arrange it anew, with what is done by now."""
        self._order = self.results.order(self.column, self.is_descending, self.states)
        self.choose(self.filter)

    def place_of(self, row: int) -> int | None:
        """The place of a row in the order.

        Parameters
        ----------
        row : int
            Of a series.

        Returns
        -------
        int | None
            None where the filter leaves it out.
        """
        places = np.flatnonzero(self.shown == row)
        return int(places[0]) if len(places) else None

    def next_left(self, after: int | None) -> int | None:
        """The next series that is not done, from the start again after the last one.

        Parameters
        ----------
        after : int | None
            Row of a series; None for the first one that is left.

        Returns
        -------
        int | None
            Its row; None where all others are done.
        """
        place = self.place_of(after) if after is not None else None
        rows = self.shown if place is None else np.roll(self.shown, -place - 1)[:-1]
        left = np.flatnonzero(self.states[rows] != State.DONE)
        return int(rows[left[0]]) if len(left) else None

    def first(self) -> int | None:
        """The series to begin with: the one that was opened last, else the first that is left."""
        row = self.results.row_of(self.last) if self.last else None
        return row if row is not None and self.place_of(row) is not None else self.next_left(None)

    def take_progress(self, progress: Mapping[int, SeriesProgress | None]) -> None:
        """Take up how far reviews are.

        Parameters
        ----------
        progress : Mapping[int, SeriesProgress | None]
            Row -> how far; None where that cannot be read.
        """
        for row, one in progress.items():
            self.states[row] = _state(one)

    def unit(self, row: int) -> tuple[SearchedUnit, Unit]:
        """What is opened for a series, and where it comes from.

        Parameters
        ----------
        row : int
            Of the series.

        Returns
        -------
        tuple[SearchedUnit, Unit]
            A study of a DICOMweb archive is opened where it lies once it was fetched.

        Raises
        ------
        ArchiveMoved
            Its images are not where they were searched.
        """
        results = self.results
        unit = unit_named(results.text("unit", row), self.sources, self.folder, self.moved)
        uid = results.text("series_uid", row)
        path = Path(unit.place)
        if unit.is_remote:
            path = local_folder(unit.name.rpartition("/")[2])
        same_series = results.rows_of_series(self._series_in(unit.name))
        units = sorted({results.text("unit", one) for one in same_series})
        keys = {results.text("key", one) for one in same_series}
        read = partial(_rows_of, self.folder, keys, units)
        return SearchedUnit(
            unit.name, path.absolute(), results.text("key", row), uid, self.min_score, read
        ), unit

    def _series_in(self, unit: str) -> list[str]:
        rows = self.results.rows_of_unit(unit)
        return [self.results.text("series_uid", row) for row in rows]

    def _passing(self) -> NDArray[np.bool_]:
        return self.results.passing(self.filter, self.states, State.DONE)


def _rows_of(folder: Path, keys: set[str], units: list[str]) -> list[Row]:
    from lesion_viewer.screening.results import table_of

    return table_of(folder).whole(keys, "unit", units)


def _state(progress: SeriesProgress | None) -> State:
    if progress is None:
        return State.UNREADABLE
    if progress.is_done:
        return State.DONE
    return State.BEGUN if progress.is_begun else State.NOT_BEGUN
