"""The columns of a screening's two tables, and the rows of a series."""

import math
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from lesion_viewer import __version__
from lesion_viewer.ct.study import Series
from lesion_viewer.detection.candidates import Candidate
from lesion_viewer.screening.plan import Plan

BOX = pa.struct(
    [
        ("candidate", pa.int32()),
        ("source", pa.string()),
        ("sop_instance_uid", pa.string()),
        ("slice_index", pa.int32()),
        ("location_mm", pa.float64()),
        ("instance_number", pa.int64()),
        *((name, pa.float64()) for name in ("x1", "y1", "x2", "y2", "score")),
        ("lesion_type", pa.string()),
    ]
)
CANDIDATE = pa.struct(
    [
        ("candidate", pa.int32()),
        ("score", pa.float64()),
        ("key_slice", pa.int32()),
        ("slices", pa.int32()),
        ("size_mm", pa.float64()),
        ("lesion_type", pa.string()),
    ]
)
FAULT = pa.struct([("code", pa.string()), ("text", pa.string())])
SKIPPED = pa.struct([("slice_index", pa.int32()), ("reason", pa.string())])

SERIES = pa.schema(
    [
        ("key", pa.string()),
        ("unit", pa.string()),
        ("study_uid", pa.string()),
        ("series_uid", pa.string()),
        ("slices", pa.int32()),
        ("rows", pa.int32()),
        ("columns", pa.int32()),
        ("slice_mm", pa.float64()),
        ("row_mm", pa.float64()),
        ("column_mm", pa.float64()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
        ("score", pa.float64()),
        ("candidates_count", pa.int32()),
        ("size_mm", pa.float64()),
        ("slices_searched", pa.int32()),
        ("slices_with_liver", pa.int32()),
        ("liver_ml", pa.float64()),
        ("faults", pa.list_(FAULT)),
        ("skipped", pa.list_(SKIPPED)),
        ("candidates", pa.list_(CANDIDATE)),
        ("boxes", pa.list_(BOX)),
        ("model", pa.string()),
        ("model_sha256", pa.string()),
        ("min_score", pa.float64()),
        ("is_gated", pa.bool_()),
        ("runtime", pa.string()),
        ("program", pa.string()),
    ]
)
"""A row for each series; ``outcome`` is one of those of ``cohorts``."""

LISTED = pa.struct(
    [
        ("key", pa.string()),
        ("identity", pa.string()),
        ("study_uid", pa.string()),
        ("series_uid", pa.string()),
        ("slices", pa.int32()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
    ]
)
LEFT_OUT = pa.struct([("reason", pa.string()), ("files", pa.int32())])
UNITS = pa.schema(
    [
        ("key", pa.string()),
        ("unit", pa.string()),
        ("signature", pa.string()),
        ("files", pa.int32()),
        ("studies", pa.int32()),
        ("series", pa.list_(LISTED)),
        ("left_out", pa.list_(LEFT_OUT)),
        ("reason", pa.string()),
    ]
)
"""A row for each unit: what it holds, or in ``reason`` why it cannot be opened."""


def of_series(unit: str, series: Series) -> dict[str, Any]:
    """The columns that say which series it is.

    Parameters
    ----------
    unit : str
        Name of its unit.
    series : Series
        The series.

    Returns
    -------
    dict[str, Any]
        Values by column; distances are None where the file gives none.
    """
    slices, rows, columns = series.shape
    slice_mm, row_mm, column_mm = series.spacing_mm or (None, None, None)
    return {
        "unit": unit,
        "study_uid": series.study_uid,
        "series_uid": series.uid,
        "slices": slices,
        "rows": rows,
        "columns": columns,
        "slice_mm": slice_mm,
        "row_mm": row_mm,
        "column_mm": column_mm,
        "faults": [{"code": fault.code, "text": fault.text} for fault in series.faults],
    }


def of_plan(plan: Plan) -> dict[str, Any]:
    """The columns that say what searched it.

    Parameters
    ----------
    plan : Plan
        Of the screening.

    Returns
    -------
    dict[str, Any]
        Values by column.
    """
    return {
        "model": plan.detector,
        "model_sha256": plan.detector_sha256,
        "min_score": plan.min_score,
        "is_gated": plan.is_gated,
        "runtime": plan.runtime,
        "program": f"lesion-viewer {__version__}",
    }


def of_candidates(series: Series, found: Sequence[Candidate], only_class: str) -> dict[str, Any]:
    """The columns of what was found.

    Parameters
    ----------
    series : Series
        The series that was searched.
    found : Sequence[Candidate]
        Its candidates, best first, as ``link`` gives them.
    only_class : str
        Type of every box without a type of its own; empty where the detector knows several.

    Returns
    -------
    dict[str, Any]
        Values by column; score and size are None without candidates.
    """
    sizes = [_size_mm(series, candidate) for candidate in found]
    known = [size for size in sizes if size is not None]
    return {
        "score": found[0].score if found else None,
        "candidates_count": len(found),
        "size_mm": max(known, default=None),
        "candidates": [
            {
                "candidate": number,
                "score": candidate.score,
                "key_slice": candidate.key_slice,
                "slices": len(candidate.detections),
                "size_mm": size,
                "lesion_type": candidate.lesion_type or only_class,
            }
            for number, (candidate, size) in enumerate(zip(found, sizes, strict=True), 1)
        ],
        "boxes": [
            box
            for number, candidate in enumerate(found, 1)
            for box in _boxes(series, number, candidate, only_class)
        ],
    }


def _boxes(
    series: Series, number: int, candidate: Candidate, only_class: str
) -> list[dict[str, Any]]:
    """Its boxes as ``detect`` writes them, slices ascending."""
    boxes = []
    for index, detection in sorted(candidate.detections.items()):
        source = series.slices[index]
        x1, y1, x2, y2 = detection.box.as_tuple()
        boxes.append(
            {
                "candidate": number,
                "source": source.file,
                "sop_instance_uid": source.sop_instance_uid,
                "slice_index": index,
                "location_mm": source.location_mm,
                "instance_number": source.instance_number,
                **{"x1": x1, "y1": y1, "x2": x2, "y2": y2},
                "score": detection.score,
                "lesion_type": detection.lesion_type or only_class,
            }
        )
    return boxes


def _size_mm(series: Series, candidate: Candidate) -> float | None:
    """The longest side of its boxes in mm; None where the file gives no distances."""
    if series.spacing_mm is None:
        return None
    _, row_mm, column_mm = series.spacing_mm
    boxes = [detection.box.as_tuple() for detection in candidate.detections.values()]
    sides = [((x2 - x1) * column_mm, (y2 - y1) * row_mm) for x1, y1, x2, y2 in boxes]
    return max(map(max, sides)) if sides and math.isfinite(column_mm + row_mm) else None
