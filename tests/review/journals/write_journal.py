"""Writes a journal with all that a review can hold, and what it says, by the version that runs it.

``PYTHONPATH=CHECKOUT python tests/review/journals/write_journal.py NAME`` with the checkout of an
earlier version makes ``NAME.sql`` and ``NAME.json``, which tests open with the present one.
"""

import json
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.review.finding import Decision, Finding, Origin, OriginKind, Reading, Status
from lesion_viewer.review.on_screen import Context, ViewState
from lesion_viewer.review.recist import axes_of
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session

FOLDER = Path(__file__).parent
BOX, OTHER = Box(1, 1, 9, 9), Box(2, 2.5, 6, 8)
DESCRIBED, UNKNOWN = "1.2.3", "7.8.9"
"""Series with a description, and without one."""
MODELS = [Origin(OriginKind.MODEL, "net", "1", "a" * 64), Origin(OriginKind.MODEL, "net", "2", "b")]


def record(*names: str) -> SeriesRecord:
    """A series of which each slice is an image of its own."""
    count = len(names)
    shape, spacing = (count, 16, 16), (2.0, 1.0, 1.0)
    return SeriesRecord(
        DESCRIBED, "1.2", "CT", shape, spacing, names, ("",) * count, None, frames=(0,) * count
    )


def write(session: Session) -> None:
    """Every kind of event, some of them undone, on series that are counted anew meanwhile."""
    part(session, "pictures").describe_series("first", lambda: [record("a", "b", "c", "d")])
    session.context = Context(Window(150, 90), 0.25)
    part(session, "files").import_labels(
        "labels.csv",
        "c" * 64,
        [b"head\n", b"row\n", b"row\n"],
        {0: (DESCRIBED, 0, BOX), 1: (DESCRIBED, 2, OTHER)},
        {1: axes_of(OTHER)},
        {1: "liver"},
    )
    run = part(session, "proposals").begin_run(DESCRIBED, MODELS[0])
    found = [SliceDetections(i, (Detection(BOX, 0.5 + i / 10),)) for i in (1, 2)]
    part(session, "proposals").record_detections(run, found)
    label, typed, candidate = of(session)
    session.accept(label)
    session.change_box(typed, 2, BOX)
    session.set_note(typed, "at the dome")
    session.set_type(typed, "kidney")
    session.reject(candidate, "vessel")
    drawn = session.add(DESCRIBED, 0, OTHER)
    session.add_box(drawn, 3, BOX)
    session.interpolate(drawn, 0, 3)
    session.remove_box(drawn, 1)
    session.set_axes(drawn, 3, axes_of(OTHER))
    session.mark_read_in_full(DESCRIBED, 1, True)
    session.mark_read_in_full(DESCRIBED, None, True)
    session.mark_read_in_full(DESCRIBED, 0, False)
    part(session, "pictures").renumber(record("d", "c", "b", "a"), [3, 2, 1, 0])
    elsewhere = session.add(UNKNOWN, 5, BOX)
    session.mark_unsure(elsewhere)
    session.set_reason(elsewhere, "motion")
    session.mark_all_read([(UNKNOWN, 5), (DESCRIBED, 2)])
    reading = Reading("bob", Status.ACCEPTED, {2: OTHER}, "", "", "2026-01-02T03:04:05+00:00")
    decision = Decision("eve", "2026-01-02T03:04:05+00:00", 0.5, Window(400, 40))
    imported = Finding(
        "",
        DESCRIBED,
        MODELS[0],
        {2: BOX},
        {2: OTHER},
        {2: 0.5},
        Status.CORRECTED,
        decision=decision,
        readings=(reading,),
    )
    part(session, "files").import_findings("review.csv", [imported])
    part(session, "pictures").renumber(record("new", "d", "c", "b", "a"), [1, 2, 3, 4])
    session.accept_all(of(session)[:2])
    part(session, "pictures").renew_image(DESCRIBED, 1)
    run = part(session, "proposals").begin_run(DESCRIBED, MODELS[1])
    part(session, "proposals").record_detections(
        run, [SliceDetections(0, (Detection(OTHER, 0.9, "lung"),))]
    )
    session.reset(of(session)[1])
    part(session, "views").save_view(ViewState(UNKNOWN, 5))
    part(session, "views").save_view(ViewState(DESCRIBED, 4, Window(400, 40), 0.5))
    session.set_note(of(session)[0], "first")
    for _ in range(3):
        session.undo()
    session.redo()


def part(session: Session, name: str) -> Any:
    """A part of a session; versions before there were parts have all on the session itself."""
    return getattr(session, name, session)


def of(session: Session) -> list[str]:
    """Ids of the findings in the order in which they came."""

    def arrival(finding: Finding) -> int:
        return int(finding.id[1:]) if finding.id[0] == "f" else finding.arrival

    return [f.id for f in sorted(session.findings.values(), key=arrival)]


def told(session: Session) -> dict[str, Any]:
    """All that a review says, with the texts of what can be undone and redone."""
    steps = []
    while session.can_redo:
        session.redo()
    while session.can_undo:
        steps.append({"undoes": session.undo_text, "findings": _findings(session)})
        session.undo()
    while session.can_redo:
        session.redo()
    marks = [(uid, index, is_read) for (uid, index), is_read in session.read_in_full().items()]
    view = part(session, "views").last_view()
    assert view is not None
    return {
        "findings": _findings(session),
        "steps": steps,
        "marks": sorted(marks, key=str),
        "swept": [
            sorted(part(session, "proposals").swept_slices(DESCRIBED, model)) for model in MODELS
        ],
        "labels": [
            part(session, "files").imported_labels,
            [row.decode() for row in part(session, "files").label_rows()],
        ],
        "view": [view.series_uid, view.slice_index, str(view.window), view.threshold],
    }


def _findings(session: Session) -> list[dict[str, Any]]:
    """Findings without their ids, which versions before UIDs counted."""
    said = []
    for finding_id in of(session):
        f = session.findings[finding_id]
        said.append(
            {
                "series": f.series_uid,
                "origin": str(f.origin),
                "boxes": _by_slice(f.boxes),
                "original_boxes": _by_slice(f.original_boxes),
                "axes": _by_slice(f.axes),
                "original_axes": _by_slice(f.original_axes),
                "scores": _by_slice(f.scores),
                "status": f.status.value,
                "texts": [f.reason, f.note, f.lesion_type, f.original_type],
                "decision": str(f.decision),
                "readings": [[str(replace_boxes(r)), _by_slice(r.boxes)] for r in f.readings],
            }
        )
    return said


def replace_boxes(reading: Reading) -> list[str]:
    """What a reading says beside its boxes."""
    return [reading.reader, reading.status.value, reading.reason, reading.note, reading.decided_at]


def _by_slice(values: Any) -> dict[str, str]:
    return {str(i): str(values[i]) for i in sorted(values)}


def main(name: str) -> None:
    """Write both files."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.review"
        with closing(Session.open(path, "study", "ann")) as session:
            write(session)
        with closing(sqlite3.connect(path)) as connection:
            dump = "\n".join(connection.iterdump())
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        with closing(Session.open(path, "study", "ann")) as session:
            said = told(session)
    pragma = f"PRAGMA application_id = {application_id};\n"
    (FOLDER / f"{name}.sql").write_text(pragma + dump + "\n")
    (FOLDER / f"{name}.json").write_text(json.dumps(said) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
