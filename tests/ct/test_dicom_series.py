"""How DICOM files become series: expected orders and reasons by hand."""

import random
import shutil

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.values.window import Window


def only_series(folder):
    (series,) = open_collection(folder).series
    return series


def hu_upwards(series):
    return [int(series.decode(i)[0, 0]) for i in range(series.shape[0])]


def reasons(study):
    return {f.file: f.reason for f in study.left_out}


def test_slices_are_sorted_by_position_and_not_by_number_or_name(ct_folder):
    series = only_series(ct_folder)
    assert hu_upwards(series) == [0, 1, 2, 3, 4]
    assert [s.location_mm for s in series.slices] == [0, 2, 4, 6, 8]
    assert [s.file for s in series.slices] == ["slice9", "slice8", "slice7", "slice6", "slice5"]


def test_slices_are_sorted_towards_the_head_where_rows_are_stored_upside_down(
    tmp_path, write_slice
):
    """Row direction cross column direction points to the feet; the picture is turned over."""
    for index in range(3):
        write_slice(tmp_path / str(index), index, ImageOrientationPatient=[1, 0, 0, 0, -1, 0])
    series = only_series(tmp_path)
    assert hu_upwards(series) == [0, 1, 2]
    assert [s.location_mm for s in series.slices] == [0, 2, 4]


def test_a_series_says_what_it_is(ct_folder):
    series = only_series(ct_folder)
    assert (series.modality, series.description, series.number) == ("CT", "Abdomen", 3)
    assert series.shape == (5, 4, 6)
    assert series.spacing_mm == (2.0, 0.5, 0.75)
    assert series.faults == ()
    assert series.slices[0].sop_instance_uid == "1.2.826.0.1.3680043.8.498.9.1"
    assert series.file_window == Window(400, 40)
    np.testing.assert_array_equal(
        series.affine, [[0.75, 0, 0, -10], [0, 0.5, 0, -20], [0, 0, 2, 0], [0, 0, 0, 1]]
    )


@pytest.mark.parametrize(
    ("width", "level", "window"),
    [(0, 0, None), (0.5, 40, None), (None, 40, None), ([350, 1500], [50, -600], Window(350, 50))],
)
def test_only_a_width_of_at_least_1_is_a_window(tmp_path, write_slice, width, level, window):
    write_slice(tmp_path / "slice", WindowWidth=width, WindowCenter=level)
    assert only_series(tmp_path).file_window == window


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**6))
def test_file_names_and_their_order_do_not_matter(tmp_path_factory, ct_folder, seed):
    shuffled = tmp_path_factory.mktemp("shuffled")
    names = [f"{random.Random(seed).random()}{i}" for i in range(5)]
    random.Random(seed).shuffle(names)
    for name, file in zip(names, sorted(ct_folder.iterdir()), strict=True):
        shutil.copy(file, shuffled / name)
    before, after = open_collection(ct_folder), open_collection(shuffled)
    assert hu_upwards(after.series[0]) == hu_upwards(before.series[0])
    assert after.key == before.key
    assert [s.sop_instance_uid for s in after.series[0].slices] == [
        s.sop_instance_uid for s in before.series[0].slices
    ]


def test_series_are_told_apart_by_their_uid_and_listed_by_their_number(tmp_path, write_slice):
    for name, number in (("b", 2), ("a", 7)):
        uid = {"SeriesInstanceUID": f"1.2.{number}", "SOPInstanceUID": f"1.3.{number}"}
        write_slice(tmp_path / name, SeriesNumber=number, **uid)
    assert [s.number for s in open_collection(tmp_path).series] == [2, 7]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, "is a localizer"),
        ({"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]}, "has another orientation"),
        ({"stored": np.zeros((5, 5), np.uint16)}, "has another size than its series (5 x 5, not"),
        ({"PixelSpacing": [0.9, 0.9]}, "has another pixel spacing than its series"),
        ({"ImagePositionPatient": None}, "has no position in its series"),
        ({"Modality": "MR"}, "is MR, not CT"),
        ({"NumberOfFrames": 3}, "holds 3 frames, where a CT image is one"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, "is no CT image but Secondary Capture"),
        ({"SeriesInstanceUID": None}, "has no Series Instance UID"),
    ],
)
def test_what_is_no_slice_of_the_stack_is_left_out_by_name(ct_folder, write_slice, changes, reason):
    write_slice(ct_folder / "odd", 7, **changes)
    study = open_collection(ct_folder)
    assert reasons(study).keys() == {"odd"}
    assert reason in reasons(study)["odd"]
    assert hu_upwards(study.series[0]) == [0, 1, 2, 3, 4]


def test_a_series_says_that_some_of_its_images_do_not_fit(ct_folder, write_slice):
    write_slice(ct_folder / "odd", 7, stored=np.zeros((5, 5), np.uint16))
    assert [f.code for f in only_series(ct_folder).faults] == ["mixed_series"]


