"""Findings as measurement groups of a structured report (DICOM PS3.16 TID 1410)."""

import json
from collections.abc import Iterator

import numpy as np
from highdicom.sr import (
    AlgorithmIdentification,
    CoordinatesForMeasurement,
    FindingSite,
    GraphicTypeValues,
    ImageRegion,
    Measurement,
    QualitativeEvaluation,
    TrackingIdentifier,
)
from highdicom.sr import MeasurementsAndQualitativeEvaluations as Lines
from highdicom.sr import PlanarROIMeasurementsAndQualitativeEvaluations as Group
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.dicom import codes
from lesion_viewer.exchange.dicom.measurement_groups import (
    groups_of_finding,
    image_of,
    text_item,
)
from lesion_viewer.exchange.dicom.source_images import SourceImages
from lesion_viewer.exchange.tables.decision_columns import HASH_MARK
from lesion_viewer.review.finding import Finding, OriginKind
from lesion_viewer.review.recist import Axes, Line


def groups_of(finding: Finding, number: int, sources: SourceImages) -> Iterator[Dataset]:
    """The measurement groups of a finding, one for each slice on which it has a box.

    Where it has axes, a group with these as lines follows; after all of them, what was measured.

    Corners are those of the box in the stored pixels, (0, 0) being the outer corner of the first
    pixel (PS3.3 C.10.5.1.2). What 32 bits cannot hold stands beside it as text, so that reading the
    report gives the same finding.

    Parameters
    ----------
    finding : Finding
        Of the review.
    number : int
        What the report calls it: ``Finding 3``.
    sources : SourceImages
        The images of the review.

    Yields
    ------
    Dataset
        Content items of value type CONTAINER.

    Raises
    ------
    ExchangeError
        Where an image is not there or cannot be read.
    """
    called = f"Finding {number}"
    tracking = TrackingIdentifier(uid=finding.id, identifier=called)
    for index in sorted(finding.boxes):
        group = Group(
            tracking_identifier=tracking,
            referenced_region=_region(finding, index, sources),
            finding_type=codes.LESION,
            algorithm_id=_algorithm(finding),
            finding_sites=_sites(finding),
            measurements=_measurements(finding, index, sources) or None,
            qualitative_evaluations=[
                QualitativeEvaluation(codes.ASSESSMENT, codes.ASSESSMENTS[finding.status])
            ],
        )
        texts = [*_texts(finding), *_texts_on(finding, index)]
        if index == min(finding.boxes):
            texts += _removed(finding, sources)
        for name, value in texts:
            group[0].ContentSequence.append(text_item(name, value))
        yield from group
        yield from _drawn_axes(finding, index, tracking, sources)
    yield from groups_of_finding(finding, called, sources)


def numbers_text(numbers: tuple[float, ...]) -> str:
    """Numbers as a text from which they can be read exactly.

    Parameters
    ----------
    numbers : tuple[float, ...]
        Such as the edges of a box.

    Returns
    -------
    str
        Separated by spaces.
    """
    return " ".join(repr(float(number)) for number in numbers)


