"""How long a list of 100,000 screened series takes, beside pandas and rows; printed, not judged.

The seconds are those that the process computes: what else the machine does does not count.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pandas as pd
import pyarrow.parquet as pq

from lesion_viewer.screening.kept_lists import KeptList
from lesion_viewer.screening.list_filter import ListFilter
from lesion_viewer.screening.results import Results, table_of
from lesion_viewer.screening.screened_list import ScreenedList
from tests.screening.large_results import write_results

COUNT, TIMES = 100_000, 5
WANTED = ListFilter(outcome="searched", min_score=0.3, max_size_mm=25.0, min_count=2)
Made = TypeVar("Made")


def timed(action: Callable[[], Made], times: int = TIMES) -> tuple[float, Made]:
    """The middle of the seconds of several calls, and what the last one gave."""
    seconds = []
    for _ in range(times):
        began = time.process_time()
        made = action()
        seconds.append(time.process_time() - began)
    return statistics.median(seconds), made


def of_pandas(file: Path) -> pd.DataFrame:
    columns = ["unit", "outcome", "score", "candidates_count", "size_mm"]
    return pd.read_parquet(file, columns=columns).sort_values("score", ascending=False)


def filtered(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[
        (rows.outcome == "searched")
        & (rows.score >= 0.3)
        & (rows.size_mm <= 25)
        & (rows.candidates_count >= 2)
    ]


def test_a_list_of_100000_series(tmp_path: Path) -> None:
    write_results(tmp_path, COUNT)
    file = tmp_path / "series.parquet"
    opened, shown = timed(lambda: ScreenedList(Results.read(tmp_path), KeptList()))
    by_pandas, frame = timed(lambda: of_pandas(file))
    by_rows, _ = timed(lambda: pq.ParquetFile(file).read().to_pylist(), 1)
    chosen, _ = timed(lambda: shown.choose(WANTED))
    by_mask, wanted = timed(lambda: filtered(frame))
    assert len(shown) == len(wanted)
    unit = f"patients/{COUNT // 2:06d}"
    one, (row,) = timed(lambda: table_of(tmp_path).whole({f"{COUNT // 2:032x}"}, "unit", [unit]))
    assert row["unit"] == unit
    print(
        f"\n{COUNT:,} series, {file.stat().st_size / 1e6:.0f} MB:"
        f" opened in {opened:.3f} s ({opened / 1:.2f} of 1 s; pandas {by_pandas:.3f} s, ratio"
        f" {opened / by_pandas:.2f}; all rows {by_rows:.1f} s, ratio {opened / by_rows:.4f});"
        f" filtered in {1e3 * chosen:.2f} ms ({chosen / 0.05:.3f} of 50 ms; pandas"
        f" {1e3 * by_mask:.2f} ms, ratio {chosen / by_mask:.2f});"
        f" one unit with its boxes {1e3 * one:.0f} ms"
    )
