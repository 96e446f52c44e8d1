"""Measurements in structured reports: their values, where they are drawn, and that they return."""

from math import degrees, hypot, pi, sqrt
from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
from highdicom.sr import MeasurementReport
from pydicom.dataset import Dataset

from lesion_viewer.ct.reading import open_study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.dicom.report_writing import export_report
from lesion_viewer.review.annotations.annotation import Annotation
from lesion_viewer.review.annotations.shapes import (
    Angle,
    Diameters,
    Ellipse,
    Line,
    Mask,
    Profile,
    Rectangle,
)
from lesion_viewer.review.finding import Status
from lesion_viewer.review.recist import Axes
from lesion_viewer.review.session import Session
from tests.exchange.imported import import_file
from tests.exchange.reports import COLUMNS, ROOT, ROWS, review_of, write_study
from tests.exchange.test_structured_reports import faults, needs_dciodvfy, opened

ROW_MM, COLUMN_MM, STEP_MM = 0.7, 0.9, 2.5
HU = np.arange(ROWS * COLUMNS, dtype=np.int16).reshape(ROWS, COLUMNS) - 1000
PIXELS = np.zeros((ROWS, COLUMNS), bool)
PIXELS[12:15, 11:19] = PIXELS[15:18, 13:15] = PIXELS[30:33, 40:44] = True
PIXELS[13, 14] = False
AXES = Axes((10.5, 20.5, 40.5, 20.5), (25.5, 15.5, 25.5, 45.5))
SHAPES = {
    "line": Line((10.1, 10), (40, 26.3)),
    "profile": Profile((1.25, 2), (3, 4)),
    "angle": Angle((40, 10), (10, 10), (10, 30)),
    "diameters": Diameters(AXES),
    "ellipse": Ellipse((30.1, 20), (3, 5), 0.0),
    "rectangle": Rectangle(Box(20, 10, 30, 20.7)),
    "mask": Mask.of(PIXELS),
}
CODES = {
    "410668003": "length",
    "103339001": "long",
    "103340004": "short",
    "1483009": "angle",
    "42798000": "area",
    "118565006": "volume",
    "373098007": "mean",
    "386136009": "sd",
    "255605001": "min",
    "56851009": "max",
}


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return write_study(tmp_path / "images", PixelData=HU.tobytes())


def measured(images: Path, path: Path) -> Session:
    """A review whose accepted finding has every kind of measurement, and its series as well."""
    session = review_of(images, path)
    (uid,) = session.pictures.series()
    (lesion,) = (f.id for f in session.findings.values() if f.status is Status.ACCEPTED)
    for index, shape in enumerate(SHAPES.values()):
        session.annotate(lesion, 1 + index % 3, shape)
        session.annotate_series(uid, index % 6, shape)
    return session


def values_of(group: Dataset) -> dict[str, tuple[float, str]]:
    """What a group measures -> value and unit."""
    found = {}
    for item in group.ContentSequence:
        if item.ValueType == "NUM":
            how = [
                one.ConceptCodeSequence[0].CodeValue
                for one in item.get("ContentSequence", ())
                if one.ValueType == "CODE" and one.ConceptNameCodeSequence[0].CodeValue == "121401"
            ]
            code = how[0] if how else item.ConceptNameCodeSequence[0].CodeValue
            (value,) = item.MeasuredValueSequence
            unit = value.MeasurementUnitsCodeSequence[0]
            assert unit.CodingSchemeDesignator == "UCUM"
            number = float(value.get("FloatingPointValue", value.NumericValue))
            found[CODES.get(code, code)] = number, unit.CodeValue
    return found


def content_of(path: Path) -> MeasurementReport:
    content = highdicom.sr.srread(path).content
    assert isinstance(content, MeasurementReport)
    return content


def groups_by_uid(path: Path) -> dict[str, Dataset]:
    content = content_of(path)
    groups = [*content.get_planar_roi_measurement_groups(), *content.get_image_measurement_groups()]
    return {str(group.tracking_uid): group[0] for group in groups}


