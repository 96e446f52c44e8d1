"""What a reader measured as measurement groups of a structured report.

Regions are groups of TID 1410, whose values are of the one region; other measurements are groups of
TID 1501, whose values are each inferred from coordinates (DICOM PS3.16). Every one has a tracking
UID of its own, and names that of the finding that it is of.
"""

from collections.abc import Iterator

import numpy as np
from highdicom.sr import (
    CoordinatesForMeasurement,
    GraphicTypeValues,
    ImageRegion,
    Measurement,
    RelationshipTypeValues,
    SourceImageForRegion,
    TextContentItem,
    TrackingIdentifier,
    UIDRefContentItem,
)
from highdicom.sr import MeasurementsAndQualitativeEvaluations as Lines
from highdicom.sr import PlanarROIMeasurementsAndQualitativeEvaluations as Group
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import CTError
from lesion_viewer.exchange.dicom import codes
from lesion_viewer.exchange.dicom.drawn_shapes import REGIONS, lines_of, shape_text
from lesion_viewer.exchange.dicom.mask_outlines import Points, outline_of
from lesion_viewer.exchange.dicom.source_images import SourceImages
from lesion_viewer.review.annotations.annotation import OfSeries
from lesion_viewer.review.annotations.shapes import Angle, Diameters, Ellipse
from lesion_viewer.review.finding import Finding, Place
from lesion_viewer.review.measurements.values import PixelGrid, measure
from lesion_viewer.review.measurements.volumes import FindingVolume, Outline, volumes_of
from lesion_viewer.review.outlines import outlines

NAMES = {
    "line": "Distance",
    "profile": "Profile",
    "angle": "Angle",
    "diameters": "Diameters",
    "ellipse": "Ellipse",
    "rectangle": "Rectangle",
    "mask": "Outline",
}
"""What a report calls measurements by the kind of their shape."""


def group_of(one: OfSeries, finding: Finding | None, name: str, sources: SourceImages) -> Dataset:
    """The measurement group of a measurement.

    Parameters
    ----------
    one : OfSeries
        What was drawn.
    finding : Finding | None
        What it was drawn for; None for no finding.
    name : str
        What the report calls that finding; empty for none.
    sources : SourceImages
        The images of the review.

    Returns
    -------
    Dataset
        Content item of value type CONTAINER.

    Raises
    ------
    ExchangeError
        Where an image is not there or cannot be read.
    """
    shape = one.annotation.shape
    called = NAMES.get(shape.kind, shape.kind)
    tracking = TrackingIdentifier(one.annotation.uid, f"{name}, {called}" if name else called)
    make = _region if shape.kind in REGIONS else _lines
    (group,) = make(one, tracking, None if finding is None else codes.LESION, sources)
    if finding is not None:
        group.ContentSequence.append(
            UIDRefContentItem(
                codes.OF_FINDING, finding.id, relationship_type=RelationshipTypeValues.CONTAINS
            )
        )
    group.ContentSequence.append(text_item(codes.SHAPE, shape_text(shape)))
    return group


