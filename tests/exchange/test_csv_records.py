import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.csv_records import (
    guarded,
    header_names,
    quick_rows,
    quoted,
    read_table,
    table_of,
    unguarded,
    unquoted,
)

# Python's writer leaves a lone carriage return unquoted, though its reader ends a line there.
cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=8)
rows = st.lists(st.lists(cells, min_size=2, max_size=2), min_size=1, max_size=5)


@given(st.text())
def test_quoting_and_guarding_are_undone_exactly(text: str) -> None:
    assert unquoted(quoted(text)) == text
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1"])
def test_nothing_that_a_spreadsheet_computes_begins_a_cell(text: str) -> None:
    assert guarded(text) == "'" + text


@pytest.mark.parametrize("text", ["liver", "'tis", "a=b", "", "1-2"])
def test_harmless_text_is_left_as_it_is(text: str) -> None:
    assert guarded(text) == unguarded(text) == text


@given(rows, st.sampled_from(["\n", "\r\n"]))
def test_fields_are_those_that_pythons_csv_reads(rows: list[list[str]], end: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator=end).writerows([["a", "b"], *rows])
    text = file.getvalue()
    table = table_of(Path("a.csv"), text)
    expected = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert [[unquoted(f) for f in r.fields] for r in table.records] == expected


@given(rows, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.booleans())
def test_records_give_their_bytes_back(
    rows: list[list[str]], end: str, has_bom: bool, has_last_end: bool
) -> None:
    lines = ["File_name,b", *(",".join(map(quoted, row)) for row in rows)]
    text = "\ufeff" * has_bom + end.join(lines) + end * has_last_end
    table = table_of(Path("a.csv"), text)
    encoded = b"".join(record.encoded() for record in (table.header, *table.records))
    assert encoded == text.encode()
    assert table.names == ("File_name", "b")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "a.csv: is empty"),
        (b"\xef\xbb\xbf", "a.csv: is empty"),
        (b"\n\n", "a.csv: is empty"),
        (b"x,y\n1,2\n", "a.csv, line 1: the column File_name is missing"),
        (b"File_name,y\n1,2\n\xff,2\n", "a.csv, line 3: is not UTF-8 text"),
        ("File_name,y\n1,2\n".encode("utf-16"), "a.csv, line 1: is not UTF-8 text"),
        (b'File_name,y\n1,"2\n3,4\n', "a.csv, line 2: quotes that are not closed"),
        (b"File_name,y\n1,2\n1,2,3\n", "a.csv, line 3: 3 fields under 2 columns"),
        (b"File_name,y\n\n1\n", "a.csv, line 3: 1 fields under 2 columns"),
    ],
)
def test_a_bad_file_is_told_by_name_and_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(ExchangeError, match=f"{message}$"):
        read_table(path, ["File_name"])


def test_a_missing_file_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(ExchangeError, match=r"a\.csv: cannot be read \(No such file"):
        read_table(tmp_path / "a.csv", [])


def test_lines_count_those_inside_quotes() -> None:
    with pytest.raises(ExchangeError, match="line 4: 3 fields"):
        table_of(Path("a.csv"), 'a,b\n1,"x\ny"\n1,2,3\n')


def test_excels_line_before_a_table_is_read_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    content = "\ufeffsep=;\r\nfile;x1,5\r\na.png;7\r\n".encode()
    path.write_bytes(content)
    table = read_table(path, ("file",))
    assert table.names == header_names(content) == ("file", "x1,5")
    assert [record.line for record in table.records] == [3]
    assert table.cell(table.records[0], "file") == "a.png"
    assert b"".join(r.encoded() for r in (table.header, *table.records)) == content
    assert quick_rows(path, content) == [["file", "x1,5"], ["a.png", "7"]]
