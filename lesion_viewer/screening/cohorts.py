"""Which series of an archive are searched, and what the others are."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lesion_viewer.ct.study import Collection, Series, Study
from lesion_viewer.ct.volume.picture_identity import Picture, picture_of
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.planes import why_not_searched
from lesion_viewer.review.measurements.organ_volume import liver_volume

LEAST_LIVER_ML = 50
"""A twentieth of a small adult's; what a gate marks by mistake in another region is often less."""

LEAST_SCAN_MM = 100
"""Of a shorter scan any part of the liver counts."""


class Outcome(StrEnum):
    """What became of a series."""

    SEARCHED = "searched"
    NO_LIVER = "no liver"  #: the gate found none, or too little for a scan of that length
    DUPLICATE = "duplicate"  #: the same images lie in another place
    OTHER_PLANES = "other planes"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ListedSeries:
    """A series of a unit before it is searched.

    Attributes
    ----------
    key : str
        Of its row.
    identity : str
        The same for the same images, wherever they lie.
    study_uid, series_uid : str
        As ``Series`` has them.
    slices : int
        How many it has.
    outcome : Outcome
        ``SEARCHED`` where it is to be.
    reason : str
        Why it is not.
    """

    key: str
    identity: str
    study_uid: str
    series_uid: str
    slices: int
    outcome: Outcome
    reason: str = ""

    @classmethod
    def of(cls, unit: str, study: Study, series: Series, detector: str) -> "ListedSeries":
        """A series as it is found.

        Parameters
        ----------
        unit : str
            Name of the unit.
        study : Study
            Whose series it is.
        series : Series
            The series.
        detector : str
            Name of the detector.

        Returns
        -------
        ListedSeries
            With the reason where it is not to be searched.
        """
        identity = identity_of(study.key, series.uid, series.shape, picture_of(series))
        outcome, reason = Outcome.SEARCHED, ""
        if why := why_not_searched(series, detector):
            outcome, reason = Outcome.OTHER_PLANES, why
        key, slices = row_key(unit, identity), series.shape[0]
        return cls(key, identity, series.study_uid, series.uid, slices, outcome, reason)


def identity_of(study_key: str, series_uid: str, shape: Sequence[int], picture: Picture) -> str:
    """What is the same for the same images, wherever they lie.

    Parameters
    ----------
    study_key : str
        Key of their study.
    series_uid : str
        UID of their series.
    shape : Sequence[int]
        Slices, rows, columns.
    picture : Picture
        Of the series.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    return _digest(f"{study_key}\n{series_uid}\n{tuple(shape)}\n{picture.names}")


def row_key(unit: str, identity: str) -> str:
    """The key of the row of a series.

    Parameters
    ----------
    unit : str
        Name of the unit in which it lies.
    identity : str
        Of its images.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    return _digest(f"{unit}\n{identity}")


def listed(unit: str, images: Collection, detector: str) -> list[tuple[ListedSeries, Series]]:
    """The series of a unit.

    Parameters
    ----------
    unit : str
        Name of the unit.
    images : Collection
        What it holds.
    detector : str
        Name of the detector.

    Returns
    -------
    list[tuple[ListedSeries, Series]]
        In the order in which they are listed; of several with one key the first.
    """
    found: dict[str, tuple[ListedSeries, Series]] = {}
    for study in images.studies:
        for series in study.series:
            one = ListedSeries.of(unit, study, series, detector)
            found.setdefault(one.key, (one, series))
    return list(found.values())


def is_without_liver(series: Series, answers: Sequence[SliceDetections]) -> bool:
    """Whether a gate says that a series shows another region of the body.

    Parameters
    ----------
    series : Series
        The series.
    answers : Sequence[SliceDetections]
        Of all its slices that were read; at least one.

    Returns
    -------
    bool
        False without a gate.
    """
    if all(answer.has_liver is False for answer in answers):
        return True
    found = liver_ml(series, answers)
    if found is None or series.spacing_mm is None or found >= LEAST_LIVER_ML:
        return False
    return series.shape[0] * series.spacing_mm[0] >= LEAST_SCAN_MM


def liver_ml(series: Series, answers: Sequence[SliceDetections]) -> float | None:
    """How much liver a gate found.

    Parameters
    ----------
    series : Series
        The series.
    answers : Sequence[SliceDetections]
        Of its slices.

    Returns
    -------
    float | None
        Millilitres; None where it found none, without a gate, and where millimetres are unknown.
    """
    livers = {one.slice_index: one.liver for one in answers if one.liver is not None}
    volume = liver_volume(livers, [one.slice_index for one in answers], series)
    return volume.ml if volume else None


def left_out_counts(images: Collection) -> list[dict[str, Any]]:
    """The files of a unit that are part of no series, counted by the reason.

    Parameters
    ----------
    images : Collection
        What it holds.

    Returns
    -------
    list[dict[str, Any]]
        ``reason`` and ``files``, the most frequent first.
    """
    counts = Counter(one.reason for one in images.left_out)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"reason": reason, "files": files} for reason, files in ordered]


def duplicates(units: Sequence[tuple[str, Sequence[ListedSeries]]]) -> Mapping[str, str]:
    """The series whose images lie in an earlier unit too.

    Parameters
    ----------
    units : Sequence[tuple[str, Sequence[ListedSeries]]]
        Name and series of each unit, in the order in which they count.

    Returns
    -------
    Mapping[str, str]
        Key of a series -> name of the unit that has the same images.
    """
    first: dict[str, str] = {}
    copies = {}
    for unit, found in units:
        for one in found:
            if first.setdefault(one.identity, unit) != unit:
                copies[one.key] = first[one.identity]
    return copies


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]
