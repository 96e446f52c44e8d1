"""The measurements of the series on show, which one is chosen, and what is done to them."""

from dataclasses import dataclass, replace

from lesion_viewer.review.annotations.shape import Shape
from lesion_viewer.review.annotations.shapes import Diameters
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.measurements.values import (
    HUProfile,
    Measured,
    PixelGrid,
    hu_along,
    measure,
)
from lesion_viewer.review.recist import Axes
from lesion_viewer.review.session import Session
from lesion_viewer.text import Text
from lesion_viewer.viewing.gestures import Gestures
from lesion_viewer.viewing.review_model import ReviewModel
from lesion_viewer.viewing.signals import Signal

MOST_KNOWN = 1000
"""Values that are not computed again."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measurement on a slice of the series on show.

    Attributes
    ----------
    uid : str
        Of its annotation; of a finding's axes one made of the finding and the slice.
    finding_id : str
        Id of the finding that it belongs to; empty for none.
    slice_index : int
        The slice, from 0.
    shape : Shape
        In stored pixels.
    is_axes : bool
        Whether it is the finding's RECIST axes there, which the reader drew or changed.
    """

    uid: str
    finding_id: str
    slice_index: int
    shape: Shape
    is_axes: bool = False


class MeasurementsOnShow:
    """Measurements as picture and list share them; changes are recorded in the review.

    A new one belongs to the chosen finding where that reaches the slice on show: from the first of
    its slices to the last. Otherwise it belongs to the series, and to none of its findings.

    Parameters
    ----------
    review : ReviewModel
        The review on show.
    gestures : Gestures
        Record what is drawn.

    Attributes
    ----------
    selected_uid : str | None
        UID of the chosen measurement.
    changed : Signal[()]
        Measurements are others, or have other values, or others of them are drawn.
    selection_changed : Signal[()]
        Another measurement is chosen, or none.
    noticed : Signal[str]
        A gesture had no effect; one sentence.
    """

    def __init__(self, review: ReviewModel, gestures: Gestures) -> None:
        self.changed: Signal[()] = Signal()
        self.selection_changed: Signal[()] = Signal()
        self.noticed: Signal[str] = Signal()
        self.selected_uid: str | None = None
        self._review, self._viewer, self._gestures = review, review.viewer, gestures
        self._known: tuple[object, dict[tuple[int, Shape], Measured]] = (None, {})
        self._all: list[Measurement] | None = None
        review.findings_changed.connect(self._renew)
        review.annotations_changed.connect(self._renew)
        self._viewer.slice_changed.connect(lambda _: self._forget())
        self._viewer.slices_read.connect(lambda _: self.changed.emit())
        self._viewer.volume_changed.connect(lambda _: self._leave_series())

    def of_series(self) -> list[Measurement]:
        """Those of the series on show, by slice."""
        if self._all is None:
            self._all = self._found()
        return self._all

    def _found(self) -> list[Measurement]:
        series, session = self._viewer.series, self._review.session
        if series is None or session is None or self._review.difference:
            return []
        found = [
            Measurement(one.annotation.uid, "", one.annotation.slice_index, one.annotation.shape)
            for one in session.series_annotations.values()
            if one.series_uid == series.uid
        ]
        for finding in self._review.findings().values():
            found += _of_finding(finding)
        return sorted(found, key=lambda one: one.slice_index)

    def on_picture(self) -> list[Measurement]:
        """Those to be drawn on the slice on show; none while marks are hidden."""
        if self._viewer.marks.is_hidden:
            return []
        findings = self._review.findings()
        drawn = {i for i, finding in findings.items() if self._review.is_drawn(finding)} | {""}
        here = [one for one in self.of_series() if one.slice_index == self._viewer.slice_index]
        return [one for one in here if one.finding_id in drawn]

    @property
    def selected(self) -> Measurement | None:
        """The chosen one."""
        return next((one for one in self.of_series() if one.uid == self.selected_uid), None)

    def measured(self, slice_index: int, shape: Shape) -> Measured:
        """What a shape measures on a slice of the series on show.

        Parameters
        ----------
        slice_index : int
            From 0.
        shape : Shape
            In stored pixels.

        Returns
        -------
        Measured
            Without HU where the slice was not read.
        """
        volume = self._viewer.volume
        assert volume is not None
        if self._known[0] is not volume:
            self._known = volume, {}
        known, key = self._known[1], (slice_index, shape)
        if len(known) > MOST_KNOWN:
            known.clear()
        if key not in known:
            is_read = bool(volume.is_loaded[slice_index])
            grid = PixelGrid.of(volume.series, slice_index)
            value = measure(shape, grid, volume.voxels[slice_index] if is_read else None)
            if not is_read:
                return value
            known[key] = value
        return known[key]

    def profile(self) -> HUProfile | None:
        """HU along the chosen measurement; None where it is no profile, or its slice not read."""
        volume, one = self._viewer.volume, self.selected
        if volume is None or one is None or one.shape.kind != "profile":
            return None
        if not volume.is_loaded[one.slice_index]:
            return None
        start, end = one.shape.points
        grid = PixelGrid.of(volume.series, one.slice_index)
        return hu_along(volume.voxels[one.slice_index], start, end, grid)

    def select(self, uid: str | None) -> None:
        """Choose a measurement, or none; the slice on show stays.

        Parameters
        ----------
        uid : str | None
            None for none.
        """
        if uid != self.selected_uid:
            self.selected_uid = uid
            self.selection_changed.emit()

    def go_to(self, uid: str) -> None:
        """Choose a measurement and show its slice.

        Parameters
        ----------
        uid : str
            Of one of the series on show.
        """
        self.select(uid)
        if self.selected is not None:
            self._viewer.show_slice(self.selected.slice_index)

    def add(self, shape: Shape) -> bool:
        """Record what was drawn on the slice on show, and choose it.

        Parameters
        ----------
        shape : Shape
            In stored pixels; diameters of a finding become its RECIST axes.

        Returns
        -------
        bool
            Whether it was recorded; the reader was told where it was not.
        """
        finding, index, series = self._owner(), self._viewer.slice_index, self._viewer.series

        def draw(session: Session) -> None:
            assert series is not None
            if finding is None:
                uid = session.annotate_series(series.uid, index, shape)
            elif isinstance(shape, Diameters):
                session.measure_axes(finding.id, index, self._long_first(index, shape.axes))
                uid = _axes_uid(finding.id, index)
            else:
                uid = session.annotate(finding.id, index, shape)
            self.select(uid)

        return series is not None and self._gestures.record(draw)

    def change(self, uid: str, shape: Shape) -> None:
        """Record another shape of a measurement.

        Parameters
        ----------
        uid : str
            Of one of the series on show.
        shape : Shape
            Of the same kind.
        """
        one = next((m for m in self.of_series() if m.uid == uid), None)
        if one is None:
            return
        where = one.slice_index

        def draw(session: Session) -> None:
            if isinstance(shape, Diameters) and one.is_axes:
                axes = self._long_first(where, shape.axes)
                session.measure_axes(one.finding_id, where, axes)
            elif one.finding_id:
                session.annotate(one.finding_id, where, shape, uid)
            else:
                series_uid = session.series_annotations[uid].series_uid
                session.annotate_series(series_uid, where, shape, uid)

        self._gestures.record(draw)

    def remove(self) -> None:
        """Remove the chosen measurement; a finding's axes stay with its box."""
        one = self.selected
        if one is None:
            self.noticed.emit(Text("Choose a measurement first, then remove it."))
            return
        if one.is_axes:
            self.noticed.emit(Text("These axes belong to a finding's box: remove the box."))
            return

        def erase(session: Session) -> None:
            if one.finding_id:
                session.remove_annotation(one.finding_id, one.uid)
            else:
                session.remove_series_annotation(one.uid)

        self._gestures.record(erase)

    def _owner(self) -> Finding | None:
        finding, index = self._review.selected, self._viewer.slice_index
        if finding is None or not min(finding.boxes) <= index <= max(finding.boxes):
            return None
        return finding

    def _long_first(self, slice_index: int, axes: Axes) -> Axes:
        """The axes with the one first that is longer in the patient."""
        assert self._viewer.series is not None
        grid = PixelGrid.of(self._viewer.series, slice_index)
        a, b, c, d = axes.points
        is_sorted = grid.length(a, b) >= grid.length(c, d)
        return axes if is_sorted else replace(axes, long=axes.short, short=axes.long)

    def _forget(self) -> None:
        """Look again; an image may be another one than was reviewed under its name."""
        self._all = None

    def _leave_series(self) -> None:
        self._all = None
        self.select(None)

    def _renew(self) -> None:
        self._all = None
        if self.selected_uid is not None and self.selected is None:
            self.select(None)
        self.changed.emit()


def _of_finding(finding: Finding) -> list[Measurement]:
    """Its annotations, and those of its axes that a reader drew or changed."""
    found = [
        Measurement(uid, finding.id, one.slice_index, one.shape)
        for uid, one in finding.annotations.items()
    ]
    for index, axes in finding.axes.items():
        if finding.original_axes.get(index) != axes:
            uid = _axes_uid(finding.id, index)
            found.append(Measurement(uid, finding.id, index, Diameters(axes), is_axes=True))
    return found


def _axes_uid(finding_id: str, slice_index: int) -> str:
    return f"{finding_id}/{slice_index}"
