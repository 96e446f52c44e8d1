"""COCO out and back: pycocotools opens it, and it brings the decisions back."""

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.imports.change_set import ChangeKind, counts
from lesion_viewer.exchange.imports.changing import apply
from lesion_viewer.exchange.reviews.coco_export import export_coco
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.exchange.worklists.project_files import open_project
from lesion_viewer.review.finding import Origin, OriginKind, Status
from lesion_viewer.review.session import Session
from tests.exchange.imported import correct, corrections
from tests.exchange.small_deeplesion import NAMES, UIDS, write_project

LABEL, SECOND = Box(20, 30, 41, 51), Box(70, 70, 91, 91)
MODEL = Origin(OriginKind.MODEL, "net", "1", "a" * 64)


@pytest.fixture
def open_reader(tmp_path: Path) -> Iterator[Callable[[str], Session]]:
    images, labels = write_project(tmp_path)
    opened = []

    def open_new(reader: str) -> Session:
        _, session = open_project(images, labels, tmp_path / f"{reader}.review", reader)
        opened.append(session)
        return session

    yield open_new
    for session in opened:
        session.close()


def labels_of(session: Session) -> list[str]:
    return [f.id for f in session.findings.values() if f.origin.row is not None]


def reviewed(session: Session) -> Session:
    """Kept, rejected, corrected, unsure, one added, and a slice read in full."""
    first, second, third, fourth, _ = labels_of(session)
    session.accept(first)
    session.reject(second, "cyst")
    session.change_box(third, 5, Box(22, 31, 43, 53.5))
    session.mark_unsure(fourth)
    session.add(UIDS[0], 2, Box(100, 100, 110, 112))
    session.mark_read_in_full(UIDS[0], 1, True)
    run = session.proposals.begin_run(UIDS[0], MODEL)
    session.proposals.record_detections(
        run, [SliceDetections(1, (Detection(Box(5, 5, 15, 15), 0.9),))]
    )
    return session


def told(session: Session) -> set[tuple[object, ...]]:
    return {
        (f.origin.row, tuple(sorted(f.boxes.items())), f.status, f.reason)
        for f in session.findings.values()
        if f.origin.kind is not OriginKind.MODEL
    }


def decisions(session: Session) -> dict[str, tuple[str, str]]:
    """Finding -> who decided when."""
    return {
        f.id: (f.decision.reader, f.decision.decided_at)
        for f in session.findings.values()
        if f.decision is not None
    }


def load(path: Path) -> dict[str, list[dict[str, object]]]:
    content: dict[str, list[dict[str, object]]] = json.loads(path.read_text())
    return content


def test_pycocotools_loads_the_boxes(open_reader: Callable[[str], Session], tmp_path: Path) -> None:
    coco = pytest.importorskip("pycocotools.coco")
    export_coco(reviewed(open_reader("ann")), tmp_path / "out.json")
    with contextlib.redirect_stdout(io.StringIO()):
        opened = coco.COCO(str(tmp_path / "out.json"))
    names = {i["file_name"]: i["id"] for i in opened.loadImgs(opened.getImgIds())}
    assert "000001_01_01/010.png" in names
    on_first = opened.loadAnns(opened.getAnnIds(imgIds=names["000001_01_01/010.png"]))
    assert [a["bbox"] for a in on_first] == [[20, 30, 21, 21]]  # the second one was rejected
    corrected = opened.loadAnns(opened.getAnnIds(imgIds=names["000001_01_01/014.png"]))
    assert [a["bbox"] for a in corrected] == [[22, 31, 21, 22.5]]
    assert opened.loadCats([1])[0]["name"] == "lesion"


def test_journal_csv_and_coco_agree(open_reader: Callable[[str], Session], tmp_path: Path) -> None:
    session = reviewed(open_reader("ann"))
    export_coco(session, tmp_path / "out.json")
    export_csv(session, tmp_path / "out.csv")
    content = load(tmp_path / "out.json")
    said = [a["attributes"]["status"] for a in content["annotations"]]
    assert sorted(said) == ["accepted", "added", "corrected", "undecided", "unsure"]
    assert len(content["rejected_annotations"]) == 1
    assert [i["file_name"] for i in content["images"] if i["read_in_full"]] == [
        "000001_01_01/010.png"
    ]
    states = []
    for name in ("out.csv", "out.json"):
        other = open_reader(name)
        correct(other, tmp_path / name)
        states.append((told(other), decisions(other)))
    assert states == [(told(session), decisions(session))] * 2


def test_our_own_coco_brings_the_decisions_to_another_reader(
    open_reader: Callable[[str], Session], tmp_path: Path
) -> None:
    ann, bob = reviewed(open_reader("ann")), open_reader("bob")
    export_coco(ann, tmp_path / "out.json")
    correct(bob, tmp_path / "out.json")
    assert told(bob) == told(ann)
    assert bob.is_read_in_full(UIDS[0], 1)
    # The same file has nothing more to say.
    assert corrections(bob, tmp_path / "out.json").lines() == ()
    assert decisions(bob) == decisions(ann)
    assert {one.importer for one in bob.files.imports()[1:]} == {"bob"}


