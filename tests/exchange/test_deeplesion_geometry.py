"""What a DeepLesion CSV says of its PNGs."""

from pathlib import Path

import pytest

from lesion_viewer.ct.study import Study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.exchange.csv_records import table_of
from lesion_viewer.exchange.deeplesion.slice_geometry import with_annotated_geometry

NAMES = "File_name,Spacing_mm_px_,DICOM_windows\n"
KEY_SLICE = '000007_01_02_104.png,"0.7, 0.8, 5","-175, 275"\n'


def described(study: Study, *rows: str, names: str = NAMES) -> Study:
    return with_annotated_geometry(study, table_of(Path("labels.csv"), names + "".join(rows)))


def test_a_series_takes_the_spacing_of_its_rows(png_study: Study) -> None:
    volume, isolated = described(png_study, KEY_SLICE).series
    # DeepLesion writes x, y and the distance of slices: DICOM's order is the other way round.
    assert volume.spacing_mm == (5.0, 0.8, 0.7)
    assert isolated is png_study.series[1]


def test_every_slice_of_a_series_has_a_window_its_own_first(png_study: Study) -> None:
    volume, _ = described(
        png_study, KEY_SLICE, '000007_01_02_106.png,"0.7, 0.8, 5","-1500, 500"\n'
    ).series
    soft_tissue, lung = Window(450, 50), Window(2000, -500)
    windows = [source.window for source in volume.slices]
    assert windows == [*[soft_tissue] * 6, lung, *[soft_tissue] * 3]


def test_rows_that_disagree_on_the_spacing_give_none(png_study: Study) -> None:
    volume, _ = described(
        png_study, KEY_SLICE, '000007_01_02_106.png,"0.7, 0.8, 1","-175, 275"\n'
    ).series
    assert volume.spacing_mm is None


@pytest.mark.parametrize(
    "cells",
    ['"0.7, 0.8","5"', '"0.7, 0.8, -5","275, -175"', '"a, b, c",""', '"nan, 1, 1","0, inf"'],
)
def test_what_cannot_be_used_is_left_out(png_study: Study, cells: str) -> None:
    volume, _ = described(png_study, f"000007_01_02_104.png,{cells}\n").series
    assert volume.spacing_mm is None
    assert volume.slices[4].window is None


def test_a_file_without_these_columns_says_nothing(png_study: Study) -> None:
    assert described(png_study, "000007_01_02_104.png\n", names="File_name\n") == png_study
