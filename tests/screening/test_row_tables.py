"""The Parquet files of a screening."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lesion_viewer.errors import ExchangeError
from lesion_viewer.screening import rows
from lesion_viewer.screening.table import Table


def test_rows_of_another_version_are_one_line(tmp_path: Path) -> None:
    written = pa.Table.from_pylist([{"key": "a", "unit": "CT1"}])
    pq.write_table(written, tmp_path / "series.parquet")
    table = Table(tmp_path, "series", rows.SERIES, ("unit", "series_uid", "key"))
    with pytest.raises(ExchangeError, match=r"series\.parquet: its columns are not those"):
        table.read()
    with pytest.raises(ExchangeError, match=r"series\.parquet: its columns are not those"):
        table.read(["liver_ml"])
    assert table.keys() == {"a"}
