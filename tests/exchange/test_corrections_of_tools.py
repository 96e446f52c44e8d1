"""What files of other tools change in a review, and what they must not."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lesion_viewer.cli import main
from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.image_names import ImageIndex
from lesion_viewer.exchange.imports.change_set import ChangeKind
from lesion_viewer.exchange.reviews.coco_export import export_coco
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.exchange.worklists.project_files import open_project
from lesion_viewer.review.session import Session
from tests.exchange.imported import correct, corrections, import_file
from tests.exchange.plain_pngs import FIRST, SECOND, coco, write_json, write_pngs
from tests.exchange.small_deeplesion import NAMES, UIDS, write_project

A, B = [20, 30, 21, 21], [70, 70, 21, 21]
NAN = float("nan")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A project of DeepLesion's rows: the first slice has the labels A and B, others A."""
    images, labels = write_project(tmp_path)
    _, opened = open_project(images, labels, tmp_path / "a.review", "ann")
    yield opened
    opened.close()


@pytest.fixture
def open_boxes(tmp_path: Path) -> Iterator[Callable[[dict[str, Any]], Session]]:
    opened: list[Session] = []
    images = write_pngs(tmp_path / "images")

    def open_new(content: dict[str, Any]) -> Session:
        path = write_json(tmp_path / f"{len(opened)}.json", content)
        _, session = open_project(images, path, tmp_path / f"{len(opened)}.review", "ann")
        opened.append(session)
        return session

    yield open_new
    for session in opened:
        session.close()


def changes_of(session: Session, path: Path) -> list[tuple[str, str, Box | None]]:
    found = corrections(session, path).lines()
    return [(c.kind.value, c.finding_id, c.after) for c in found]


BAD = [
    [70, 70, 0, 21],
    [70, 70, 21, -1],
    [NAN, 70, 21, 21],
    ["70", 70, 21, 21],
    [70, 70],
    [500, 9, 5, 5],
]


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_box_deletes_and_changes_nothing(
    session: Session, tmp_path: Path, bad: list[Any]
) -> None:
    path = write_json(tmp_path / "x.json", coco({NAMES[0]: [A, bad]}, side=128))
    found = corrections(session, path)
    assert found.lines() == ()
    assert len(found.left_out.unusable) == 1 and found.left_out.unusable[0].startswith(
        "annotation 12: "
    )


@pytest.mark.parametrize("cells", ["70,70,70,91", "nan,70,91,91", "abc,70,91,91", "500,9,505,14"])
@pytest.mark.parametrize("form", ["plain", "DeepLesion"])
def test_a_bad_row_of_a_table_deletes_and_changes_nothing(
    session: Session, tmp_path: Path, cells: str, form: str
) -> None:
    path = tmp_path / "x.csv"
    if form == "plain":
        path.write_text(f"file,x1,y1,x2,y2\n{NAMES[0]},20,30,41,51\n{NAMES[0]},{cells}\n")
    else:
        path.write_text(
            f'File_name,Bounding_boxes\n{NAMES[0]},"16,26,46,56"\n{NAMES[0]},"{cells}"\n'
        )
    found = corrections(session, path)
    assert found.lines() == ()
    assert len(found.left_out.unusable) == 1 and found.left_out.unusable[0].startswith("line 3: ")


def test_a_box_of_an_image_that_the_file_lacks_lets_no_label_go(
    session: Session, tmp_path: Path
) -> None:
    content = coco({NAMES[0]: [A], NAMES[1]: []}, side=128)
    assert len(changes_of(session, write_json(tmp_path / "x.json", content))) == 2
    content["annotations"].append({"id": 3, "image_id": 99, "bbox": B})
    path = write_json(tmp_path / "y.json", content)
    assert changes_of(session, path) == []
    assert corrections(session, path).left_out.unusable == (
        "annotation 3: its image 99 is not in the file",
    )


def test_a_bad_box_leaves_its_slice_unread(session: Session, tmp_path: Path) -> None:
    content = coco({NAMES[0]: [A, [70, 70, 0, 0]]}, side=128)
    content["images"][0]["read_in_full"] = True
    assert changes_of(session, write_json(tmp_path / "x.json", content)) == []


def test_a_box_over_the_border_is_cut_and_counted(session: Session, tmp_path: Path) -> None:
    path = write_json(tmp_path / "x.json", coco({NAMES[0]: [A, [75, 70, 60, 21]]}, side=128))
    found = corrections(session, path)
    assert found.left_out.clipped == 1 and found.left_out.unusable == ()
    ((kind, _, box),) = changes_of(session, path)
    assert (kind, box) == ("correct", Box(75, 70, 128, 91))


def test_boxes_of_scaled_pictures_change_nothing(session: Session, tmp_path: Path) -> None:
    path = write_json(tmp_path / "x.json", coco({NAMES[0]: [[40, 60, 42, 42]]}, side=256))
    found = corrections(session, path)
    assert found.slices == () and changes_of(session, path) == []
    assert "a picture of 256 x 256 pixels, the image has 128 x 128" in found.left_out.unusable[0]


