"""The lesions of a review as a label volume on the voxels of their series."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lesion_viewer.ct.study import Series
from lesion_viewer.detection.segmenter import Masks
from lesion_viewer.errors import CTError, ExchangeError
from lesion_viewer.exchange.label_volumes.label_nrrd import save_masks
from lesion_viewer.exchange.reviewed_lesions import (
    drawn_by,
    lesions_by_series,
    numbered_paths,
    pixels_of,
)
from lesion_viewer.exchange.same_pictures import SeriesOf
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.session import Session

MOST = int(np.iinfo(np.uint8).max)
"""Labels of one volume."""


def export_labels(session: Session, output: Path, series_of: SeriesOf) -> str:
    """Write the lesions of a review as label volumes of 3D Slicer, one file for each series.

    A label's name says whether it is of a reader's masks, of the detector's, or of boxes, which a
    lesion seldom fills. A voxel of two lesions is the later one's.

    Parameters
    ----------
    session : Session
        The review.
    output : Path
        File that is written, whose name ends in ``.nrrd``; several series get ``name-1.nrrd``,
        ``name-2.nrrd`` ...
    series_of : SeriesOf
        Function from series UID to series.

    Returns
    -------
    str
        How many labels there are, in words, and whether lesions overlap.

    Raises
    ------
    ExchangeError
        Where there are no lesions or too many, a series is not there or not as it was reviewed, or
        the file cannot be written.
    """
    lesions = lesions_by_series(session)
    shared = 0
    for path, uid in zip(numbered_paths(output, len(lesions)), lesions, strict=True):
        series = _series(session, uid, series_of)
        masks, in_both = labelled(series, lesions[uid])
        save_masks(path, series, masks)
        shared += in_both
    count = sum(map(len, lesions.values()))
    text = "1 label" if count == 1 else f"{count:,} labels"
    return f"{text}; {shared:,} voxels of two lesions are the later one's" if shared else text


def labelled(series: Series, findings: Sequence[Finding]) -> tuple[Masks, int]:
    """The voxels of a series by the lesion that they are of.

    Parameters
    ----------
    series : Series
        As it was reviewed.
    findings : Sequence[Finding]
        Its lesions; the first has value 1.

    Returns
    -------
    tuple[Masks, int]
        The labels, and how many voxels two lesions share.

    Raises
    ------
    ExchangeError
        Where there are more lesions than values.
    """
    if len(findings) > MOST:
        raise ExchangeError(f"{len(findings)} lesions are too many for one label volume")
    values, shared = np.zeros(series.shape, np.uint8), 0
    for number, finding in enumerate(findings, 1):
        for index, pixels in pixels_of(finding, series.shape[1:]).items():
            shared += int(np.count_nonzero(values[index][pixels]))
            values[index][pixels] = number
    names = tuple(f"Finding {n} ({drawn_by(finding)})" for n, finding in enumerate(findings, 1))
    return Masks(values, names), shared


def _series(session: Session, uid: str, series_of: SeriesOf) -> Series:
    try:
        series = series_of(uid)
    except (KeyError, CTError):
        raise ExchangeError(
            f"{session.path}: the images of series {uid} are not there, or are others now"
        ) from None
    if series.shape != session.pictures.series()[uid].shape:
        raise ExchangeError(
            f"{session.path}: series {uid} has other slices now than when it was reviewed"
        )
    return series
