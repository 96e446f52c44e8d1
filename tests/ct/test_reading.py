"""Paths of every kind, their keys, and what is said where there is nothing to show."""

import shutil
import zipfile
from pathlib import Path

import pytest

from lesion_viewer.ct.files import zip_archive as files
from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.errors import CTError


def zipped(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.rglob("*"):
            archive.write(file, file.relative_to(folder))
    return path


def sources(study):
    return [s.file for series in study.series for s in series.slices]


def test_a_folder_is_searched_through_and_needs_no_extension(ct_folder, tmp_path):
    (tmp_path / "deep/er").mkdir(parents=True)
    shutil.move(ct_folder, tmp_path / "deep/er/study")
    study = open_collection(tmp_path)
    assert sources(study) == [f"deep/er/study/slice{n}" for n in (9, 8, 7, 6, 5)]
    assert study.path == tmp_path


def test_a_single_file_is_a_series_of_one(ct_folder):
    study = open_collection(ct_folder / "slice8")
    assert sources(study) == ["slice8"]
    assert study.series[0].decode(0)[0, 0] == 1


def test_a_zip_gives_what_its_folder_gives(ct_folder, tmp_path):
    study, plain = (
        open_collection(zipped(ct_folder, tmp_path / "study.zip")),
        open_collection(ct_folder),
    )
    assert sources(study) == sources(plain)
    assert study.key == plain.key
    assert (load_volume(study.series[0]).voxels == load_volume(plain.series[0]).voxels).all()


def test_nothing_is_unpacked_from_a_zip_that_points_outside(ct_folder, tmp_path):
    path = tmp_path / "inner" / "evil.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(ct_folder / "slice8", "../outside.dcm")
    assert load_volume(open_collection(path).series[0]).voxels.max() == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["inner", "study"]


def test_a_zip_bomb_is_left_out_by_name(ct_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "RATIO_COUNTS_FROM_BYTES", 1000)
    (ct_folder / "bomb").write_bytes(bytes(10**6))
    study = open_collection(zipped(ct_folder, tmp_path / "study.zip"))
    assert [(f.file, f.reason) for f in study.left_out] == [
        ("bomb", "inflates to over 250 times its size")
    ]
    assert len(sources(study)) == 5


def test_a_zip_with_too_many_members_is_refused(ct_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_ZIP_MEMBERS", 3)
    with pytest.raises(CTError, match=r"study\.zip has over 3 members"):
        open_collection(zipped(ct_folder, tmp_path / "study.zip"))


def test_a_path_may_be_relative_and_begin_with_a_tilde(ct_folder, monkeypatch):
    monkeypatch.setenv("HOME", str(ct_folder.parent))
    monkeypatch.setenv("USERPROFILE", str(ct_folder.parent))
    monkeypatch.chdir(ct_folder)
    keys = {
        open_collection(path).key
        for path in (Path("."), Path("~/study"), Path("../study/../study"), ct_folder)
    }
    assert len(keys) == 1
    assert open_collection(Path(".")).path == ct_folder


def test_the_key_is_the_same_wherever_the_folder_lies(ct_folder, tmp_path):
    key = open_collection(ct_folder).key
    shutil.move(ct_folder, tmp_path / "elsewhere")
    assert open_collection(tmp_path / "elsewhere").key == key


def test_one_more_series_is_still_the_same_study(ct_folder, write_slice):
    key = open_collection(ct_folder).key
    write_slice(ct_folder / "more", 0, SeriesInstanceUID="1.2.9", SOPInstanceUID="1.2.9.1")
    study = open_collection(ct_folder)
    assert len(study.series) == 2
    assert study.key == key


def test_another_study_has_another_key(ct_folder, write_slice):
    key = open_collection(ct_folder).key
    other = write_slice(ct_folder.parent / "other", 0, StudyInstanceUID="1.2.9")
    assert open_collection(other).key != key


def test_progress_counts_every_file(ct_folder):
    (ct_folder / "notes.txt").write_text("seen")
    seen: list[tuple[int, int]] = []
    open_collection(ct_folder, lambda done, total: seen.append((done, total)))
    assert seen == [(n, 6) for n in range(1, 7)]


def test_other_files_are_left_out_and_named(ct_folder):
    (ct_folder / "notes.txt").write_text("seen")
    (ct_folder / "labels.nii.gz").write_bytes(b"")
    study = open_collection(ct_folder)
    assert [(f.file, f.reason) for f in study.left_out] == [
        ("labels.nii.gz", "is an image file: open it by itself"),
        ("notes.txt", "is no DICOM file"),
    ]


def test_a_file_that_vanished_is_named_when_it_is_decoded(ct_folder):
    series = open_collection(ct_folder).series[0]
    (ct_folder / "slice7").unlink()
    with pytest.raises(CTError, match="slice7 cannot be read: No such file"):
        series.decode(2)
    assert series.decode(1)[0, 0] == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: None, "does not exist"),
        (lambda p: p.mkdir(), "holds no files"),
        (lambda p: p.write_text("hello"), "is no DICOM file"),
        (lambda p: p.write_bytes(b""), "is empty"),
        (lambda p: (p.mkdir(), (p / "a.txt").write_text("x")), "holds no CT; a.txt is no DICOM"),
    ],
)
def test_where_there_is_nothing_to_show_one_line_says_why(tmp_path, make, message):
    path = tmp_path / "thing"
    make(path)
    with pytest.raises(CTError) as error:
        open_collection(path)
    assert str(error.value).startswith(str(path))
    assert message in str(error.value)


def test_a_damaged_zip_is_named(tmp_path):
    path = tmp_path / "study.zip"
    path.write_bytes(b"PK no more")
    with pytest.raises(CTError, match=r"study\.zip cannot be read as a zip"):
        open_collection(path)


@pytest.mark.realdata
def test_every_real_edge_file_is_read_or_refused_by_name(real_data):
    read = refused = 0
    for path in sorted((real_data / "dicom-edge").rglob("*")):
        if not path.is_file():
            continue
        try:
            load_volume(open_collection(path).series[0])
            read += 1
        except CTError as error:
            assert path.name in str(error)
            assert "\n" not in str(error)
            refused += 1
    # Read: 28 + 28 slices, 2 J2K ones and 13 forms of CTImage (2 of 15 are retired).
    assert (read, refused) == (28 + 28 + 2 + 14, 11 + 2 + 4)
