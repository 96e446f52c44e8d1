"""Projects from COCO and from plain tables: what they hold, and what leaves them again."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lesion_viewer.cli import main
from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.reviews.coco_export import export_coco
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.exchange.worklists.project_files import is_project, open_project
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.work_list import WorkList
from tests.exchange.imported import import_file
from tests.exchange.plain_pngs import FIRST, IMAGES, SECOND, coco, write_json, write_pngs

OpenFile = Callable[[Path], tuple[WorkList, Session]]
BOX = Box(8, 10, 20.5, 24)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return write_pngs(tmp_path / "images")


@pytest.fixture
def open_file(images: Path, tmp_path: Path) -> Iterator[OpenFile]:
    sessions: list[Session] = []

    def open_new(path: Path) -> tuple[WorkList, Session]:
        review = tmp_path / f"{len(sessions)}.review"
        project, session = open_project(images, path, review, f"reader{len(sessions)}")
        sessions.append(session)
        return project, session

    yield open_new
    for session in sessions:
        session.close()


def boxes(session: Session) -> list[Box]:
    return [box for f in session.findings.values() for box in f.boxes.values()]


TABLES = [
    "file,x1,y1,x2,y2\n{0},8,10,20.5,24\n",
    "filename,xmin,ymin,xmax,ymax,class,score\n{0},8,10,20.5,24,metastasis,.5\n",
    "image_path,x,y,w,h\n{0},8,10,12.5,14\n",
    "Image Path,X,Y,Width,Height\n{0},8,10,12.5,14\n",
    "filename,width,height,class,xmin,ymin,xmax,ymax\n{0},64,64,metastasis,8,10,20.5,24\n",
    'path,bbox,category\n{0},"[8, 10, 20.5, 24]",metastasis\n',
    "path,bbox_xywh\n{0},8 10 12.5 14\n",
    "img;left;top;right;bottom\n{0};8,0;10;20,5;24\n",
    "image\tx1\ty1\tx2\ty2\tlabel\n{0}\t8\t10\t20,5\t24\tmetastasis\n",
    'file,x1,y1,x2,y2\n{0},8,10,"20,5",24\n',
    "file,x_center,y_center,w,h\n{0},14.25,17,12.5,14\n",
    "\ufefffile;x1;y1;x2;y2\r\n{0};8;10;20.5;24\r\n",
]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_opens_under_the_usual_names_of_its_columns(
    open_file: OpenFile, tmp_path: Path, table: str
) -> None:
    path = tmp_path / "boxes.csv"
    path.write_text(table.format(SECOND), newline="")
    project, session = open_file(path)
    assert boxes(session) == [BOX]
    assert [(i.name, i.is_present) for i in project.items] == [(SECOND, True)]
    export_csv(session, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == path.read_bytes()


def test_a_table_in_utf_16_opens_and_leaves_in_utf_8(open_file: OpenFile, tmp_path: Path) -> None:
    path = tmp_path / "boxes.txt"
    text = f"file\tx1\ty1\tx2\ty2\n{SECOND}\t8\t10\t20,5\t24\n"
    path.write_bytes(text.encode("utf-16"))
    _, session = open_file(path)
    assert boxes(session) == [BOX]
    export_csv(session, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == text.encode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("file;x1;y1;x2\na.png;1;2;3\n", "the column y2 is missing; seen between semicolons: file"),
        ("a.png,1,2,3,4\n", "seen between commas: a.png, 1, 2, 3, 4; wanted are"),
        (f"file,x1,y1,x2,y2\n{SECOND},.1,.2,.5,.6\n", "between 0 and 1, shares of the image"),
        (f"file,bbox\n{SECOND},1 1 9 9\n{SECOND},9 9 5 5\n", "name the column bbox_xyxy"),
        ('{"tasks": [1]}', "is no COCO file of boxes: it holds tasks; a COCO file has images"),
    ],
)
def test_what_is_not_understood_is_told_with_what_was_seen(
    open_file: OpenFile, tmp_path: Path, content: str, said: str
) -> None:
    (tmp_path / "x.csv").write_text(content)
    with pytest.raises(ExchangeError, match=said):
        open_file(tmp_path / "x.csv")


def test_quoted_thousands_are_not_read_as_decimals(open_file: OpenFile, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f'file,x1,y1,x2,y2\n{FIRST},8,10,20,24\n{SECOND},8,10,"1,024",24\n')
    said = re.escape("line 3: column x2: 1,024 may be 1024 or 1.024")
    project, session = open_file(path)
    assert boxes(session) == [Box(8, 10, 20, 24)]
    assert any(re.search(said, notice) for notice in project.notices)
    export_csv(session, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == path.read_bytes()


def test_three_decimals_behind_a_comma_are_read_beside_others(
    open_file: OpenFile, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f'file,x1,y1,x2,y2\n{FIRST},"8,5",10,20,24\n{SECOND},"1,024",10,"20,5",24\n')
    assert Box(1.024, 10, 20.5, 24) in boxes(open_file(path)[1])


def test_any_folder_of_pngs_is_a_project(images: Path, open_file: OpenFile, tmp_path: Path) -> None:
    path = write_json(tmp_path / "all.json", coco({name: [[8, 10, 12.5, 14]] for name in IMAGES}))
    assert is_project(images, path)
    project, session = open_file(path)
    assert [(i.name, i.is_present) for i in project.items] == [(name, True) for name in IMAGES]
    # Each scan is a volume by itself; the numbered slices are one.
    assert len({i.series_uid for i in project.items}) == 3
    for item in project.items:
        assert project.series(item.series_uid).decode(item.slice_index)[0, 0] == 40
    assert boxes(session) == [BOX] * 4
    assert project.notices == ()


def test_bad_boxes_are_left_out_by_name_and_those_over_the_border_cut(
    open_file: OpenFile, tmp_path: Path
) -> None:
    bad = [[8, 10, 0, 14], [8, 10, float("nan"), 14], [70, 10, 5, 5], ["8", 10, 5, 5], [1, 2, 3]]
    path = write_json(tmp_path / "x.json", coco({SECOND: [*bad, [60, 10, 10, 10]]}))
    project, session = open_file(path)
    assert boxes(session) == [Box(60, 10, 64, 20)]
    assert [notice.partition(":")[0] for notice in project.notices] == [
        *(f"annotation {n}" for n in range(11, 16)),
        "1 box was cut at the border of the image",
    ]
    export_coco(session, tmp_path / "out.json")
    assert len(json.loads((tmp_path / "out.json").read_text())["annotations"]) == 6


def test_a_file_of_scaled_pictures_places_no_box(open_file: OpenFile, tmp_path: Path) -> None:
    path = write_json(tmp_path / "x.json", coco({SECOND: [[16, 20, 25, 28]]}, side=128))
    project, session = open_file(path)
    assert boxes(session) == []
    assert project.notices == (
        f"{SECOND}: its boxes are of a picture of 128 x 128 pixels, the image has 64 x 64",
    )


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_what_a_reader_adds_to_a_file_of_scaled_pictures_comes_back(
    open_file: OpenFile, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"x.{kind}"
    if kind == "json":
        write_json(path, coco({SECOND: [[16, 20, 25, 28]]}, side=128))
    else:
        path.write_text(f"file,width,height,x1,y1,x2,y2\n{SECOND},128,128,16,20,41,48\n")
    project, session = open_file(path)
    assert boxes(session) == []
    session.add(project.items[0].series_uid, project.items[0].slice_index, BOX)
    out = tmp_path / f"out.{kind}"
    (export_coco if kind == "json" else export_csv)(session, out)
    again, other = open_file(out)
    assert boxes(other) == [BOX]
    assert again.key == project.key


@pytest.mark.parametrize(
    "entry",
    [
        {"segmentation": [[8, 10, 20.5, 10, 20.5, 24]]},
        {"bbox": [], "segmentation": [[8, 10, 20.5, 24], [9, 11, 10, 12]]},
    ],
)
def test_an_outline_without_a_box_has_its_extent(
    open_file: OpenFile, tmp_path: Path, entry: dict[str, object]
) -> None:
    path = write_json(tmp_path / "x.json", coco({SECOND: [entry]}))
    assert boxes(open_file(path)[1]) == [BOX]


def test_a_mask_in_runs_has_its_extent_as_pycocotools_finds_it(
    open_file: OpenFile, tmp_path: Path
) -> None:
    mask = pytest.importorskip("pycocotools.mask")
    numpy = pytest.importorskip("numpy")
    picture = numpy.zeros((64, 64), numpy.uint8, order="F")
    picture[10:24, 8:21] = 1
    picture[30, 15] = 1
    packed = mask.encode(picture)
    x, y, width, height = mask.toBbox(packed)
    entry = {"segmentation": {"size": [64, 64], "counts": packed["counts"].decode()}, "iscrowd": 1}
    path = write_json(tmp_path / "x.json", coco({SECOND: [entry]}))
    assert boxes(open_file(path)[1]) == [Box(x, y, x + width, y + height)]


def test_a_box_that_cvat_turned_is_the_extent_of_the_turned_one(
    open_file: OpenFile, tmp_path: Path
) -> None:
    entry = {"bbox": [10, 20, 20, 10], "attributes": {"rotation": 90.0}}
    path = write_json(tmp_path / "x.json", coco({SECOND: [entry]}))
    (box,) = boxes(open_file(path)[1])
    assert box.as_tuple() == pytest.approx((15, 15, 25, 35))


def decide(project: WorkList, session: Session) -> None:
    """One corrected, one rejected, one added on another slice, one slice read in full."""
    first, second, *_ = session.findings
    (index,) = session.findings[first].boxes
    session.change_box(first, index, Box(8.1, 10.3, 21.4, 24))
    session.reject(second, "vessel")
    numbered = next(i for i in project.items if i.name == SECOND)
    session.add(numbered.series_uid, numbered.slice_index - 1, Box(1.5, 2, 9, 10.25))
    session.mark_read_in_full(numbered.series_uid, numbered.slice_index, True)


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_what_was_decided_comes_back_from_the_export(
    open_file: OpenFile, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"labels.{kind}"
    if kind == "json":
        found: dict[str, list[list[float]]] = {
            FIRST: [[8, 10, 12.5, 14]],
            SECOND: [[8, 10, 12.5, 14], [60, 1, 9, 9], [3, 3, 0, 0]],
        }
        write_json(path, coco(found, info={"year": 2020}))
    else:
        rows = [f"{FIRST};8;10;20,5;24;a", f"{SECOND};8,0;10;20,5;24;b", f"{SECOND};x;1;2;3;c"]
        path.write_text("\n".join(["file;x1;y1;x2;y2;label", *rows, f"{SECOND};60;1;69;10;d", ""]))
    export = export_coco if kind == "json" else export_csv
    project, session = open_file(path)
    decide(project, session)
    export(session, tmp_path / f"out.{kind}")
    again, other = open_file(tmp_path / f"out.{kind}")
    assert (again.key, again.items) == (project.key, project.items)
    export(other, tmp_path / f"again.{kind}")
    assert (tmp_path / f"again.{kind}").read_bytes() == (tmp_path / f"out.{kind}").read_bytes()
    # Also into a review of the labels as they first came.
    _, third = open_file(path)
    import_file(third, finder(third.pictures.series()), tmp_path / f"out.{kind}")
    export(third, tmp_path / f"third.{kind}")
    assert (tmp_path / f"third.{kind}").read_bytes() == (tmp_path / f"out.{kind}").read_bytes()


def test_coco_leaves_with_its_ids_categories_and_untouched_annotations(
    open_file: OpenFile, tmp_path: Path
) -> None:
    entry = {"bbox": [8, 10, 12, 14], "segmentation": [[8, 10, 20, 10, 20, 24]], "mine": 5}
    came = coco({FIRST: [[8, 10, 12, 14]], SECOND: [entry, entry]}, info={"year": 2020})
    project, session = open_file(write_json(tmp_path / "x.json", came))
    export_coco(session, tmp_path / "untouched.json")
    untouched = json.loads((tmp_path / "untouched.json").read_text())
    assert {name: untouched[name] for name in came} == came
    decide(project, session)
    export_coco(session, tmp_path / "out.json")
    out = json.loads((tmp_path / "out.json").read_text())
    corrected, third, added = out["annotations"]
    assert (corrected["id"], corrected["bbox"]) == (11, [8.1, 10.3, 13.3, 13.7])
    assert third == came["annotations"][2]
    assert [a["id"] for a in out["rejected_annotations"]] == [12]
    assert (added["bbox"], added["category_id"]) == ([1.5, 2, 7.5, 8.25], 7)
    names = {image["id"]: image["file_name"] for image in out["images"]}
    assert names[added["image_id"]] == "000001_01_01/009.png"


def test_a_table_leaves_with_its_untouched_rows_as_they_came(
    open_file: OpenFile, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    rows = [f"{FIRST};8,0;10;20,5;24;a", f"{SECOND}; 8,0;10;20,5;24;b", f'{SECOND};"1";1;5;5;c']
    path.write_text("\n".join(["file;x1;y1;x2;y2;label", *rows]))
    project, session = open_file(path)
    decide(project, session)
    export_csv(session, tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text().split("\n")
    assert lines[0].startswith("file;x1;y1;x2;y2;label;Status;Reason;")
    assert lines[1].startswith(f"{FIRST};8,1;10,3;21,4;24;a;corrected;")
    assert '"8,0 | 10 | 20,5 | 24";2.25.' in lines[1]
    assert lines[2].startswith(f"{SECOND}; 8,0;10;20,5;24;b;rejected;vessel;")
    assert lines[3] == rows[2]
    assert lines[4].startswith("000001_01_01/009.png;1,5;2;9;10,25;;added;")


def test_images_whose_series_lies_in_several_folders_are_not_mixed(tmp_path: Path) -> None:
    folder = write_pngs(tmp_path / "images", ["a/005.png", "a/006.png", "b/007.png"])
    table = tmp_path / "x.csv"
    table.write_text("file,x1,y1,x2,y2\n" + "".join(f"{n}.png,1,2,9,9\n" for n in (5, 6, 7)))
    project, session = open_project(folder, table, tmp_path / "x.review", "ann")
    assert [i.is_present for i in project.items] == [True, True, False]
    assert len(session.findings) == 2
    assert project.notices == ("7.png: it lies in another folder than the rest of its series",)
    session.close()


def test_the_commands_open_and_export_them(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_json(tmp_path / "x.json", coco({FIRST: [[8, 10, 0, 4]], SECOND: [[8, 10, 12, 4]]}))
    review = tmp_path / "a.review"
    arguments = ["project", str(images), "--annotations", str(path), "--session", str(review)]
    assert main(arguments) == 0
    said = capsys.readouterr()
    assert said.out == f"2 annotated slices, 0 without an image\n0 done, 2 left\n{review}\n"
    assert "annotation 11: a box needs x1 < x2" in said.err
    for name, options in (
        ("o.csv", []),
        ("o.json", ["--format", "coco"]),
        ("o.html", ["--format", "report"]),
    ):
        assert main(["export", str(review), "--output", str(tmp_path / name), *options]) == 0
    assert (tmp_path / "o.csv").read_text().splitlines()[2] == (
        f"{SECOND},8,10,20,14,metastasis,,12,64,64"
    )


@pytest.mark.realdata
@pytest.mark.parametrize(
    "name", ["000088_02_01/306.png", "/data/local-files/?d=ct%2F000088_02_01%2F306.png"]
)
def test_other_tools_boxes_on_real_slices_are_a_project(
    real_data: Path, tmp_path: Path, name: str
) -> None:
    folder = real_data / "deeplesion" / "Images_png"
    path = write_json(tmp_path / "x.json", coco({name: [[505, 252, 13, 10]]}, side=512))
    project, session = open_project(folder, path, tmp_path / "a.review", "ann")
    (item,) = project.items
    hu = project.series(item.series_uid).decode(item.slice_index)
    assert hu.shape == (512, 512) and hu.min() < -500
    assert boxes(session) == [Box(505, 252, 512, 262)]
    assert project.notices == ("1 box was cut at the border of the image",)
    session.close()
