"""Reviews of turned studies leave and come back in the stored pixels of each image."""

import json
import re
from base64 import b64decode
from contextlib import closing
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.csv_records import read_table
from lesion_viewer.exchange.recorded_images import recorded_images
from lesion_viewer.exchange.report.audit import export_report
from lesion_viewer.exchange.reviews.coco_export import export_coco
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.review.recist import axes_of
from lesion_viewer.review.session import Session
from tests.exchange.imported import corrections, import_file
from tests.turned import WAYS, Ways, corners_mm, write_stored

AFFINE = np.array([[0.7, 0, 0, -11], [0, 0.9, 0, 12], [0, 0, 2.5, 130], [0, 0, 0, 1]])
LESION = Box(100, 60, 118, 72)  # in standard orientation, on the slice at 132.5 mm


def patient() -> np.ndarray:
    hu = np.zeros((4, 160, 200), np.int16)
    hu[1, 60:72, 100:118] = 200
    return hu


def reviewed(study: Study, path: Path) -> tuple[Session, Box]:
    """A review in which the lesion is drawn where the stored slice has it, by its HU."""
    (series,) = study.series
    rows, columns = np.nonzero(series.decode(1) == 200)
    box = Box(columns.min(), rows.min(), columns.max() + 1.0, rows.max() + 1.0)
    session = Session.open(path, study.key, "ann")
    session.pictures.describe(study)
    finding = session.add(series.uid, 1, box)
    session.set_axes(finding, 1, axes_of(box))
    return session, box


@pytest.mark.parametrize("ways", WAYS)
def test_csv_and_coco_hold_stored_pixels_and_come_back_to_the_same_place(
    tmp_path: Path, ways: Ways
) -> None:
    study = open_study(write_stored(tmp_path / "ct", patient(), AFFINE, ways))
    (series,) = study.series
    session, box = reviewed(study, tmp_path / "a.review")
    with closing(session), closing(Session.open(tmp_path / "b.review", study.key, "bob")) as other:
        export_csv(session, tmp_path / "a.csv")
        export_coco(session, tmp_path / "a.json")
        table = read_table(tmp_path / "a.csv", ())
        (record,) = table.records
        uid = table.cell(record, "SOP_instance_UID")
        image = next(s for s in series.slices if s.sop_instance_uid == uid)
        assert image.location_mm == pytest.approx(132.5)
        corners = [float(n) for n in table.cell(record, "Bounding_boxes").split(",")]
        stored = Box(*(np.array(corners) + (5 - 1, 5 - 1, -5, -5)).tolist())  # DeepLesion's padding
        assert stored == box
        assert series.affine is not None
        wanted = corners_mm(LESION.as_tuple(), AFFINE, 1)
        assert corners_mm(stored.as_tuple(), series.affine, 1) == pytest.approx(wanted, abs=1e-3)
        coco = json.loads((tmp_path / "a.json").read_text())
        assert coco["annotations"][0]["bbox"] == [box.x1, box.y1, box.width, box.height]
        assert coco["images"][0]["file_name"] == f"{uid}.dcm"
        other.pictures.describe(study)
        (line,) = corrections(other, tmp_path / "a.json").lines()
        assert (line.series_uid, line.slice_index, line.after) == (series.uid, 1, box)
        import_file(other, study, tmp_path / "a.csv")
        (finding,), (came,) = session.findings.values(), other.findings.values()
        assert (came.boxes, came.status) == (finding.boxes, finding.status)
        assert corrections(session, tmp_path / "a.json").lines() == ()


@pytest.mark.parametrize("ways", WAYS)
def test_pictures_of_a_report_are_in_standard_orientation(tmp_path: Path, ways: Ways) -> None:
    pictures = []
    for number, stored in enumerate((WAYS[0], ways)):
        folder = write_stored(tmp_path / f"ct{number}", patient(), AFFINE, stored)
        study = open_study(folder)
        session, _ = reviewed(study, tmp_path / f"{number}.review")
        with closing(session):
            export_report(session, tmp_path / "a.html", recorded_images(session).among(folder))
        text = (tmp_path / "a.html").read_text()
        (data,) = re.findall(r'src="data:image/png;base64,([^"]+)"', text)
        pictures.append(np.asarray(Image.open(BytesIO(b64decode(data)))))
    upright, turned = pictures
    assert np.array_equal(upright, turned)
