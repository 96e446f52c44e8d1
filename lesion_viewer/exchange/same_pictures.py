"""Series and images of a review that are unchanged since its findings were made."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.picture_identity import Comparison, digest_of
from lesion_viewer.errors import CTError
from lesion_viewer.review.journal.damage import undamaged
from lesion_viewer.review.session import Session
from lesion_viewer.review.study_reviews import compared

SeriesOf = Callable[[str], Series]
Decode = Callable[[int], NDArray[np.int16]]
Say = Callable[[str], object]


def same_series(session: Session, series: Iterable[Series], say: Say) -> SeriesOf:
    """A lookup of the series that are unchanged since the review.

    ``decode`` of such a series takes the slice indices that it had when it was reviewed.

    Parameters
    ----------
    session : Session
        The review.
    series : Iterable[Series]
        Series that are present now, perhaps with more slices or in another order.
    say : Say
        Receives one sentence for each series whose pixels or geometry changed.

    Returns
    -------
    SeriesOf
        Function from series UID to series. It raises KeyError for a series that is missing or
        changed.
    """
    records = session.series()
    found: dict[str, Series] = {}
    for one in series:
        if one.uid not in records:
            continue
        with undamaged(session.path):
            picture = records[one.uid].picture
        comparison = compared(session, picture, one)
        if comparison.differences:
            what = ", ".join(comparison.differences)
            say(f"series {one.uid} has changed since it was reviewed: other {what}")
        else:
            found[one.uid] = replace(one, decode=_in_places(one, comparison))
    return found.__getitem__


def same_images(session: Session, series_of: SeriesOf, say: Say) -> SeriesOf:
    """A lookup of a review's series; ``decode`` raises CTError for an image that changed since.

    Parameters
    ----------
    session : Session
        The review.
    series_of : SeriesOf
        Function from series UID to series.
    say : Say
        Receives one sentence for each image that changed.

    Returns
    -------
    SeriesOf
        Function from series UID to series. It raises what ``series_of`` raises.
    """
    records = session.series()

    def checked_series(uid: str) -> Series:
        known, series = session.digests(uid), series_of(uid)
        names = records[uid].picture.names

        def checked(index: int) -> NDArray[np.int16]:
            name, frame = names[index]
            hu, digest = series.decode(index), known.get((name, max(frame, 0)))
            if digest is not None and digest_of(hu) != digest:
                text = f"{uid}, {name} is not the image that was reviewed"
                say(text)
                raise CTError(text)
            return hu

        return replace(series, decode=checked)

    return checked_series


def _in_places(series: Series, comparison: Comparison) -> Decode:
    """The slices by the indices that they had in the review."""

    def decode(index: int) -> NDArray[np.int16]:
        place = comparison.places[index]
        assert place is not None
        return series.decode(place)

    return decode