def test_values_are_those_of_the_shape_in_the_patient_and_of_the_pixels_in_it(
    images: Path, tmp_path: Path
) -> None:
    session = measured(images, tmp_path / "a.review")
    export_report(session, tmp_path / "report.dcm", images)
    groups = groups_by_uid(tmp_path / "report.dcm")
    kinds = {uid: one.annotation.shape.kind for uid, one in session.series_annotations.items()}
    y, x = np.mgrid[:ROWS, :COLUMNS] + 0.5
    inside = {
        "ellipse": ((x - 30.1) / 3) ** 2 + ((y - 20) / 5) ** 2 <= 1,
        "rectangle": (x >= 20) & (x <= 30) & (y >= 10) & (y <= 20.7),
        "mask": PIXELS,
    }
    pixel_mm2 = ROW_MM * COLUMN_MM
    areas = {"ellipse": 15 * pi, "rectangle": 107.0, "mask": float(PIXELS.sum())}
    expected: dict[str, dict[str, tuple[float, str]]] = {
        "line": {"length": (hypot(29.9 * COLUMN_MM, 16.3 * ROW_MM), "mm")},
        "profile": {"length": (hypot(1.75 * COLUMN_MM, 2 * ROW_MM), "mm")},
        "angle": {"angle": (90.0, "deg")},
        "diameters": {"long": (30 * COLUMN_MM, "mm"), "short": (30 * ROW_MM, "mm")},
    }
    for kind, area in areas.items():
        hu = HU[inside[kind]].astype(float)
        spread = sqrt(((hu - hu.mean()) ** 2).mean())
        numbers = {"mean": hu.mean(), "sd": spread, "min": hu.min(), "max": hu.max()}
        expected[kind] = {"area": (area * pixel_mm2, "mm2")}
        expected[kind] |= {name: (value, "[hnsf'U]") for name, value in numbers.items()}
    for uid, kind in kinds.items():
        found = values_of(groups[uid])
        assert found.keys() == expected[kind].keys(), kind
        for name, (value, unit) in expected[kind].items():
            assert found[name][0] == pytest.approx(value), (kind, name)
            assert found[name][1] == unit, (kind, name)
    assert len(kinds) == len(SHAPES)
    session.close()


def test_an_angle_is_that_in_the_patient_where_pixels_are_not_square(
    images: Path, tmp_path: Path
) -> None:
    session = review_of(images, tmp_path / "a.review")
    (uid,) = session.pictures.series()
    angle = session.annotate_series(uid, 2, Angle((40, 10), (10, 10), (40, 40)))
    export_report(session, tmp_path / "report.dcm", images)
    ((value, unit),) = values_of(groups_by_uid(tmp_path / "report.dcm")[angle]).values()
    assert value == pytest.approx(degrees(np.arctan2(30 * ROW_MM, 30 * COLUMN_MM)))
    assert unit == "deg"
    session.close()


def test_each_measurement_is_drawn_on_its_own_image(images: Path, tmp_path: Path) -> None:
    session = measured(images, tmp_path / "a.review")
    export_report(session, tmp_path / "report.dcm", images)
    groups = groups_by_uid(tmp_path / "report.dcm")
    (lesion,) = (f for f in session.findings.values() if f.status is Status.ACCEPTED)
    drawn = [*lesion.annotations.values()]
    drawn += [one.annotation for one in session.series_annotations.values()]
    for one in drawn:
        group = groups[one.uid]
        regions = [i for i in group.ContentSequence if i.ValueType == "SCOORD"]
        regions += [
            inner
            for i in group.ContentSequence
            if i.ValueType == "NUM"
            for inner in i.get("ContentSequence", ())
            if inner.ValueType == "SCOORD"
        ]
        assert len(regions) == (2 if one.shape.kind == "diameters" else 1)
        for region in regions:
            (image,) = region.ContentSequence
            referred = image.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
            assert referred == f"{ROOT}.3.{one.slice_index + 1}"
        if one.shape.kind == "ellipse":  # the long axis comes first (PS3.3 C.18.6.1.1)
            points = np.array(regions[0].GraphicData).reshape(-1, 2)
            assert points == pytest.approx(
                np.array([(30.1, 15), (30.1, 25), (27.1, 20), (33.1, 20)]), abs=1e-5
            )
    session.close()


def test_a_volume_is_given_with_the_regions_that_it_is_summed_from(
    images: Path, tmp_path: Path
) -> None:
    session = review_of(images, tmp_path / "a.review")
    (lesion,) = (f for f in session.findings.values() if f.status is Status.ACCEPTED)
    for index in (1, 2):
        session.annotate(lesion.id, index, Mask.of(PIXELS))
    export_report(session, tmp_path / "report.dcm", images)
    content = content_of(tmp_path / "report.dcm")
    found = [
        (item.MeasuredValueSequence[0].FloatingPointValue, item)
        for group in content.get_image_measurement_groups(tracking_uid=lesion.id)
        for item in group[0].ContentSequence
        if item.ValueType == "NUM" and item.ConceptNameCodeSequence[0].CodeValue == "118565006"
    ]
    boxes_mm3 = sum(
        pi / 4 * box.area * ROW_MM * COLUMN_MM * STEP_MM for box in lesion.boxes.values()
    )
    masks_mm3 = 2 * float(PIXELS.sum()) * ROW_MM * COLUMN_MM * STEP_MM
    (boxes, item), (masks, other) = found
    assert boxes == pytest.approx(boxes_mm3 / 1000)
    assert masks == pytest.approx(masks_mm3 / 1000)
    assert item.MeasuredValueSequence[0].MeasurementUnitsCodeSequence[0].CodeValue == "cm3"
    kinds = [i.GraphicType for i in item.ContentSequence if i.ValueType == "SCOORD"]
    assert kinds == ["ELLIPSE"] * len(lesion.boxes)
    assert [i.GraphicType for i in other.ContentSequence if i.ValueType == "SCOORD"] == [
        "POLYLINE",
        "POLYLINE",
    ]
    session.close()


