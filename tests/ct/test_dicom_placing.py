"""Positions and directions as writers round, mistype or leave them out."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.study import Series
from lesion_viewer.geometry.stack import directions_of, orientation_letters

WriteSlice = Callable[..., Path]
# Directions whose angle has a cosine of .015.
SKEWED = [0.99995, 0.01, 0, 0.005, 0.99998, 0]


def series_of(folder: Path) -> Series:
    study = open_collection(folder)
    assert study.left_out == ()
    (series,) = study.series
    return series


def write_stack(folder: Path, write_slice: WriteSlice, **changes: object) -> Series:
    for n in range(4):
        write_slice(folder / str(n), n, **changes)
    return series_of(folder)


def codes(series: Series) -> list[str]:
    return [fault.code for fault in series.faults]


def test_directions_off_by_rounding_become_orthonormal_and_are_named(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    series = write_stack(tmp_path, write_slice, ImageOrientationPatient=SKEWED)
    assert codes(series) == ["rounded_directions"]
    assert "are 89.1° apart and 1.000 and 1.000 long" in series.faults[0].text
    assert series.affine is not None
    row, column = series.affine[:3, 0] / 0.75, series.affine[:3, 1] / 0.5
    assert row @ column == pytest.approx(0, abs=1e-12)
    assert np.linalg.norm([row, column], axis=1) == pytest.approx([1, 1])
    # Half of the missing .86 degrees is taken from either direction.
    assert math.degrees(math.atan2(row[1], row[0])) == pytest.approx(0.573 - 0.43, abs=0.01)
    assert orientation_letters(series.affine) == ("R", "L", "A", "P")
    assert series.slices[3].location_mm == pytest.approx(6)


def test_directions_a_little_too_long_are_named_with_their_lengths(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    series = write_stack(tmp_path, write_slice, ImageOrientationPatient=[1.015, 0, 0, 0, 0.985, 0])
    assert "are 90.0° apart and 1.015 and 0.985 long" in series.faults[0].text
    assert series.affine is not None
    assert np.linalg.norm(series.affine[:3, :2], axis=0) == pytest.approx([0.75, 0.5])


def test_directions_of_five_digits_are_no_fault(tmp_path: Path, write_slice: WriteSlice) -> None:
    oblique = [0.96593, 0.25882, 0, -0.25882, 0.96593, 0]
    assert codes(write_stack(tmp_path, write_slice, ImageOrientationPatient=oblique)) == []


@pytest.mark.parametrize(
    ("directions", "text"),
    [
        ([1, 0, 0, 0.1736, 0.9848, 0], "are 80.0° apart and 1.000 and 1.000 long"),
        ([1.03, 0, 0, 0, 1, 0], "are 90.0° apart and 1.030 and 1.000 long"),
        ([0, 0, 0, 0, 1, 0], "has an orientation that cannot be used"),
        ([1, 0, 0], "has an orientation that cannot be used"),
        (None, "has a position and no orientation"),
    ],
)
def test_directions_of_no_image_are_named_as_what_they_are(
    tmp_path: Path, write_slice: WriteSlice, directions: list[float] | None, text: str
) -> None:
    series = write_stack(tmp_path, write_slice, ImageOrientationPatient=directions)
    assert "unusable_position" in codes(series)
    assert series.affine is None
    fault = next(f for f in series.faults if f.code == "unusable_position")
    assert fault.text.startswith("None of the 4 images can be placed: the first has ")
    assert text in fault.text


def test_a_position_beyond_any_patient_is_named_as_that(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    series = write_stack(tmp_path, write_slice, ImagePositionPatient=[0, 0, 1e7])
    assert "has a position that cannot be used" in series.faults[0].text


def test_slices_whose_directions_differ_by_rounding_are_one_stack_along_one_normal(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    """Each normal by itself would put a corner 300 mm off by up to 3 mm: more than a step."""
    for n, tilt in enumerate((0.008, -0.008, 0.004, -0.004, 0, 0.008)):
        write_slice(
            tmp_path / str(n), n, ImagePositionPatient=[-300, -300, 1.0 * n],
            ImageOrientationPatient=[1, 0, tilt, 0, 1, -tilt],
        )  # fmt: skip
    series = series_of(tmp_path)
    assert [int(series.decode(i)[0, 0]) for i in range(6)] == [0, 1, 2, 3, 4, 5]
    assert series.spacing_mm is not None
    assert series.spacing_mm[0] == pytest.approx(1, abs=0.001)
    assert codes(series) == ["varying_directions"]


def test_where_no_two_directions_are_equal_no_slice_is_lost(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    for n in range(20):
        tilt = (n - 9.5) / 1000
        write_slice(tmp_path / f"{n:02}", n, ImageOrientationPatient=[1, tilt, 0, -tilt, 1, 0])
    series = series_of(tmp_path)
    assert series.shape[0] == 20


def test_decimal_commas_in_the_geometry_are_read_and_named(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    for n in range(3):
        path = write_slice(tmp_path / str(n), n, ImagePositionPatient=[-10.5, -20.5, 2.5 * n])
        data = path.read_bytes()
        text = f"-10.5\\-20.5\\{2.5 * n}".encode()
        path.write_bytes(data.replace(text, text.replace(b".", b",")))
    series = series_of(tmp_path)
    assert codes(series) == ["decimal_commas"]
    assert series.affine is not None
    assert series.affine[:3, 3] == pytest.approx([-10.5, -20.5, 0])
    assert series.spacing_mm == (2.5, 0.5, 0.75)


def test_positions_with_spaces_and_nulls_are_read(tmp_path: Path, write_slice: WriteSlice) -> None:
    for n in range(3):
        path = write_slice(tmp_path / str(n), n, ImagePositionPatient=[-10.25, -20.25, 2.25])
        text = f" -10 \\ -20\0\\ {2 * n} ".encode()
        path.write_bytes(path.read_bytes().replace(b"-10.25\\-20.25\\2.25 ", text.ljust(19)))
    series = series_of(tmp_path)
    assert codes(series) == []
    assert series.affine is not None
    assert series.affine[:3, 3] == pytest.approx([-10, -20, 0])


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"PixelSpacing": None, "ImagerPixelSpacing": [0.5, 0.5]},
            "The files give no Pixel Spacing. Their Imager Pixel Spacing (0.5\\0.5) is that of the"
            " detector and is not used.",
        ),
        (
            {"PixelSpacing": [0, 0]},
            "The files give a Pixel Spacing that cannot be used (0.0\\0.0).",
        ),
    ],
)
def test_a_spacing_that_is_not_the_patients_is_not_used_and_said(
    tmp_path: Path, write_slice: WriteSlice, changes: dict[str, object], text: str
) -> None:
    series = write_stack(tmp_path, write_slice, **changes)
    assert series.spacing_mm is None
    assert [f.text for f in series.faults] == [text]


def test_the_nearest_orthonormal_pair_of_an_orthonormal_one_is_itself() -> None:
    assert directions_of((0.0, 1.0, 0.0, 0.0, 0.0, -1.0)) == (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
