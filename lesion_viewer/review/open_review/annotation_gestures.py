"""Gestures on what is drawn on slices beside boxes and axes: on a finding, or on none."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from lesion_viewer.errors import ReviewError
from lesion_viewer.review.annotations.annotation import Annotation, OfSeries
from lesion_viewer.review.annotations.shape import Shape
from lesion_viewer.review.events.annotating import (
    AnnotationRemoved,
    AnnotationSet,
    MeasurementsTaken,
    SeriesAnnotationRemoved,
    SeriesAnnotationSet,
)
from lesion_viewer.review.open_review.deciding import Deciding
from lesion_viewer.review.uids import new_uid

Drawn = tuple[str, OfSeries]
"""Id of a finding, empty for none; and what is drawn for it."""


class AnnotationGestures(Deciding):
    """An open review on whose slices shapes are drawn and removed."""

    @property
    def series_annotations(self) -> Mapping[str, OfSeries]:
        """UID -> annotation that belongs to none of the findings; it cannot be changed."""
        return MappingProxyType(self.state.annotations)

    def is_drawn_on(self, series_uid: str, slice_index: int) -> bool:
        """Whether a finding or an annotation is on a slice, or a finding came with a box there.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        slice_index : int
            The slice, from 0.
        """
        place = series_uid, slice_index
        own = self.state.annotations
        drawn = any(uid in own and own[uid].place == place for uid in self.state.drawn_on[place])
        return drawn or bool(self.all_findings_on(series_uid, slice_index))

    def annotate(self, finding_id: str, slice_index: int, shape: Shape, uid: str = "") -> str:
        """Draw a shape on a slice of the finding's series; nothing is decided by it.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        slice_index : int
            The slice, from 0.
        shape : Shape
            In stored pixels.
        uid : str
            UID of an annotation that it takes the place of; empty for a new one.

        Returns
        -------
        str
            UID of the annotation.
        """
        series_uid = self.finding(finding_id).series_uid
        one = Annotation(uid or new_uid(), slice_index, shape)
        self.do(AnnotationSet(finding_id, self.seen_of(finding_id), series_uid, one))
        return one.uid

    def remove_annotation(self, finding_id: str, uid: str) -> None:
        """Remove an annotation of a finding.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        uid : str
            UID of the annotation.

        Raises
        ------
        ReviewError
            Where the finding has no such annotation.
        """
        if uid not in self.finding(finding_id).annotations:
            raise ReviewError(f"the finding has no annotation {uid}")
        self.do(AnnotationRemoved(finding_id, self.seen_of(finding_id), uid))

    def annotate_series(
        self, series_uid: str, slice_index: int, shape: Shape, uid: str = ""
    ) -> str:
        """Draw a shape on a slice of a series, of no finding.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        slice_index : int
            The slice, from 0.
        shape : Shape
            In stored pixels.
        uid : str
            UID of an annotation that it takes the place of; empty for a new one.

        Returns
        -------
        str
            UID of the annotation.
        """
        one = OfSeries(series_uid, Annotation(uid or new_uid(), slice_index, shape))
        if self.state.annotations.get(one.annotation.uid) != one:
            self.record(SeriesAnnotationSet(one, self.seen()))
        return one.annotation.uid

    def remove_series_annotation(self, uid: str) -> None:
        """Remove an annotation of no finding.

        Parameters
        ----------
        uid : str
            UID of the annotation.

        Raises
        ------
        ReviewError
            Where there is no such annotation.
        """
        if uid not in self.state.annotations:
            raise ReviewError(f"there is no annotation {uid} in {self.path}")
        series_uid = self.state.annotations[uid].series_uid
        self.record(SeriesAnnotationRemoved(series_uid, uid, self.seen()))

    def new_measurements(self, drawn: Iterable[Drawn]) -> list[Drawn]:
        """Those of some measurements that the review does not have so.

        Parameters
        ----------
        drawn : Iterable[Drawn]
            As a file has them.

        Returns
        -------
        list[Drawn]
            New ones and changed ones, in their order.
        """
        return [(finding_id, one) for finding_id, one in drawn if not self._has(finding_id, one)]

    def take_measurements(self, drawn: Iterable[Drawn]) -> None:
        """Take up several measurements, where any is new or changed; one gesture.

        Parameters
        ----------
        drawn : Iterable[Drawn]
            Such as a file has them.
        """
        new = self.new_measurements(drawn)
        of_findings: dict[str, list[OfSeries]] = {i: [] for i, _ in new if i}
        for finding_id, one in new:
            if finding_id:
                of_findings[finding_id].append(one)
        if new:
            of_series = [one for finding_id, one in new if not finding_id]
            self.record(MeasurementsTaken(of_findings, of_series, self.seen()))

    def _has(self, finding_id: str, one: OfSeries) -> bool:
        uid = one.annotation.uid
        if not finding_id:
            return self.state.annotations.get(uid) == one
        return self.finding(finding_id).annotations.get(uid) == one.annotation