@needs_dciodvfy
def test_a_report_with_measurements_conforms(images: Path, tmp_path: Path) -> None:
    session = measured(images, tmp_path / "a.review")
    export_report(session, tmp_path / "report.dcm", images)
    session.close()
    assert faults(tmp_path / "report.dcm") == []


def test_measurements_come_back_as_they_were(images: Path, tmp_path: Path) -> None:
    former = measured(images, tmp_path / "a.review")
    export_report(former, tmp_path / "report.dcm", images)
    session = opened(images, tmp_path / "b.review")
    found = import_file(session, open_study(images), tmp_path / "report.dcm")
    assert not found.left_out.unusable and not found.left_out.notices
    assert found.measurements == 2 * len(SHAPES)
    assert session.series_annotations == former.series_annotations
    (lesion,) = (f for f in former.findings.values() if f.status is Status.ACCEPTED)
    assert session.findings[lesion.id].annotations == lesion.annotations
    assert import_file(session, open_study(images), tmp_path / "report.dcm").is_empty
    session.read_again()
    assert session.series_annotations == former.series_annotations
    assert session.undo() == "import of a review"
    assert not session.series_annotations and not session.findings
    former.close()
    session.close()


def test_a_review_takes_a_measurement_that_a_later_report_adds(
    images: Path, tmp_path: Path
) -> None:
    former = review_of(images, tmp_path / "a.review")
    export_report(former, tmp_path / "report.dcm", images)
    session = opened(images, tmp_path / "b.review")
    import_file(session, open_study(images), tmp_path / "report.dcm")
    (lesion,) = (f for f in former.findings.values() if f.status is Status.ACCEPTED)
    uid = former.annotate(lesion.id, 2, SHAPES["line"])
    export_report(former, tmp_path / "report.dcm", images)
    found = import_file(session, open_study(images), tmp_path / "report.dcm")
    (line,) = found.lines()
    assert (line.kind, line.slice_index, line.note) == ("measurement", 2, "line")
    assert session.findings[lesion.id].annotations == {uid: Annotation(uid, 2, SHAPES["line"])}
    assert session.findings[lesion.id].decision == found.changes[0].before.decision
    former.close()
    session.close()


def test_a_measurement_that_another_program_moved_comes_in_as_it_is_drawn_now(
    images: Path, tmp_path: Path
) -> None:
    former = review_of(images, tmp_path / "a.review")
    (uid,) = former.pictures.series()
    line = former.annotate_series(uid, 2, Line((10.1, 10), (40, 26.3)))
    export_report(former, tmp_path / "report.dcm", images)
    former.close()
    report = pydicom.dcmread(tmp_path / "report.dcm")
    for item in report.iterall():
        if item.keyword == "GraphicData" and len(item.value) == 4:
            item.value = [5.0, 6.0, 7.5, 8.0]
    report.save_as(tmp_path / "moved.dcm")
    session = opened(images, tmp_path / "b.review")
    import_file(session, open_study(images), tmp_path / "moved.dcm")
    assert session.series_annotations[line].annotation.shape == Line((5, 6), (7.5, 8))
    session.close()


def test_measurements_on_images_that_are_not_there_are_counted(
    images: Path, tmp_path: Path
) -> None:
    former = review_of(images, tmp_path / "a.review")
    (uid,) = former.pictures.series()
    for index in (0, 1):
        former.annotate_series(uid, index, Line((1, 1), (5, 5)))
    export_report(former, tmp_path / "report.dcm", images)
    former.close()
    (images / "IM000").unlink()
    session = opened(images, tmp_path / "b.review")
    found = import_file(session, open_study(images), tmp_path / "report.dcm")
    assert found.left_out.absent == 1
    assert len(session.series_annotations) == 1
    session.close()
