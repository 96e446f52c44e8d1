"""Which slice of one study belongs to a slice of another one, and why."""

from dataclasses import dataclass
from enum import Enum

from lesion_viewer.ct.registration.registering import Registration
from lesion_viewer.ct.registration.rigid_map import RigidMap
from lesion_viewer.ct.study import Series
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.geometry.shared_frame import why_apart


class LinkedBy(Enum):
    """What tells where a place of one study lies in the other."""

    FRAME = "frame"  # both are in one frame of reference
    REGISTRATION = "registration"
    HAND = "hand"  # the reader coupled two slices


@dataclass(frozen=True, slots=True)
class Found:
    """A slice of the other study.

    Attributes
    ----------
    slice_index : int
        From 0; the first or the last one where the study does not reach there.
    is_beyond : bool
        Whether the study does not reach there.
    """

    slice_index: int
    is_beyond: bool


@dataclass(frozen=True, eq=False)
class Link:
    """What leads from one series to another one, and back.

    Attributes
    ----------
    by : LinkedBy
        What it is known by.
    current, prior : Series
        Of the study on show, and of the one beside it.
    to_prior : RigidMap | None
        From the current patient frame to the prior's; None where slices were coupled by hand.
    registration : Registration | None
        With its error; None where there was none.
    coupled : tuple[int, int]
        Slices, of the current and the prior series, that the reader coupled.
    """

    by: LinkedBy
    current: Series
    prior: Series
    to_prior: RigidMap | None = None
    registration: Registration | None = None
    coupled: tuple[int, int] = (0, 0)

    def in_prior(self, slice_index: int) -> Found:
        """The slice of the prior at a slice of the current series.

        Parameters
        ----------
        slice_index : int
            Index from 0.

        Returns
        -------
        Found
            The slice that is nearest to the middle of this one.
        """
        if self.to_prior is None:
            return _coupled(self.current, self.prior, slice_index, self.coupled)
        return _at_place(self.current, self.prior, self.to_prior, slice_index)

    def in_current(self, slice_index: int) -> Found:
        """The slice of the current series at a slice of the prior.

        Parameters
        ----------
        slice_index : int
            Index from 0.

        Returns
        -------
        Found
            The slice that is nearest to the middle of this one.
        """
        if self.to_prior is None:
            return _coupled(self.prior, self.current, slice_index, self.coupled[::-1])
        return _at_place(self.prior, self.current, self.to_prior.inverse, slice_index)


def shared_frame(current: Series, prior: Series) -> Link | None:
    """The link of two series in one frame of reference.

    Parameters
    ----------
    current, prior : Series
        Two series.

    Returns
    -------
    Link | None
        None where they are in two, or do not say in which.
    """
    if why_apart(current.geometry, prior.geometry):
        return None
    return Link(LinkedBy.FRAME, current, prior, RigidMap.none())


def carried_over(link: Link, current: Series, prior: Series) -> Link | None:
    """The link of two other series of the same two studies.

    Parameters
    ----------
    link : Link
        Of two series.
    current, prior : Series
        Those that are on show now.

    Returns
    -------
    Link | None
        The same map where each is in the frame of the one before; None where that is not known.
    """
    pairs = (link.current, current), (link.prior, prior)
    if all(former.uid == now.uid for former, now in pairs):
        return link
    if link.to_prior is None or any(why_apart(a.geometry, b.geometry) for a, b in pairs):
        return None
    return Link(link.by, current, prior, link.to_prior, link.registration)


def _at_place(source: Series, target: Series, there: RigidMap, slice_index: int) -> Found:
    assert source.geometry is not None and target.geometry is not None
    rows, columns = source.geometry.size
    middle = source.geometry.point(slice_index, columns / 2, rows / 2)
    place = target.geometry.nearest(there.point(middle))
    return Found(place.slice_index, abs(place.distance_mm) > _step_mm(target.geometry))


def _step_mm(geometry: SeriesGeometry) -> float:
    """The largest distance of slices: what is further off is beyond the stack."""
    steps = abs(geometry.locations_mm[1:] - geometry.locations_mm[:-1])
    return float(steps.max(initial=1.0))


def _coupled(source: Series, target: Series, slice_index: int, coupled: tuple[int, int]) -> Found:
    """By the way along the stack in mm where both series say how far their slices are apart."""
    here, there = coupled
    if source.spacing_mm is None or target.spacing_mm is None:
        wanted = float(there + slice_index - here)
    else:
        way_mm = _along(source, slice_index) - _along(source, here)
        wanted = _index_at(target, _along(target, there) + way_mm)
    last = target.shape[0] - 1
    return Found(min(max(round(wanted), 0), last), not -0.75 <= wanted <= last + 0.75)


def _along(series: Series, slice_index: int) -> float:
    if series.geometry is not None:
        return float(series.geometry.locations_mm[slice_index])
    assert series.spacing_mm is not None
    return slice_index * series.spacing_mm[0]


def _index_at(series: Series, mm: float) -> float:
    assert series.spacing_mm is not None
    step = series.spacing_mm[0]
    last = series.shape[0] - 1
    first_mm, last_mm = _along(series, 0), _along(series, last)
    if mm < first_mm:
        return (mm - first_mm) / step
    if mm > last_mm:
        return last + (mm - last_mm) / step
    return float(min(range(last + 1), key=lambda i: abs(_along(series, i) - mm)))
