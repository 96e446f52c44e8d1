import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lesion_viewer.ct.reading import open_collection
from lesion_viewer.errors import CTError


def write_png(path: Path, values, dtype=np.uint16) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.array(values, dtype)).save(path)
    return path


@pytest.fixture
def folder(tmp_path):
    """Volume a with slices 8-10 and 12, volume b with slice 9."""
    for name in ("a/008", "a/009", "a/010", "a/012", "b/009"):
        number = int(name[-3:])
        write_png(tmp_path / "Images_png" / f"{name}.png", np.full((3, 4), 32768 + number))
    return tmp_path


def test_png_value_32768_is_0_hu(tmp_path):
    path = write_png(tmp_path / "a" / "001.png", [[0, 31768, 32768, 33168, 65535]])
    hu = open_collection(path).series[0].decode(0)
    assert hu.dtype == np.int16
    assert hu.tolist() == [[-32768, -1000, 0, 400, 32767]]


def test_runs_of_consecutive_numbers_are_series_of_their_own(folder):
    study = open_collection(folder / "Images_png")
    assert [s.uid for s in study.series] == ["a/008-010", "a/012", "b/009"]
    run = study.series[0]
    assert run.shape == (3, 3, 4)
    assert [s.file for s in run.slices] == ["a/008.png", "a/009.png", "a/010.png"]
    assert [int(run.decode(i)[0, 0]) for i in range(3)] == [8, 9, 10]


def test_the_same_series_come_from_the_parent_folder_and_with_the_same_key(folder):
    inner, outer = open_collection(folder / "Images_png"), open_collection(folder)
    assert [s.uid for s in outer.series] == [s.uid for s in inner.series]
    assert outer.key == inner.key
    assert outer.series[0].slices[0].file == "Images_png/a/008.png"


def test_one_volumes_folder_opens_by_itself(folder):
    study = open_collection(folder / "Images_png" / "a")
    assert [s.uid for s in study.series] == ["a/008-010", "a/012"]
    assert study.series[0].slices[0].file == "008.png"


def test_files_named_as_in_the_csv_open_from_one_flat_folder(tmp_path):
    for name in ("000001_01_01_108", "000001_01_01_109", "000002_01_01_109"):
        write_png(tmp_path / f"{name}.png", np.zeros((2, 2)))
    uids = [s.uid for s in open_collection(tmp_path).series]
    assert uids == ["000001_01_01/108-109", "000002_01_01/109"]


def test_a_png_has_no_spacing_no_orientation_and_no_position(folder):
    series = open_collection(folder).series[0]
    assert series.spacing_mm is None
    assert series.affine is None
    assert series.slices[0].location_mm is None


def test_slices_of_another_size_are_another_series(folder):
    write_png(folder / "Images_png/a/011.png", np.zeros((5, 5)))
    assert [s.uid for s in open_collection(folder).series] == [
        "a/008-010",
        "a/011",
        "a/012",
        "b/009",
    ]


def test_folders_of_one_name_are_told_apart_by_their_path(folder):
    write_png(folder / "more/a/012.png", np.zeros((3, 4)))
    uids = [s.uid for s in open_collection(folder).series]
    assert uids == ["Images_png/a/a/012", "a/008-010", "b/009", "more/a/a/012"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"not a picture", "is a damaged PNG"),
        (b"", "is a damaged PNG"),
    ],
)
def test_a_damaged_png_is_left_out_by_name(folder, content, reason):
    (folder / "Images_png/a/009.png").write_bytes(content)
    study = open_collection(folder)
    assert [(f.file, f.reason) for f in study.left_out] == [("Images_png/a/009.png", reason)]
    assert len(study.series) == 4


def test_an_8_bit_png_is_left_out_by_name(folder):
    write_png(folder / "b/screenshot_1.png", np.zeros((2, 2)), np.uint8)
    (left_out,) = open_collection(folder).left_out
    assert left_out.reason == "is a PNG of 8 bits, not of 16 bits grey"


def test_a_cut_off_png_is_named_when_it_is_decoded(folder):
    path = folder / "Images_png/a/009.png"
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(CTError, match=re.escape("a/009.png cannot be decoded")):
        open_collection(folder).series[0].decode(1)


@pytest.mark.realdata
def test_real_slices_are_the_files_less_32768(real_data):
    root = real_data / "deeplesion" / "Images_png"
    study = open_collection(root)
    slices = [(s, i) for s in study.series for i in range(s.shape[0])]
    assert len(slices) == 56
    for series, index in slices:
        with Image.open(root / series.slices[index].file) as picture:
            values = np.array(picture).astype(int)
        np.testing.assert_array_equal(series.decode(index), values - 32768)


@pytest.mark.realdata
def test_the_real_runs_are_found(real_data):
    study = open_collection(real_data / "deeplesion")
    long = [s for s in study.series if s.shape[0] > 1]
    assert [s.uid for s in long] == ["000062_01_01/056-084"]
    assert long[0].shape == (29, 512, 512)
    assert len(study.series) == 28
    assert [f.file for f in study.left_out] == [
        "DL_info_val_test.csv",
        "text_mined_labels_171_and_split.json",
    ]
