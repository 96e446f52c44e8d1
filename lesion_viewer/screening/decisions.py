"""What readers decided on the series of a screening, as one table."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.csv_records import guarded, quoted
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session
from lesion_viewer.screening.cohorts import Outcome
from lesion_viewer.screening.kept_lists import kept_list
from lesion_viewer.screening.results import Results
from lesion_viewer.screening.reviews import reviewed_studies, sessions_of
from lesion_viewer.screening.table import KEY
from lesion_viewer.system.atomic_files import replaced_file, save_bytes

CORNERS = ("x1", "y1", "x2", "y2")
ENDINGS = (".csv", ".parquet")
DECISIONS = pa.schema(
    [
        (KEY, pa.string()),
        ("unit", pa.string()),
        ("study_uid", pa.string()),
        ("series_uid", pa.string()),
        ("read_in_full", pa.bool_()),
        ("finding_uid", pa.string()),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("note", pa.string()),
        ("lesion_type", pa.string()),
        ("reader", pa.string()),
        ("decided_at", pa.string()),
        ("threshold", pa.float64()),
        ("origin", pa.string()),
        ("model", pa.string()),
        ("model_version", pa.string()),
        ("model_sha256", pa.string()),
        ("sop_instance_uid", pa.string()),
        ("slice_index", pa.int32()),
        *((name, pa.float64()) for name in CORNERS),
        ("score", pa.float64()),
        *((f"original_{name}", pa.float64()) for name in CORNERS),
    ]
)
"""A row for each box of each finding; one without a finding for a series that was read."""


def export_decisions(folder: Path, output: Path) -> str:
    """Write what was decided on all series of a screening, from the reviews of this machine.

    Parameters
    ----------
    folder : Path
        Folder of the results.
    output : Path
        A CSV or Parquet file, by its ending.

    Returns
    -------
    str
        How much was written, in words.

    Raises
    ------
    ExchangeError
        It is no screening's folder, or the file cannot be written.
    ReviewError
        A review cannot be read.
    """
    if output.suffix.lower() not in ENDINGS:
        raise ExchangeError(f"{output}: decisions go into a file {' or '.join(ENDINGS)}")
    results = Results.read(folder)
    rows = list(_rows(results, folder))
    if output.suffix.lower() == ".csv":
        _save_csv(rows, output)
    else:
        _save_parquet(rows, output)
    series = len({row[KEY] for row in rows})
    findings = len({row["finding_uid"] for row in rows} - {None})
    return f"{findings:,} findings on {series:,} reviewed series"


def _rows(results: Results, folder: Path) -> Iterator[dict[str, Any]]:
    for key, rows in reviewed_studies(results, kept_list(folder).reviews).items():
        with ExitStack() as opened:
            done: set[tuple[int, str]] = set()
            found = list(sessions_of(results, key, _searched_first(results, rows), opened))
            for session, row, uid in sorted(found, key=lambda one: _is_copy(results, one[1])):
                # Copies of the same images have one review, and are told once.
                if (id(session), uid) not in done:
                    done.add((id(session), uid))
                    yield from _rows_of_series(results, session, row, uid)


def _searched_first(results: Results, rows: Sequence[int]) -> list[int]:
    return sorted(rows, key=lambda row: _is_copy(results, row))


def _is_copy(results: Results, row: int) -> bool:
    return results.text("outcome", row) == Outcome.DUPLICATE


def _rows_of_series(
    results: Results, session: Session, row: int, uid: str
) -> Iterator[dict[str, Any]]:
    """The rows of the findings on a series; none of one that nobody has touched."""
    is_read = session.is_read_in_full(uid, None)
    of_series = {
        **{name: results.text(name, row) for name in (KEY, "unit", "study_uid", "series_uid")},
        "read_in_full": is_read,
    }
    found = [f for f in session.findings.values() if f.series_uid == uid]
    if not is_read and not any(f.decision for f in found):
        return
    record = session.pictures.series()[uid]
    boxes = [one for finding in found for one in _boxes(finding, record)]
    yield from ({**of_series, **one} for one in boxes or [{}])


def _boxes(finding: Finding, series: SeriesRecord) -> Iterator[dict[str, Any]]:
    decision, origin = finding.decision, finding.origin
    whole = {
        "finding_uid": finding.id,
        "status": finding.status.value,
        "reason": finding.reason,
        "note": finding.note,
        "lesion_type": finding.lesion_type,
        "reader": decision.reader if decision else None,
        "decided_at": decision.decided_at if decision else None,
        "threshold": decision.threshold if decision else None,
        "origin": origin.kind.value,
        "model": origin.name if origin.sha256 else None,
        "model_version": origin.version or None,
        "model_sha256": origin.sha256 or None,
    }
    for index in sorted(finding.boxes.keys() | finding.original_boxes.keys()):
        box, original = finding.boxes.get(index), finding.original_boxes.get(index)
        uids = series.sop_instance_uids
        yield {
            **whole,
            "sop_instance_uid": uids[index] if uids else None,
            "slice_index": index,
            **(dict(zip(CORNERS, box.as_tuple(), strict=True)) if box else {}),
            "score": finding.scores.get(index),
            **(
                {f"original_{n}": c for n, c in zip(CORNERS, original.as_tuple(), strict=True)}
                if original
                else {}
            ),
        }


def _save_csv(rows: Sequence[dict[str, Any]], output: Path) -> None:
    lines = [",".join(DECISIONS.names)]
    lines += [",".join(_cell(row.get(name)) for name in DECISIONS.names) for row in rows]
    save_bytes(output, "".join(f"{line}\n" for line in lines).encode())


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(guarded(value)) if isinstance(value, str) else repr(value)


def _save_parquet(rows: Sequence[dict[str, Any]], output: Path) -> None:
    try:
        with replaced_file(output) as path:
            pq.write_table(pa.Table.from_pylist(rows, DECISIONS), path)
    except OSError as error:
        raise ExchangeError(f"{output}: cannot be written: {error.strerror or error}") from error
