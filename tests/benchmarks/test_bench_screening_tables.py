"""What the two tables of a screening cost a row, at 2,000 rows: it limits large archives."""

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lesion_viewer.screening.rows import SERIES
from lesion_viewer.screening.table import Table

ROWS = 2_000


def row(number: int) -> dict[str, Any]:
    """A series with five candidates of four boxes."""
    box = {
        "source": f"IM{number:04}.dcm",
        "sop_instance_uid": f"1.2.826.0.1.3680043.8.498.{number}",
        "slice_index": 7,
        "location_mm": 3.5,
        "instance_number": 8,
        **{"x1": 1.5, "y1": 2.5, "x2": 30.25, "y2": 40.75, "score": 1 / (number + 2)},
        "lesion_type": "liver lesion",
    }
    candidate = {"score": 0.5, "key_slice": 7, "slices": 4, "size_mm": 20.5, "lesion_type": "liver"}
    return {
        "unit": f"{number:06}",
        "study_uid": f"1.2.826.0.1.3680043.8.498.1{number}",
        "series_uid": f"1.2.826.0.1.3680043.8.498.2{number}",
        "outcome": "searched",
        "candidates": [{"candidate": i, **candidate} for i in range(5)],
        "boxes": [{"candidate": i // 4, **box} for i in range(20)],
    }


def took(what: str, call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    seconds = time.perf_counter() - began
    print(f"{what}: {1000 * seconds / ROWS:.3f} ms a row")
    return seconds


def test_tables_cost_little_a_row(tmp_path: Path) -> None:
    table = Table(tmp_path, "series", SERIES)
    keys = [f"{number:032}" for number in range(ROWS)]

    def write() -> None:
        for key in keys:
            table.write(key, row(int(key)))

    took("written as a file each", write)
    parts = sum(path.stat().st_size for path in table.parts.iterdir())
    print(f"{parts / ROWS:.0f} bytes a row in files of their own")
    took("outcomes of files of their own", lambda: table.read(["outcome"]))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    took("merged", lambda: table.merge(keys))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"{1024 * grown / ROWS:.0f} bytes of memory a row while merging")
    print(f"{table.file.stat().st_size / ROWS:.0f} bytes a row merged")
    took("outcomes of the merged file", lambda: table.read(["outcome"]))
    assert len(table.keys()) == ROWS and not list(table.parts.iterdir())
