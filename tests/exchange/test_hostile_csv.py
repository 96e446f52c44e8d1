"""CSV as spreadsheets, other programs and attackers leave it: read, or refused in one line."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange import csv_records
from lesion_viewer.exchange.csv_records import guarded, read_table
from lesion_viewer.exchange.deeplesion.annotation_rows import COLUMNS, read_annotations

VALUES = {"File_name": "000001_01_01_109.png", "Bounding_boxes": "4.5, 4.5, 24.25, 24"}


def labels(path, end="\n", bom="", **cells):
    row = ",".join(csv_records.quoted({**VALUES, **cells}.get(name, "")) for name in COLUMNS)
    path.write_bytes((bom + ",".join(COLUMNS) + end + row + end).encode())
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_change_nothing(tmp_path, end, bom):
    (row,) = read_annotations(labels(tmp_path / "labels.csv", end, bom))
    assert row.file_name == "000001_01_01_109.png"
    assert row.box.as_tuple() == (8.5, 8.5, 19.25, 19)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (" , ", "needs four numbers, not ' , '"),
        ("1, 2, 3", "needs four numbers"),
        ("1, 2, 3, x", "needs four numbers"),
        ("1, 2, 3, nan", "needs finite numbers"),
        ("1, 2, 3, inf", "needs finite numbers"),
        ("=1+1", "needs four numbers, not '=1+1'"),
        ("9" * 10**7, "needs four numbers"),
        (", ".join(["9" * 2 * 10**6] * 5), "needs four numbers"),
    ],
)
def test_a_wrong_box_is_named_with_its_line_and_column(tmp_path, cell, reason):
    path = labels(tmp_path / "labels.csv", Bounding_boxes=cell)
    with pytest.raises(ExchangeError) as error:
        read_annotations(path)
    text = str(error.value)
    assert text.startswith(f"{path}, line 2, column Bounding_boxes: ")
    assert reason in text
    assert len(text) < 700


@pytest.mark.parametrize("number", ["1e308", "-1e308", "1e999999", "1e-999999", "9" * 5000])
def test_a_box_of_absurd_size_is_a_label_without_area_or_one_that_is_kept(tmp_path, number):
    path = labels(tmp_path / "labels.csv", Bounding_boxes=f"0, 0, {number}, 30")
    (row,) = read_annotations(path)
    assert row.box is None or row.box.x2 > row.box.x1


def test_a_cell_of_10_mb_in_a_text_column_is_read(tmp_path):
    path = labels(tmp_path / "labels.csv", Patient_gender="F" * 10**7)
    (row,) = read_annotations(path)
    assert len(row.values["Patient_gender"]) == 10**7


def test_quotes_that_open_10_mb_before_the_end_are_named(tmp_path):
    path = labels(tmp_path / "labels.csv")
    path.write_bytes(path.read_bytes() + b'"' + b"a,b\n" * 2_500_000)
    with pytest.raises(ExchangeError, match="line 3: quotes that are not closed"):
        read_annotations(path)


def test_a_file_that_is_too_large_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_records, "MAX_TABLE_BYTES", 100)
    with pytest.raises(ExchangeError, match="is larger than 100 bytes"):
        read_table(labels(tmp_path / "labels.csv"), ())


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1"])
def test_a_formula_never_leaves_as_one(text):
    assert guarded(text)[0] == "'"


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_any_bytes_are_rows_or_refused_in_one_line(tmp_path, content):
    path = tmp_path / "labels.csv"
    path.write_bytes(b"File_name,Bounding_boxes\n" + content)
    try:
        read_annotations(path)
    except ExchangeError as error:
        assert str(error).isprintable()
        assert str(path) in str(error)
