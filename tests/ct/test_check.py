import json

import pytest

from lesion_viewer.ct.check import collection_report, report_lines
from lesion_viewer.ct.reading import open_collection


@pytest.fixture
def report(ct_folder):
    (ct_folder / "slice7").unlink()
    (ct_folder / "notes.txt").write_text("seen")
    return collection_report(open_collection(ct_folder))


def test_a_report_names_series_faults_and_what_is_left_out(report, ct_folder):
    (series,) = report["series"]
    assert report["path"] == str(ct_folder)
    assert series["shape"] == [4, 4, 6]
    assert series["spacing_mm"] == [2.0, 0.5, 0.75]
    assert series["orientation"] == ["R", "L", "A", "P"]
    assert series["window"] == [400, 40]
    assert [f["code"] for f in series["faults"]] == ["gap"]
    assert report["left_out"] == [{"file": "notes.txt", "reason": "is no DICOM file"}]


def test_a_report_goes_through_json_unchanged(report):
    assert json.loads(json.dumps(report)) == report


def test_the_lines_of_a_report_can_be_read(report, ct_folder):
    assert report_lines(report) == [
        f"{ct_folder}: 1 series",
        "series: CT, Abdomen, 4 slices of 4 x 6, 0.75 x 0.50 x 2.00 mm,"
        " R left, L right, A top, P bottom",
        "  fault: Slices that are missing: 1, first after Im 2.",
        "files left out: 1",
        "  notes.txt is no DICOM file",
    ]


def test_what_is_unknown_is_said_or_left_away(tmp_path, write_slice):
    path = write_slice(tmp_path / "slice", PixelSpacing=None, ImagePositionPatient=None)
    report = collection_report(open_collection(path))
    assert report["series"][0]["orientation"] is None
    assert report_lines(report)[1] == "series: CT, Abdomen, 1 slices of 4 x 6, unknown spacing"


@pytest.mark.realdata
def test_case01_is_reported_with_its_known_geometry(real_data):
    report = collection_report(open_collection(real_data / "ircadb01/case01/DICOM"))
    assert report_lines(report)[1:] == [
        "series: CT, 129 slices of 512 x 512, 0.57 x 0.57 x 1.60 mm,"
        " R left, L right, A top, P bottom"
    ]


def test_a_slice_that_cannot_be_decoded_is_named(ct_folder):
    data = (ct_folder / "slice7").read_bytes()
    (ct_folder / "slice7").write_bytes(data[:-10])
    lines = report_lines(collection_report(open_collection(ct_folder)))
    assert lines[2] == "  unreadable: Im 3 slice7 is cut off: 38 of 48 bytes of pixel data"
