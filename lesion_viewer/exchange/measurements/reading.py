"""Measurements from a table that was exported, held against a review."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from lesion_viewer.exchange.csv_records import (
    Record,
    Table,
    header_names,
    read_bytes,
    read_table,
    unguarded,
)
from lesion_viewer.exchange.measurements.columns import IDENTITY, is_derived
from lesion_viewer.exchange.tables.slice_names import SliceNames
from lesion_viewer.review.annotations.annotation import Annotation, OfSeries, decode_shape
from lesion_viewer.review.session import Session

UID = re.compile(r"[0-9.]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class MeasurementsFound:
    """What a table of measurements holds for a review.

    Attributes
    ----------
    drawn : tuple[tuple[str, OfSeries], ...]
        Id of the finding of each, empty for none; and the measurement.
    left_out : tuple[str, ...]
        Why rows are not taken, one sentence for each.
    """

    drawn: tuple[tuple[str, OfSeries], ...]
    left_out: tuple[str, ...]


def is_of_measurements(path: Path) -> bool:
    """Whether a file is a table of measurements.

    Parameters
    ----------
    path : Path
        Any file.

    Raises
    ------
    ExchangeError
        Where it cannot be read.
    """
    return path.suffix.lower() == ".csv" and set(IDENTITY) <= {*header_names(read_bytes(path))}


def read_measurements(
    path: Path, session: Session, differing: Collection[str] = ()
) -> MeasurementsFound:
    """The measurements of a table that lie on slices of a review.

    Parameters
    ----------
    path : Path
        The table.
    session : Session
        The review; nothing of it is changed.
    differing : Collection[str]
        UIDs of series of which another picture is on show; nothing on them is taken.

    Returns
    -------
    MeasurementsFound
        In the order of the table, without rows that follow from the review.

    Raises
    ------
    ExchangeError
        Where the table cannot be read.
    """
    series = session.pictures.series()
    names = SliceNames({uid: one for uid, one in series.items() if uid not in differing})
    table = read_table(path, IDENTITY)
    drawn, left_out = [], []
    for record in table.records:
        if record.fields == ("",) or is_derived(table.cell(record, "Kind")):
            continue
        try:
            drawn.append(_read(table, record, session, names))
        except (ValueError, LookupError, TypeError) as error:
            left_out.append(f"line {record.line}: {error}")
    return MeasurementsFound(tuple(drawn), tuple(left_out))


def _read(
    table: Table, record: Record, session: Session, names: SliceNames
) -> tuple[str, OfSeries]:
    """One row; errors are sentences that say why it is not taken."""
    uid, finding_id = table.cell(record, "Measurement_uid"), table.cell(record, "Finding_uid")
    if not UID.fullmatch(uid):
        raise ValueError("its Measurement_uid is no UID")
    image = unguarded(table.cell(record, "Image"))
    place = names(image)
    if place is None:
        raise LookupError(f"the review has no slice {image}")
    series_uid, index = place
    finding = session.findings.get(finding_id) if finding_id else None
    if finding_id and (finding is None or finding.series_uid != series_uid):
        raise LookupError("the review does not have its finding; import the review first")
    try:
        shape = decode_shape(table.cell(record, "Kind"), json.loads(table.cell(record, "Shape")))
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError("its Kind and Shape are no measurement") from error
    rows, columns = names.shape(place)
    if not all(isfinite(v) for point in shape.points for v in point) or not all(
        -columns <= x <= 2 * columns and -rows <= y <= 2 * rows for x, y in shape.points
    ):
        raise ValueError("it lies beside its slice")
    return finding_id, OfSeries(series_uid, Annotation(uid, index, shape))
