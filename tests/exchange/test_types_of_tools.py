"""Lesion types of projects from plain tables and COCO: changed, exported, and read back."""

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.imports.change_set import ChangeKind
from lesion_viewer.exchange.reviews.coco_export import export_coco
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.exchange.worklists.project_files import open_project
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.work_list import WorkList
from tests.exchange.imported import correct, corrections, import_file
from tests.exchange.plain_pngs import FIRST, SECOND, coco, write_json, write_pngs

OpenFile = Callable[[Path], tuple[WorkList, Session]]
TABLE = (
    "file;x1;y1;x2;y2;label\n"
    f"{FIRST};8,0;10;20,5;24; Metastasis\n"
    f'{SECOND};8;10;20,5;24;"cyst; simple"\n'
    f"{SECOND}; 30;30;40;40;Liver\n"
)


@pytest.fixture
def open_file(tmp_path: Path) -> Iterator[OpenFile]:
    sessions: list[Session] = []
    images = write_pngs(tmp_path / "images")

    def open_new(path: Path) -> tuple[WorkList, Session]:
        review = tmp_path / f"{len(sessions)}.review"
        project, session = open_project(images, path, review, f"reader{len(sessions)}")
        sessions.append(session)
        return project, session

    yield open_new
    for session in sessions:
        session.close()


def told(session: Session) -> list[tuple[object, ...]]:
    return sorted(
        (
            (f.series_uid, repr(sorted(f.boxes.items())), f.origin.kind, f.origin.row or 0),
            (f.status, f.reason, f.note, f.lesion_type, f.original_type),
        )
        for f in session.findings.values()
    )


def types(session: Session) -> list[tuple[str, str]]:
    return [(f.lesion_type, f.original_type) for f in session.findings.values()]