def test_ids_decide_whose_box_it_is(
    open_boxes: Callable[[dict[str, Any]], Session], tmp_path: Path
) -> None:
    session = open_boxes(coco({SECOND: [[1, 1, 20, 20], [5, 5, 20, 20]]}))
    first, second = session.findings
    (index,) = session.findings[first].boxes
    # The first is moved to where the second was, the second further: by overlap they would swap.
    moved = coco({SECOND: [[9, 9, 20, 20], [4, 4, 21, 20]]})
    moved["annotations"][0]["id"], moved["annotations"][1]["id"] = 12, 11
    path = write_json(tmp_path / "moved.json", moved)
    assert changes_of(session, path) == [
        ("correct", first, Box(4, 4, 25, 24)),
        ("correct", second, Box(9, 9, 29, 29)),
    ]
    correct(session, path)
    assert session.findings[first].boxes[index] == Box(4, 4, 25, 24)
    export_coco(session, tmp_path / "out.json")
    out = json.loads((tmp_path / "out.json").read_text())["annotations"]
    assert {a["id"]: a["bbox"] for a in out} == {11: [4, 4, 21, 20], 12: [9, 9, 20, 20]}


def test_ids_that_were_counted_anew_are_not_taken_for_ours(
    open_boxes: Callable[[dict[str, Any]], Session], tmp_path: Path
) -> None:
    session = open_boxes(coco({SECOND: [[1, 1, 20, 20], [40, 40, 10, 10]]}))
    first, second = session.findings
    # The first was deleted elsewhere, and the second got its number.
    path = write_json(tmp_path / "x.json", coco({SECOND: [[40, 40, 12, 10]]}))
    found = corrections(session, path)
    assert "its ids are not those of this review" in found.left_out.notices[0]
    assert changes_of(session, path) == [
        ("delete", first, None),
        ("correct", second, Box(40, 40, 52, 50)),
    ]


def test_the_id_of_a_new_box_is_kept_and_known_again(session: Session, tmp_path: Path) -> None:
    path = write_json(tmp_path / "x.json", coco({NAMES[3]: [A, [5, 5, 10, 10]]}, side=128))
    correct(session, path)
    export_coco(session, tmp_path / "out.json")
    content = json.loads((tmp_path / "out.json").read_text())
    (added,) = [a for a in content["annotations"] if a["id"] == 12]
    assert added["bbox"] == [5, 5, 10, 10]
    added["bbox"] = [60, 60, 10, 10]
    changes = corrections(session, write_json(tmp_path / "y.json", content)).lines()
    assert [(c.kind, c.after) for c in changes] == [(ChangeKind.CORRECT, Box(60, 60, 70, 70))]


def test_ids_of_labels_are_the_same_in_every_export_and_for_every_reader(
    session: Session, tmp_path: Path
) -> None:
    images = tmp_path / "Images_png"
    _, other = open_project(images, tmp_path / "labels.csv", tmp_path / "b.review", "bob")
    found = []
    other.reject(next(iter(other.findings)), "vessel")
    for n, one in enumerate((session, other)):
        export_coco(one, tmp_path / f"{n}.json")
        content = json.loads((tmp_path / f"{n}.json").read_text())
        listed = content["annotations"] + content["rejected_annotations"]
        found.append({(a["image_id"], tuple(a["bbox"])): a["id"] for a in listed})
    other.close()
    assert found[0] == found[1] and len(set(found[0].values())) == 5


@pytest.mark.parametrize(
    "name",
    [
        "000001_01_01/010.png",
        "000001_01_01_010.png",
        "/data/local-files/?d=ct%2F000001_01_01%2F010.png",
        "/data/local-files/?d=ct/000001_01_01_010.png",
        "https://host:8080/data/ct/000001_01_01/010.png?sig=a%2Fb",
        "C:\\Users\\me\\ct\\000001_01_01\\010.png",
        "images\\000001_01_01_010.png",
        "/data/upload/3/1f2e3d4c-000001_01_01_010.png",
        "file:///srv/ct/000001_01_01/010.PNG",
        "ct/000001_01_01/010.jpg",
        "000001_01_01/10",
    ],
)
def test_names_of_other_tools_find_their_image(session: Session, tmp_path: Path, name: str) -> None:
    path = write_json(tmp_path / "x.json", coco({name: [A, B]}, side=128))
    found = corrections(session, path)
    assert list(found.slices) == [(UIDS[0], 1)]
    assert found.lines() == ()


