"""The official DeepLesion rows on the real key slices."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.ct.reading import open_collection, open_study
from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.deeplesion.annotation_rows import read_annotations
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.review.finding import Status
from lesion_viewer.review.session import Session
from tests.exchange.imported import import_file

pytestmark = pytest.mark.realdata
OpenReview = Callable[[Study], Session]
Y, X = np.mgrid[0:512, 0:512] + 0.5


@pytest.fixture
def labels_csv(real_data: Path) -> Path:
    return real_data / "deeplesion" / "DL_info_val_test.csv"


@pytest.fixture
def study(real_data: Path) -> Study:
    return open_collection(real_data / "deeplesion" / "Images_png").as_one


@pytest.fixture
def review(study: Study, labels_csv: Path, open_review: OpenReview) -> Session:
    session = open_review(study)
    import_file(session, study, labels_csv)
    return session


def ellipse(box: Box, margin_px: float) -> np.ndarray:
    """Pixels of the ellipse that touches the sides of the box with a margin."""
    x, y = box.centre
    a, b = box.width / 2 + margin_px, box.height / 2 + margin_px
    return ((X - x) / a) ** 2 + ((Y - y) / b) ** 2 <= 1


def contrast_hu(hu: np.ndarray, box: Box) -> float:
    """Mean HU of a lesion less the median HU of a ring round it, 4 to 12 px away."""
    ring = ellipse(box, 12) & ~ellipse(box, 4)
    return float(abs(hu[ellipse(box, 0)].mean() - np.median(hu[ring])))


def test_the_official_rows_are_read(labels_csv: Path) -> None:
    rows = read_annotations(labels_csv)
    kinds = [(r.values["Train_Val_Test"], r.values["Coarse_lesion_type"] == "4") for r in rows]
    assert [sum(split == s for split, _ in kinds) for s in "23"] == [4889, 4927]
    assert [kinds.count((s, True)) for s in "23"] == [584, 700]
    assert all(row.box is not None for row in rows)


def test_boxes_are_tight_round_the_measurement(labels_csv: Path) -> None:
    for row in read_annotations(labels_csv):
        ends = [float(v) for v in row.values["Measurement_coordinates"].split(",")]
        assert row.box is not None
        # Marks are pixel centres counted from 1; a tight box ends at those pixels' outer edges.
        tight = (min(ends[::2]) - 1, min(ends[1::2]) - 1, max(ends[::2]), max(ends[1::2]))
        assert np.allclose(row.box.as_tuple(), tight, atol=0.002)


def test_the_23_key_slices_have_their_24_boxes(review: Session, study: Study) -> None:
    slices = {(f.series_uid, f.key_slice) for f in review.findings.values()}
    files = {(s.uid, i): x.file for s in study.series for i, x in enumerate(s.slices)}
    assert (len(slices), len(review.findings)) == (23, 24)
    assert "000069_02_01/058.png" in {files[key] for key in slices}


def test_boxes_lie_on_lesions(review: Session, study: Study) -> None:
    series = {s.uid: s for s in study.series}
    here, beside = [], []
    for finding in review.findings.values():
        hu = series[finding.series_uid].decode(finding.key_slice)
        box = finding.boxes[finding.key_slice]
        assert -50 < hu[ellipse(box, 0)].mean() < 200  # soft tissue, not air, fat or bone
        here.append(contrast_hu(hu, box))
        moved = [box.moved(dx, dy) for dx, dy in ((30, 0), (-30, 0), (0, 30), (0, -30))]
        beside.append(np.median([contrast_hu(hu, b) for b in moved]))
    assert sum(hu >= 10 for hu in here) >= 20
    assert np.median(here) > 2 * np.median(beside)


def test_an_untouched_export_is_the_official_file(
    review: Session, labels_csv: Path, tmp_path: Path
) -> None:
    export_csv(review, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == labels_csv.read_bytes()


def test_three_decisions_change_three_rows_and_come_back(
    review: Session, study: Study, labels_csv: Path, open_review: OpenReview, tmp_path: Path
) -> None:
    first, second, third, *_ = review.findings.values()
    review.accept(first.id)
    review.reject(second.id, "cyst")
    moved = third.boxes[third.key_slice].moved(1.5, -2)
    review.change_box(third.id, third.key_slice, moved)
    export_csv(review, tmp_path / labels_csv.name)

    before = labels_csv.read_text().splitlines()
    after = (tmp_path / labels_csv.name).read_text().splitlines()
    different = [n for n in range(1, len(before)) if before[n] != after[n]]
    assert len(after) == len(before) == 9817
    assert different == [f.origin.row + 1 for f in (first, second, third) if f.origin.row]

    again = open_review(study)
    import_file(again, study, tmp_path / labels_csv.name)
    statuses = [f.status for f in again.findings.values()]
    assert statuses[:3] == [Status.ACCEPTED, Status.REJECTED, Status.CORRECTED]
    assert {i: (f.boxes, f.status, f.reason) for i, f in again.findings.items()} == {
        i: (f.boxes, f.status, f.reason) for i, f in review.findings.items()
    }
    while again.undo():
        pass
    export_csv(again, tmp_path / "untouched.csv")
    assert (tmp_path / "untouched.csv").read_bytes() == labels_csv.read_bytes()


def test_decisions_on_real_dicom_come_back(
    real_data: Path, open_review: OpenReview, tmp_path: Path
) -> None:
    study = open_study(real_data / "ircadb01" / "case01" / "DICOM")
    (series,) = study.series
    session = open_review(study)
    drawn = session.add(series.uid, 60, Box(100.25, 120, 130, 141.5))
    session.add_box(drawn, 61, Box(101, 120, 131, 142))
    session.set_note(drawn, "segment VII, 12 mm")
    export_csv(session, tmp_path / "out.csv")

    again = open_review(study)
    import_file(again, study, tmp_path / "out.csv")
    (before,), (after,) = session.findings.values(), again.findings.values()
    assert (after.boxes, after.note, after.status) == (before.boxes, before.note, before.status)
    text = (tmp_path / "out.csv").read_text()
    assert series.slices[60].sop_instance_uid in text
    assert '"0.57' in text and '1.6"' in text and "512, 512" in text
