"""Series that make more than one stack: what is taken apart, what is not, and what is said."""

import random
import shutil

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lesion_viewer.ct.reading import open_collection


def write_acquisition(write_slice, folder, number, heights_mm, first=0, **changes):
    for n, z in enumerate(heights_mm):
        write_slice(
            folder / f"{number}-{n}", first + n, ImagePositionPatient=[0, 0, z],
            SOPInstanceUID=f"1.9.{number}.{n + 1}", AcquisitionNumber=number, **changes,
        )  # fmt: skip


def codes(series):
    return [fault.code for fault in series.faults]


def test_two_phases_of_the_same_region_become_two_parts(tmp_path, write_slice):
    write_acquisition(write_slice, tmp_path, 1, range(0, 10, 2))
    write_acquisition(write_slice, tmp_path, 2, range(0, 10, 2), first=100)
    first, second = open_collection(tmp_path).series
    assert [int(first.decode(i)[0, 0]) for i in range(5)] == [0, 1, 2, 3, 4]
    assert [int(second.decode(i)[0, 0]) for i in range(5)] == [100, 101, 102, 103, 104]
    assert codes(first) == codes(second) == ["parted_series"]
    assert first.faults[0].text == (
        "The series is shown in 2 parts, as its images do not make one stack:"
        " this one has 5 of 10 images (acquisition 1)."
    )
    assert [s.uid.partition("#")[2] for s in (first, second)] == ["acquisition 1", "acquisition 2"]
    assert first.description == "Abdomen part acquisition 1"


def test_acquisitions_between_one_anothers_slices_are_told_apart(tmp_path, write_slice):
    write_acquisition(write_slice, tmp_path, 1, (0, 2, 4, 6))
    write_acquisition(write_slice, tmp_path, 2, (0.7, 2.7, 4.7, 6.7))
    assert [s.spacing_mm[0] for s in open_collection(tmp_path).series] == [2, 2]


def test_blocks_that_follow_one_another_stay_one_stack_with_its_fault(tmp_path, write_slice):
    """Step and shoot: each block of the skull base is an acquisition, thinner than the next."""
    write_acquisition(write_slice, tmp_path, 1, (0, 2.5, 5, 7.5))
    write_acquisition(write_slice, tmp_path, 2, (12.5, 17.5, 22.5, 27.5))
    (series,) = open_collection(tmp_path).series
    assert codes(series) == ["variable_spacing"]


def test_many_short_blocks_that_overlap_stay_one_stack_with_its_fault(tmp_path, write_slice):
    for number in range(6):
        write_acquisition(write_slice, tmp_path, number, (number * 2, number * 2 + 2))
    (series,) = open_collection(tmp_path).series
    assert codes(series) == ["duplicate_position"]


def test_bolus_tracking_at_one_place_stays_one_stack_with_its_fault(tmp_path, write_slice):
    for number in range(5):
        write_acquisition(write_slice, tmp_path, number, (40,))
    (series,) = open_collection(tmp_path).series
    assert series.faults[0].text == (
        "All 5 slices lie at the same position."
        " A detector takes none of them as the neighbour of another slice."
    )


def test_a_perfusion_study_is_parted_by_time(tmp_path, write_slice):
    for time in range(6):
        for n in range(3):
            write_slice(
                tmp_path / f"{time}-{n}", n, SOPInstanceUID=f"1.7.{time}.{n + 1}",
                TemporalPositionIdentifier=time + 1,
            )  # fmt: skip
    series = open_collection(tmp_path).series
    assert [s.shape[0] for s in series] == [3] * 6
    assert series[0].uid.endswith("#time 1")


@pytest.mark.parametrize(
    "changes",
    [
        {"stored": np.full((8, 8), 1024, np.uint16)},
        {"ImageOrientationPatient": [1, 0, 0, 0, 0, -1]},
        {"PixelSpacing": [0.9, 0.9]},
    ],
)
def test_images_of_another_kind_make_a_part_of_their_own(ct_folder, write_slice, changes):
    for n in range(3):
        write_slice(
            ct_folder / f"other{n}", 50 + n, SOPInstanceUID=f"1.7.{n + 1}",
            ImagePositionPatient=[0, 5 * n, 5 * n], **changes,
        )  # fmt: skip
    study = open_collection(ct_folder)
    assert study.left_out == ()
    assert sorted(s.shape[0] for s in study.series) == [3, 5]
    assert all("parted_series" in codes(s) for s in study.series)
    largest = next(s for s in study.series if s.shape[0] == 5)
    assert "#" not in largest.uid
    assert len({s.uid for s in study.series}) == 2


def test_images_without_a_uid_are_never_taken_for_copies(tmp_path, write_slice):
    for name in "ab":
        write_slice(tmp_path / name, 0, SOPInstanceUID=None)
    (series,) = open_collection(tmp_path).series
    assert series.shape[0] == 2
    assert codes(series) == ["duplicate_position"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_the_order_of_files_means_nothing_to_faults_and_parts(
    tmp_path_factory, write_slice, ct_folder, seed
):
    """Two phases, a part of another size, a stray, a localizer and a slice without position."""
    folder = ct_folder
    if not (folder / "2-0").exists():
        write_acquisition(write_slice, folder, 2, range(0, 10, 2), first=100)
        write_acquisition(write_slice, folder, 3, range(0, 10, 2), first=200)
        write_acquisition(
            write_slice, folder, 4, (0, 3, 9), stored=np.full((8, 8), 1024, np.uint16)
        )
        write_slice(folder / "stray", 7, PixelSpacing=[3, 3], SOPInstanceUID="1.7.1")
        write_slice(folder / "scout", 8, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])
        write_slice(folder / "lost", 9, ImagePositionPatient=None, SOPInstanceUID="1.7.2")
        for file in folder.glob("slice*"):
            file.unlink()
    shuffled = tmp_path_factory.mktemp("shuffled")
    files = sorted(folder.iterdir())
    names = [f"{n:03}" for n in range(len(files))]
    random.Random(seed).shuffle(names)
    renamed = dict(zip(names, files, strict=True))
    for name, file in renamed.items():
        shutil.copy(file, shuffled / name)

    def summary(study, name_of):
        return (
            [
                (s.uid, s.faults, s.spacing_mm, [x.sop_instance_uid for x in s.slices],
                 [s.decode(i).tobytes() for i in range(s.shape[0])])
                for s in study.series
            ],
            sorted((name_of(f.file), f.reason) for f in study.left_out),
            study.key,
        )  # fmt: skip

    before = summary(open_collection(folder), lambda name: name)
    after = summary(open_collection(shuffled), lambda name: renamed[name].name)
    assert after == before
    assert len(before[0]) == 3
