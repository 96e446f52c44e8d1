"""A project from a folder and a CSV; the official rows on the real folder."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import CTError, ExchangeError, ReviewError
from lesion_viewer.exchange.deeplesion.annotation_rows import COLUMNS
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.exchange.worklists.project_files import is_project, open_project, project_file
from lesion_viewer.exchange.worklists.proposals_csv import NEEDED, take_predictions
from lesion_viewer.review.finding import OriginKind, Status
from lesion_viewer.review.user_folders import reader_file
from lesion_viewer.review.worklist.orders import Order
from lesion_viewer.review.worklist.queue import Queue
from tests.exchange.imported import import_file

HEADER = ",".join(COLUMNS) + "\n"


def row(name: str, box: str = "95, 95, 125, 125", extent: str = "8, 12", noisy: int = 0) -> str:
    marks = '"100, 110, 120, 110, 110, 100, 110, 120"'
    return (
        f'{name},1,1,1,10,{marks},"{box}","20, 20",,4,{noisy},"{extent}",'
        '"0.8, 0.8, 5","512, 512","-175, 275",F,50.0,1\n'
    )


@pytest.fixture
def labels_csv(tmp_path: Path) -> Path:
    path = tmp_path / "labels.csv"
    rows = [
        row("000001_01_01_010.png"),
        row("000001_01_01_010.png", "295, 295, 345, 345", noisy=1),
        row("000001_01_01_013.png", extent="12, 14"),
        row("000002_01_01_007.png", extent=""),
    ]
    path.write_text(HEADER + "".join(rows))
    return path


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "Images_png"
    for name in ("010", "011", "014"):
        write_slice(folder / "000001_01_01" / f"{name}.png", int(name))
    return folder


def write_slice(path: Path, hu: int, side: int = 512) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((side, side), hu + 32768, np.uint16)).save(path)


def test_every_annotated_slice_is_an_item(images: Path, labels_csv: Path, tmp_path: Path) -> None:
    project, session = open_project(images, labels_csv, tmp_path / "a.review", "ann")
    first, second, third = project.items
    assert (first.name, first.is_present, first.groups["noisy"]) == (
        "000001_01_01_010.png",
        True,
        "noisy",
    )
    assert first.size_mm == pytest.approx(41 * 0.8)  # 50 px less the padding, plus the pixel
    assert (second.is_present, third.is_present, project.missing) == (False, False, 2)
    # Ranges that meet are one series; without a range ten slices on each side belong to it.
    assert (first.series_uid, second.series_uid) == ("000001_01_01/008-014",) * 2
    assert (first.slice_index, second.slice_index) == (2, 5)
    assert (third.series_uid, third.slice_index) == ("000002_01_01/000-017", 7)
    assert [f.status for f in session.findings.values()] == ["undecided"] * 4
    session.close()


def test_slices_are_read_when_they_are_looked_at(
    images: Path, labels_csv: Path, tmp_path: Path
) -> None:
    project, session = open_project(images, labels_csv, tmp_path / "a.review", "ann")
    session.close()
    first, second, _ = project.items
    series = project.series(first.series_uid)
    assert project.present(first.series_uid) == {2, 3, 6}
    assert series.spacing_mm == (5.0, 0.8, 0.8)
    assert series.file_window is not None and series.file_window.upper == 275
    assert series.decode(3)[0, 0] == 11
    with pytest.raises(CTError, match="000001_01_01/013.png is missing"):
        series.decode(second.slice_index)
    write_slice(images / "000001_01_01" / "014.png", 14, side=256)
    with pytest.raises(CTError, match="256 x 256 pixels; its annotation says 512 x 512"):
        series.decode(6)


def test_images_that_arrive_later_are_found_in_the_same_review(
    images: Path, labels_csv: Path, tmp_path: Path
) -> None:
    project, session = open_project(images, labels_csv, tmp_path / "a.review", "ann")
    decided = next(iter(session.findings))
    session.accept(decided)
    assert session.pictures.series()["000001_01_01/008-014"].absent == (5,)
    session.close()
    write_slice(images / "000001_01_01" / "013.png", 13)
    again, session = open_project(images, labels_csv, tmp_path / "a.review", "ann")
    assert again.items[1].is_present and again.key == project.key
    assert session.findings[decided].status == "accepted"
    assert session.pictures.series()["000001_01_01/008-014"].absent == ()
    session.close()


def test_a_reviewed_csv_is_of_the_same_project(
    images: Path, labels_csv: Path, tmp_path: Path
) -> None:
    project, session = open_project(images, labels_csv, tmp_path / "a.review", "ann")
    first, *_ = session.findings
    session.change_box(first, 2, session.findings[first].boxes[2].moved(3, 1))
    session.add(project.items[0].series_uid, 3, session.findings[first].boxes[2])
    export_csv(session, tmp_path / "out.csv")
    before = [(f.boxes, f.status) for f in session.findings.values()]
    session.close()
    again, session = open_project(images, tmp_path / "out.csv", tmp_path / "b.review", "bob")
    assert (again.key, again.items) == (project.key, project.items)
    assert [(f.boxes, f.status) for f in session.findings.values()] == before
    session.close()


def test_a_slice_without_a_label_is_an_item_too(images: Path, tmp_path: Path) -> None:
    labels_csv = tmp_path / "empty.csv"
    labels_csv.write_text(
        HEADER + row("000001_01_01_010.png", box="") + row("000001_01_01_013.png", extent="8, 14")
    )
    project, session = open_project(images, labels_csv, tmp_path / "a.review", "ann")
    queue = Queue(project, session, Order.FILE)
    assert [item.name for item in queue.items] == ["000001_01_01_010.png"]
    assert (len(session.findings), project.items[0].size_mm) == (1, 0)
    assert not queue.is_done(project.items[0])
    session.mark_read_in_full(project.items[0].series_uid, project.items[0].slice_index, True)
    assert queue.is_done(project.items[0]) and queue.progress().left == 0
    drawn = session.add(project.items[0].series_uid, 2, Box(5, 5, 15, 15))
    assert queue.is_done(project.items[0])
    export_csv(session, tmp_path / "out.csv")
    session.undo()
    export_csv(session, tmp_path / "untouched.csv")
    session.close()
    assert drawn
    assert (tmp_path / "untouched.csv").read_bytes() == labels_csv.read_bytes()
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert len(lines) == 4 and '"1, 1, 20, 20"' in lines[3] and ",added," in lines[3]


def test_other_labels_are_another_project(images: Path, labels_csv: Path, tmp_path: Path) -> None:
    open_project(images, labels_csv, tmp_path / "a.review", "ann")[1].close()
    other = tmp_path / "other.csv"
    other.write_text(HEADER + row("000001_01_01_010.png", "90, 95, 125, 125"))
    with pytest.raises(ReviewError, match="the review of another study"):
        open_project(images, other, tmp_path / "a.review", "ann")
    assert project_file(images, other) != project_file(images, labels_csv)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("a,b\n1,2\n", "line 1: the column File_name is missing"),
        (HEADER, "none of its rows names a slice"),
        (HEADER + row("scan.png"), "none of its rows names a slice"),
    ],
)
def test_a_csv_that_is_none_is_told_in_a_line(
    images: Path, tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content)
    with pytest.raises(ExchangeError, match=said):
        open_project(images, path, tmp_path / "a.review", "ann")
    assert not (tmp_path / "a.review").exists()


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("Image_size", "1e9, 1e9"), ("Image_size", "nan, 1"), ("Spacing_mm_px_", "inf, 1, 1"),
        ("Spacing_mm_px_", "1e300, 1, 1"), ("DICOM_windows", "-inf, nan"),
        ("Coarse_lesion_type", "9" * 5000), ("Slice_range", "nan, inf"),
    ],
)  # fmt: skip
def test_a_number_that_no_ct_has_counts_as_absent(tmp_path: Path, cell: str, value: str) -> None:
    values = {"File_name": "000001_01_01_010.png", "Bounding_boxes": "5, 5, 9, 9", cell: value}
    line = ",".join(f'"{values.get(name, "")}"' for name in COLUMNS)
    (tmp_path / "x.csv").write_text(HEADER + line + "\n")
    (tmp_path / "images").mkdir()
    project, session = open_project(
        tmp_path / "images", tmp_path / "x.csv", tmp_path / "a.review", "ann"
    )
    (item,) = project.items
    series = project.series(item.series_uid)
    assert series.shape[1:] == (512, 512)
    assert series.spacing_mm is None and series.file_window is None
    session.close()


def test_a_slice_whose_number_is_no_number_of_a_slice_is_none(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(HEADER + row(f"000001_01_01_{'9' * 5000}.png"))
    (tmp_path / "images").mkdir()
    with pytest.raises(ExchangeError, match="none of its rows names a slice"):
        open_project(tmp_path / "images", tmp_path / "x.csv", tmp_path / "a.review", "ann")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("000001_01_01/010.png,1,2,9,9,nan,some 1,00ff", "line 2: needs a finite score, not nan"),
        ("000001_01_01/010.png,1,2,9,x,1,some 1,00ff", "line 2: could not convert"),
        ("000001_01_01/010.png,1,2", "line 2: 3 fields under 8 columns"),
        ("000009_01_01/010.png,1,2,9,9,1,some 1,00ff", "none of its boxes is on a slice"),
    ],
)
def test_predictions_that_cannot_be_used_are_named_with_their_line(
    images: Path, labels_csv: Path, tmp_path: Path, line: str, said: str
) -> None:
    project, session = open_project(images, labels_csv, tmp_path / "a.review", "ann")
    (tmp_path / "boxes.csv").write_text(",".join(NEEDED) + f"\n{line}\n")
    with pytest.raises(ExchangeError, match=said):
        take_predictions(project, session, tmp_path / "boxes.csv")
    assert {finding.origin.kind for finding in session.findings.values()} == {OriginKind.LABEL}
    session.close()


def test_a_folder_that_is_none_is_told(labels_csv: Path, tmp_path: Path) -> None:
    with pytest.raises(CTError, match="nowhere"):
        open_project(tmp_path / "nowhere", labels_csv, tmp_path / "a.review", "ann")


def test_which_paths_open_as_a_project(images: Path, labels_csv: Path, tmp_path: Path) -> None:
    uids = tmp_path / "uids.csv"
    uids.write_text("Study_UID,Series_UID\n")
    assert is_project(images, labels_csv)
    assert not is_project(images, None)
    assert not is_project(images / "000001_01_01" / "010.png", labels_csv)
    assert not is_project(images, uids)


def test_readers_have_journals_of_their_own(tmp_path: Path) -> None:
    files = [reader_file(tmp_path / "a.review", name) for name in ("", "Ann", "a/b", "a:b", "a_b")]
    assert files[:2] == [tmp_path / "a.review", tmp_path / "a.Ann.review"]
    assert len(set(files)) == 5
    assert {file.parent for file in files} == {tmp_path}


def test_labels_that_were_accepted_together_come_back_each_by_itself(
    images: Path, labels_csv: Path, tmp_path: Path
) -> None:
    project, session = open_project(images, labels_csv, tmp_path / "a.review", "ann")
    session.accept_all(list(session.findings))
    export_csv(session, tmp_path / "all.csv")
    _, again = open_project(images, labels_csv, tmp_path / "b.review", "bob")
    import_file(again, project.images.place_of, tmp_path / "all.csv")
    assert [f.status for f in again.findings.values()] == [Status.ACCEPTED] * 4
    export_csv(again, tmp_path / "twice.csv")
    assert (tmp_path / "twice.csv").read_bytes() == (tmp_path / "all.csv").read_bytes()
    for opened in (session, again):
        opened.close()


@pytest.mark.realdata
def test_the_official_rows_are_a_project(real_data: Path, tmp_path: Path) -> None:
    deeplesion = real_data / "deeplesion"
    labels_csv = deeplesion / "DL_info_val_test.csv"
    images = deeplesion / "Images_png"
    project, session = open_project(images, labels_csv, tmp_path / "a.review", "ann")
    assert (len(session.findings), len(project.items), project.missing) == (9816, 9624, 9601)
    present = [item for item in project.items if item.is_present]
    assert len(present) == 23
    assert all(item.groups == {"organ": "liver", "split": "validation"} for item in present)
    for item in present:
        hu = project.series(item.series_uid).decode(item.slice_index)
        assert hu.shape == (512, 512) and hu.min() < -500

    export_csv(session, tmp_path / "untouched.csv")
    assert (tmp_path / "untouched.csv").read_bytes() == labels_csv.read_bytes()

    findings = list(session.findings.values())
    session.accept(findings[0].id)  # an absent image's label can be decided too
    session.reject(findings[400].id, "vessel")
    moved = findings[9000]
    session.change_box(moved.id, moved.key_slice, moved.boxes[moved.key_slice].moved(1.25, -2))
    session.mark_unsure(findings[9815].id)
    export_csv(session, tmp_path / "decided.csv")
    before = labels_csv.read_text().splitlines()
    after = (tmp_path / "decided.csv").read_text().splitlines()
    different = [n - 1 for n in range(1, len(before)) if before[n] != after[n]]
    assert (len(after), different) == (len(before), [0, 400, 9000, 9815])

    _, again = open_project(images, labels_csv, tmp_path / "b.review", "bob")
    import_file(again, project.images.place_of, tmp_path / "decided.csv")
    told = [
        {i: (f.boxes, f.status, f.reason, f.decision) for i, f in s.findings.items()}
        for s in (session, again)
    ]
    assert told[0] == told[1]
    export_csv(again, tmp_path / "twice.csv")
    assert (tmp_path / "twice.csv").read_bytes() == (tmp_path / "decided.csv").read_bytes()
    assert again.undo()
    export_csv(again, tmp_path / "untouched.csv")
    assert (tmp_path / "untouched.csv").read_bytes() == labels_csv.read_bytes()
    for opened in (session, again):
        opened.close()


@pytest.mark.parametrize("name", ["../outside_109.png", "/etc/out_109.png", "a/../../x_109.png"])
def test_a_csv_cannot_name_images_outside_of_the_folder(tmp_path: Path, name: str) -> None:
    """Slices are looked up among the names in the folder, and there a way out of it is not."""
    (tmp_path / "images/a").mkdir(parents=True)
    for folder in ("outside", "x"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "109.png").write_bytes(b"secret")
    (tmp_path / "outside_109.png").write_bytes(b"secret")
    labels = tmp_path / "labels.csv"
    labels.write_text(HEADER + row(name, extent="109, 109").replace(",1,1,1,10,", ",1,1,1,109,"))
    project, session = open_project(tmp_path / "images", labels, tmp_path / "a.review", "reader")
    session.close()
    assert [item.is_present for item in project.items] == [False]
