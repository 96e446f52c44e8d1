"""A DICOMDIR opens what it lists, and nothing else."""

import os
import shutil
from pathlib import Path

import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.fileset import FileSet

from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.errors import CTError


@pytest.fixture
def disk(ct_folder, tmp_path):
    """A disk of five slices, as pydicom writes it."""
    files = FileSet()
    for file in ct_folder.iterdir():
        dataset = pydicom.dcmread(file)
        dataset.StudyDate, dataset.StudyTime, dataset.StudyID = "20240101", "101010", "1"
        dataset.PatientID, dataset.PatientName = "1", "None"
        files.add(dataset)
    files.write(tmp_path / "disk")
    return tmp_path / "disk"


def rewritten(path, change):
    """The DICOMDIR with the file id of its first image changed."""
    dataset = pydicom.dcmread(path)
    record = next(r for r in dataset.DirectoryRecordSequence if "ReferencedFileID" in r)
    with pydicom.config.disable_value_validation():
        record.ReferencedFileID = change
    dataset.save_as(path)


def test_what_a_dicomdir_lists_is_opened(disk, ct_folder):
    shutil.copy(ct_folder / "slice9", disk / "not listed")
    study = open_collection(disk / "DICOMDIR")
    assert load_volume(study.series[0]).voxels[:, 0, 0].tolist() == [0, 1, 2, 3, 4]
    assert study.left_out == ()


def test_a_folder_with_a_dicomdir_is_searched_as_any_other(disk, ct_folder):
    study = open_collection(disk)
    assert study.series[0].shape[0] == 5
    assert [f.reason for f in study.left_out] == ["is a DICOM directory, no image"]


def test_names_that_were_copied_in_small_letters_are_found(disk):
    listed = pydicom.dcmread(disk / "DICOMDIR").DirectoryRecordSequence
    top = next(r for r in listed if "ReferencedFileID" in r).ReferencedFileID[0]
    for folder, _, files in os.walk(disk / top, topdown=False):
        for name in files:
            os.rename(f"{folder}/{name}", f"{folder}/{name.lower()}")
        os.rename(folder, os.path.join(os.path.dirname(folder), os.path.basename(folder).lower()))
    assert open_collection(disk / "DICOMDIR").series[0].shape[0] == 5


def test_a_file_that_is_listed_and_missing_is_named(disk):
    rewritten(disk / "DICOMDIR", ["PT000000", "GONE"])
    study = open_collection(disk / "DICOMDIR")
    assert study.series[0].shape[0] == 4
    assert [(f.file, f.reason) for f in study.left_out] == [
        ("PT000000/GONE", "is listed in the DICOMDIR and is not there")
    ]


@pytest.mark.parametrize("way_out", [["..", "secret"], ["/", "etc", "passwd"], ["a/../../secret"]])
def test_a_dicomdir_cannot_lead_out_of_its_folder(disk, ct_folder, way_out):
    shutil.copy(ct_folder / "slice9", disk.parent / "secret")
    rewritten(disk / "DICOMDIR", way_out)
    study = open_collection(disk / "DICOMDIR")
    assert [f.reason for f in study.left_out] == ["is listed in the DICOMDIR and leaves its folder"]
    assert study.series[0].shape[0] == 4


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_does_not_lead_out_of_a_dicomdirs_folder_either(disk, ct_folder):
    (disk / "OUT").symlink_to(ct_folder)
    rewritten(disk / "DICOMDIR", ["OUT", "slice9"])
    assert len(open_collection(disk / "DICOMDIR").left_out) == 1


def test_a_dicomdir_that_lists_nothing_or_is_damaged_is_named(disk):
    dataset = pydicom.dcmread(disk / "DICOMDIR")
    dataset.DirectoryRecordSequence = []
    dataset.save_as(disk / "DICOMDIR")
    with pytest.raises(CTError, match="DICOMDIR is a DICOMDIR that lists no files"):
        open_collection(disk / "DICOMDIR")
    data = (disk / "DICOMDIR").read_bytes()
    (disk / "DICOMDIR").write_bytes(data[: len(data) // 2])
    with pytest.raises(CTError, match="DICOMDIR"):
        open_collection(disk / "DICOMDIR")


def test_pydicoms_own_disk_is_opened_by_its_dicomdir():
    folder = Path(str(get_testdata_file("CT_small.dcm"))).parent / "dicomdirtests"
    study = open_collection(folder / "DICOMDIR")
    assert sorted(s.shape[0] for s in study.series) == [4, 5]
    reasons = {"is CR, not CT", "is MR, not CT", "is a localizer"}
    assert {f.reason for f in study.left_out} == reasons