def corners(box: Box) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The closed line round a box.

    Parameters
    ----------
    box : Box
        In pixels.

    Returns
    -------
    np.ndarray
        (5, 2), column and row of each corner, the first one twice.
    """
    x1, y1, x2, y2 = box.as_tuple()
    return np.array([(x1, y1), (x2, y1), (x2, y2), (x1, y2), (x1, y1)])


def _region(finding: Finding, index: int, sources: SourceImages) -> ImageRegion:
    image = image_of((finding.series_uid, index), sources)
    return ImageRegion(GraphicTypeValues.POLYLINE, corners(finding.boxes[index]), image)


def _algorithm(finding: Finding) -> AlgorithmIdentification | None:
    origin = finding.origin
    if origin.kind is not OriginKind.MODEL:
        return None
    parameters = [f"{HASH_MARK}{origin.sha256}"] if origin.sha256 else None
    return AlgorithmIdentification(origin.name, origin.version or "unknown", parameters)


def _sites(finding: Finding) -> list[FindingSite] | None:
    site = codes.SITES.get(finding.lesion_type)
    return None if site is None else [FindingSite(anatomic_location=site)]


def _measurements(finding: Finding, index: int, sources: SourceImages) -> list[Measurement]:
    found = []
    score = finding.scores.get(index)
    if score is not None:
        found.append(Measurement(codes.CERTAINTY, float(score), codes.NO_UNITS))
    return found + [
        Measurement(name, length, codes.MILLIMETRE)
        for name, length, _ in _lines(finding, index, sources)
    ]


def _lines(
    finding: Finding, index: int, sources: SourceImages
) -> Iterator[tuple[Code, float, Line]]:
    """Name, length in mm and ends of a finding's axes; none where millimetres are unknown."""
    geometry = sources.series(finding.series_uid).geometry
    axes = finding.axes.get(index)
    if axes is not None and geometry is not None:
        lengths = axes.lengths_mm(*geometry.plane(index).spacing_mm)
        yield codes.LONG_AXIS, lengths[0], axes.long
        yield codes.SHORT_AXIS, lengths[1], axes.short


def _drawn_axes(
    finding: Finding, index: int, tracking: TrackingIdentifier, sources: SourceImages
) -> Iterator[Dataset]:
    """The axes as lines on the image, which a group with a region may not hold (TID 1501)."""
    image = image_of((finding.series_uid, index), sources)
    measured = []
    for name, length, line in _lines(finding, index, sources):
        ends = np.array([line[:2], line[2:]])
        drawn = CoordinatesForMeasurement(GraphicTypeValues.POLYLINE, ends, image)
        measured.append(Measurement(name, length, codes.MILLIMETRE, referenced_coordinates=[drawn]))
    if measured:
        yield from Lines(tracking, finding_type=codes.LESION, measurements=measured)


def _texts(finding: Finding) -> Iterator[tuple[Code, str]]:
    """What the report says of the whole finding, beside what DICOM has items for."""
    if finding.note:
        yield codes.COMMENT, finding.note
    if finding.reason:
        yield codes.REASON, finding.reason
    if finding.lesion_type:
        yield codes.LESION_TYPE, finding.lesion_type
    if finding.original_type != finding.lesion_type:
        yield codes.TYPE_CAME, finding.original_type or codes.NONE
    if finding.decision is not None:
        yield codes.READER, finding.decision.reader or codes.NONE
        yield codes.DECIDED_AT, finding.decision.decided_at


def _texts_on(finding: Finding, index: int) -> Iterator[tuple[Code, str]]:
    """What it says of the finding on one slice."""
    box, came = finding.boxes[index], finding.original_boxes.get(index)
    if not np.array_equal(corners(box), corners(box).astype(np.float32)):
        yield codes.REGION, numbers_text(box.as_tuple())
    if finding.origin.kind is not OriginKind.READER and came != box:
        yield codes.REGION_CAME, codes.NONE if came is None else numbers_text(came.as_tuple())
    axes, axes_came = finding.axes.get(index), finding.original_axes.get(index)
    if axes is not None:
        yield codes.AXES, _axes_text(axes)
    if axes_came is not None:
        yield codes.AXES_CAME, _axes_text(axes_came)


def _removed(finding: Finding, sources: SourceImages) -> Iterator[tuple[Code, str]]:
    """The regions that a finding came with on slices where it has none any more."""
    for index, box in sorted(finding.original_boxes.items()):
        if index not in finding.boxes:
            uid, frame = sources.name((finding.series_uid, index))
            value = {"image": uid, "frame": frame, "box": box.as_tuple()}
            if (score := finding.scores.get(index)) is not None:
                value["score"] = float(score)
            yield codes.REMOVED, json.dumps(value)


def _axes_text(axes: Axes) -> str:
    return numbers_text((*axes.long, *axes.short))
