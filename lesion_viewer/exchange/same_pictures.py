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

    Such a series has the slices that were reviewed, at the indices that they had then.

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
            found[one.uid] = _as_reviewed(one, comparison)
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


def _as_reviewed(series: Series, comparison: Comparison) -> Series:
    """The slices by the indices that they had in the review, without those that are new."""
    if not comparison.is_renumbered and len(comparison.places) == len(series.slices):
        return series
    places = [place for place in comparison.places if place is not None]
    geometry = series.geometry

    def chosen(steps: NDArray[np.float64]) -> NDArray[np.float64]:
        return steps[places] if len(steps) > 1 else steps

    if geometry is not None:
        geometry = replace(
            geometry,
            positions_mm=geometry.positions_mm[places],
            across_mm=chosen(geometry.across_mm),
            down_mm=chosen(geometry.down_mm),
            thickness_mm=tuple(geometry.thickness_mm[n] for n in places)
            if geometry.thickness_mm
            else (),
        )
    return replace(
        series,
        slices=tuple(series.slices[n] for n in places),
        shape=(len(places), *series.shape[1:]),
        geometry=geometry,
        decode=lambda index: series.decode(places[index]),
    )
