"""Measurements as a table: what it says, that it comes back, and what is refused of it."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.cli import main
from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.measurements.columns import COLUMNS
from lesion_viewer.exchange.measurements.reading import is_of_measurements, read_measurements
from lesion_viewer.exchange.measurements.writing import export_measurements
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.review.annotations.shapes import (
    Angle,
    Diameters,
    Ellipse,
    Line,
    Mask,
    Profile,
    Rectangle,
)
from lesion_viewer.review.recist import Axes
from lesion_viewer.review.session import Session
from tests.exchange.imported import import_file

OpenReview = Callable[[Study], Session]
SPACING_MM = (5.0, 1.2, 0.8)
AXES = Axes((10.5, 20.5, 40.5, 20.5), (25.5, 15.5, 25.5, 25.5))
PIXELS = np.zeros((40, 60), bool)
PIXELS[4:9, 7:20] = True
SHAPES = [
    Line((10, 10), (40, 26)),
    Profile((1.25, 2), (3, 4)),
    Angle((40, 10), (10, 10), (10, 30)),
    Diameters(AXES),
    Ellipse((30, 20), (5, 4), 0.25),
    Rectangle(Box(20, 10, 30, 20)),
    Mask.of(PIXELS),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three slices of 57 HU in their left half, 100 in the right one."""
    hu = np.full((3, 40, 60), 57, np.int16)
    hu[:, :, 30:] = 100
    write_series(tmp_path / "ct", hu, SPACING_MM, seed=3)
    return tmp_path / "ct"


@pytest.fixture
def study(folder: Path) -> Study:
    return open_study(folder)


def measured(session: Session) -> str:
    """Draw every kind of shape, on a finding and on none; the finding's id."""
    (uid,) = session.pictures.series()
    finding_id = session.add(uid, 1, Box(5, 5, 30, 30))
    session.add_box(finding_id, 2, Box(5, 5, 30, 30))
    for index, shape in enumerate(SHAPES):
        session.annotate(finding_id, index % 3, shape)
        session.annotate_series(uid, index % 3, shape)
    return finding_id


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_table_that_was_written_gives_the_same_measurements(
    study: Study, open_review: OpenReview, tmp_path: Path
) -> None:
    first, second = open_review(study), open_review(study)
    finding_id = measured(first)
    export_csv(first, tmp_path / "reviewed.csv")
    assert export_measurements(first, tmp_path / "m.csv") == f"{2 * len(SHAPES)} measurements"
    import_file(second, finder(second.pictures.series()), tmp_path / "reviewed.csv")
    found = read_measurements(tmp_path / "m.csv", second)
    assert not found.left_out
    second.take_measurements(found.drawn)
    assert second.series_annotations == first.series_annotations
    annotations = first.findings[finding_id].annotations
    assert second.findings[finding_id].annotations == annotations
    revision = second.revision
    second.take_measurements(read_measurements(tmp_path / "m.csv", second).drawn)
    assert second.revision == revision, "the same again is no step"
    export_measurements(second, tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "m.csv").read_bytes()
    assert second.undo() == "measurements"
    assert not second.series_annotations and not second.findings[finding_id].annotations


def test_taken_measurements_are_there_after_a_restart(
    study: Study, open_review: OpenReview, tmp_path: Path
) -> None:
    first, second = open_review(study), open_review(study)
    measured(first)
    export_csv(first, tmp_path / "reviewed.csv")
    export_measurements(first, tmp_path / "m.csv")
    import_file(second, finder(second.pictures.series()), tmp_path / "reviewed.csv")
    second.take_measurements(read_measurements(tmp_path / "m.csv", second).drawn)
    before = dict(second.findings), dict(second.series_annotations)
    second.read_again()
    assert (dict(second.findings), dict(second.series_annotations)) == before


