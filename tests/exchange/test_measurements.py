"""The columns of RECIST axes, diameters and location, and back."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.deeplesion.annotation_rows import COLUMNS, read_annotations
from lesion_viewer.exchange.deeplesion.measurement_columns import (
    axes_in,
    axes_text,
    lengths_text,
    location_text,
)
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.review.recist import Axes
from lesion_viewer.review.session import Session
from tests.exchange.imported import import_file

OpenReview = Callable[[Study], Session]
MARKS = "238.314, 261.228, 235.858, 268.594, 240.36, 265.729, 234.222, 262.865"
ROW = (
    f'000007_01_02_103.png,7,1,2,103,"{MARKS}","229.222, 256.228, 245.36, 273.594",'
    '"7.76388, 6.77335","0.4, 0.5, 0.6",4,0,"100, 109","0.8, 0.8, 5","512, 512",'
    '"-175, 275",F,51.0,2'
)
UID = "000007_01_02/100-109"


@pytest.fixture
def labels_csv(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "labels.csv"
    path.write_text(f"{','.join(COLUMNS)}\n{ROW}\n")
    return path


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_marks_are_pixel_centres_counted_from_1() -> None:
    axes = axes_in("1, 2, 3, 4, 5, 6, 7, 8")
    assert axes == Axes((0.5, 1.5, 2.5, 3.5), (4.5, 5.5, 6.5, 7.5))
    assert axes_text(axes) == "1, 2, 3, 4, 5, 6, 7, 8"


@pytest.mark.parametrize("text", ["", "1, 2", "a, b, c, d, e, f, g, h", "1, 2, 3, 4, 5, 6, 7, nan"])
def test_a_cell_without_eight_numbers_holds_no_axes(text: str) -> None:
    assert axes_in(text) is None


def test_a_label_that_was_moved_takes_its_measurement_along_and_comes_back(
    png_study: Study, open_review: OpenReview, labels_csv: Path, tmp_path: Path
) -> None:
    session = open_review(png_study)
    import_file(session, png_study, labels_csv)
    (label,) = session.findings.values()
    session.change_box(label.id, 3, label.boxes[3].moved(2, -1))
    export_csv(session, tmp_path / "labels.csv")
    (row,) = cells(tmp_path / "labels.csv")
    moved = [float(v) for v in row["Measurement_coordinates"].split(",")]
    came = [float(v) for v in MARKS.split(",")]
    assert np.subtract(moved, came) == pytest.approx([2, -1] * 4, abs=1e-9)
    assert row["Bounding_boxes"] == "231.222, 255.228, 247.36, 272.594"
    assert row["Original_measurement_coordinates"] == MARKS
    assert row["Original_lesion_diameters"] == "7.76388, 6.77335"

    again = open_review(png_study)
    import_file(again, png_study, tmp_path / "labels.csv")
    assert again.findings[label.id].axes == session.findings[label.id].axes
    assert again.findings[label.id].boxes == session.findings[label.id].boxes
    assert again.files.label_rows() == session.files.label_rows()
    export_csv(again, tmp_path / "twice.csv")
    assert (tmp_path / "twice.csv").read_bytes() == (tmp_path / "labels.csv").read_bytes()
    again.undo()
    export_csv(again, tmp_path / "untouched.csv")
    assert (tmp_path / "untouched.csv").read_bytes() == labels_csv.read_bytes()


def test_drawn_axes_of_an_added_lesion_fill_its_row_and_come_back(
    png_study: Study, open_review: OpenReview, labels_csv: Path, tmp_path: Path
) -> None:
    session = open_review(png_study)
    import_file(session, png_study, labels_csv)
    drawn = session.add(UID, 3, Box(10, 10, 20, 20))
    axes = Axes((10.5, 10.5, 40.5, 50.5), (20.5, 40.5, 30.5, 30.5))
    session.set_axes(drawn, 3, axes)
    export_csv(session, tmp_path / "out.csv")
    *_, row = cells(tmp_path / "out.csv")
    # By hand: ends from 1; 50 long, the root of 200 across; box 11 - 5 to 41 + 5 and 51 + 5.
    assert row["Measurement_coordinates"] == "11, 11, 41, 51, 21, 41, 31, 31"
    assert row["Lesion_diameters_Pixel_"] == "50, 14.1421"
    assert row["Bounding_boxes"] == "6, 6, 46, 56"
    again = open_review(png_study)
    import_file(again, png_study, tmp_path / "out.csv")
    (back,) = (f for f in again.findings.values() if f.status == "added")
    assert back.axes == {3: axes}


def test_location_follows_from_two_labels_on_the_image() -> None:
    known = [
        (Box(0, 0, 20, 20), "0.1, 0.2, 0.7"),  # middle 10, 10
        (Box(100, 50, 120, 70), "0.3, 0.3, 0.7"),  # middle 110, 60
    ]
    assert location_text(Box(50, 25, 70, 45), known) == "0.2, 0.25, 0.7"


@pytest.mark.parametrize(
    "known",
    [
        [],
        [(Box(0, 0, 20, 20), "0.1, 0.2, 0.7")],
        [(Box(0, 0, 20, 20), "0.1, 0.2, 0.7"), (Box(1, 90, 21, 99), "0.1, 0.9, 0.7")],
        [(Box(0, 0, 20, 20), ""), (Box(80, 90, 100, 99), "0.1, 0.9, 0.7")],
    ],
)
def test_location_is_empty_where_it_cannot_be_told(known: list[tuple[Box, str]]) -> None:
    assert location_text(Box(50, 25, 70, 45), known) == ""


@pytest.mark.realdata
def test_official_measurements_come_back_and_diameters_are_their_lengths(real_data: Path) -> None:
    rows = read_annotations(real_data / "deeplesion" / "DL_info_val_test.csv")
    for row in rows:
        text = row.values["Measurement_coordinates"]
        axes = axes_in(text)
        assert axes is not None
        assert axes_text(axes) == text
        said = [float(v) for v in row.values["Lesion_diameters_Pixel_"].split(",")]
        assert [float(v) for v in lengths_text(axes).split(",")] == pytest.approx(said, abs=5e-3)


@pytest.mark.realdata
def test_the_third_official_label_of_a_slice_lies_where_the_others_say(real_data: Path) -> None:
    by_slice: dict[str, list[tuple[Box, str]]] = {}
    for row in read_annotations(real_data / "deeplesion" / "DL_info_val_test.csv"):
        assert row.box is not None
        by_slice.setdefault(row.file_name, []).append(
            (row.box, row.values["Normalized_lesion_location"])
        )
    compared = 0
    for labels in by_slice.values():
        for n, (box, said) in enumerate(labels):
            others = labels[:n] + labels[n + 1 :]
            told = location_text(box, others)
            if len(others) > 1 and told:
                compared += 1
                assert np.array(told.split(","), float) == pytest.approx(
                    np.array(said.split(","), float), abs=1e-4
                )
    assert compared >= 3
