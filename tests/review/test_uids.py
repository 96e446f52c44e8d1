"""Findings keep their UIDs, whatever journal they are in."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from pydicom.uid import UID

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.review.finding import Finding, Origin
from lesion_viewer.review.open_review.imported_files import Source
from lesion_viewer.review.session import Session
from lesion_viewer.review.uids import annotation_uid, derived_uid

BOX = Box(10, 20, 30, 40)
DUMP = Path(__file__).with_name("journal_before_turns.sql")


def labelled(path: Path, reader: str) -> Session:
    session = Session.open(path, "project", reader)
    labels = {0: ("S1", 3, BOX), 4: ("S2", 0, BOX)}
    session.files.import_labels("a.csv", "ab" * 32, [b"h\n", b"r\n"], labels)
    return session


def findings_of(path: Path) -> dict[str, Finding]:
    with closing(Session.open(path, None, "ann")) as session:
        return dict(session.findings)


def test_every_finding_has_a_uid_that_dicom_takes(session: Session, model: Origin) -> None:
    run = session.proposals.begin_run("S1", model)
    session.proposals.record_detections(run, [SliceDetections(2, (Detection(BOX, 0.5),))])
    session.add("S1", 9, BOX)
    session.files.import_labels("a.csv", "cd" * 32, [b"h\n"], {0: ("S2", 1, BOX)})
    first = list(session.findings.values())[:1]
    session.files.record_import(Source("b.json"), boxes=first, once="ef" * 32)
    ids = [run, *session.findings]
    assert len(set(ids)) == len(ids) == 5
    assert all(UID(i).is_valid and i.startswith("2.25.") for i in ids)


def test_two_readers_of_one_file_have_the_same_findings(tmp_path: Path) -> None:
    with closing(labelled(tmp_path / "a.review", "ann")) as first:
        with closing(labelled(tmp_path / "b.review", "bob")) as second:
            assert list(first.findings) == list(second.findings)
            assert len(first.findings) == 2


def test_an_imported_finding_keeps_its_uid(tmp_path: Path) -> None:
    with closing(Session.open(tmp_path / "a.review", "study", "ann")) as first:
        finding_id = first.add("S1", 3, BOX)
        with closing(Session.open(tmp_path / "b.review", "study", "bob")) as second:
            second.add("S1", 5, BOX)
            second.files.import_findings("a.csv", [first.findings[finding_id]])
            assert second.findings[finding_id] == first.findings[finding_id]
            assert second.findings[finding_id].arrival == 2


def test_two_imported_findings_of_one_uid_stay_two(session: Session) -> None:
    finding_id = session.add("S1", 3, BOX)
    session.files.import_findings("a.csv", [session.findings[finding_id]] * 2)
    assert len(session.findings) == 2


def test_arrivals_are_the_order_in_which_findings_came(
    session: Session, reopen: Callable[..., Session]
) -> None:
    ids = [session.add("S1", i, BOX) for i in range(3)]
    session.undo()
    ids.append(session.add("S1", 3, BOX))
    for _ in range(2):
        arrivals = {f.id: f.arrival for f in session.findings.values()}
        assert arrivals == {ids[0]: 1, ids[1]: 2, ids[3]: 4}
        assert [f.id for f in session.findings_on("S1", 3)] == [ids[3]]
        session = reopen()


def test_a_journal_of_before_gives_its_findings_the_same_uids_each_time(tmp_path: Path) -> None:
    for name in ("a.review", "copy.review"):
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            connection.executescript(DUMP.read_text())
    first = findings_of(tmp_path / "a.review")
    assert first and all(re.fullmatch(r"2\.25\.[0-9]+", i) for i in first)
    assert [f.arrival for f in first.values()] == [1, 2, 3]
    assert findings_of(tmp_path / "a.review") == first == findings_of(tmp_path / "copy.review")


def test_a_journal_of_before_goes_on(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.review")) as connection:
        connection.executescript(DUMP.read_text())
    with closing(Session.open(tmp_path / "a.review", None, "ann")) as session:
        added = session.add("S1", 3, BOX)
        session.reject(next(iter(session.findings)), "vessel")
        before = dict(session.findings)
    after = findings_of(tmp_path / "a.review")
    assert after == before
    assert after[added].arrival == max(f.arrival for f in after.values())


def test_a_box_and_axes_on_it_have_uids_of_their_own() -> None:
    uids = {
        annotation_uid(finding, kind, name, frame)
        for finding in (derived_uid("a"), derived_uid("b"))
        for kind in ("box", "axes")
        for name in ("1.2.3", "109.png")
        for frame in (0, 1)
    }
    assert len(uids) == 16
    assert derived_uid("a", 1) == derived_uid("a", 1) != derived_uid("a", "1")