def test_values_are_those_of_the_images_and_lengths_are_told_without_them(
    folder: Path, study: Study, open_review: OpenReview, tmp_path: Path
) -> None:
    session = open_review(study)
    (series,) = study.series
    session.annotate_series(series.uid, 1, SHAPES[0])
    session.annotate_series(series.uid, 1, SHAPES[5])
    finding_id = session.add(series.uid, 1, Box(5, 5, 30, 30))
    session.add_box(finding_id, 2, Box(5, 5, 30, 30))
    session.measure_axes(finding_id, 1, AXES)
    export_measurements(session, tmp_path / "m.csv", {series.uid: series}.__getitem__)
    line, region, axes, volume = rows_of(tmp_path / "m.csv")
    assert tuple(line) == COLUMNS
    # 30 columns of .8 mm are 24 mm, 16 rows of 1.2 mm are 19.2 mm.
    assert (line["Kind"], line["Length_mm"], line["Mean_HU"]) == ("line", "30.73", "")
    assert (line["Slice_index"], line["Image"]) == ("1", f"{series.slices[1].sop_instance_uid}.dcm")
    values = region["Area_mm2"], region["Mean_HU"], region["SD_HU"], region["Pixels"]
    assert values == ("96.00", "57.00", "0.00", "100")
    assert (axes["Kind"], axes["Finding_uid"]) == ("axes", finding_id)
    assert (axes["Length_mm"], axes["Short_mm"]) == ("24.00", "12.00")
    assert volume["Kind"] == "volume_from_boxes"
    export_measurements(session, tmp_path / "without.csv")
    without = rows_of(tmp_path / "without.csv")
    assert [row["Length_mm"] for row in without] == ["30.73", "", "24.00"]
    assert {row["Mean_HU"] for row in without} == {""}


def test_the_command_line_exports_and_takes_measurements(
    folder: Path, study: Study, open_review: OpenReview, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    first, second = open_review(study), open_review(study)
    measured(first)
    before = dict(first.series_annotations)
    for session in (first, second):
        session.close()
    files = [str(tmp_path / f"{n}.review") for n in (0, 1)]
    out = tmp_path / "reviewed.csv"
    assert main(["export", files[0], "--output", str(out), "--images", str(folder)]) == 0
    table = tmp_path / "reviewed.measurements.csv"
    assert rows_of(table)[0]["Length_mm"] == "30.73"
    assert f"and {2 * len(SHAPES) + 1} measurements in {table.name}" in capsys.readouterr().err
    alone = tmp_path / "alone.csv"
    arguments = ["export", files[0], "--format", "measurements", "--output", str(alone)]
    assert main([*arguments, "--images", str(folder)]) == 0
    assert alone.read_bytes() == table.read_bytes()
    for file in (out, table):
        take = ["import", str(file), "--session", files[1], "--reader", "bob"]
        assert main(take) == 0
        assert main([*take, "--apply"]) == 0
    assert f"{2 * len(SHAPES)} new or changed, 0 as they are" in capsys.readouterr().out
    taken = Session.open(Path(files[1]), None, "bob")
    assert dict(taken.series_annotations) == before
    taken.close()


def test_a_review_without_measurements_has_no_file_of_them(
    study: Study, open_review: OpenReview, tmp_path: Path
) -> None:
    session = open_review(study)
    (uid,) = session.pictures.series()
    session.add(uid, 1, Box(5, 5, 30, 30))
    session.close()
    out = tmp_path / "reviewed.csv"
    assert main(["export", str(tmp_path / "0.review"), "--output", str(out)]) == 0
    assert not (tmp_path / "reviewed.measurements.csv").exists()


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("Image", "nowhere.dcm", "no slice nowhere.dcm"),
        ("Finding_uid", "2.25.1", "does not have its finding"),
        ("Shape", "[1,2,3]", "no measurement"),
        ("Shape", "not json", "no measurement"),
        ("Shape", "[1,2,3,1e9]", "beside its slice"),
        ("Kind", "star", "no measurement"),
        ("Measurement_uid", "../../x", "no UID"),
    ],
)
def test_a_row_that_fits_nothing_is_left_out_by_its_line(
    study: Study, open_review: OpenReview, tmp_path: Path, column: str, value: str, problem: str
) -> None:
    session = open_review(study)
    (uid,) = session.pictures.series()
    for _ in range(2):
        session.annotate_series(uid, 1, SHAPES[0])
    path = tmp_path / "m.csv"
    export_measurements(session, path)
    rows = rows_of(path)
    rows[0][column] = value
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    assert is_of_measurements(path)
    found = read_measurements(path, session)
    assert len(found.drawn) == 1
    (said,) = found.left_out
    assert said.startswith("line 2: ") and problem in said
