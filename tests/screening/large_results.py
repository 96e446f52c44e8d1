"""Results of a screening of many series, made at once, as the program would have written them."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lesion_viewer.screening.rows import BOX, CANDIDATE, FAULT, SERIES
from lesion_viewer.screening.table import ROWS_TOGETHER

OUTCOMES = ("searched", "no liver", "duplicate", "other planes", "failed")
SHARES = (0.8, 0.1, 0.05, 0.03, 0.02)
FAULTS = ("gap", "gantry_tilt", "variable_spacing")
BOXES = 4
"""Of each candidate."""


def write_results(folder: Path, count: int, seed: int = 0) -> dict[str, np.ndarray]:
    """A folder of results with so many series; its numbers, in the order of its rows."""
    rng = np.random.default_rng(seed)
    outcome = rng.choice(len(OUTCOMES), count, p=SHARES)
    found = np.where(outcome == 0, rng.poisson(3, count), 0).astype(np.int32)
    score = np.where(found > 0, rng.beta(2, 3, count), np.nan)
    size = np.where(found > 0, rng.gamma(4, 5, count), np.nan)
    faulty = rng.random(count) < 0.1
    fault = rng.integers(0, len(FAULTS), count)
    number = np.arange(count)
    columns = {
        "key": pa.array([f"{n:032x}" for n in number]),
        "unit": pa.array([f"patients/{n:06d}" for n in number]),
        "study_uid": pa.array([f"1.2.826.0.1.{n}.1" for n in number]),
        "series_uid": pa.array([f"1.2.826.0.1.{n}.2" for n in number]),
        "slices": pa.array(rng.integers(20, 600, count), pa.int32()),
        **{name: pa.array(np.full(count, 512), pa.int32()) for name in ("rows", "columns")},
        **{f"{name}_mm": pa.array(np.full(count, 0.8)) for name in ("slice", "row", "column")},
        "outcome": pa.array(np.array(OUTCOMES, object)[outcome], pa.string()),
        "reason": pa.array(np.where(outcome == 4, "a slice cannot be read", "")),
        "score": pa.array(score, from_pandas=True),
        "candidates_count": pa.array(found, pa.int32()),
        "size_mm": pa.array(size, from_pandas=True),
        "faults": _lists(faulty.astype(int), FAULT, fault[faulty]),
        "candidates": _lists(found, CANDIDATE, None),
        "boxes": _lists(found * BOXES, BOX, None),
        "skipped": pa.array([[]] * count, SERIES.field("skipped").type),
        "model": pa.array(["detector 1"] * count),
        "min_score": pa.array(np.full(count, 0.05)),
    }
    table = pa.table(
        {f.name: columns.get(f.name, pa.nulls(count, f.type)) for f in SERIES}, schema=SERIES
    )
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, folder / "series.parquet", row_group_size=ROWS_TOGETHER)
    plan = {"detector": "detector 1", "detector_sha256": "a" * 64, "min_score": 0.05}
    plan |= {"is_gated": True, "runtime": "onnx", "sources": [str(folder / "archive")]}
    (folder / "screening.json").write_text(json.dumps(plan))
    has_fault = np.where(faulty, fault, -1)
    return {"outcome": outcome, "count": found, "score": score, "size": size, "fault": has_fault}


def _lists(counts: np.ndarray, of: pa.StructType, codes: np.ndarray | None) -> pa.ListArray:
    """A list of structs for each row, whose numbers are made up."""
    total = int(counts.sum())
    fields = []
    for field in of:
        if field.name == "code":
            values = pa.array(np.array(FAULTS, object)[codes], pa.string())
        elif pa.types.is_string(field.type):
            values = pa.array([f"{n}" for n in range(total)])
        else:
            values = pa.array(np.random.default_rng(1).random(total) * 100).cast(
                field.type, safe=False
            )
        fields.append(values)
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]), pa.int32())
    return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(fields, fields=list(of)))
