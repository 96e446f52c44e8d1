"""The file's own windows: their curve, several of them, and tables that are not applied."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_windowing
from pydicom.sequence import Sequence

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.study import Series
from lesion_viewer.ct.values.window import Curve, Window, to_display

WriteSlice = Callable[..., Path]


def series_with(tmp_path: Path, write_slice: WriteSlice, **changes: object) -> Series:
    (series,) = open_study(write_slice(tmp_path / "slice", 0, **changes)).series
    return series


def test_a_sigmoid_window_is_drawn_along_its_curve() -> None:
    """255 / (1 + exp(-4 (x - 40) / 400)), PS3.3 C.11.2.1.3.1."""
    hu = np.array([[-1024, -160, 40, 240, 3071]], np.int16)
    window = Window(400, 40, Curve.SIGMOID)
    assert to_display(hu, window).tolist() == [[0, 30, 128, 225, 255]]
    out = np.zeros((1, 5), np.uint8)
    to_display(hu, window, out)
    assert out.tolist() == [[0, 30, 128, 225, 255]]


def test_sigmoid_levels_are_those_of_pydicom() -> None:
    hu = np.arange(-2000, 3000, dtype=np.int16).reshape(50, 100)
    dataset = Dataset()
    dataset.WindowCenter, dataset.WindowWidth, dataset.VOILUTFunction = 90, 250, "SIGMOID"
    dataset.BitsStored, dataset.PixelRepresentation = 16, 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    full_range = apply_windowing(hu, dataset)  # -32768 to 32767
    expected = (full_range + 32768) / 65535 * 255
    levels = to_display(hu, Window(250, 90, Curve.SIGMOID))
    assert np.abs(levels - expected).max() <= 0.51


def test_the_extremes_of_int16_have_levels_through_the_narrowest_sigmoid() -> None:
    hu = np.array([[-32768, 32767]], np.int16)
    assert to_display(hu, Window(1, 0, Curve.SIGMOID)).tolist() == [[0, 255]]


@pytest.mark.parametrize(
    ("function", "curve"),
    [("SIGMOID", Curve.SIGMOID), ("LINEAR_EXACT", Curve.LINEAR), (None, Curve.LINEAR)],
)
def test_the_files_window_has_the_files_curve(
    tmp_path: Path, write_slice: WriteSlice, function: str | None, curve: Curve
) -> None:
    series = series_with(tmp_path, write_slice, VOILUTFunction=function)
    assert series.file_window == Window(400, 40, curve)
    assert series.faults == ()


def test_an_unknown_function_is_said(tmp_path: Path, write_slice: WriteSlice) -> None:
    series = series_with(tmp_path, write_slice, VOILUTFunction="CUBIC")
    assert series.file_window == Window(400, 40)
    assert [f.code for f in series.faults] == ["unknown_voi_function"]
    assert "CUBIC" in series.faults[0].text


def test_a_table_of_grey_levels_is_said_not_to_be_applied(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    table = Dataset()
    table.LUTDescriptor, table.LUTData = [256, 0, 16], list(range(256))
    table["LUTDescriptor"].VR = table["LUTData"].VR = "US"
    series = series_with(tmp_path, write_slice, VOILUTSequence=Sequence([table]))
    assert [f.code for f in series.faults] == ["voi_lut"]


def test_all_windows_of_a_file_are_kept(tmp_path: Path, write_slice: WriteSlice) -> None:
    series = series_with(
        tmp_path, write_slice, WindowCenter=[40, 300, -600, 5], WindowWidth=[400, 1500, 0, 0.5]
    )
    assert series.slices[0].window == Window(400, 40)
    assert series.slices[0].further_windows == (Window(1500, 300),)