def test_names_that_say_no_image_or_several_are_told(session: Session, tmp_path: Path) -> None:
    names = [NAMES[0], "elsewhere/010.png", "000001_01_01/999.png", "20.png"]
    path = write_json(tmp_path / "x.json", coco({name: [A] for name in names}, side=128))
    found = corrections(session, path)
    assert found.left_out.absent_names == ("elsewhere/010.png", "000001_01_01/999.png")
    assert set(found.slices) == {(UIDS[0], 1), (UIDS[3], 0)}  # only one image is number 20


def test_a_name_that_several_images_end_in_is_of_none() -> None:
    index: ImageIndex[str] = ImageIndex()
    for name in ("a/x/scan.png", "b/x/scan.png", "c/5.png", "d/5.png"):
        index.add_name(name, name)
    names = ["x/scan.png", "scan.png", "b/x/scan.png", "5.png", "e/5.png", "z/b/x/scan.jpg"]
    matched = index.match(names)
    assert matched.places == {name: "b/x/scan.png" for name in ("b/x/scan.png", "z/b/x/scan.jpg")}
    assert matched.ambiguous == ("x/scan.png", "scan.png", "5.png")
    assert matched.missing == ("e/5.png",)


def test_of_two_names_the_one_with_more_in_common_is_the_image() -> None:
    index: ImageIndex[str] = ImageIndex()
    index.add_name("p2/image.png", "p2")
    matched = index.match(["p1/image.png", "p2/image.png"])
    assert (matched.places, matched.missing) == ({"p2/image.png": "p2"}, ("p1/image.png",))


def test_the_categories_of_boxes_reach_the_changes(session: Session, tmp_path: Path) -> None:
    path = write_json(tmp_path / "x.json", coco({NAMES[3]: [A, [5, 5, 10, 10]]}, side=128))
    (change,) = corrections(session, path).lines()
    assert (change.kind, change.lesion_type) == (ChangeKind.ADD, "metastasis")


def test_the_command_says_what_it_leaves_out_and_keeps_the_label(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = write_pngs(tmp_path / "images")
    labels = write_json(tmp_path / "x.json", coco({SECOND: [[8, 10, 12, 14]], FIRST: []}))
    review = tmp_path / "a.review"
    arguments = ["--annotations", str(labels), "--session", str(review)]
    assert main(["project", str(images), *arguments]) == 0
    bad = coco({SECOND: [[8, 10, 0, 14], [60, 60, 9, 9]], "other.png": []})
    path = write_json(tmp_path / "bad.json", bad)
    assert main(["import", str(path), "--session", str(review), "--apply"]) == 0
    said = capsys.readouterr()
    assert "left out, its label stays as it is: annotation 11: a box needs" in said.err
    assert "not in the review: other.png" in said.err
    assert "1 box was cut at the border of the image" in said.err
    assert "1 slices in the file, 1 are not in the review" in said.out
    session = Session.open(review, None, "ann")
    statuses = [f.status.value for f in session.findings.values()]
    session.close()
    assert statuses == ["undecided", "added"]


def test_a_file_of_none_of_the_images_is_refused(session: Session, tmp_path: Path) -> None:
    path = write_json(tmp_path / "x.json", coco({"else/1.png": [A]}, side=128))
    with pytest.raises(ExchangeError, match="none of its images is in this review"):
        corrections(session, path)


def test_deeplesions_table_between_semicolons_is_the_same_project(tmp_path: Path) -> None:
    images, labels = write_project(tmp_path)
    with labels.open(newline="") as file:
        rows = list(csv.reader(file))
    other = tmp_path / "semicolons.csv"
    with other.open("w", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    projects = []
    for n, path in enumerate((labels, other)):
        project, session = open_project(images, path, tmp_path / f"{n}.review", "ann")
        first = next(iter(session.findings))
        session.reject(first, "vessel")
        export_csv(session, tmp_path / f"{n}.csv")
        projects.append((project.key, project.items, session.findings[first].boxes))
        session.close()
    assert projects[0] == projects[1]
    lines = (tmp_path / "1.csv").read_bytes().splitlines()
    assert lines[2:] == other.read_bytes().splitlines()[2:]
    assert lines[1].split(b";")[18:20] == [b"rejected", b"vessel"]


def test_coco_over_a_dicom_study_gives_its_labels_and_leaves_as_it_came(
    dicom_study: Study, open_review: Callable[[Study], Session], tmp_path: Path
) -> None:
    session = open_review(dicom_study)
    content = coco({"series/1.2.3.4.dcm": [A], "9.9.dcm": [B]}, side=512)
    taken = import_file(session, dicom_study, write_json(tmp_path / "x.json", content))
    assert (taken.new_labels, taken.left_out.absent) == (1, 1)
    (finding,) = session.findings.values()
    assert (finding.series_uid, finding.boxes) == ("1.2.3", {4: Box(20, 30, 41, 51)})
    export_coco(session, tmp_path / "out.json")
    out = json.loads((tmp_path / "out.json").read_text())
    assert {name: out[name] for name in content} == content
