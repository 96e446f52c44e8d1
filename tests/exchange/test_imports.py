"""Whatever comes in: what the preview shows is what is recorded, as one step, and nothing else."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from lesion_viewer.cli import main
from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.errors import ExchangeError, ReviewError
from lesion_viewer.exchange.deeplesion.annotation_rows import COLUMNS
from lesion_viewer.exchange.imports.change_set import ChangeKind, ChangeSet
from lesion_viewer.exchange.imports.changing import KNOWN, apply, change_set, take
from lesion_viewer.exchange.imports.parsing import Meaning, parse
from lesion_viewer.exchange.reviews.coco_export import export_coco
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.exchange.worklists.project_files import open_project
from lesion_viewer.review.annotations.shapes import Line
from lesion_viewer.review.finding import Finding, Origin, OriginKind, Reading, Status
from lesion_viewer.review.session import Session
from tests.exchange.imported import correct, corrections, import_file
from tests.exchange.plain_pngs import FIRST, SECOND, coco, write_json, write_pngs
from tests.exchange.small_deeplesion import NAMES, UIDS, write_project

MODEL = Origin(OriginKind.MODEL, "net", "1", "a" * 64)
LABEL = Box(20, 30, 41, 51)

Gesture = tuple[str, int, int]
gestures = st.lists(
    st.tuples(
        st.sampled_from("accept reject unsure note type move remove extend draw read".split()),
        st.integers(0, 9),
        st.integers(0, 60),
    ),
    max_size=8,
)
some = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def act(session: Session, gesture: Gesture) -> None:
    kind, number, at = gesture
    finding = list(session.findings.values())[number % len(session.findings)]
    uid, i, box = finding.series_uid, finding.key_slice, Box(at, 2.5, at + 9.25, 30)
    match kind:
        case "accept":
            session.accept(finding.id)
        case "reject":
            session.reject(finding.id, "cyst" if at % 2 else "")
        case "unsure":
            session.mark_unsure(finding.id)
        case "note":
            session.set_note(finding.id, f"note {at}")
        case "type":
            session.set_type(finding.id, "bone" if at % 2 else "")
        case "move":
            session.change_box(finding.id, i, box)
        case "remove":
            session.remove_box(finding.id, i)
        case "extend" if (last := max(finding.boxes) + 1) < session.pictures.series()[uid].shape[0]:
            session.add_box(finding.id, last, box)
        case "draw":
            session.add(uid, i, box)
        case "read":
            session.mark_read_in_full(uid, i, True)


def as_shown(found: ChangeSet, session: Session) -> dict[str, tuple[Finding | None, Finding]]:
    """Id -> the finding before and after; the importer's decisions with the times that they got."""
    shown = {}
    for change in found.changes:
        after, now = change.after, session.findings[change.after.id].decision
        if after.decision is not None and not after.decision.decided_at:
            assert now is not None and now.decided_at
            assert after.decision.reader == session.reader
            after = replace(after, decision=replace(after.decision, decided_at=now.decided_at))
        shown[after.id] = change.before, after
    return shown


def assert_shown_is_recorded(session: Session, path: Path, labels: int = 0) -> ChangeSet:
    before, read = dict(session.findings), session.read_in_full()
    could_undo = session.can_undo
    found = corrections(session, path)
    assert dict(session.findings) == before, "a preview changes nothing"
    apply(session, found)
    after = dict(session.findings)
    differing = {i for i in after if before.get(i) != after[i]}
    assert before.keys() <= after.keys()
    assert {i: (before.get(i), after[i]) for i in differing} == as_shown(found, session)
    new = {key for key, is_read in session.read_in_full().items() if is_read and not read.get(key)}
    assert new == set(found.read)
    times = [f.decision.decided_at for f in after.values() if f.decision]
    assert "" not in times
    assert corrections(session, path).is_empty, "the same file has nothing more to say"
    if found.changes or found.read:
        assert session.undo() == "import of a review"
    assert session.can_undo == could_undo
    assert {i: f for i, f in session.findings.items() if f.decision or i in before} == before
    assert len(session.findings) == len(before) + labels
    return found


