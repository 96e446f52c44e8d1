"""The studies under a path: one for each Study Instance UID and patient, or folder of PNGs."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lesion_viewer.ct.check import collection_report, report_lines
from lesion_viewer.ct.reading import open_collection, open_study
from tests.ct.conftest import ct_dataset, save


def write(folder: Path, series: str, study: str | None, **changes: Any) -> Path:
    uid = f"{series}.1"
    image = ct_dataset(
        0, StudyInstanceUID=study, SeriesInstanceUID=series, SOPInstanceUID=uid, **changes
    )
    save(image, folder / "slice")
    return folder


def test_each_study_has_the_key_that_it_has_by_itself(tmp_path: Path) -> None:
    folders = [write(tmp_path / name, f"1.2.{name}", f"1.3.{name}") for name in ("5", "6")]
    together = {study.uid: study.key for study in open_collection(tmp_path).studies}
    assert together == {study.uid: study.key for study in map(open_study, folders)}
    assert len(set(together.values())) == 2


def test_series_of_one_study_and_patient_are_one_study(tmp_path: Path) -> None:
    """Some files lost the Patient ID, others have its issuer: it is still the only patient."""
    write(tmp_path / "a", "1.2.5", "1.3", PatientID="ID4711", IssuerOfPatientID="ward")
    write(tmp_path / "b", "1.2.6", "1.3", PatientID="ID4711")
    write(tmp_path / "c", "1.2.7", "1.3", PatientID="")
    assert len(open_study(tmp_path).series) == 3


def test_two_patients_are_never_one_study(tmp_path: Path) -> None:
    write(tmp_path / "a", "1.2.5", "1.3", PatientID="ID4711", IssuerOfPatientID="ward")
    write(tmp_path / "b", "1.2.6", "1.3", PatientID="ID4711", IssuerOfPatientID="other ward")
    write(tmp_path / "c", "1.2.7", "1.3", PatientID="ID0815")
    assert [study.patient for study in open_collection(tmp_path).studies] == [1, 2, 3]


def test_a_series_without_a_study_uid_is_a_study_of_its_own(tmp_path: Path) -> None:
    alone = write(tmp_path / "a", "1.2.5", None, PatientID="ID4711")
    write(tmp_path / "b", "1.2.6", "1.3", PatientID="ID4711")
    studies = open_collection(tmp_path).studies
    assert [study.patient for study in studies] == [1, 1]
    assert open_study(alone).key in {study.key for study in studies}


def test_each_folder_of_pngs_is_a_study_beside_those_of_dicom(tmp_path: Path) -> None:
    write(tmp_path / "dicom", "1.2.5", "1.3")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        Image.fromarray(np.full((4, 4), 32768, np.uint16)).save(tmp_path / name / "001.png")
    studies = open_collection(tmp_path).studies
    assert [study.description for study in studies] == ["", "one", "two"]
    assert studies[1].key == open_study(tmp_path / "one").key


def test_a_report_groups_series_by_study_and_names_no_patient(tmp_path: Path) -> None:
    for name, patient in (("5", "ID4711"), ("6", "ID0815")):
        changes = {"StudyDate": "20240301", "StudyDescription": f"follow-up {name}"}
        write(tmp_path / name, f"1.2.{name}", f"1.3.{name}", PatientID=patient, **changes)
    report = collection_report(open_collection(tmp_path))
    assert list(report)[-1] == "studies"
    grouped = [(s["uid"], s["patient"], s["date"], s["series"]) for s in report["studies"]]
    assert grouped == [
        ("1.3.6", 1, "2024-03-01", ["1.2.6"]),
        ("1.3.5", 2, "2024-03-01", ["1.2.5"]),
    ]
    lines = report_lines(report)
    assert lines[0] == f"{tmp_path}: 2 series of 2 studies"
    assert [line for line in lines if line.startswith("study: ")] == [
        "study: patient 1, follow-up 6",
        "study: patient 2, follow-up 5",
    ]
    assert "ID4711" not in f"{report}{lines}" and "ID0815" not in f"{report}{lines}"