def test_a_series_says_that_some_of_its_images_have_no_position(ct_folder, write_slice):
    write_slice(ct_folder / "odd", 7, ImagePositionPatient=None)
    assert [f.code for f in only_series(ct_folder).faults] == ["missing_position"]


def test_orientations_that_differ_by_rounding_are_one_stack(ct_folder, write_slice):
    write_slice(ct_folder / "next", 5, ImageOrientationPatient=[1, 0.0001, 0, -0.0001, 1, 0])
    assert only_series(ct_folder).shape[0] == 6


def test_the_same_image_twice_is_read_once(ct_folder):
    shutil.copy(ct_folder / "slice7", ct_folder / "copy of slice7")
    study = open_collection(ct_folder)
    assert reasons(study) == {"slice7": "is the same image as copy of slice7"}
    assert hu_upwards(study.series[0]) == [0, 1, 2, 3, 4]
    assert study.series[0].faults == ()


def test_two_pictures_under_one_uid_are_both_kept_and_said(ct_folder, write_slice):
    """Not even the position tells them apart: nobody can say which is the right one."""
    write_slice(ct_folder / "other", 2, stored=np.full((4, 6), 1500, np.uint16))
    study = open_collection(ct_folder)
    (series,) = study.series
    assert study.left_out == ()
    assert sorted(hu_upwards(series)) == [0, 1, 2, 3, 4, 476]
    assert [f.code for f in series.faults] == ["duplicate_position"]


def test_one_picture_under_one_uid_with_another_slope_is_no_copy(ct_folder, write_slice):
    write_slice(ct_folder / "other", 2, RescaleSlope=2)
    (series,) = open_collection(ct_folder).series
    assert series.shape[0] == 6
    assert [f.code for f in series.faults] == ["duplicate_position"]


def test_without_positions_the_instance_number_decides_and_that_is_said(tmp_path, write_slice):
    for index in range(3):
        write_slice(tmp_path / str(index), index, ImagePositionPatient=None)
    series = only_series(tmp_path)
    assert hu_upwards(series) == [2, 1, 0]
    assert [f.code for f in series.faults] == ["missing_position"]
    assert series.affine is None
    assert series.spacing_mm == (2.5, 0.5, 0.75)
    assert series.slices[0].location_mm is None


def test_unknown_spacing_is_said(tmp_path, write_slice):
    write_slice(tmp_path / "slice", PixelSpacing=None)
    series = only_series(tmp_path)
    assert [f.code for f in series.faults] == ["missing_spacing"]
    assert series.spacing_mm is None
    assert series.affine is None


def test_unstated_units_are_said(tmp_path, write_slice):
    write_slice(tmp_path / "slice", RescaleType="US")
    assert [f.code for f in only_series(tmp_path).faults] == ["unstated_units"]


def test_two_acquisitions_at_the_same_places_are_named(ct_folder, write_slice):
    for index in range(5):
        write_slice(ct_folder / f"late{index}", index, SOPInstanceUID=f"1.5.{index + 1}")
    series = only_series(ct_folder)
    assert [f.code for f in series.faults] == ["duplicate_position"]
    assert series.spacing_mm[0] == 2.0


def test_a_missing_slice_is_named(ct_folder):
    (ct_folder / "slice7").unlink()
    assert [f.code for f in only_series(ct_folder).faults] == ["gap"]


@pytest.mark.realdata
def test_case01_has_its_known_geometry(real_data):
    series = only_series(real_data / "ircadb01/case01/DICOM")
    assert series.shape == (129, 512, 512)
    assert series.spacing_mm == pytest.approx((1.6, 0.57, 0.57), abs=1e-6)
    assert series.faults == ()
    assert [s.file for s in series.slices] == [f"image_{i}" for i in range(129)]
    assert series.file_window is None  # the files say 0/0


@pytest.mark.realdata
def test_the_real_tilted_head_is_named_with_its_tilt_and_spacings(real_data):
    folder = real_data / "dicom-edge/gantry-tilt-variable-spacing"
    series = only_series(folder)
    assert [f.code for f in series.faults] == ["gantry_tilt", "variable_spacing"]
    assert "18.5°" in series.faults[0].text  # Gantry/Detector Tilt of the files
    # The positions are 1.14 to 7.38 mm apart along the table; times cos 18.5 degrees.
    assert series.faults[1].text == "Slices are 1.08 to 7.00 mm apart."
    assert [s.file for s in series.slices] == [f"{i:02}.dcm" for i in range(1, 29)]


@pytest.mark.realdata
def test_the_real_mixed_study_keeps_only_its_axial_series(real_data):
    study = open_collection(real_data / "dicom-edge/mixed-study")
    (series,) = study.series
    assert series.number == 201
    assert series.shape == (28, 512, 512)
    assert [s.file for s in series.slices] == [f"S2010/I{n}0" for n in range(1, 29)]
    left_out = reasons(study)
    assert left_out["S1000/I10"] == "is a localizer"
    assert left_out["S4010/I40"].startswith("is no CT image but Secondary Capture")
    assert "DIRFILE" in left_out
    assert len(left_out) == 11
