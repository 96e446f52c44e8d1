"""The results of a screening as columns, from which a work list is sorted and filtered."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lesion_viewer.errors import ExchangeError
from lesion_viewer.screening.list_filter import ANY_FAULT, NO_FAULT, Column, ListFilter
from lesion_viewer.screening.plan import is_screening
from lesion_viewer.screening.rows import SERIES
from lesion_viewer.screening.table import KEY, Table

WANTED = (
    *("unit", "study_uid", "series_uid", "slices", "slice_mm", "outcome", "reason"),
    *("score", "candidates_count", "size_mm", "faults"),
)
"""What a list shows; boxes and candidates stay in the file until a series is opened."""

TRIES = 3


@dataclass(frozen=True)
class Results:
    """The rows of a screening, one for each series.

    Attributes
    ----------
    folder : Path
        Folder of the results.
    rows : pa.Table
        The columns ``WANTED`` and the key, in one piece.
    """

    folder: Path
    rows: pa.Table

    @classmethod
    def read(cls, folder: Path) -> "Results":
        """The results as they are now: the merged rows, and those that came since.

        Parameters
        ----------
        folder : Path
            Of a screening that is over, or goes on.

        Returns
        -------
        Results
            Of all series that have a row.

        Raises
        ------
        ExchangeError
            It is no screening's folder, or a file cannot be read.
        """
        if not is_screening(folder):
            raise ExchangeError(f"{folder}: holds no results of a screening")
        table = table_of(folder)
        for left in reversed(range(TRIES)):
            try:
                return cls(folder, table.read(WANTED).combine_chunks())
            except ExchangeError as error:
                # A run that ends meanwhile merges its parts, and removes them.
                if not left or not isinstance(error.__cause__, FileNotFoundError):
                    raise
        raise AssertionError

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def scores(self) -> NDArray[np.float64]:
        """(series,) the best candidate's; nan without one."""
        return self._numbers("score", np.nan)

    @cached_property
    def sizes_mm(self) -> NDArray[np.float64]:
        """(series,) the longest side of the largest candidate; nan where it is not known."""
        return self._numbers("size_mm", np.nan)

    @cached_property
    def counts(self) -> NDArray[np.float64]:
        """(series,) candidates."""
        return self._numbers("candidates_count", 0)

    @cached_property
    def outcomes(self) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """Those that there are, and (series,) the place of each series' among them."""
        coded = self.rows["outcome"].combine_chunks().fill_null("").dictionary_encode()
        return tuple(coded.dictionary.to_pylist()), coded.indices.to_numpy().astype(np.int64)

    @cached_property
    def _faults(self) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64]]:
        """Codes that there are; for each fault its place among them, and its series."""
        faults = self.rows["faults"].combine_chunks()
        flat = pc.list_flatten(faults).field("code").dictionary_encode()
        of = pc.list_parent_indices(faults).to_numpy()
        return tuple(flat.dictionary.to_pylist()), flat.indices.to_numpy().astype(np.int64), of

    @property
    def fault_codes(self) -> tuple[str, ...]:
        """The codes of all faults that there are."""
        return self._faults[0]

    @cached_property
    def fault_counts(self) -> NDArray[np.int64]:
        """(series,) how many faults each has."""
        return np.bincount(self._faults[2], minlength=len(self))

    def has_fault(self, code: str) -> NDArray[np.bool_]:
        """Which series have a fault.

        Parameters
        ----------
        code : str
            Of the fault.

        Returns
        -------
        NDArray[np.bool_]
            (series,)
        """
        codes, places, of = self._faults
        found = np.zeros(len(self), bool)
        if code in codes:
            found[of[places == codes.index(code)]] = True
        return found

    def passing(self, wanted: ListFilter, states: NDArray[np.int8], done: int) -> NDArray[np.bool_]:
        """Which series pass every part of a filter.

        Parameters
        ----------
        wanted : ListFilter
            What is wanted.
        states : NDArray[np.int8]
            (series,) how far each is reviewed.
        done : int
            The state of what is done.

        Returns
        -------
        NDArray[np.bool_]
            (series,)
        """
        passed = np.ones(len(self), bool)
        names, places = self.outcomes
        if wanted.outcome:
            place = names.index(wanted.outcome) if wanted.outcome in names else -1
            passed &= places == place
        if wanted.fault == NO_FAULT:
            passed &= self.fault_counts == 0
        elif wanted.fault == ANY_FAULT:
            passed &= self.fault_counts > 0
        elif wanted.fault:
            passed &= self.has_fault(wanted.fault)
        if wanted.is_done is not None:
            passed &= (states == done) == wanted.is_done
        for numbers, low, high in (
            (self.scores, wanted.min_score, wanted.max_score),
            (self.sizes_mm, wanted.min_size_mm, wanted.max_size_mm),
            (self.counts, wanted.min_count, wanted.max_count),
        ):
            if low is not None:
                passed &= numbers >= low
            if high is not None:
                passed &= numbers <= high
        return passed

    def order(
        self, column: Column, is_descending: bool, states: NDArray[np.int8]
    ) -> NDArray[np.int64]:
        """The series in an order; those without a value come last, equal ones by their place.

        Parameters
        ----------
        column : Column
            By what.
        is_descending : bool
            Whether the highest comes first.
        states : NDArray[np.int8]
            (series,) how far each is reviewed.

        Returns
        -------
        NDArray[np.int64]
            (series,) their places in ``rows``.
        """
        keys = self._keys(column, states).astype(np.float64)
        return np.argsort(-keys if is_descending else keys, kind="stable")

    def _keys(self, column: Column, states: NDArray[np.int8]) -> NDArray[Any]:
        match column:
            case Column.STATE:
                return states
            case Column.OUTCOME:
                names, places = self.outcomes
                ranks = np.argsort(np.argsort(np.array(names, dtype=object)))
                share = self.fault_counts / (self.fault_counts.max(initial=0) + 1)
                return np.asarray(ranks[places] + share)
            case Column.UNIT:
                ranks = pc.rank(self.rows["unit"].combine_chunks(), tiebreaker="dense")
                return np.asarray(ranks.to_numpy(), dtype=np.int64)
        return {
            Column.SCORE: self.scores,
            Column.COUNT: self.counts,
            Column.SIZE: self.sizes_mm,
        }[column]

    def text(self, name: str, row: int) -> str:
        """A text of a series.

        Parameters
        ----------
        name : str
            Of a column of texts.
        row : int
            Place of the series in ``rows``.

        Returns
        -------
        str
            Empty where it has none.
        """
        return self.rows[name][row].as_py() or ""

    def value(self, name: str, row: int) -> Any:
        """A value of a series.

        Parameters
        ----------
        name : str
            Of a column.
        row : int
            Place of the series in ``rows``.

        Returns
        -------
        Any
            None where it has none.
        """
        return self.rows[name][row].as_py()

    def row_of(self, key: str) -> int | None:
        """The place of a series.

        Parameters
        ----------
        key : str
            Its key.

        Returns
        -------
        int | None
            None where there is no such row any more.
        """
        place = pc.index(self.rows[KEY], key).as_py()
        return None if place < 0 else place

    def rows_of_unit(self, unit: str) -> list[int]:
        """The rows of a unit.

        Parameters
        ----------
        unit : str
            Its name.

        Returns
        -------
        list[int]
            Places in ``rows``.
        """
        return np.flatnonzero(pc.equal(self.rows["unit"], unit).to_numpy()).tolist()

    def rows_of_series(self, series_uids: Sequence[str]) -> list[int]:
        """The rows of series by their UID, wherever their images lie.

        Parameters
        ----------
        series_uids : Sequence[str]
            Series Instance UIDs.

        Returns
        -------
        list[int]
            Places in ``rows``.
        """
        is_of = pc.is_in(self.rows["series_uid"], pa.array(list(series_uids), pa.string()))
        return np.flatnonzero(is_of.to_numpy()).tolist()

    def _numbers(self, name: str, without: float) -> NDArray[np.float64]:
        numbers = self.rows[name].combine_chunks().cast(pa.float64()).fill_null(without)
        return np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)


def table_of(folder: Path) -> Table:
    """The rows of the series in a folder of results.

    Parameters
    ----------
    folder : Path
        Of a screening.

    Returns
    -------
    Table
        Whether there are rows or not.
    """
    return Table(folder, "series", SERIES, ("unit", "series_uid", KEY))
