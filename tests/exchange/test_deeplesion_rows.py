from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.deeplesion.annotation_rows import (
    box_text,
    corners_of,
    indices_of,
    read_annotations,
    slice_name,
)

edges = st.floats(-100, 2000, allow_nan=False).filter(lambda v: v == 0 or abs(v) > 1e-12)


def test_a_padded_box_counted_from_1_becomes_tight_pixel_edges() -> None:
    # RECIST marks on pixels 10 to 12 (from 1): padded 5 to 17. From 0 they are pixels 9 to 11, so
    # their outer edges are 9 and 12.
    assert corners_of("5, 5, 17, 17") == (9, 9, 12, 12)


def test_a_box_leaves_counted_from_1_and_padded() -> None:
    assert box_text(Box(9, 9, 12, 12.5)) == "5, 5, 17, 17.5"


def test_the_written_digits_of_deeplesion_come_back() -> None:
    text = "229.222, 256.228, 245.36, 273.594"
    assert box_text(Box(*corners_of(text))) == text


@given(edges, edges, edges, edges)
def test_any_box_comes_back_exactly(x1: float, y1: float, x2: float, y2: float) -> None:
    if x1 < x2 and y1 < y2:
        assert corners_of(box_text(Box(x1, y1, x2, y2))) == (x1, y1, x2, y2)


def test_names_follow_deeplesions_pattern() -> None:
    assert slice_name("000007_01_02/100-109", "x/000007_01_02/103.png") == "000007_01_02_103.png"
    assert slice_name("000007_01_02/050", "000007_01_02_050.png") == "000007_01_02_050.png"
    assert indices_of("000007_01_02") == ("7", "1", "2")
    assert indices_of("liver") == ("", "", "")


def test_rows_are_read_with_their_values(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('File_name,Bounding_boxes,Patient_age\nx_1.png,"5, 5, 17, 17",62.0\n\n')
    (annotation,) = read_annotations(path)
    assert (annotation.row, annotation.file_name) == (0, "x_1.png")
    assert annotation.box == Box(9, 9, 12, 12)
    assert annotation.values["Patient_age"] == "62.0"


@pytest.mark.parametrize("cell", ["1, 2, 3", "a, 2, 3, 4", ",", "nan, 2, 3, 4", "1,2,3,inf"])
def test_a_wrong_box_is_told_by_file_line_and_column(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'File_name,Bounding_boxes\nx_1.png,"5, 5, 17, 17"\nx_2.png,"{cell}"\n')
    with pytest.raises(ExchangeError, match=r"a\.csv, line 3, column Bounding_boxes: needs"):
        read_annotations(path)


@pytest.mark.parametrize("cell", ["", "  "])
def test_a_row_may_name_a_slice_without_a_lesion(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'File_name,Bounding_boxes\nx_1.png,"{cell}"\n')
    (row,) = read_annotations(path)
    assert (row.file_name, row.box) == ("x_1.png", None)


def test_a_box_without_area_is_no_box(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('File_name,Bounding_boxes\nx_1.png,"5, 5, 14, 14"\n')
    assert read_annotations(path)[0].box is None
