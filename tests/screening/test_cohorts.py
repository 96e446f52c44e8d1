"""Which series of an archive are told apart, and by what."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from lesion_viewer.cli import main
from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.screening.cohorts import is_without_liver, liver_ml

SIDE = 100


def series(slices: int, slice_mm: float, pixel_mm: float = 1.0) -> Series:
    voxels = np.zeros((slices, SIDE, SIDE), np.int16)
    sources = tuple(SliceSource(f"{i}.dcm", location_mm=i * slice_mm) for i in range(slices))
    spacing = (slice_mm, pixel_mm, pixel_mm)
    return Series(
        "1.2", "1", "CT", "", 1, sources, voxels.shape, spacing, None, (), voxels.__getitem__
    )


def answers(slices: int, livers: int, side: int) -> list[SliceDetections]:
    """The first slices show a square of liver."""
    mask = np.zeros((SIDE, SIDE), bool)
    mask[:side, :side] = True
    liver = SliceMask.of(mask)
    return [
        SliceDetections(i, (), i < livers, liver if i < livers else None) for i in range(slices)
    ]


@pytest.mark.parametrize(
    ("slices", "livers", "side", "ml", "is_without"),
    [
        (40, 0, 10, None, True),  # none at all
        (40, 2, 40, 2 * 16 * 0.5, True),  # two slices of 16 cm2 at 5 mm: 16 ml
        (40, 10, 40, 10 * 16 * 0.5, False),  # 80 ml
        (10, 2, 40, 2 * 16 * 0.5, False),  # a scan of 5 cm may show a part
    ],
)
def test_little_liver_in_a_long_scan_is_another_region(
    slices: int, livers: int, side: int, ml: float | None, is_without: bool
) -> None:
    scan, found = series(slices, 5.0), answers(slices, livers, side)
    assert liver_ml(scan, found) == pytest.approx(ml)
    assert is_without_liver(scan, found) is is_without


def test_without_a_gate_nothing_is_said() -> None:
    found = [SliceDetections(i, ()) for i in range(40)]
    assert liver_ml(series(40, 5.0), found) is None
    assert not is_without_liver(series(40, 5.0), found)


@pytest.mark.slow
@pytest.mark.realdata
def test_a_real_archive_is_told_apart(real_data: Path, tmp_path: Path) -> None:
    """Abdomen and head, a localizer, secondary captures, files without pixels."""
    names = ("mixed-study", "gantry-tilt-variable-spacing", "transfer-syntaxes")
    paths = [real_data / "dicom-edge" / name for name in names]
    abdomen = real_data / "totalsegmentator" / "example_ct.nii.gz"
    (tmp_path / "list.txt").write_text("\n".join(map(str, [abdomen, *paths])))
    output = tmp_path / "results"
    run = ["screen", str(tmp_path / "list.txt"), "--output", str(output), "--workers", "1"]
    assert main([*run, "--model", "liver"]) == 0
    series: list[dict[str, Any]] = pq.read_table(output / "series.parquet").to_pylist()
    outcomes = {Path(row["unit"]).name: row for row in series}
    assert outcomes["example_ct.nii.gz"]["outcome"] == "searched"
    assert outcomes["example_ct.nii.gz"]["liver_ml"] > 1000
    assert outcomes["mixed-study"]["outcome"] == "no liver"
    assert outcomes["mixed-study"]["boxes"] == []
    units: list[dict[str, Any]] = pq.read_table(output / "units.parquet").to_pylist()
    (mixed,) = [unit for unit in units if unit["unit"].endswith("mixed-study")]
    counts = {one["reason"]: one["files"] for one in mixed["left_out"]}
    assert counts["is a localizer"] == 1
    assert counts["is no CT image but Secondary Capture Image Storage"] == 5