def other_tool(path: Path, boxes: dict[str, list[list[float]]]) -> Path:
    """What CVAT or Label Studio writes: no attributes, names with or without folders."""
    images = [{"id": n, "file_name": name, "width": 128, "height": 128}
              for n, name in enumerate(boxes)]  # fmt: skip
    annotations = [
        {"id": f"{n}{k}", "image_id": n, "category_id": 7, "bbox": box}
        for n, found in enumerate(boxes.values())
        for k, box in enumerate(found)
    ]
    categories = [{"id": 7, "name": "tumour"}]
    path.write_text(
        json.dumps({"images": images, "annotations": annotations, "categories": categories})
    )
    return path


def test_another_tools_file_is_shown_before_it_changes_anything(
    open_reader: Callable[[str], Session], tmp_path: Path
) -> None:
    session = open_reader("ann")
    path = other_tool(
        tmp_path / "cvat.json",
        {
            "images/000001_01_01/010.png": [[20, 30, 21, 21], [1, 2, 3, 4]],  # one gone, one new
            NAMES[1]: [[24, 30, 21, 21]],  # moved
            "elsewhere/5.png": [[1, 1, 2, 2]],
        },
    )
    found = corrections(session, path)
    changes = found.lines()
    assert (len(found.slices), found.left_out.absent) == (2, 1)
    assert {k: n for k, n in counts(changes).items() if n} == {
        ChangeKind.DELETE: 1,
        ChangeKind.ADD: 1,
        ChangeKind.CORRECT: 1,
    }
    assert all(f.status is Status.UNDECIDED for f in session.findings.values())
    apply(session, found)
    statuses = [f.status.value for f in session.findings.values()]
    assert statuses == ["undecided", "rejected", "corrected", "undecided", "undecided", "added"]
    assert session.undo() == "import of a review"
    places = (1, LABEL), (1, SECOND), (5, LABEL), (1, LABEL), (0, LABEL)
    assert told(session) == {
        (row, (place,), Status.UNDECIDED, "") for row, place in enumerate(places)
    }


def test_a_corrected_csv_without_decisions_is_taken_too(
    open_reader: Callable[[str], Session], tmp_path: Path
) -> None:
    session = open_reader("ann")
    text = (tmp_path / "labels.csv").read_text().splitlines()
    del text[2]  # the second label of the first slice
    text[2] = text[2].replace('"16, 26, 46, 56"', '"18, 26, 46, 56"')
    (tmp_path / "other.csv").write_text("\n".join(text))
    changes = corrections(session, tmp_path / "other.csv").lines()
    assert [(c.kind, c.after) for c in changes] == [
        (ChangeKind.DELETE, None),
        (ChangeKind.CORRECT, Box(22, 30, 41, 51)),
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.json", "{", "no COCO file"),
        ("x.json", "[]", "no COCO file"),
        ("x.json", "[" * 100_000, "too deep in one another"),
        (
            "x.json",
            '{"images": [{"id": 1, "file_name": "a_1.png"}],'
            ' "annotations": [{"bbox": [0, 0, 1, 1' + "0" * 400 + '], "image_id": 1}]}',
            "no COCO file",
        ),
        ("x.json", '{"images": [{"id": 1}], "annotations": []}', "no COCO file"),
        ("x.json", '{"images": [], "annotations": [{"bbox": [0,0,1,1], "image_id": 3}]}', "COCO"),
        ("x.json", '{"images": [{"id": 1, "file_name": "a/1.png"}], "annotations": []}', "none of"),
        ("x.csv", "a,b\n", "the column File_name is missing"),
        ("x.csv", 'File_name,Bounding_boxes\n000001_01_01_010.png,"1, 2"\n', "line 2"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(
    open_reader: Callable[[str], Session], tmp_path: Path, name: str, content: str, said: str
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(ExchangeError, match=said) as raised:
        corrections(open_reader("ann"), tmp_path / name)
    assert "\n" not in str(raised.value)


def test_a_box_without_area_is_left_out_and_told(
    open_reader: Callable[[str], Session], tmp_path: Path
) -> None:
    path = other_tool(tmp_path / "x.json", {NAMES[0]: [[5, 5, 0, 3], [20, 30, 21, 21]]})
    found = corrections(open_reader("ann"), path)
    assert len(found.left_out.unusable) == 1 and "needs x1 < x2" in found.left_out.unusable[0]
    assert len(found.slices) == 1


def test_dicom_slices_are_found_by_their_uid(
    dicom_study: Study, open_review: Callable[[Study], Session], tmp_path: Path
) -> None:
    session = open_review(dicom_study)
    session.add("1.2.3", 4, LABEL)
    export_coco(session, tmp_path / "out.json")
    assert [i["file_name"] for i in load(tmp_path / "out.json")["images"]] == ["1.2.3.4.dcm"]
    again = open_review(dicom_study)
    changes = corrections(again, tmp_path / "out.json").lines()
    assert [(c.kind, c.series_uid, c.slice_index) for c in changes] == [
        (ChangeKind.ADD, "1.2.3", 4)
    ]
