"""One reader's export, imported into another's review: what is shown is what happens."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from lesion_viewer.cli import main
from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ReviewError
from lesion_viewer.exchange.imports.changing import apply
from lesion_viewer.review.finding import Decision, Status
from lesion_viewer.review.session import Session
from tests.exchange.imported import corrections
from tests.exchange.small_deeplesion import UIDS, write_project

Told = dict[str, tuple[Status, Decision | None]]


@pytest.fixture
def readers(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Ann's export of two decisions, Bob's review with three, and Ann's review."""
    images, labels = write_project(tmp_path)
    files = tmp_path / "ann.review", tmp_path / "bob.review"
    for file in files:
        arguments = ["project", str(images), "--annotations", str(labels), "--session", str(file)]
        assert main(arguments) == 0
    ann, bob = (Session.open(file, None, file.stem) for file in files)
    first, second, third, *_ = ann.findings
    ann.reject(first, "cyst")
    ann.accept(second)
    for finding_id in (first, second, third):
        bob.accept(finding_id)
    ann.close()
    bob.close()
    export = tmp_path / "ann.csv"
    assert main(["export", str(files[0]), "--output", str(export)]) == 0
    return export, files[1], files[0]


def told(review: Path) -> Told:
    session = Session.open(review, None, "")
    found = {i: (f.status, f.decision) for i, f in session.findings.items()}
    session.close()
    return found


def test_the_preview_of_another_readers_decisions_is_what_is_recorded(
    readers: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    export, bob, ann = readers
    before = told(bob)
    arguments = ["import", str(export), "--session", str(bob), "--reader", "bob"]
    capsys.readouterr()
    assert main(arguments) == 0
    shown = capsys.readouterr().out
    assert told(bob) == before
    assert "accepted by bob at " in shown and " -> rejected by ann at " in shown
    assert "replaces 2 decisions of bob\n" in shown
    assert main([*arguments, "--apply"]) == 0
    said = capsys.readouterr()
    assert said.out == shown
    assert f"{export} is read as a table in DeepLesion's columns" in said.err
    after, of_ann = told(bob), told(ann)
    changed = [i for i in after if after[i] != before[i]]
    listed = [line for line in shown.splitlines() if line.startswith(("delete:", "decision:"))]
    assert len(changed) == len(listed) == 2
    for finding_id in changed:
        decision, came = after[finding_id][1], of_ann[finding_id][1]
        assert decision and came
        assert (decision.reader, decision.decided_at) == ("ann", came.decided_at)
    assert main(arguments) == 0
    assert "replaces" not in capsys.readouterr().out
    session = Session.open(bob, None, "bob")
    assert session.undo() == "import of a review"
    session.close()
    assert told(bob) == before


@pytest.mark.parametrize("kind", ["ann.csv", "ann.json", "cvat.json"])
def test_the_report_shows_who_imported_and_who_decided(
    readers: tuple[Path, Path, Path], tmp_path: Path, kind: str
) -> None:
    export, bob, ann = readers
    file = tmp_path / kind
    if kind != export.name:
        out = ["--format", "coco", "--output", str(file)]
        assert main(["export", str(ann), *out]) == 0
    if kind == "cvat.json":  # which drops what it does not know, and what is no lesion
        content = json.loads(file.read_text())
        for one in content["annotations"]:
            del one["attributes"]
        del content["info"], content["rejected_annotations"]
        file.write_text(json.dumps(content))
    arguments = ["import", str(file), "--session", str(bob), "--reader", "eve", "--apply"]
    assert main(arguments) == 0
    page = tmp_path / "report.html"
    assert main(["export", str(bob), "--format", "audit", "--output", str(page)]) == 0
    digest = sha256(file.read_bytes()).hexdigest()
    count, readers_now = ("1", "eve") if kind == "cvat.json" else ("2", "ann")
    row = f"<td>eve</td><td>{kind}</td><td>{digest}</td><td>{count}</td><td>{readers_now}</td>"
    assert row in page.read_text()


def test_changes_that_were_shown_of_a_review_that_moved_on_are_refused(
    readers: tuple[Path, Path, Path],
) -> None:
    export, bob, _ = readers
    session = Session.open(bob, None, "bob")
    found = corrections(session, export)
    session.reject(next(iter(session.findings)), "vessel")
    with pytest.raises(ReviewError, match=r"the review changed since ann\.csv was read"):
        apply(session, found)
    assert session.undo() == "reject"
    apply(session, found)
    session.close()


def test_findings_keep_their_uids_through_export_import_and_export(
    readers: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    _, bob, ann = readers
    session = Session.open(ann, None, "ann")
    drawn = session.add(UIDS[0], 2, Box(60, 60, 70, 70))
    session.add_box(drawn, 3, Box(60, 60, 71, 71))
    session.close()
    out, again = tmp_path / "out.csv", tmp_path / "again.csv"
    assert main(["export", str(ann), "--output", str(out)]) == 0
    assert main(["import", str(out), "--session", str(bob), "--reader", "bob", "--apply"]) == 0
    assert drawn in told(bob)
    assert main(["export", str(bob), "--output", str(again)]) == 0
    rows = [line for line in out.read_text().splitlines() if drawn in line]
    assert len(rows) == 2
    assert [line for line in again.read_text().splitlines() if drawn in line] == rows


def test_findings_without_uids_in_the_file_are_known_as_before(
    readers: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    export, bob, _ = readers
    lines = export.read_text().splitlines()
    width = lines[0].count(",") - 2
    assert lines[0].endswith(",Finding_uid,Box_uid")
    former = tmp_path / "former.csv"
    former.write_text(
        "\n".join(
            line.rsplit(",", 2)[0] if n == 0 or ",2.25." in line else line
            for n, line in enumerate(lines)
        )
        + "\n"
    )
    assert former.read_text().splitlines()[0].count(",") == width
    assert main(["import", str(former), "--session", str(bob), "--apply"]) == 0
    readers_now = [d.reader for _, d in told(bob).values() if d]
    assert sorted(readers_now) == ["ann", "ann", "bob"]


def test_a_finding_on_another_series_is_refused_by_name(
    readers: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export, bob, _ = readers
    before = told(bob)
    text = export.read_text()
    first, *_, last = before
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(text.replace(first, last))
    assert main(["import", str(wrong), "--session", str(bob), "--apply"]) == 1
    assert f"the finding {last} is on series {UIDS[3]} in this review" in capsys.readouterr().err
    assert told(bob) == before