def test_the_labels_of_a_table_are_types(open_file: OpenFile, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(TABLE)
    _, session = open_file(tmp_path / "x.csv")
    came = ["Metastasis", "cyst; simple", "liver"]
    assert types(session) == [(text, text) for text in came]


def test_a_changed_type_is_in_the_label_and_what_came_beside_it(
    open_file: OpenFile, tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_text(TABLE)
    _, session = open_file(tmp_path / "x.csv")
    first, second, _ = session.findings
    session.set_type(first, "=bone, left")
    session.accept(second)
    series, index = session.findings[second].series_uid, session.findings[second].key_slice
    session.set_type(session.add(series, index, Box(1, 2, 9, 9)), "kidney")
    export_csv(session, tmp_path / "out.csv")
    came, lines = TABLE.splitlines(), (tmp_path / "out.csv").read_text().splitlines()
    assert lines[0].endswith(";Model;Original_box;Original_label;Finding_uid")
    assert lines[1].startswith(f'{FIRST};8,0;10;20,5;24;"\'=bone, left";undecided;')
    assert ';" Metastasis";2.25.' in lines[1]
    assert lines[2].startswith(f"{came[2]};accepted;")
    assert ';"""cyst; simple""";2.25.' in lines[2]
    assert lines[3] == came[3]
    assert lines[4].startswith(f"{SECOND};1;2;9;9;kidney;added;")


def test_without_a_change_of_types_the_columns_of_a_table_are_as_before(
    open_file: OpenFile, tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_text(TABLE)
    _, session = open_file(tmp_path / "x.csv")
    session.accept(next(iter(session.findings)))
    export_csv(session, tmp_path / "out.csv")
    header, *_ = (tmp_path / "out.csv").read_text().splitlines()
    assert header.endswith(";Model;Original_box;Finding_uid")


def test_a_table_without_a_label_has_the_types_in_a_column_of_their_own(
    open_file: OpenFile, tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_text(f"file,x1,y1,x2,y2\n{FIRST},8,10,20,24\n{SECOND},1,2,3,4\n")
    _, session = open_file(tmp_path / "x.csv")
    session.set_type(next(iter(session.findings)), "node")
    export_csv(session, tmp_path / "out.csv")
    header, first, second = (tmp_path / "out.csv").read_text().splitlines()
    assert header.endswith(",Original_box,Label,Original_label,Finding_uid")
    assert ',"8 | 10 | 20 | 24",node,,2.25.' in first
    assert second == f"{SECOND},1,2,3,4"
    _, again = open_file(tmp_path / "out.csv")
    assert told(again) == told(session)


def test_a_file_from_before_there_were_types_is_read(open_file: OpenFile, tmp_path: Path) -> None:
    added = "Status,Reason,Note,Reader,Decided_at,Score,Model,Original_box"
    at = "2026-01-02T03:04:05.000006+00:00"
    (tmp_path / "x.csv").write_text(
        f"file,x1,y1,x2,y2,label,{added}\n"
        f'{FIRST},8,10,20,24,cyst,accepted,,,ann,{at},,,"8 | 10 | 20 | 24"\n'
        f"{FIRST},1,2,9,9,,added,,,ann,{at[:-7]}7+00:00,,,\n"
    )
    _, session = open_file(tmp_path / "x.csv")
    assert types(session) == [("cyst", "cyst"), ("", "")]
    export_csv(session, tmp_path / "out.csv")
    came, left = ((tmp_path / name).read_text().splitlines() for name in ("x.csv", "out.csv"))
    uids = ["Finding_uid", *session.findings]
    assert left == [f"{line},{uid}" for line, uid in zip(came, uids, strict=True)]


def test_a_table_may_have_a_status_of_its_own(open_file: OpenFile, tmp_path: Path) -> None:
    rows = f"{FIRST},8,10,20,24,ok,ann\n{SECOND},1,2,9,9,ok,bob\n"
    (tmp_path / "x.csv").write_text(f"file,x1,y1,x2,y2,Status,Reader\n{rows}")
    _, session = open_file(tmp_path / "x.csv")
    session.accept(next(iter(session.findings)))
    export_csv(session, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text().splitlines()[2] == f"{SECOND},1,2,9,9,ok,bob"
    _, again = open_file(tmp_path / "out.csv")
    assert told(again) == told(session)


@pytest.mark.parametrize("column", ["class", "label"])
def test_the_number_of_a_tools_class_is_no_type_of_deeplesion(
    open_file: OpenFile, tmp_path: Path, column: str
) -> None:
    (tmp_path / "x.csv").write_text(f"file,x1,y1,x2,y2,{column}\n{FIRST},8,10,20,24,1\n")
    assert types(open_file(tmp_path / "x.csv")[1]) == [("", "")]


def test_deeplesions_numbers_are_types_under_its_own_name(
    open_file: OpenFile, tmp_path: Path
) -> None:
    column = "Coarse_lesion_type"
    (tmp_path / "x.csv").write_text(f"file,x1,y1,x2,y2,{column}\n{FIRST},8,10,20,24,1\n")
    assert types(open_file(tmp_path / "x.csv")[1]) == [("bone", "bone")]


def test_a_changed_type_is_the_category_of_its_annotation(
    open_file: OpenFile, tmp_path: Path
) -> None:
    tools = pytest.importorskip("pycocotools.coco")
    boxes = [[8, 10, 12, 14], [30, 30, 9, 9], [1, 1, 5, 5]]
    came = coco({FIRST: [], SECOND: boxes})
    _, session = open_file(write_json(tmp_path / "x.json", came))
    assert types(session) == [("metastasis", "metastasis")] * 3
    first, second, _ = session.findings
    series, index = session.findings[first].series_uid, session.findings[first].key_slice
    session.set_type(first, "liver")
    session.set_type(second, "")
    session.set_type(session.add(series, index, Box(1, 2, 9, 9)), "metastasis")
    session.add(series, index, Box(41, 2, 49, 9))
    export_coco(session, tmp_path / "out.json")
    read = tools.COCO(str(tmp_path / "out.json"))
    annotations = read.dataset["annotations"]
    named = {
        a["id"]: read.loadCats(a["category_id"])[0]["name"] for a in read.dataset["annotations"]
    }
    assert [named[n] for n in (11, 12, 13)] == ["liver", "lesion", "metastasis"]
    # A box that a reader drew and gave no type has the only category that came.
    assert [text for n, text in named.items() if n > 13] == ["metastasis"] * 2
    assert annotations[2] == came["annotations"][2]
    _, again = open_file(tmp_path / "out.json")
    assert told(again) == told(session)
    again.reset(first)
    assert again.findings[first].lesion_type == "metastasis"


def test_new_ids_are_none_that_the_file_spells_as_text(open_file: OpenFile, tmp_path: Path) -> None:
    content = coco({SECOND: [[8, 10, 12, 14]]})
    content["images"][0]["id"] = content["annotations"][0]["image_id"] = "1"
    content["categories"][0]["id"] = content["annotations"][0]["category_id"] = "1"
    project, session = open_file(write_json(tmp_path / "x.json", content))
    (finding,) = session.findings
    session.set_type(finding, "node")
    session.add(project.items[0].series_uid, project.items[0].slice_index - 1, Box(1, 2, 9, 9))
    export_coco(session, tmp_path / "out.json")
    out = json.loads((tmp_path / "out.json").read_text())
    assert [image["id"] for image in out["images"]] == ["1", 2]
    assert [category["id"] for category in out["categories"]] == ["1", 2]
    _, again = open_file(tmp_path / "out.json")
    assert told(again) == told(session)


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_free_category_is_kept_when_it_is_imported(
    open_file: OpenFile, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "mine.csv").write_text(f"file,x1,y1,x2,y2,label\n{SECOND},8.2,10,20,24,liver\n")
    _, session = open_file(tmp_path / "mine.csv")
    path = tmp_path / f"other.{kind}"
    write_json(path, coco({SECOND: [[8, 10, 12, 14], [30, 30, 9, 9]]}))
    if kind == "csv":
        rows = (f"{SECOND};{box};metastasis\n" for box in ("8;10;20,0;24", "30;30;39;39"))
        path.write_text("file;x1;y1;x2;y2;label\n" + "".join(rows))
    changes = correct(session, path).lines()
    assert [c.kind for c in changes] == [ChangeKind.CORRECT, ChangeKind.ADD]
    assert types(session) == [("metastasis", "liver"), ("metastasis", "")]
    export_csv(session, tmp_path / "out.csv")
    export_coco(session, tmp_path / "out.json")
    assert (tmp_path / "out.csv").read_text().count(",metastasis,") == 2
    assert "metastasis" in (tmp_path / "out.json").read_text()


def test_a_word_for_any_lesion_takes_no_type_away(open_file: OpenFile, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(f"file,x1,y1,x2,y2,label\n{SECOND},8.2,10,20,24,liver\n")
    _, session = open_file(tmp_path / "mine.csv")
    (tmp_path / "x.csv").write_text(f"file,x1,y1,x2,y2,label\n{SECOND},8,10,20,24,Tumour\n")
    (change,) = corrections(session, tmp_path / "x.csv").lines()
    assert (change.kind, change.lesion_type) == (ChangeKind.CORRECT, "")


texts = st.text(max_size=8) | st.sampled_from(
    ["liver", "=1+1", "'=x", "a;b", 'a "b"', "metastasis", "-1", "none", " x ", "12", "a,b|c"]
)
# The number of a tool's class is no type; a reader who types the same number is not told from it.
words = texts.filter(lambda text: text.isprintable() and not text.strip().isdecimal())
gestures = st.lists(
    st.tuples(st.sampled_from("accept reject type move draw".split()), st.integers(0, 9), texts),
    max_size=8,
)


def act(session: Session, gesture: tuple[str, int, str]) -> None:
    kind, number, text = gesture
    finding = list(session.findings.values())[number % len(session.findings)]
    box = Box(number, 2.5, number + 9.25, 30)
    match kind:
        case "accept":
            session.accept(finding.id)
        case "reject":
            session.reject(finding.id, text)
        case "type":
            session.set_type(finding.id, text)
        case "move":
            session.change_box(finding.id, finding.key_slice, box)
        case "draw":
            session.add(finding.series_uid, finding.key_slice, box)


TWO_NEW_TYPES = [("draw", 0, ""), ("draw", 0, ""), ("reject", 2, ""), ("type", 2, "0")]


@settings(max_examples=25, deadline=None)
@given(words, gestures, st.sampled_from(["csv", "json", "no label"]))
@example(":", TWO_NEW_TYPES, "json")
def test_any_typed_review_of_another_tools_boxes_comes_back(
    label: str, acts: list[tuple[str, int, str]], kind: str
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        images = write_pngs(folder / "images", [SECOND])
        ending = "json" if kind == "json" else "csv"
        path, export = folder / f"x.{ending}", export_coco if kind == "json" else export_csv
        content = coco({SECOND: [[8, 10, 12, 14], [30, 30, 9, 9]]})
        content["categories"] = [{"id": 7, "name": label}, {"id": 9, "name": "cyst"}]
        write_json(path, content)
        if kind == "csv":
            cell = '"' + label.replace('"', '""') + '"'
            rows = [f"{SECOND};8;10;20,0;24;{cell}", f"{SECOND};30;30;39;39;cyst"]
            path.write_text("\n".join(["file;x1;y1;x2;y2;label", *rows]), encoding="utf-8")
        elif kind == "no label":
            path.write_text(f"file,x1,y1,x2,y2\n{SECOND},8,10,20,24\n{SECOND},30,30,39,39\n")
        project, session = open_project(images, path, folder / "a.review", "ann")
        for gesture in acts:
            act(session, gesture)
        out = folder / f"out.{ending}"
        export(session, out)
        again, other = open_project(images, out, folder / "b.review", "bob")
        assert again.key == project.key
        assert told(other) == told(session)
        export(other, folder / f"twice.{ending}")
        assert (folder / f"twice.{ending}").read_bytes() == out.read_bytes()
        _, third = open_project(images, path, folder / "c.review", "eve")
        import_file(third, finder(third.pictures.series()), out)
        assert told(third) == told(session)
        for one in (session, other, third):
            one.close()