def groups_of_finding(finding: Finding, name: str, sources: SourceImages) -> Iterator[Dataset]:
    """The measurement groups of all that was measured on a finding, and of its volumes.

    Parameters
    ----------
    finding : Finding
        Of the review.
    name : str
        What the report calls it.
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
    for one in finding.annotations.values():
        yield group_of(OfSeries(finding.series_uid, one), finding, name, sources)
    if finding.decision is not None:
        for volume in volumes_of(finding, sources.series(finding.series_uid)):
            yield _volume_group(finding, volume, name, sources)


def image_of(place: Place, sources: SourceImages) -> SourceImageForRegion:
    """The image, and its frame, from which coordinates on a slice are selected.

    Parameters
    ----------
    place : Place
        UID of the series and index of the slice.
    sources : SourceImages
        The images of the review.

    Returns
    -------
    SourceImageForRegion
        To be put under coordinates.

    Raises
    ------
    ExchangeError
        Where the image is not there or cannot be read.
    """
    header, frame = sources.header(place), sources.frame(place)
    return SourceImageForRegion(
        header.SOPClassUID,
        header.SOPInstanceUID,
        referenced_frame_numbers=None if frame is None else [frame],
    )


def text_item(name: Code, value: str) -> TextContentItem:
    """A text under a container of a report.

    Parameters
    ----------
    name : Code
        What it says.
    value : str
        The text; not empty.

    Returns
    -------
    TextContentItem
        With the relationship CONTAINS.
    """
    return TextContentItem(name, value, relationship_type=RelationshipTypeValues.CONTAINS)


def _region(
    one: OfSeries, tracking: TrackingIdentifier, finding_type: Code | None, sources: SourceImages
) -> Group:
    """A region, and the values of its pixels."""
    series, index = sources.series(one.series_uid), one.annotation.slice_index
    try:
        hu: NDArray[np.int16] | None = series.decode(index)
    except CTError:
        hu = None
    found, (line,) = (
        measure(one.annotation.shape, PixelGrid.of(series, index), hu),
        lines_of(one.annotation.shape),
    )
    is_ellipse = isinstance(one.annotation.shape, Ellipse)
    kind = GraphicTypeValues.ELLIPSE if is_ellipse else GraphicTypeValues.POLYLINE
    assert found.area is not None
    unit = codes.SQUARE_MILLIMETRE if found.is_mm else codes.PIXELS
    values = [Measurement(codes.AREA, found.area, unit)]
    if found.hu is not None:
        derived = (
            (codes.MEAN, found.hu.mean),
            (codes.STANDARD_DEVIATION, found.hu.sd),
            (codes.MINIMUM, float(found.hu.lowest)),
            (codes.MAXIMUM, float(found.hu.highest)),
        )
        values += [
            Measurement(codes.ATTENUATION, value, codes.HOUNSFIELD, derivation=how)
            for how, value in derived
        ]
    region = ImageRegion(kind, line, image_of(one.place, sources))
    return Group(tracking, region, finding_type=finding_type, measurements=values)


def _lines(
    one: OfSeries, tracking: TrackingIdentifier, finding_type: Code | None, sources: SourceImages
) -> Lines:
    """Values that are inferred from lines."""
    series, image = sources.series(one.series_uid), image_of(one.place, sources)
    grid, shape = PixelGrid.of(series, one.annotation.slice_index), one.annotation.shape
    unit, lines = codes.MILLIMETRE if grid.is_mm else codes.PIXELS, lines_of(shape)
    values: list[Measurement]
    if isinstance(shape, Angle):
        degrees = measure(shape, grid, None).degrees
        values = [_inferred(codes.ANGLE, degrees, codes.DEGREE, lines[0], image)]
    else:
        lengths = [grid.length(tuple(line[0]), tuple(line[1])) for line in lines]
        names = [codes.LENGTH]
        if isinstance(shape, Diameters):
            names = [codes.LONG_AXIS, codes.SHORT_AXIS]
            names = names if lengths[0] >= lengths[1] else names[::-1]
        values = [
            _inferred(name, length, unit, line, image)
            for name, length, line in zip(names, lengths, lines, strict=True)
        ]
    return Lines(tracking, finding_type=finding_type, measurements=values)


def _inferred(
    name: Code, value: float | None, unit: Code, line: Points, image: SourceImageForRegion
) -> Measurement:
    """A value with the line that it is measured along; without the value where nobody knows it."""
    drawn = [CoordinatesForMeasurement(GraphicTypeValues.POLYLINE, line, image)]
    if value is not None:
        return Measurement(name, value, unit, referenced_coordinates=drawn)
    unknown = Measurement(
        name, 0.0, unit, qualifier=codes.VALUE_UNKNOWN, referenced_coordinates=drawn
    )
    unknown[0].MeasuredValueSequence = []
    return unknown


def _volume_group(
    finding: Finding, volume: FindingVolume, name: str, sources: SourceImages
) -> Dataset:
    """A volume, with the regions that it is summed up from; its tracking UID is the finding's."""
    if volume.outline is Outline.BOXES:
        kind, method = GraphicTypeValues.ELLIPSE, codes.SUM_OF_AREAS
        drawn = {index: lines_of(_inscribed(box))[0] for index, box in finding.boxes.items()}
    else:
        kind, method = GraphicTypeValues.POLYLINE, codes.SUM_OF_VOXELS
        masks = {index: one.mask for index, one in outlines(finding).items()}
        drawn = {i: outline_of(mask.pixels, (mask.left, mask.top)) for i, mask in masks.items()}
    coordinates = [
        CoordinatesForMeasurement(kind, line, image_of((finding.series_uid, index), sources))
        for index, line in sorted(drawn.items())
    ]
    value = Measurement(
        codes.VOLUME, volume.ml, codes.CUBIC_CENTIMETRE, referenced_coordinates=coordinates
    )
    tracking = TrackingIdentifier(finding.id, name)
    (group,) = Lines(tracking, method=method, finding_type=codes.LESION, measurements=[value])
    return group


def _inscribed(box: Box) -> Ellipse:
    (x1, y1), (x2, y2) = (box.x1, box.y1), (box.x2, box.y2)
    return Ellipse(((x1 + x2) / 2, (y1 + y2) / 2), ((x2 - x1) / 2, (y2 - y1) / 2))
