"""Measurements of a review as CSV, with their values."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.study import Series
from lesion_viewer.errors import CTError, ExchangeError
from lesion_viewer.exchange.csv_records import guarded, quoted, read_table
from lesion_viewer.exchange.measurements.columns import AXES, COLUMNS, LIVER, VOLUME
from lesion_viewer.exchange.same_pictures import SeriesOf
from lesion_viewer.exchange.tables.slice_names import image_name
from lesion_viewer.review.annotations.annotation import Annotation
from lesion_viewer.review.annotations.shape import Shape
from lesion_viewer.review.annotations.shapes import Diameters, Ellipse, Mask, Rectangle
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.measurements.organ_volume import liver_volume
from lesion_viewer.review.measurements.values import Measured, PixelGrid, measure
from lesion_viewer.review.measurements.volumes import volumes_of
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session
from lesion_viewer.system.atomic_files import save_bytes

Cells = dict[str, str]


def export_measurements(session: Session, path: Path, series_of: SeriesOf | None = None) -> str:
    """Write the measurements of a review; reading the file back gives the same ones.

    Parameters
    ----------
    session : Session
        The review.
    path : Path
        Where they go.
    series_of : SeriesOf | None
        Gives the images, for HU and volumes; without them these columns are empty.

    Returns
    -------
    str
        How many rows the file has, in words.

    Raises
    ------
    ExchangeError
        Where the file cannot be written or does not hold every row.
    """
    lines = [",".join(COLUMNS)]
    for cells in _rows(session, series_of):
        lines.append(",".join(quoted(cells.get(name, "")) for name in COLUMNS))
    save_bytes(path, "".join(f"{line}\n" for line in lines).encode())
    found, rows = len(read_table(path, COLUMNS).records), len(lines) - 1
    if found != rows:
        raise ExchangeError(f"{path}: holds {found:,} rows in place of {rows:,}; export again")
    return "1 measurement" if rows == 1 else f"{rows:,} measurements"


def beside(path: Path) -> Path:
    """The file of measurements that goes with an export.

    Parameters
    ----------
    path : Path
        Of the export.

    Returns
    -------
    Path
        ``reviewed.measurements.csv`` for ``reviewed.csv``.
    """
    return path.with_suffix(".measurements.csv")


def export_beside(session: Session, path: Path, series_of: SeriesOf | None = None) -> str:
    """Write the measurements of a review beside an export of it, where it has any.

    Parameters
    ----------
    session : Session
        The review.
    path : Path
        Of the export.
    series_of : SeriesOf | None
        Gives the images, as for ``export_measurements``.

    Returns
    -------
    str
        Where they are, as the end of a sentence; empty where there are none.
    """
    drawn = any(f.annotations or (f.decision and f.masks) for f in session.findings.values())
    if not drawn and not session.series_annotations:
        return ""
    counted = export_measurements(session, beside(path), series_of)
    return f", and {counted} in {beside(path).name}"


@dataclass(slots=True)
class _Slices:
    """The images of one series of the review, as far as they are here."""

    record: SeriesRecord
    series: Series | None

    def measured(self, slice_index: int, shape: Shape) -> Measured:
        if self.series is None:
            record = self.record
            grid = PixelGrid.recorded(record.spacing_mm, record.picture.orientation)
            return measure(shape, grid, None)
        hu = self._hu(slice_index) if isinstance(shape, Ellipse | Rectangle | Mask) else None
        return measure(shape, PixelGrid.of(self.series, slice_index), hu)

    def _hu(self, slice_index: int) -> NDArray[np.int16] | None:
        assert self.series is not None
        try:
            return self.series.decode(slice_index)
        except CTError:
            return None


def _rows(session: Session, series_of: SeriesOf | None) -> Iterator[Cells]:
    findings = sorted(session.findings.values(), key=lambda finding: finding.arrival)
    for uid, record in session.pictures.series().items():
        slices = _Slices(record, _series(series_of, uid))
        for one in session.series_annotations.values():
            if one.series_uid == uid:
                yield _cells(slices, "", one.annotation.shape.kind, one.annotation)
        for finding in findings:
            if finding.series_uid == uid:
                yield from _finding_rows(slices, finding)
        yield from _liver_rows(session, uid, slices.series)


def _series(series_of: SeriesOf | None, uid: str) -> Series | None:
    try:
        return None if series_of is None else series_of(uid)
    except (KeyError, CTError):
        return None


def _finding_rows(slices: _Slices, finding: Finding) -> Iterator[Cells]:
    for one in finding.annotations.values():
        yield _cells(slices, finding.id, one.shape.kind, one)
    for index, axes in finding.axes.items():
        if finding.original_axes.get(index) != axes:
            yield _cells(slices, finding.id, AXES, Annotation("", index, Diameters(axes)))
    is_decided = finding.decision is not None
    if slices.series is not None and is_decided:
        for volume in volumes_of(finding, slices.series):
            kind = f"{VOLUME}{volume.outline}"
            yield {
                "Finding_uid": finding.id,
                "Series_uid": guarded(finding.series_uid),
                "Kind": kind,
                "Volume_ml": f"{volume.ml:.3f}",
            }


def _liver_rows(session: Session, uid: str, series: Series | None) -> Iterator[Cells]:
    """The liver's volume; while the detector's marks are hidden from the reader nothing."""
    if series is None or session.reading.state.are_marks_hidden:
        return
    livers, searched = session.proposals.livers(uid), session.proposals.swept_slices(uid)
    volume = liver_volume(livers, searched, series)
    if volume is not None:
        kind = LIVER if volume.is_whole else f"{LIVER}_in_part"
        yield {"Series_uid": guarded(uid), "Kind": kind, "Volume_ml": f"{volume.ml:.3f}"}


def _cells(slices: _Slices, finding_id: str, kind: str, one: Annotation) -> Cells:
    record, index = slices.record, one.slice_index
    value, number = slices.measured(index, one.shape), record.instance_number(index)
    cells = {
        "Measurement_uid": one.uid,
        "Finding_uid": finding_id,
        "Series_uid": guarded(record.uid),
        "Image": guarded(image_name(record, index)),
        "Slice_index": str(index),
        "Instance_number": "" if number is None else str(number),
        "Kind": kind,
        "Shape": json.dumps(one.shape.encode(), separators=(",", ":")),
        "Angle_deg": _number(value.degrees),
    }
    if value.is_mm:
        lengths = {"Length_mm": value.length, "Short_mm": value.short, "Area_mm2": value.area}
        cells |= {name: _number(length) for name, length in lengths.items()}
    if value.hu is not None:
        cells |= {"Mean_HU": _number(value.hu.mean), "SD_HU": _number(value.hu.sd)}
        cells |= {"Min_HU": str(value.hu.lowest), "Max_HU": str(value.hu.highest)}
        cells["Pixels"] = str(value.hu.pixels)
    return cells


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
