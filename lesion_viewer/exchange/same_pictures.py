"""Series and images that are unchanged since they were reviewed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.picture_identity import (
    Comparison,
    Name,
    Picture,
    compare_pixels_too,
    digest_of,
    slice_name,
)
from lesion_viewer.errors import CTError

SeriesOf = Callable[[str], Series]
Decode = Callable[[int], NDArray[np.int16]]
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class ReviewedPicture:
    """What a review knows of the images of a series.

    Attributes
    ----------
    picture : Picture
        Their identity.
    digests : Mapping[Name, str]
        Name of a slice -> digest of its pixels; of some slices.
    """

    picture: Picture
    digests: Mapping[Name, str]


PictureOf = Callable[[str], ReviewedPicture]
"""Series UID -> what was reviewed; raises KeyError for a series that the review does not know."""


def same_series(picture_of: PictureOf, series: Iterable[Series], say: Say) -> SeriesOf:
    """A lookup of the series that are unchanged since the review.

    ``decode`` of such a series takes the slice indices that it had when it was reviewed.

    Parameters
    ----------
    picture_of : PictureOf
        What was reviewed.
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
    found: dict[str, Series] = {}
    for one in series:
        try:
            reviewed = picture_of(one.uid)
        except KeyError:
            continue
        comparison = compare_pixels_too(reviewed.picture, reviewed.digests, one)
        if comparison.differences:
            what = ", ".join(comparison.differences)
            say(f"series {one.uid} has changed since it was reviewed: other {what}")
        else:
            found[one.uid] = replace(one, decode=_in_places(one, comparison))
    return found.__getitem__


def same_images(picture_of: PictureOf, series_of: SeriesOf, say: Say) -> SeriesOf:
    """A lookup of a review's series; ``decode`` raises CTError for an image that changed since.

    Parameters
    ----------
    picture_of : PictureOf
        What was reviewed.
    series_of : SeriesOf
        Function from series UID to series.
    say : Say
        Receives one sentence for each image that changed.

    Returns
    -------
    SeriesOf
        Function from series UID to series. It raises what ``series_of`` raises.
    """

    def checked_series(uid: str) -> Series:
        reviewed, series = picture_of(uid), series_of(uid)

        def checked(index: int) -> NDArray[np.int16]:
            name = slice_name(series.slices[index])
            hu, digest = series.decode(index), reviewed.digests.get(name)
            if digest is not None and digest_of(hu) != digest:
                text = f"{uid}, {name[0]} is not the image that was reviewed"
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
