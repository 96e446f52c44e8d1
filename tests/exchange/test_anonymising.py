"""A copy of a study that names nobody, and shows the same."""

import sys
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.sequence import Sequence

from lesion_viewer.cli import main
from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.reading import open_study
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.deidentification import deidentify

SECRETS = (b"MUELLERIN", b"Annegret", b"ID4711", b"19620304", b"A-0815", b"Referrer", b"Feldweg")
HU = np.random.default_rng(0).integers(-900, 1500, (6, 16, 16)).astype(np.int16)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six slices of a patient, who is named in all kinds of places."""
    pytest.importorskip("dicognito")
    folder = tmp_path / "MUELLERIN Annegret"
    write_series(folder, HU, (5.0, 1.0, 1.0), seed=1)
    for file in folder.iterdir():
        image = pydicom.dcmread(file)
        image.PatientName, image.PatientID = "MUELLERIN^Annegret", "ID4711"
        image.PatientBirthDate, image.StudyDate = "19620304", "20240102"
        image.AccessionNumber, image.ReferringPhysicianName = "A-0815", "Referrer^Karl"
        image.PatientAddress = "Feldweg 3"
        image.StudyDescription = "Abdomen of Mrs Muellerin"
        image.ImageComments = "MUELLERIN, Annegret *19620304"
        image.ContrastBolusAgent = "as annegret had before"
        item = pydicom.Dataset()
        item.PatientID, item.TextString = "ID4711", "MUELLERIN"
        image.RequestAttributesSequence = Sequence([item])
        image.add_new(0x00091001, "LO", "MUELLERIN")
        image.preamble = b"MUELLERIN".ljust(128)
        image.save_as(file)
    return folder


def test_nothing_of_the_patient_is_left_in_names_or_bytes(folder: Path, tmp_path: Path) -> None:
    done = deidentify(folder, tmp_path / "out")
    assert (done.files, done.left_out) == (6, ())
    files = [file for file in (tmp_path / "out").rglob("*") if file.is_file()]
    assert len(files) == 6
    for file in files:
        content = file.read_bytes().lower()
        assert not [secret for secret in SECRETS if secret.lower() in content]
        assert "muellerin" not in str(file.relative_to(tmp_path)).lower()
        image = pydicom.dcmread(file)
        assert str(image.PatientName) and image.PatientID
        assert image.DeidentificationMethod.startswith("DICOGNITO")
        assert image.file_meta.MediaStorageSOPInstanceUID == image.SOPInstanceUID
        assert image.StudyDate != "20240102"


def test_the_copy_shows_the_same_under_new_uids(folder: Path, tmp_path: Path) -> None:
    deidentify(folder, tmp_path / "out")
    (before,), (after,) = open_study(folder).series, open_study(tmp_path / "out").series
    assert after.shape == before.shape and after.spacing_mm == before.spacing_mm
    assert {before.uid, before.study_uid}.isdisjoint({after.uid, after.study_uid})
    for index in range(6):
        np.testing.assert_array_equal(after.decode(index), HU[index])


def test_images_with_words_in_their_pixels_and_other_files_are_left_out_by_name(
    folder: Path, tmp_path: Path
) -> None:
    first, second, third, *_ = sorted(folder.iterdir())
    for file, keyword, value in (
        (first, "BurnedInAnnotation", "YES"),
        (second, "ImageType", ["DERIVED", "SECONDARY"]),
        (third, "Modality", "US"),
    ):
        image = pydicom.dcmread(file)
        setattr(image, keyword, value)
        image.save_as(file)
    (folder / "letter.txt").write_text("about MUELLERIN", encoding="utf-8")
    done = deidentify(folder, tmp_path / "out")
    assert done.files == 3
    assert sorted(line.split(" ", 1)[1] for line in done.left_out) == [
        "is a secondary image, which may have words burnt into its pixels",
        "is no CT image",
        "is no DICOM file that can be read",
        "may have words burnt into its pixels",
    ]


def test_a_place_that_is_in_use_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ExchangeError, match="lies in the folder that is copied"):
        deidentify(folder, folder / "out")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").touch()
    with pytest.raises(ExchangeError, match="is not an empty folder"):
        deidentify(folder, tmp_path / "out")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ExchangeError, match="holds no CT image"):
        deidentify(tmp_path / "empty", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_command_says_how_many_and_what_is_left_out(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "letter.txt").touch()
    assert main(["anonymise", str(folder), "--output", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr()
    assert printed.out == f"{tmp_path / 'out'}\n"
    assert "left out: letter.txt is no DICOM file" in printed.err
    assert "6 files" in printed.err


def test_without_dicognito_one_line_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "dicognito.anonymizer", None)
    assert main(["anonymise", str(tmp_path), "--output", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == (
        "lesion-viewer: dicognito is missing: pip install 'lesion-viewer[anonymise]'\n"
    )


def test_files_without_preamble_and_meta_information_are_copied_too(
    folder: Path, tmp_path: Path
) -> None:
    for file in folder.iterdir():
        data = file.read_bytes()
        start = data.index(b"\x08\0\x05\0CS") if b"\x08\0\x05\0CS" in data else 0
        start = start or data.index(b"\x08\0\x08\0CS")
        file.write_bytes(data[start:])
    assert deidentify(folder, tmp_path / "copy").files == 6
    (series,) = open_study(tmp_path / "copy").series
    assert [series.decode(i).tolist() for i in range(6)] == HU.tolist()
