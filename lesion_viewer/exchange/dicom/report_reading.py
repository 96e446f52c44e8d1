"""Structured reports as rows of a review: our own, and those of other programs.

Of our own report reading gives the same findings. Of others, measurement groups with a region on an
image of the study become candidates that nobody decided: Image Region (TID 1410), as highdicom
writes it, and the regions and axes that measurements are inferred from, as OHIF writes them.
Distances and angles become measurements. The review keeps a report that holds more than that.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.dicom import codes
from lesion_viewer.exchange.dicom.content_items import (
    Points,
    coded,
    extent_of,
    is_named,
    items,
    measurement_groups,
    points_of,
    text,
    tracking_uid,
    uid_named,
)
from lesion_viewer.exchange.dicom.files import in_utf8
from lesion_viewer.exchange.dicom.foreign_groups import foreign_groups, is_ours, require_whole
from lesion_viewer.exchange.dicom.measurement_reading import (
    coordinates_in,
    other_shape,
    own_shape,
)
from lesion_viewer.exchange.tables.decision_columns import HASH_MARK, DecidedRow, is_uid, model_text
from lesion_viewer.exchange.tables.file_rows import FileRows
from lesion_viewer.exchange.tables.fitted_boxes import fitted, is_cut, outside_text
from lesion_viewer.exchange.tables.reviewed_rows import PlacedRow
from lesion_viewer.review.annotations.annotation import Annotation, OfSeries
from lesion_viewer.review.annotations.shape import Shape
from lesion_viewer.review.finding import Origin, OriginKind, Place, Status
from lesion_viewer.review.recist import Axes, box_of
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.times import moment
from lesion_viewer.review.uids import derived_uid

CLASSES = (
    "1.2.840.10008.5.1.4.1.1.88.22",  # Enhanced SR
    "1.2.840.10008.5.1.4.1.1.88.33",  # Comprehensive SR
    "1.2.840.10008.5.1.4.1.1.88.34",  # Comprehensive 3D SR
)
AXES = (codes.LONG_AXIS, codes.SHORT_AXIS)
AREAS = ("POLYLINE", "CIRCLE", "ELLIPSE")
ReadShape = Callable[[Dataset, tuple[int, int]], Shape | None]
STATUSES = {code.value: status for status, code in codes.ASSESSMENTS.items()}


@dataclass(frozen=True, slots=True)
class _Region:
    """What a group marks on a slice."""

    place: Place
    box: Box
    axes: Axes | None = None


def is_report(content: bytes) -> bool:
    """Whether a DICOM file is a structured report that may hold measurements.

    Parameters
    ----------
    content : bytes
        Of the file.
    """
    try:
        report = pydicom.dcmread(BytesIO(content), specific_tags=["SOPClassUID"])
        return str(report.get("SOPClassUID", "")) in CLASSES
    except Exception:  # whatever pydicom finds wrong
        return False


def read_report(path: Path, content: bytes, series: Mapping[str, SeriesRecord]) -> FileRows:
    """The findings of a structured report, on the slices of a review.

    Parameters
    ----------
    path : Path
        The file, for what is said of it.
    content : bytes
        Of the file.
    series : Mapping[str, SeriesRecord]
        UID -> series of the review.

    Returns
    -------
    FileRows
        A row for each region; undecided ones of other programs' regions.

    Raises
    ------
    ExchangeError
        Where the file is damaged, or has no region on an image of the review.
    """
    try:
        report = pydicom.dcmread(BytesIO(content))
        found = _Reading(series).rows(report)
        if any(True for _ in foreign_groups(report)):
            require_whole(in_utf8(report))
            found.report = content
    except ExchangeError:
        raise
    except Exception as error:  # whatever pydicom finds wrong
        raise ExchangeError(f"{path}: is a damaged report: {error}") from error
    if not (found.decided or found.unusable or found.drawn):
        if found.absent:
            raise ExchangeError(f"{path}: none of its regions is on an image of this study")
        raise ExchangeError(f"{path}: holds no region on an image")
    return found


class _Reading:
    """A report while it is read."""

    def __init__(self, series: Mapping[str, SeriesRecord]) -> None:
        self._series = series
        self._places: dict[tuple[str, int], Place] = {
            (name, max(frame, 0)): (uid, index)
            for uid, record in series.items()
            if any(record.sop_instance_uids)
            for index, (name, frame) in enumerate(record.picture.names)
        }
        self._found = FileRows([])

    def rows(self, report: Dataset) -> FileRows:
        """The rows of all groups, and what of the report is not taken."""
        others = 0
        groups = list(measurement_groups(report))
        ours = {tracking_uid(group) for group in groups if is_ours(group)}
        for group in groups:
            if text(group, codes.SHAPE):
                self._take_shape(group, own_shape)
            elif _status(group) is not None or tracking_uid(group) not in ours:
                others += not self._take(group)
            # Else the axes or volume of a finding whose region says all, or what others said of it.
        if others:
            counted = "1 measurement group" if others == 1 else f"{others:,} measurement groups"
            self._found.notices.append(
                f"{counted} without a region: not shown, kept for the next report"
            )
        return self._found

    def _take(self, group: Dataset) -> bool:
        """Take the measurement or the rows of a group; False where it has none to take."""
        told = self._found.absent, len(self._found.unusable)
        if self._take_shape(group, other_shape):
            return True
        rows = [self._row(group, region) for region in self._regions(group)]
        self._found.decided += rows
        if rows:
            self._found.decided += self._removed(group, rows[0])
        return bool(rows) or told != (self._found.absent, len(self._found.unusable))

    def _take_shape(self, group: Dataset, read: ReadShape) -> bool:
        """Take the measurement of a group; False where it is none."""
        drawn = coordinates_in(group)
        place = self._place(drawn[0]) if drawn else None
        if place is None:
            is_ours = read is own_shape
            self._found.absent += is_ours
            return is_ours
        try:
            shape = read(group, self._series[place[0]].shape[1:])
        except (ValueError, LookupError) as error:
            self._found.unusable.append(f"a measurement on {self._image(place)}: {error}")
            return True
        if shape is not None:
            one = Annotation(self._uid_of(group, shape, place), place[1], shape)
            self._found.drawn.append((uid_named(group, codes.OF_FINDING), OfSeries(place[0], one)))
        return shape is not None

    def _uid_of(self, group: Dataset, shape: Shape, place: Place) -> str:
        """The tracking UID of a measurement; one of its own where others track by it as well."""
        uid, taken = tracking_uid(group), {one.annotation.uid for _, one in self._found.drawn}
        if is_uid(uid) and uid not in taken:
            return uid
        return derived_uid("measurement", self._image(place), shape.kind, str(shape.encode()))

    def _regions(self, group: Dataset) -> Iterator[_Region]:
        """What a group marks: its own regions, else what its measurements are inferred from."""
        areas: dict[Place, Box] = {}
        lines: dict[Place, dict[str, Points]] = {}
        drawn = list(items(group, "SCOORD"))
        for region in drawn:
            self._take_area(areas, region)
        for number in items(group, "NUM"):
            axis = next(
                (c for c in (codes.LONG_AXIS, codes.SHORT_AXIS) if is_named(number, c)), None
            )
            for region in items(number, "SCOORD"):
                place = self._place(region)
                if axis is not None and place is not None and len(region.GraphicData) == 4:
                    lines.setdefault(place, {})[axis.value] = points_of(region)
                elif not drawn and len(region.GraphicData) != 4:
                    self._take_area(areas, region)
                elif place is None and not drawn:
                    self._found.absent += 1
        for place in dict.fromkeys((*areas, *lines)):
            axes = _axes(lines.get(place, {}))
            box = areas.get(place) or (box_of(axes) if axes is not None and not drawn else None)
            inside = None if box is None else self._on_image(place, box)
            if inside is not None:
                yield _Region(place, inside, axes)

    def _take_area(self, areas: dict[Place, Box], region: Dataset) -> None:
        place = self._place(region)
        if place is None:
            self._found.absent += 1
        elif region.GraphicType in AREAS:
            try:
                areas.setdefault(place, extent_of(region))
            except ValueError as error:
                self._found.unusable.append(f"a region on {self._image(place)}: {error}")

    def _on_image(self, place: Place, box: Box) -> Box | None:
        """The part of a region that lies on its image; None where none does, which is told."""
        shape = self._series[place[0]].shape[1:]
        inside = fitted(box, shape)
        if inside is None:
            self._found.unusable.append(outside_text("a region", self._image(place), box, shape))
        elif is_cut(box, inside):
            self._found.clipped += 1
        else:
            return box
        return inside

    def _image(self, place: Place) -> str:
        return self._series[place[0]].sop_instance_uids[place[1]]

    def _place(self, region: Dataset) -> Place | None:
        """Of the image that coordinates are selected from."""
        for image in items(region, "IMAGE"):
            referred = image.ReferencedSOPSequence[0]
            frames = referred.get("ReferencedFrameNumber") or 1
            frame = int(frames if isinstance(frames, int) else frames[0]) - 1
            return self._places.get((str(referred.ReferencedSOPInstanceUID), frame))
        return None

    def _row(self, group: Dataset, region: _Region) -> PlacedRow:
        status, model, box = _status(group), _model(group), _exact(group, region.box)
        came = None if status is Status.ADDED and not model else box
        if said := text(group, codes.REGION_CAME):
            came = _box_in(said)
        axes = axes_came = region.axes
        if status is not None:
            axes, axes_came = (_axes_in(text(group, c)) for c in (codes.AXES, codes.AXES_CAME))
        lesion_type = lesion_type_in(text(group, codes.LESION_TYPE)) or _site(group)
        reader, at = text(group, codes.READER), text(group, codes.DECIDED_AT)
        if at:
            moment(at)
        uid = tracking_uid(group)
        row = DecidedRow(
            status or Status.UNDECIDED,
            text(group, codes.REASON),
            text(group, codes.COMMENT),
            "" if reader == codes.NONE else reader,
            at,
            _score(group),
            model,
            box,
            came,
            axes,
            axes_came,
            lesion_type,
            _or_none(text(group, codes.TYPE_CAME) or lesion_type),
            uid if is_uid(uid) else "",
        )
        return PlacedRow(*region.place, None, "", row)

    def _removed(self, group: Dataset, first: PlacedRow) -> Iterator[PlacedRow]:
        """Rows of the slices from which a reader removed the finding."""
        for item in items(group, "TEXT", codes.REMOVED):
            said = json.loads(item.TextValue)
            place = self._places.get((said["image"], int(said["frame"])))
            if place is None:
                self._found.absent += 1
                continue
            row = replace(
                first.decided,
                box=None,
                original=Box(*map(float, said["box"])),
                score=None if said.get("score") is None else float(said["score"]),
                axes=None,
                original_axes=None,
            )
            yield PlacedRow(*place, None, "", row)


def _axes(ends: dict[str, Points]) -> Axes | None:
    """The RECIST pair; None where one of the two is missing."""
    pair = [ends.get(code.value) for code in AXES]
    if pair[0] is None or pair[1] is None:
        return None
    (a, b, c, d), (e, f, g, h) = (line.ravel().tolist() for line in (pair[0], pair[1]))
    return Axes((a, b, c, d), (e, f, g, h))


def _or_none(said: str) -> str:
    return "" if said == codes.NONE else said


def _numbers(said: str, count: int) -> list[float]:
    numbers = [float(one) for one in said.split()]
    if len(numbers) != count or not all(map(math.isfinite, numbers)):
        raise ValueError(f"{said[:60]!r} are not {count} numbers")
    return numbers


def _box_in(said: str) -> Box | None:
    return None if said == codes.NONE else Box(*_numbers(said, 4))


def _exact(group: Dataset, drawn: Box) -> Box:
    """The box that stands beside a region as text, unless the region was changed since."""
    said = text(group, codes.REGION)
    box = _box_in(said) if said else None
    if box is None:
        return drawn
    ours, theirs = (np.array(one.as_tuple(), np.float32) for one in (box, drawn))
    return box if np.array_equal(ours, theirs) else drawn


def _axes_in(said: str) -> Axes | None:
    if not said:
        return None
    a, b, c, d, e, f, g, h = _numbers(said, 8)
    return Axes((a, b, c, d), (e, f, g, h))


def _status(group: Dataset) -> Status | None:
    """What our own report says of a group; None in those of others."""
    value, scheme = coded(group, codes.ASSESSMENT)
    if not value:
        return None
    if scheme != codes.SCHEME or value not in STATUSES:
        raise ValueError(f"{value[:60]!r} is no assessment")
    return STATUSES[value]


def _model(group: Dataset) -> str:
    """The algorithm that proposed a group, as ``model_text`` writes it; empty for none."""
    name = text(group, codes.ALGORITHM_NAME)
    if not name:
        return ""
    said = text(group, codes.ALGORITHM_PARAMETERS)
    sha256 = said.removeprefix(HASH_MARK) if said.startswith(HASH_MARK) else ""
    version = text(group, codes.ALGORITHM_VERSION)
    return model_text(Origin(OriginKind.MODEL, name, version, sha256))


def _score(group: Dataset) -> float | None:
    for item in items(group, "NUM", codes.CERTAINTY):
        values: Sequence[Dataset] = item.get("MeasuredValueSequence") or ()
        for value in values:
            number = float(value.get("FloatingPointValue", value.NumericValue))
            return number if 0 <= number <= 1 else None
    return None


def _site(group: Dataset) -> str:
    """The lesion type that a group's site stands for; empty where there is none."""
    said = coded(group, codes.SITE)
    sites = ((name, (code.value, code.scheme_designator)) for name, code in codes.SITES.items())
    return next((name for name, site in sites if site == said), "")
