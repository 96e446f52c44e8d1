"""The lesions that a report tells of, with the values that it gives of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.values.window import Window
from lesion_viewer.errors import CTError
from lesion_viewer.exchange.report.key_image import Marked, key_image, png_of
from lesion_viewer.exchange.same_pictures import SeriesOf
from lesion_viewer.geometry.slice_plane import SlicePlane
from lesion_viewer.review.annotations.shapes import Ellipse
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.followup.lesion import LESIONS
from lesion_viewer.review.measurements.values import PixelGrid, measure
from lesion_viewer.review.reading_mode import Phase
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session

SOFT_TISSUE = Window(400, 40)


@dataclass(frozen=True, slots=True)
class SlicePlace:
    """Which slice of a series, as reports and as the window name it.

    Attributes
    ----------
    index : int
        From 0.
    count : int
        Slices of the series.
    number : int | None
        Instance Number of its file, of a multi-frame file the number of the frame from 1; None
        where the file gives none.
    location_mm : float | None
        Position along the normal; None where it is unknown.
    """

    index: int
    count: int
    number: int | None
    location_mm: float | None


@dataclass(frozen=True, slots=True)
class Size:
    """How large a lesion is on the slice on which it is largest.

    Attributes
    ----------
    long, short : float
        Both diameters, or sides of the box.
    is_mm : bool
        Whether they are in mm; in pixels where their size is unknown.
    is_measured : bool
        Whether a reader measured axes; else they are the sides of the box.
    """

    long: float
    short: float
    is_mm: bool
    is_measured: bool


@dataclass(frozen=True, slots=True)
class ReportedLesion:
    """A lesion of a report.

    Attributes
    ----------
    number : int
        From 1.
    finding : Finding
        What was decided of it.
    place : SlicePlace
        The slice on which it is largest.
    first, last : SlicePlace
        The slices on which it begins and ends.
    size : Size
        On that slice.
    mean_hu : float | None
        Mean HU in the ellipse that fills its box there; None where the slice cannot be read.
    phase : Phase | None
        Whether the detector's marks had been seen when it was found; None where nobody knows.
    change : str
        How it compares with an earlier study, as a sentence; empty where it is not compared.
    window : Window
        Through which it is shown.
    series : Series | None
        Its series; None where its files are not there.
    picture : bytes
        PNG of the slice with the lesion marked; empty where it cannot be read.
    """

    number: int
    finding: Finding
    place: SlicePlace
    first: SlicePlace
    last: SlicePlace
    size: Size
    mean_hu: float | None
    phase: Phase | None
    change: str
    window: Window
    series: Series | None = field(repr=False)
    picture: bytes = field(repr=False)


def reported_lesions(
    session: Session,
    series_of: SeriesOf | None,
    changes: Mapping[str, str],
) -> list[ReportedLesion]:
    """The lesions that a reader accepted, corrected or added, in the order of their findings.

    Parameters
    ----------
    session : Session
        The review.
    series_of : SeriesOf | None
        Function from series UID to series; None for a report without HU and pictures.
    changes : Mapping[str, str]
        Finding UID -> how the lesion compares with an earlier study.

    Returns
    -------
    list[ReportedLesion]
        Numbered from 1, as a follow-up numbers them.
    """
    records = session.pictures.series()
    lesions = [f for f in session.findings.values() if f.status in LESIONS and f.boxes]
    return [
        _reported(number, finding, records[finding.series_uid], session, series_of, changes)
        for number, finding in enumerate(lesions, 1)
    ]


def _reported(
    number: int,
    finding: Finding,
    record: SeriesRecord,
    session: Session,
    series_of: SeriesOf | None,
    changes: Mapping[str, str],
) -> ReportedLesion:
    index, size = _largest(finding, record)
    series, hu = _read(finding.series_uid, index, series_of)
    window = _window(finding, record)
    box, picture, mean = finding.boxes[index], b"", None
    if series is not None and hu is not None:
        marked = Marked(number, box, finding.axes.get(index))
        picture = png_of(key_image(series, hu, window, marked))
        ellipse = Ellipse(box.centre, (box.width / 2, box.height / 2))
        inside = measure(ellipse, PixelGrid.of(series, index), hu).hu
        mean = None if inside is None else inside.mean
    return ReportedLesion(
        number,
        finding,
        place=_place(record, index),
        first=_place(record, min(finding.boxes)),
        last=_place(record, max(finding.boxes)),
        size=size,
        mean_hu=mean,
        phase=session.reading.phase(finding.id),
        change=changes.get(finding.id, ""),
        window=window,
        series=series,
        picture=picture,
    )


def _read(
    uid: str, index: int, series_of: SeriesOf | None
) -> tuple[Series | None, NDArray[np.int16] | None]:
    """The series and the HU of a slice, each where it is there and as it was reviewed."""
    if series_of is None:
        return None, None
    try:
        series = series_of(uid)
    except (KeyError, CTError):
        return None, None
    try:
        return series, series.decode(index)
    except (CTError, IndexError):
        return series, None


def _largest(finding: Finding, record: SeriesRecord) -> tuple[int, Size]:
    """The slice with the largest diameter, from axes where there are any, else from boxes."""
    _, row, column = record.spacing_mm or (1.0, 1.0, 1.0)
    measured = {
        i: axes.lengths_mm(row, column) for i, axes in finding.axes.items() if i in finding.boxes
    }
    sides = {i: (box.width * column, box.height * row) for i, box in finding.boxes.items()}
    lengths = {i: (max(pair), min(pair)) for i, pair in (measured or sides).items()}
    index = max(lengths, key=lambda i: (lengths[i][0], i == finding.key_slice, -i))
    return index, Size(*lengths[index], record.spacing_mm is not None, bool(measured))


def _place(record: SeriesRecord, index: int) -> SlicePlace:
    return SlicePlace(index, record.shape[0], _number(record, index), _location_mm(record, index))


def _number(record: SeriesRecord, index: int) -> int | None:
    numbers: Sequence[int | None] = record.instance_numbers
    if len(numbers) > 1 and len(set(numbers)) == 1 and record.frames:
        return record.frames[index] + 1  # one file of many frames
    return record.instance_number(index)


def _location_mm(record: SeriesRecord, index: int) -> float | None:
    if not record.positions or len(record.orientation) != 6:
        return None
    a, b, c, d, e, f = record.orientation
    position = record.positions[index]
    normal = SlicePlane(position, (a, b, c), (d, e, f), (1.0, 1.0)).normal
    return float(np.dot(position, normal))


def _window(finding: Finding, record: SeriesRecord) -> Window:
    """The window through which the reader decided, else the file's, else one for soft tissue."""
    if finding.decision is not None and finding.decision.window is not None:
        return finding.decision.window
    return Window.from_limits(*record.window) if record.window else SOFT_TISSUE
