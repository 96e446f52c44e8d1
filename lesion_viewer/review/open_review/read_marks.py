"""Marks of slices and series that a reader has read in full."""

from collections.abc import Iterable

from lesion_viewer.review.events.marks import ReadMarked
from lesion_viewer.review.open_review.review_file import ReviewFile


class ReadMarks(ReviewFile):
    """An open review in which slices are marked as read in full."""

    def mark_read_in_full(self, series_uid: str, slice_index: int | None, is_read: bool) -> None:
        """Mark a slice or a series as read in full, or remove the mark.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        slice_index : int | None
            The slice, from 0; None for the whole series.
        is_read : bool
            False removes the mark.
        """
        if self.is_read_in_full(series_uid, slice_index) == is_read:
            return
        self.record(ReadMarked(((series_uid, slice_index),), is_read, self.seen()))

    def mark_all_read(self, places: Iterable[tuple[str, int]]) -> None:
        """Mark slices as read in full; one gesture.

        Parameters
        ----------
        places : Iterable[tuple[str, int]]
            UID of the series and index of each slice, from 0.
        """
        new = tuple(place for place in places if not self.is_read_in_full(*place))
        if new:
            self.record(ReadMarked(new, True, self.seen()))

    def read_in_full(self) -> dict[tuple[str, int | None], bool]:
        """Every mark that was set: (series UID, slice index, or None for the series) -> is read."""
        return self.state.read_in_full()

    def is_read_in_full(self, series_uid: str, slice_index: int | None) -> bool:
        """Whether a slice or a whole series is marked as read in full.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        slice_index : int | None
            The slice, from 0; None for the whole series.
        """
        return self.state.is_read_in_full(series_uid, slice_index)
