"""The table of growth as a file: one row for each lesion, then the sums."""

from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.exchange.csv_records import guarded, quoted
from lesion_viewer.review.followup.growth import Growth, Row
from lesion_viewer.review.followup.lesion import Lesion
from lesion_viewer.review.followup.response import SOURCE
from lesion_viewer.system.atomic_files import save_bytes

COLUMNS = (
    "lesion",
    "state",
    "is_target",
    "lesion_type",
    "prior_finding",
    "prior_series_uid",
    "prior_slice_index",
    "prior_mm",
    "prior_measured_by",
    "finding",
    "series_uid",
    "slice_index",
    "mm",
    "measured_by",
    "apart_mm",
    "change_mm",
    "change_percent",
    "remark",
)
SUM = "sum of targets"


@dataclass(frozen=True, slots=True)
class Compared:
    """What was compared, for the row of the sums.

    Attributes
    ----------
    days : int | None
        From the prior to the present study; None where a date is missing.
    patients : str
        Whether both are of one patient, as a clause.
    linked_by : str
        How places were compared, and the error of it, as a clause; empty where they were not.
    """

    days: int | None
    patients: str
    linked_by: str


def save_growth(path: Path, growth: Growth, compared: Compared) -> None:
    """Write the table of growth.

    Parameters
    ----------
    path : Path
        CSV file to write.
    growth : Growth
        Lesions and sums.
    compared : Compared
        What was compared.

    Raises
    ------
    ExchangeError
        Where the file cannot be written; an existing file stays as it was.

    Notes
    -----
    Slices count from 0. The last row has the sums; its remark says the category, that it is an
    arithmetic and no diagnosis, and what is open. No name, number or date is written.
    """
    lines = [COLUMNS, *(_line(n, row) for n, row in enumerate(growth.rows, 1))]
    lines.append(_last(growth, compared))
    text = "".join(",".join(map(quoted, line)) + "\n" for line in lines)
    save_bytes(path, text.encode("utf-8", "surrogateescape"))


def _line(number: int, row: Row) -> tuple[str, ...]:
    kinds = [x.lesion_type for x in (row.current, row.prior) if x is not None and x.lesion_type]
    return (
        str(number),
        row.fate.value,
        "yes" if row.is_target else "no",
        guarded(next(iter(kinds), "")),
        *_side(row.prior, row.prior_mm),
        *_side(row.current, row.current_mm),
        _number(row.apart_mm),
        _number(row.change_mm),
        _number(row.change and row.change * 100),
        "",
    )


def _side(lesion: Lesion | None, mm: float | None) -> tuple[str, ...]:
    if lesion is None:
        return "", "", "", _number(mm), ""
    by = lesion.diameter.by.value if lesion.diameter is not None else ""
    return lesion.id, guarded(lesion.series_uid), str(lesion.slice_index), _number(mm), by


def _last(growth: Growth, compared: Compared) -> tuple[str, ...]:
    sums = growth.sums
    days = "unknown" if compared.days is None else str(compared.days)
    remark = " ".join(
        (
            f"{growth.response.category.value}: {growth.response.reason}",
            f"Arithmetic of {SOURCE}, not a diagnosis.",
            *growth.remarks,
            f"Days between the studies: {days}. Patients: {compared.patients}.",
            f"Places: {compared.linked_by or 'not compared'}.",
        )
    )
    cells = dict.fromkeys(COLUMNS, "") | {"lesion": SUM, "remark": guarded(remark)}
    if sums is not None:
        cells |= {
            "prior_mm": _number(sums.baseline_mm),
            "mm": _number(sums.now_mm),
            "change_mm": _number(sums.now_mm - sums.baseline_mm),
            "change_percent": _number(sums.from_baseline and sums.from_baseline * 100),
        }
    return tuple(cells.values())


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
