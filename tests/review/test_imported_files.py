"""What an import leaves in a journal: one gesture, by whoever imported it."""

from pathlib import Path

import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.finding import Decision, Finding, Origin, OriginKind, Status
from lesion_viewer.review.open_review.imported_files import LabelRecords, Source
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session
from lesion_viewer.review.uids import new_uid

BOX = Box(10, 10, 30, 40)
LABELS = LabelRecords("ab" * 32, [b"h\n", b"r\n"], {0: ("S", 1, BOX)})


def decided(uid: str, reader: str) -> Finding:
    origin = Origin(OriginKind.READER, reader)
    decision = Decision(reader, "2026-01-02T03:04:05.000006+00:00")
    return Finding(uid, "S", origin, {4: BOX}, status=Status.ADDED, decision=decision)


def test_findings_and_marks_of_a_file_are_one_gesture_of_the_importer(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "a.review", "key", "bob")
    uid = new_uid()
    source = Source("a.csv", "cd" * 32)
    session.files.record_import(
        source, labels=LABELS, findings=[decided(uid, "ann")], read=[("S", 4)]
    )
    assert session.findings[uid].decision == decided(uid, "ann").decision
    assert session.is_read_in_full("S", 4) and not session.is_read_in_full("S", 1)
    labels, review = session.files.imports()
    assert (labels.source.name, labels.source.sha256) == ("a.csv", LABELS.sha256)
    assert (review.importer, review.source, review.findings) == ("bob", source, (uid,))
    assert session.undo() == "import of a review"
    assert uid not in session.findings and not session.is_read_in_full("S", 4)
    assert session.files.imports() == [labels] and len(session.findings) == 1
    session.redo()
    assert session.is_read_in_full("S", 4)
    session.close()
    again = Session.open(tmp_path / "a.review", "key", "eve")
    assert again.files.imports() == [labels, review] and again.is_read_in_full("S", 4)
    assert again.revision == 4
    again.close()


def test_marks_of_an_import_are_counted_anew_with_the_slices(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "a.review", "key", "bob")
    session.files.record_import(Source("a.csv"), findings=[decided("", "ann")], read=[("S", 4)])
    uids = tuple(f"1.2.{n}" for n in range(5))
    described = SeriesRecord("S", "1", "CT", (5, 9, 9), None, uids, ("",) * 5, None)
    session.pictures.renumber(described, [4, 3, 2, 1, 0])
    session.close()
    again = Session.open(tmp_path / "a.review", "key", "bob")
    (finding,) = again.findings.values()
    assert finding.boxes.keys() == {0} and again.is_read_in_full("S", 0)
    again.close()


def test_a_second_annotation_file_is_refused_and_nothing_of_it_is_recorded(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "a.review", "key", "bob")
    session.files.record_import(Source("a.csv"), labels=LABELS)
    other = LabelRecords("ef" * 32, [b"h\n"], {0: ("S", 1, BOX)})
    with pytest.raises(ReviewError, match=r"already holds the labels of a\.csv"):
        session.files.record_import(Source("b.csv"), labels=other, findings=[decided("", "ann")])
    assert len(session.findings) == 1
    session.close()