@contextmanager
def two_readers(
    open_one: Callable[[Path, str], Session], acts: tuple[list[Gesture], list[Gesture]]
) -> Iterator[tuple[Path, Session, Session]]:
    """A folder, and the reviews of two readers of the same labels."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ann, bob = (open_one(folder, reader) for reader in ("ann", "bob"))
        for session, done in zip((ann, bob), acts, strict=True):
            for gesture in done:
                act(session, gesture)
        yield folder, ann, bob
        ann.close()
        bob.close()


def deeplesion_project(folder: Path, reader: str) -> Session:
    images, labels = folder / "Images_png", folder / "labels.csv"
    if not labels.exists():
        write_project(folder)
    return open_project(images, labels, folder / f"{reader}.review", reader)[1]


def plain_project(kind: str) -> Callable[[Path, str], Session]:
    def open_one(folder: Path, reader: str) -> Session:
        images, path = folder / "images", folder / f"boxes.{kind}"
        if not images.exists():
            write_pngs(images, [FIRST, SECOND])
            write_json(
                path, coco({FIRST: [[8, 10, 12, 14], [30, 30, 9, 9]], SECOND: [[1, 2, 9, 9]]})
            )
            if kind == "csv":
                rows = [f"{FIRST};8;10;20,0;24;cyst", f"{FIRST};30;30;39;39;", f"{SECOND};1;2;9;9;"]
                path.write_text("\n".join(["file;x1;y1;x2;y2;label", *rows]))
        return open_project(images, path, folder / f"{reader}.review", reader)[1]

    return open_one


def exports(kind: str, folder: Path, session: Session) -> Path:
    path = folder / f"out.{kind}"
    (export_csv if kind == "csv" else export_coco)(session, path)
    return path


@some
@given(gestures, gestures)
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_reviewed_deeplesion_project(kind: str, anns: list[Gesture], bobs: list[Gesture]) -> None:
    with two_readers(deeplesion_project, (anns, bobs)) as (folder, ann, bob):
        assert_shown_is_recorded(bob, exports(kind, folder, ann))


@some
@given(gestures, gestures)
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_reviewed_project_of_another_tools_boxes(
    kind: str, anns: list[Gesture], bobs: list[Gesture]
) -> None:
    with two_readers(plain_project(kind), (anns, bobs)) as (folder, ann, bob):
        assert_shown_is_recorded(bob, exports(kind, folder, ann))


@some
@given(gestures, gestures)
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_reviewed_dicom_study(
    kind: str, dicom_study: Study, anns: list[Gesture], bobs: list[Gesture]
) -> None:
    def open_one(folder: Path, reader: str) -> Session:
        session = Session.open(folder / f"{reader}.review", dicom_study.key, reader)
        session.pictures.describe(dicom_study)
        run = session.proposals.begin_run("1.2.3", MODEL)
        found = [SliceDetections(i, (Detection(Box(5, 5, 25, 25), 0.5),)) for i in (2, 3, 7)]
        session.proposals.record_detections(run, found)
        return session

    with two_readers(open_one, (anns, bobs)) as (folder, ann, bob):
        path = exports(kind, folder, ann)
        assume(kind == "csv" or json.loads(path.read_text())["images"])
        assert_shown_is_recorded(bob, path)


@some
@given(gestures, gestures, st.integers(0, 5), st.booleans(), st.booleans())
def test_a_file_that_another_tool_wrote(
    anns: list[Gesture], bobs: list[Gesture], number: int, has_uids: bool, is_moved: bool
) -> None:
    with two_readers(deeplesion_project, (anns, bobs)) as (folder, ann, bob):
        path = exports("json", folder, ann)
        content = by_another_tool(json.loads(path.read_text()), has_uids)
        if content["annotations"]:
            one = content["annotations"][number % len(content["annotations"])]
            if is_moved:
                one["bbox"] = [60, 3, 12, 12]
            else:
                content["annotations"].remove(one)
        found = assert_shown_is_recorded(bob, write_json(path, content))
        assert {c.after.decision.reader for c in found.changes if c.after.decision} <= {"bob"}


@some
@example([("extend", 2, 0), ("remove", 2, 0)])
@example([("draw", 0, 0), ("reject", 5, 0)])
@given(gestures)
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_an_export_brings_another_reader_to_the_same_state(kind: str, anns: list[Gesture]) -> None:
    with two_readers(deeplesion_project, (anns, [])) as (folder, ann, bob):
        correct(bob, exports(kind, folder, ann))
        assert told(bob) == told(ann)


def told(session: Session) -> dict[str, tuple[object, ...]]:
    return {
        f.id: (dict(f.boxes), dict(f.original_boxes), f.status, f.reason, f.note, f.lesion_type)
        + ((f.decision.reader, f.decision.decided_at) if f.decision else ())
        for f in session.findings.values()
    }


def by_another_tool(content: dict[str, Any], has_uids: bool) -> dict[str, Any]:
    """As CVAT writes a file that it was given: with its own head and its own ids."""
    for n, one in enumerate(content["annotations"], 1):
        kept = {"finding_uid": one["attributes"]["finding_uid"]} if has_uids else {}
        one.update(id=n, attributes={"occluded": False, **kept})
    return {
        "info": {"contributor": "", "description": ""},
        "categories": content["categories"],
        "images": content["images"],
        "annotations": content["annotations"],
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def ann(folder: Path) -> Iterator[Session]:
    session = deeplesion_project(folder, "ann")
    yield session
    session.close()


@pytest.fixture
def bob(folder: Path, ann: Session) -> Iterator[Session]:
    session = deeplesion_project(folder, "bob")
    yield session
    session.close()


def test_corrections_and_marks_of_another_tool_are_one_step(bob: Session, folder: Path) -> None:
    content = coco({NAMES[0]: [[23, 30, 21, 21], [1, 1, 9, 9]]}, side=128)
    content["images"][0]["read_in_full"] = True
    before = dict(bob.findings)
    correct(bob, write_json(folder / "cvat.json", content))
    statuses = [f.status.value for f in bob.findings.values()]
    assert statuses == ["corrected", "rejected", *["undecided"] * 3, "added"]
    assert bob.is_read_in_full(UIDS[0], 1)
    bob.undo()
    assert (dict(bob.findings), bob.is_read_in_full(UIDS[0], 1)) == (before, False)
    assert not bob.can_undo


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_what_a_file_cannot_say_of_a_finding_stays(
    ann: Session, bob: Session, folder: Path, kind: str
) -> None:
    first = next(iter(ann.findings))
    uid = bob.annotate(first, 1, Line((21.0, 31.0), (40.0, 50.0)))
    former = Reading("eve", Status.ACCEPTED, {1: LABEL}), Reading("kim", Status.REJECTED, {})
    bob.files.import_findings("former", [replace(bob.findings[first], readings=former)])
    ann.reject(first, "cyst")
    correct(bob, exports(kind, folder, ann))
    finding = bob.findings[first]
    assert finding.status is Status.REJECTED
    assert (list(finding.annotations), finding.readings) == ([uid], former)


def test_what_a_reader_added_stays_when_anothers_coco_comes(
    ann: Session, bob: Session, folder: Path
) -> None:
    drawn = bob.add(UIDS[0], 1, Box(100, 100, 110, 110))
    ann.accept(next(iter(ann.findings)))
    correct(bob, exports("json", folder, ann))
    assert bob.findings[drawn].status is Status.ADDED


def test_a_finding_over_several_slices_stays_one_in_coco(
    ann: Session, bob: Session, folder: Path
) -> None:
    drawn = ann.add(UIDS[0], 2, Box(100, 100, 110, 110))
    ann.add_box(drawn, 3, Box(101, 100, 111, 110))
    correct(bob, exports("json", folder, ann))
    assert replace(bob.findings[drawn], annotation_ids={}) == ann.findings[drawn]


def test_a_box_that_was_taken_from_one_slice_leaves_the_finding_on_others(
    bob: Session, folder: Path
) -> None:
    drawn = bob.add(UIDS[0], 2, Box(100, 100, 110, 110))
    bob.add_box(drawn, 3, Box(101, 100, 111, 110))
    content = by_another_tool(json.loads(exports("json", folder, bob).read_text()), True)
    gone = next(a for a in content["annotations"] if a["bbox"][0] == 101)
    content["annotations"].remove(gone)
    correct(bob, write_json(folder / "cvat.json", content))
    finding = bob.findings[drawn]
    assert (finding.status, finding.boxes) == (Status.ADDED, {2: Box(100, 100, 110, 110)})


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_boxes_are_known_by_their_uid_wherever_they_were_moved(
    bob: Session, folder: Path, kind: str
) -> None:
    first, second, *_ = bob.findings
    bob.accept(first)
    bob.accept(second)
    path = exports(kind, folder, bob)
    if kind == "json":
        content = by_another_tool(json.loads(path.read_text()), True)
        boxes = {a["attributes"]["finding_uid"]: a for a in content["annotations"]}
        # Each to where nothing was, the second over the place of the first.
        boxes[first]["bbox"], boxes[second]["bbox"] = [100, 100, 9, 9], [21, 30, 21, 21]
        write_json(path, content)
    else:
        lines = path.read_text().splitlines()
        moved = {1: "96,96,114,114", 2: "17,26,47,56"}
        names = "File_name", "Bounding_boxes", "Finding_uid"
        rows = [f'{NAMES[0]},"{box}",{(first, second)[n - 1]}' for n, box in moved.items()]
        assert len(lines) == 6
        path.write_text("\n".join([",".join(names), *rows]) + "\n")
    found = corrections(bob, path)
    assert [(c.kind, c.finding_id, c.after) for c in found.lines()] == [
        (ChangeKind.CORRECT, first, Box(100, 100, 109, 109)),
        (ChangeKind.CORRECT, second, Box(21, 30, 42, 51)),
    ]


def test_what_another_tool_changed_in_our_file_is_the_importers(
    ann: Session, bob: Session, folder: Path
) -> None:
    first = next(iter(ann.findings))
    ann.accept(first)
    path = exports("json", folder, ann)
    content = json.loads(path.read_text())
    one = next(a for a in content["annotations"] if a["attributes"]["finding_uid"] == first)
    one["bbox"] = [22, 30, 21, 21]
    correct(ann, write_json(path, content))
    mine = ann.findings[first]
    assert (mine.status, mine.boxes) == (Status.CORRECTED, {1: Box(22, 30, 43, 51)})
    content["info"] = {"description": "rewritten"}
    correct(bob, write_json(path, content))
    decision = bob.findings[first].decision
    assert decision is not None and decision.reader == "bob"


def test_a_dicom_csv_comes_into_an_empty_review_without_images(
    dicom_study: Study,
    open_review: Callable[[Study], Session],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    session = open_review(dicom_study)
    drawn = session.add("1.2.3", 4, LABEL)
    session.set_note(drawn, "seen twice")
    export_csv(session, tmp_path / "out.csv")
    empty = open_review(dicom_study)
    empty.close()
    arguments = ["import", str(tmp_path / "out.csv"), "--session", str(empty.path)]
    assert main([*arguments, "--reader", "bob"]) == 0
    shown = capsys.readouterr().out
    assert "add: 1.2.3 slice 5" in shown and "1 add" in shown
    assert main([*arguments, "--reader", "bob", "--apply"]) == 0
    again = Session.open(empty.path, None, "bob")
    assert dict(again.findings) == {drawn: replace(session.findings[drawn])}
    assert [(one.importer, one.findings) for one in again.files.imports()] == [("bob", (drawn,))]
    again.close()


def test_a_dicom_csv_of_another_picture_is_told_by_line(
    dicom_study: Study, open_review: Callable[[Study], Session], tmp_path: Path
) -> None:
    session = open_review(dicom_study)
    session.add("1.2.3", 4, LABEL)
    export_csv(session, tmp_path / "out.csv")
    text = (tmp_path / "out.csv").read_text()
    (tmp_path / "out.csv").write_text(text.replace('"512, 512"', '"256, 256"'))
    (problem,) = corrections(session, tmp_path / "out.csv").left_out.unusable
    assert "line 2: is of an image of 256 x 256 pixels" in problem


def test_files_that_need_their_images_say_so(bob: Session, folder: Path) -> None:
    (folder / "boxes.csv").write_text("sop_uid,x1,y1,x2,y2\n1.2.3,1,1,9,9\n")
    with pytest.raises(ExchangeError, match="needs the images that it labels"):
        corrections(bob, folder / "boxes.csv")


def test_labels_and_decisions_of_a_file_come_as_they_are_shown(
    png_study: Study, open_review: Callable[[Study], Session], tmp_path: Path
) -> None:
    labels = tmp_path / "labels.csv"
    names = '000007_01_02_103.png,"5, 5, 17, 17"', '000007_01_02_105.png,"5, 5, 17, 17"'
    others = [name for name in COLUMNS if name not in ("File_name", "Bounding_boxes")]
    lines = [",".join(("File_name", "Bounding_boxes", *others)), *(n + "," * 16 for n in names)]
    labels.write_text("\n".join(lines) + "\n")
    first = open_review(png_study)
    assert import_file(first, png_study, labels).new_labels == 2
    first.reject(next(iter(first.findings)), "cyst")
    export_csv(first, tmp_path / "out.csv")
    again = open_review(png_study)
    found = assert_shown_is_recorded(again, tmp_path / "out.csv", labels=2)
    assert [line.kind for line in found.lines()] == [ChangeKind.ADD, ChangeKind.LABEL]
    assert again.files.label_rows() == first.files.label_rows()


def test_opening_with_a_file_again_takes_no_later_decision_back(
    dicom_study: Study, open_review: Callable[[Study], Session], tmp_path: Path
) -> None:
    session = open_review(dicom_study)
    drawn = session.add("1.2.3", 4, LABEL)
    export_csv(session, tmp_path / "out.csv")
    session.reject(drawn, "vessel")
    taken = take(session, parse(tmp_path / "out.csv", dicom_study, Meaning.LABELS))
    assert taken.untaken == "would change 1 finding; Import labels shows which"
    assert session.findings[drawn].status is Status.REJECTED


def test_our_own_coco_opens_a_study_with_its_decisions(
    dicom_study: Study, open_review: Callable[[Study], Session], tmp_path: Path
) -> None:
    session = open_review(dicom_study)
    drawn = session.add("1.2.3", 4, LABEL)
    path = exports("json", tmp_path, session)
    again = open_review(dicom_study)
    parsed = parse(path, dicom_study, Meaning.LABELS)
    assert parsed.series_uids == {"1.2.3"}
    assert take(again, parsed).decided == 1
    assert replace(again.findings[drawn], annotation_ids={}) == session.findings[drawn]
    again.reject(drawn, "vessel")
    assert take(again, parse(path, dicom_study, Meaning.LABELS)).untaken == KNOWN
    assert again.findings[drawn].status is Status.REJECTED


def test_boxes_that_came_decided_are_not_reset_by_their_own_file(
    dicom_study: Study, open_review: Callable[[Study], Session], tmp_path: Path
) -> None:
    boxes = tmp_path / "boxes.csv"
    boxes.write_text("sop_uid,x1,y1,x2,y2\n1.2.3.4,1,1,9,9\n1.2.3.8,1,1,9,9\n")
    first, second = open_review(dicom_study), open_review(dicom_study)
    import_file(first, dicom_study, boxes)
    decided, other = first.findings
    first.reject(decided, "vessel")
    export_csv(first, tmp_path / "out.csv")
    rows = (tmp_path / "out.csv").read_text().splitlines()
    (tmp_path / "out.csv").write_text("\n".join(rows[:2]) + "\n")  # the decided one alone
    import_file(second, dicom_study, tmp_path / "out.csv")
    import_file(second, dicom_study, boxes)
    assert second.findings[decided].status is Status.REJECTED
    assert second.findings[other].status is Status.UNDECIDED


def test_a_change_set_of_a_review_that_moved_on_is_refused(
    ann: Session, bob: Session, folder: Path
) -> None:
    first = next(iter(ann.findings))
    ann.reject(first, "cyst")
    for name, path in (
        ("out.json", exports("json", folder, ann)),
        ("x.json", write_json(folder / "x.json", coco({NAMES[0]: []}, side=128))),
    ):
        found = corrections(bob, path)
        bob.accept(first)
        with pytest.raises(ReviewError, match=f"the review changed since {name} was read"):
            apply(bob, found)
        assert bob.undo() == "accept"


def test_labels_of_a_review_that_has_others_now_are_refused(
    dicom_study: Study, open_review: Callable[[Study], Session], tmp_path: Path
) -> None:
    session = open_review(dicom_study)
    content = coco({"1.2.3.4.dcm": [[20, 30, 21, 21]]}, side=512)
    paths = [write_json(tmp_path / f"{n}.json", {**content, "n": n}) for n in range(2)]
    first, second = (
        change_set(parse(path, dicom_study, Meaning.LABELS), session) for path in paths
    )
    apply(session, first)
    with pytest.raises(ReviewError, match=r"the review changed since 1\.json was read"):
        apply(session, second)
