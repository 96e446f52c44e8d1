"""The commands for labelling projects, by what they print, write and return."""

import csv
import json
from pathlib import Path

import pytest

from lesion_viewer.cli import main
from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.session import Session
from lesion_viewer.ui.settings import login_name
from tests.exchange.small_deeplesion import NAMES, UIDS, write_project


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Images, annotations and the review of a project that the command made."""
    images, labels = write_project(tmp_path)
    session = tmp_path / "a.review"
    assert main(arguments_of(images, labels, session)) == 0
    return images, labels, session


def arguments_of(images: Path, labels: Path, session: Path) -> list[str]:
    return ["project", str(images), "--annotations", str(labels), "--session", str(session)]


def reader_review(made: tuple[Path, Path, Path], reader: str) -> Path:
    images, labels, session = made
    arguments = ["--annotations", str(labels), "--session", str(session), "--reader", reader]
    assert main(["project", str(images), *arguments]) == 0
    return session.with_name(f"a.{reader}.review")


def decide_all(review: Path, reader: str, rejected: int) -> None:
    session = Session.open(review, None, reader)
    for n, finding_id in enumerate(list(session.findings)):
        if n == rejected:
            session.reject(finding_id, "vessel")
        else:
            session.accept(finding_id)
    session.close()


def test_a_project_is_made_and_refreshed(
    made: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    images, _, session = made
    assert main(arguments_of(*made)) == 0
    out = capsys.readouterr().out
    assert out == f"4 annotated slices, 0 without an image\n0 done, 4 left\n{session}\n"
    opened = Session.open(session, None, "ann")
    opened.accept_all(list(opened.findings)[:2])
    opened.close()
    (images / "000003_01_01" / "020.png").unlink()
    assert main(arguments_of(*made)) == 0
    assert capsys.readouterr().out.startswith(
        "4 annotated slices, 1 without an image\n1 done, 2 left\n"
    )


def test_proposals_of_a_file_order_the_work_list(
    made: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, labels, session = made
    found = tmp_path / "found.csv"
    header = (
        "source,study_uid,series_uid,sop_instance_uid,slice_index,location_mm,"
        "x1,y1,x2,y2,score,candidate,model,model_sha256"
    )
    rows = [
        "000001_01_01/010.png,,x,,0,,20,30,41,51,.9,1,net 1,abc",
        "000001_01_01/010.png,,x,,0,,70,70,91,91,.9,2,net 1,abc",
        "000001_01_01/014.png,,x,,0,,20,30,41,51,.9,1,net 1,abc",
        "000001_01_01/014.png,,x,,0,,99,99,120,120,.8,2,net 1,abc",
        "elsewhere/1.png,,x,,0,,99,99,120,120,.8,2,net 1,abc",
    ]
    found.write_text("\n".join([header, *rows]) + "\n")
    queue = tmp_path / "queue.csv"
    arguments = ["--annotations", str(labels), "--session", str(session)]
    options = ["--predictions", str(found), "--work-list", str(queue)]
    assert main(["project", str(images), *arguments, *options]) == 0
    said = capsys.readouterr()
    assert "2 slices answered" in said.err  # both of the patient's
    with queue.open(newline="") as file:
        listed = list(csv.DictReader(file))
    assert [row["File_name"] for row in listed][0] == NAMES[1]
    assert (listed[0]["kind"], listed[0]["severity"]) == ("missed by the label", "0.8000")
    assert (
        main(["project", str(images), *arguments, "--work-list", str(queue), "--order", "?"]) == 1
    )
    assert "an order is one of disagreement, " in capsys.readouterr().err


def test_proposals_ahead_go_on_where_they_were_stopped(
    made: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    images, labels, session = made
    arguments = ["--annotations", str(labels), "--session", str(session)]
    options = ["--propose", "--model", "phantom-small", "--device", "cpu"]
    (images / "000002_01_01" / "007.png").write_bytes(b"no picture")
    assert main(["project", str(images), *arguments, *options]) == 0
    assert "left out 000002_01_01_007.png: 000002_01_01/007.png cannot be decoded" in (
        capsys.readouterr().err
    )
    review = Session.open(session, None, "")
    swept = {uid: review.proposals.swept_slices(uid) for uid in UIDS}
    events = len(review.journal.events())
    review.close()
    assert swept == {UIDS[0]: {1, 5}, UIDS[2]: set(), UIDS[3]: {0}}
    assert main(["project", str(images), *arguments, *options]) == 0
    review = Session.open(session, None, "")
    assert len(review.journal.events()) == events
    review.close()


def test_readers_are_compared_once_both_are_done(
    made: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ann, bob = (reader_review(made, name) for name in ("ann", "bob"))
    decide_all(ann, "ann", rejected=99)
    capsys.readouterr()
    assert main(["agreement", str(ann), str(bob)]) == 1
    assert "a.bob.review: 4 slices are left" in capsys.readouterr().err
    decide_all(bob, "bob", rejected=2)
    assert main(["agreement", str(ann), str(bob)]) == 0
    out = capsys.readouterr().out
    assert "lesions that ann and bob both saw: 4; only ann: 1; only bob: 0" in out
    assert "000001_01_01/014.png: ann: accepted, bob: rejected" in out
    third = tmp_path / "third.review"
    arguments = [str(ann), str(bob), "--session", str(third), "--reader"]
    assert main(["adjudicate", *arguments, "Bob"]) == 1
    assert "Bob is one of the two readers" in capsys.readouterr().err and not third.exists()
    arguments.append("eve")
    assert main(["adjudicate", *arguments]) == 0
    opened = Session.open(third, None, "eve")
    assert [f.status.value for f in opened.findings.values()].count("undecided") == 1
    assert opened.files.label_rows()[0].startswith(b"File_name")
    opened.close()
    assert main(["adjudicate", *arguments]) == 1
    assert "is there already" in capsys.readouterr().err


def test_an_agreement_without_decisions_says_in_words_why_there_is_no_kappa(
    made: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    ann, bob = (reader_review(made, name) for name in ("ann", "bob"))
    capsys.readouterr()
    assert main(["agreement", str(ann), str(bob), "--unfinished"]) == 0
    out = capsys.readouterr().out
    assert "kappa on presence: none, as there is no place that both readers have decided\n" in out
    assert "mean IoU: none, as there is no lesion that both saw\n" in out
    for review, reader in ((ann, "ann"), (bob, "bob")):
        decide_all(review, reader, rejected=99)
    assert main(["agreement", str(ann), str(bob)]) == 0
    out = capsys.readouterr().out
    same = "none, as both readers gave the same answer at every place (5)"
    assert f"kappa on presence: {same}\nmean IoU: 1.000\n" in out
    assert "nan" not in out


def test_corrections_are_told_first_and_made_when_asked_for(
    made: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    *_, session = made
    path = tmp_path / "cvat.json"
    image = {"id": 1, "file_name": NAMES[1], "width": 128, "height": 128}
    box = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [22, 30, 21, 21]}
    path.write_text(json.dumps({"images": [image], "annotations": [box]}))
    arguments = ["import", str(path), "--session", str(session), "--reader", "ann"]
    assert main(arguments) == 0
    said = capsys.readouterr()
    assert "correct: 000001_01_01/009-015 slice 6  20.0, 30.0, 41.0, 51.0 -> 22.0" in said.out
    assert "nothing was changed" in said.err
    for expected in ("undecided", "corrected"):
        opened = Session.open(session, None, "")
        assert list(opened.findings.values())[2].status == expected
        opened.close()
        assert main([*arguments, "--apply"]) == 0


def test_an_export_that_is_imported_again_keeps_reader_time_and_axes(
    made: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    session, out, again = made[2], tmp_path / "out.csv", tmp_path / "again.csv"
    review = Session.open(session, None, "ann")
    first, second, third, *_ = review.findings
    review.accept(first)
    review.reject(second, "vessel")
    box = review.findings[third].boxes[review.findings[third].key_slice]
    review.change_box(third, review.findings[third].key_slice, box.moved(1.5, 0))
    review.add(UIDS[0], 2, Box(60, 60, 70, 70))
    review.close()
    assert main(["export", str(session), "--output", str(out)]) == 0
    fresh = tmp_path / "fresh.review"
    assert main(arguments_of(*made[:2], fresh)) == 0
    assert main(["import", str(out), "--session", str(fresh), "--reader", "bob", "--apply"]) == 0
    assert main(["export", str(fresh), "--output", str(again)]) == 0
    assert again.read_bytes() == out.read_bytes()


def test_boxes_of_another_tool_are_by_who_brought_them(
    made: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    _, labels, session = made
    rows = labels.read_text().splitlines()
    path = tmp_path / "other.csv"
    path.write_text("\n".join([*rows[:1], *rows[2:]]) + "\n")
    assert main(["import", str(path), "--session", str(session), "--apply"]) == 0
    review = Session.open(session, None, "")
    readers = {f.decision.reader for f in review.findings.values() if f.decision}
    review.close()
    assert readers == {login_name()}


def test_a_project_leaves_as_csv_coco_and_report(
    made: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, labels, session = made
    out = tmp_path / "out.csv"
    assert main(["export", str(session), "--output", str(out)]) == 0
    assert out.read_bytes() == labels.read_bytes()
    opened = Session.open(session, None, "ann")
    opened.add(UIDS[0], 2, Box(60, 60, 70, 70))
    opened.close()
    for name, options in (("x.json", ["--format", "coco"]), ("x.html", ["--format", "report"])):
        file = tmp_path / name
        arguments = ["--output", str(file), *options, "--images", str(images)]
        assert main(["export", str(session), *arguments]) == 0
        assert file.stat().st_size > 500
    assert "data:image/png" in (tmp_path / "x.html").read_text()
    assert "Not a medical device" in capsys.readouterr().err


def test_without_a_display_a_project_names_its_headless_command(
    made: tuple[Path, Path, Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    images, labels, _ = made
    assert main(["open", str(images), "--annotations", str(labels)]) == 1
    assert "lesion-viewer project IMAGES" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["agreement", "adjudicate", "import", "export"])
def test_a_review_that_is_none_is_one_line(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.json").write_text("{}")
    missing = str(tmp_path / "missing.review")
    arguments = {
        "agreement": [missing, missing],
        "adjudicate": [missing, missing, "--session", "y", "--reader", "eve"],
        "import": [str(tmp_path / "x.json"), "--session", missing],
        "export": [missing, "--output", str(tmp_path / "y")],
    }[command]
    assert main([command, *arguments]) == 1
    error = capsys.readouterr().err
    assert "there is no such review" in error and error.count("\n") == 1
