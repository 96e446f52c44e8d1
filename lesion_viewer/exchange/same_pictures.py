"""The pictures beside a review's findings: only those that the findings were made on."""

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
    """Series by their uids, of those that are as they were reviewed; ``decode`` counts as it did.

    Parameters
    ----------
    session : Session
        The review.
    series : Iterable[Series]
        What is there now, perhaps with more slices or in another order.
    say : Say
        Is told of each series that is another picture, in one sentence.

    Returns
    -------
    SeriesOf
        It raises KeyError for a series that is not there, or is another picture.
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
            say(f"series {one.uid} is not the picture that was reviewed: other {what}")
        else:
            found[one.uid] = replace(one, decode=_in_places(one, comparison))
    return found.__getitem__


def same_images(session: Session, series_of: SeriesOf, say: Say) -> SeriesOf:
    """The series of a review; ``decode`` raises CTError for an image that is not the one reviewed.

    Parameters
    ----------
    session : Session
        The review.
    series_of : SeriesOf
        Series by their uids.
    say : Say
        Is told of each such image, in one sentence.

    Returns
    -------
    SeriesOf
        It raises what ``series_of`` raises.
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
    """The slices by the indices that they had when they were reviewed."""

    def decode(index: int) -> NDArray[np.int16]:
        place = comparison.places[index]
        assert place is not None
        return series.decode(place)

    return decode
