"""How a review was read, as CSV: its mode, the times of its readers, and who found what when."""

from collections.abc import Iterator
from pathlib import Path

from lesion_viewer.exchange.csv_records import guarded, quoted
from lesion_viewer.review.session import Session
from lesion_viewer.system.atomic_files import save_bytes

COLUMNS = (
    *("Study_key", "Mode", "First_read_done_at", "First_read_done_by"),
    *("Reader", "Time_before_marks_s", "Time_with_marks_s"),
    *(
        "Series_UID",
        "Finding_uid",
        "Status",
        "Origin",
        "Marks_seen_at",
        "First_decided_at",
        "Phase",
    ),
)


def export_readings(session: Session, path: Path) -> str:
    """Write a row for each reader with the times, then one for each finding that was decided.

    Parameters
    ----------
    session : Session
        The review.
    path : Path
        CSV file to write.

    Returns
    -------
    str
        How many rows there are, as a text.

    Raises
    ------
    ExchangeError
        Where the file cannot be written.
    """
    reading = session.reading.state
    done = reading.first_read
    study = (
        session.study_key,
        reading.mode.value,
        done.at if done else "",
        guarded(done.reader) if done else "",
    )
    rows = [(*study, *row) for row in (*_of_readers(session), *_of_findings(session))]
    text = "".join(",".join(map(quoted, row)) + "\n" for row in (COLUMNS, *rows))
    save_bytes(path, text.encode())
    return "1 row" if len(rows) == 1 else f"{len(rows):,} rows"


def _of_readers(session: Session) -> Iterator[tuple[str, ...]]:
    for reader, time in session.reading.times().items():
        yield guarded(reader), f"{time.hidden_s:.1f}", f"{time.shown_s:.1f}", *[""] * 7


def _of_findings(session: Session) -> Iterator[tuple[str, ...]]:
    seen_at = session.reading.state.marks_seen_at
    for finding in session.findings.values():
        if finding.decision is None:
            continue
        first, phase = session.state.first_gesture(finding.id), session.reading.phase(finding.id)
        yield (
            guarded(finding.decision.reader),
            *("", ""),
            finding.series_uid,
            finding.id,
            finding.status.value,
            finding.origin.kind.value,
            seen_at.get(finding.series_uid, ""),
            first.at if first and phase else "",
            phase.value if phase else "",
        )
