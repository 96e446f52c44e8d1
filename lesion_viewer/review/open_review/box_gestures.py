"""Gestures on what is drawn of a finding: boxes and RECIST axes."""

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.events.boxes import (
    Added,
    AxesSet,
    BoxAdded,
    BoxChanged,
    BoxesInterpolated,
    BoxRemoved,
)
from lesion_viewer.review.events.decisions import Seen
from lesion_viewer.review.finding import Place
from lesion_viewer.review.interpolation import interpolated
from lesion_viewer.review.open_review.deciding import Deciding
from lesion_viewer.review.recist import Axes
from lesion_viewer.review.uids import new_uid


class BoxGestures(Deciding):
    """An open review whose findings' boxes are drawn, moved and removed."""

    def add(self, series_uid: str, slice_index: int, box: Box) -> str:
        """Add a finding that the reader drew.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        slice_index : int
            The slice, from 0.
        box : Box
            Its box there, in pixels.

        Returns
        -------
        str
            Id of the new finding.
        """
        finding_id = new_uid()
        self.record(Added(finding_id, self.seen(), (series_uid, slice_index), box))
        return finding_id

    def change_box(self, finding_id: str, slice_index: int, box: Box) -> None:
        """Move or resize the finding's box on a slice.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        slice_index : int
            The slice, from 0.
        box : Box
            Its new box, in pixels.

        Raises
        ------
        ReviewError
            Where the finding has no box on the slice.
        """
        self._box_on(finding_id, slice_index)
        self.do(BoxChanged(finding_id, *self._here(finding_id, slice_index), box))

    def add_box(self, finding_id: str, slice_index: int, box: Box) -> None:
        """Give the finding a box on one more slice.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        slice_index : int
            The slice, from 0.
        box : Box
            Its box there, in pixels.

        Raises
        ------
        ReviewError
            Where the finding has a box on the slice already.
        """
        if slice_index in self.finding(finding_id).boxes:
            raise ReviewError(f"the finding already has a box on slice {slice_index + 1}")
        self.do(BoxAdded(finding_id, *self._here(finding_id, slice_index), box))

    def remove_box(self, finding_id: str, slice_index: int) -> None:
        """Remove the finding's box from a slice.

        A drawn finding is removed with its last box; another one is rejected and keeps the box.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        slice_index : int
            The slice, from 0.

        Raises
        ------
        ReviewError
            Where the finding has no box on the slice.
        """
        self._box_on(finding_id, slice_index)
        self.do(BoxRemoved(finding_id, *self._here(finding_id, slice_index)))

    def copy_box(self, finding_id: str, from_slice: int, to_slice: int) -> None:
        """Give the finding the same box on another slice.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        from_slice : int
            Slice that has the box, from 0.
        to_slice : int
            Slice that gets it, from 0.

        Raises
        ------
        ReviewError
            Where the finding has no box on the one slice, or has one on the other.
        """
        self.add_box(finding_id, to_slice, self._box_on(finding_id, from_slice))

    def interpolate(self, finding_id: str, first_slice: int, last_slice: int) -> None:
        """Give the finding boxes on the slices between two of its boxes; one gesture.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        first_slice : int
            Slice of the one box, from 0.
        last_slice : int
            Slice of the other box, from 0; it may be the lower index.

        Raises
        ------
        ReviewError
            Where it has no box on one of the two, or no slice lies between them.
        """
        ends = sorted((first_slice, last_slice))
        low, high = (self._box_on(finding_id, i) for i in ends)
        between = interpolated(low, high, ends[0], ends[1])
        if not between:
            raise ReviewError("no slice lies between the two boxes")
        uid = self.finding(finding_id).series_uid
        self.do(BoxesInterpolated(finding_id, self.seen_of(finding_id), uid, between))

    def set_axes(self, finding_id: str, slice_index: int, axes: Axes) -> None:
        """Give the finding's box on a slice these RECIST axes; the box becomes their extent.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        slice_index : int
            The slice, from 0.
        axes : Axes
            Long and short axis, in pixels.

        Raises
        ------
        ReviewError
            Where the finding has no box on the slice.
        """
        self._box_on(finding_id, slice_index)
        self.do(AxesSet(finding_id, *self._here(finding_id, slice_index), axes))

    def measure_axes(self, finding_id: str, slice_index: int, axes: Axes) -> None:
        """Give the finding RECIST axes on a slice, and with them a box there that is their extent.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        slice_index : int
            The slice, from 0; the finding need not have a box on it.
        axes : Axes
            Long and short axis, in pixels.
        """
        self.do(AxesSet(finding_id, *self._here(finding_id, slice_index), axes))

    def _here(self, finding_id: str, slice_index: int) -> tuple[Seen, Place]:
        place = self.finding(finding_id).series_uid, slice_index
        return self.seen_of(finding_id), place

    def _box_on(self, finding_id: str, slice_index: int) -> Box:
        boxes = self.finding(finding_id).boxes
        if slice_index not in boxes:
            raise ReviewError(f"the finding has no box on slice {slice_index + 1}")
        return boxes[slice_index]
