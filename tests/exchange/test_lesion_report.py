"""The report of lesions: its words to the letter, its values by hand, its pictures to the pixel."""

import os
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image

from lesion_viewer import __version__
from lesion_viewer.cli import main
from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.study import Series, Study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.exchange.report.audit import export_report
from lesion_viewer.exchange.report.comparison import Comparison, comparison_of
from lesion_viewer.exchange.report.key_image import LONGER_SIDE_PX, Marked, key_image
from lesion_viewer.exchange.report.report_content import report_content
from lesion_viewer.exchange.report.report_files import report_html, report_text
from lesion_viewer.review.finding import Origin, OriginKind
from lesion_viewer.review.followup.growth import Fate, Growth, Row
from lesion_viewer.review.followup.identity import Identity
from lesion_viewer.review.followup.lesion import Diameter, Lesion, MeasuredBy
from lesion_viewer.review.followup.response import Sums, response
from lesion_viewer.review.on_screen import Context
from lesion_viewer.review.open_review.reading_record import ReadingTime
from lesion_viewer.review.reading_mode import ReadingMode
from lesion_viewer.review.recist import Axes
from lesion_viewer.review.session import Session
from tests.turned import EIGHT, Ways, write_stored

SHAPE, SPACING_MM = (10, 40, 60), (5.0, 2.0, 2.0)
BOX = Box(10, 8, 30, 18)  # 40 x 20 mm, all of it 80 HU
MODEL = Origin(OriginKind.MODEL, "liver", "3", "ab12" * 16)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CT of -100 HU, but for 80 HU in a box on the slices 3 and 4; numbered from the head."""
    hu = np.full(SHAPE, -100, np.int16)
    hu[3:5, 8:18, 10:30] = 80
    folder = tmp_path_factory.mktemp("ct")
    write_series(folder, hu, SPACING_MM, seed=1)
    for file in folder.iterdir():
        image = pydicom.dcmread(file)
        image.InstanceNumber = 100 - image.InstanceNumber
        image.save_as(file)
    return folder


@pytest.fixture
def study(folder: Path) -> Study:
    return open_collection(folder).studies[0]


@pytest.fixture
def session(study: Study, tmp_path: Path) -> Iterator[Session]:
    """A second reader's review: one lesion drawn before the marks, one accepted, one rejected."""
    session = Session.open(tmp_path / "a.review", study.key, "Dr. Example")
    session.pictures.describe(study)
    session.context = Context(Window(150, 90), 0.5)
    uid = study.series[0].uid
    session.reading.choose(ReadingMode.SECOND_READER)
    drawn = session.add(uid, 3, BOX)
    session.copy_box(drawn, 3, 4)
    session.set_axes(drawn, 3, Axes((10.5, 13, 29.5, 13), (20, 8.5, 20, 17.5)))
    session.set_type(drawn, "liver")
    session.set_note(drawn, "well defined.")
    run = session.proposals.begin_run(uid, MODEL)
    for index, left, score in ((7, 40, 0.9), (9, 3, 0.6)):
        found = SliceDetections(index, (Detection(Box(left, 20, left + 5, 24), score),))
        session.proposals.record_detections(run, [found])
    yield session
    session.close()


def proposed(session: Session) -> list[str]:
    return [f.id for f in session.findings.values() if f.origin == MODEL]


def finish(session: Session) -> None:
    session.reading.declare_first_read()
    accepted, rejected = proposed(session)
    session.accept(accepted)
    session.reject(rejected, "vessel")
    session.reading.keep_time(ReadingTime(430, 295))


def series_of(study: Study) -> dict[str, Series]:
    return {series.uid: series for series in study.series}


def test_the_report_is_worded_as_it_would_be_dictated(session: Session, study: Study) -> None:
    finish(session)
    drawn = next(iter(session.findings))
    changes = {drawn: "Compared with 2023-10-02: larger, 30 mm then, +33 %."}
    prior = Comparison("2023-10-02", changes, ("Sum of target diameters: 30 mm then, 38 mm now.",))
    text = report_text(report_content(session, series_of(study).__getitem__, prior))
    at = r"20\d\d-\d\d-\d\d \d\d:\d\d UTC"
    said = re.sub(at, "AT", text).replace(__version__, "V")
    first, second = (f"{study.series[0].slices[i].location_mm:.1f} mm" for i in (3, 7))
    wanted = f"""\
CT LESION REPORT
For research. Not a medical device; not for diagnosis.

Study: {study.series[0].study.description}
Read by: Dr. Example, AT
Reading time: 12 min 5 s (7 min 10 s before the detector's marks, 4 min 55 s with them)
Mode: second reader (the detector's marks after the first read)
First read: declared done by Dr. Example, AT
Detector: liver 3 (SHA-256
    {"ab12" * 16})
Compared with: 2023-10-02

FINDINGS
1. Liver lesion, 38 × 18 mm (long × short axis), series 1, image 96 (Im 4/10), location
   {first}, seen on images 95 to 96. Mean attenuation 80.0 HU. Compared with 2023-10-02:
   larger, 30 mm then, +33 %. Note: well defined. Added by the reader without the
   detector's marks.
2. Lesion, 10 × 8 mm (sides of the box), series 1, image 92 (Im 8/10), location {second}.
   Mean attenuation -100.0 HU. Marked by the detector, accepted by the reader.

SUMMARY
2 lesions: 1 accepted, 1 added. 1 finding rejected. Sum of target diameters: 30 mm then,
38 mm now.

Sizes and HU are those of the marks that the reader accepted, corrected or drew; mean HU
is that in the ellipse that fills the box.
Lesion Viewer V
"""
    assert said == wanted


def lesion(uid: str, mm: float | None) -> Lesion:
    diameter = None if mm is None else Diameter(mm, MeasuredBy.LONG_AXIS, 3)
    return Lesion(uid, "1.2", 3, 1, None, diameter)


def test_a_follow_up_is_worded_as_arithmetic() -> None:
    rows = (
        Row(lesion("p1", 30), lesion("a", 39), Fate.MATCHED, 2.0, True),
        Row(lesion("p2", None), lesion("b", 12), Fate.PAIRED),
        Row(None, lesion("c", 12), Fate.NEW),
        Row(None, lesion("d", 12), Fate.NOT_MARKED_THEN),
        Row(lesion("p3", 20), None, Fate.GONE),
        Row(lesion("p4", 20), None, Fate.NOT_MARKED_NOW),
    )
    sums = Sums(30, 30, 39)
    growth = Growth(rows, sums, response(sums, False, 1), ())
    said = comparison_of(growth, "2023-10-02", 94, Identity.UNKNOWN)
    assert said.prior == "2023-10-02, 94 days before, whether it is the same patient is unknown"
    assert said.changes == {
        "a": "Compared with 2023-10-02: 30 mm then, 39 mm now (+30 %); long axis,"
        " matched by place.",
        "b": "There on 2023-10-02 as well (paired by the reader); not measured in mm both times.",
        "c": "New against 2023-10-02, as the reader said.",
        "d": "Not marked on 2023-10-02: new, or not marked then.",
    }
    assert said.summary == (
        "Sum of target diameters: 30 mm on 2023-10-02, 39 mm now (+30 %).",
        "1 lesion of 2023-10-02 no longer there, as the reader said.",
        "1 lesion of 2023-10-02 not marked now: gone, or still to be marked.",
    )


def test_a_report_before_the_first_read_is_done_tells_nothing_of_the_detector(
    session: Session, study: Study
) -> None:
    text = report_text(report_content(session, series_of(study).__getitem__))
    assert "not declared done; the detector's marks are hidden" in text
    assert "liver 3" not in text and "ab12" not in text and "not decided" not in text
    session.reading.declare_first_read()
    assert "2 findings not decided." in report_text(report_content(session))


def test_no_score_is_in_a_report(session: Session, study: Study) -> None:
    finish(session)
    content = report_content(session, series_of(study).__getitem__)
    for page in (report_text(content), re.sub(r'src="[^"]+"', "", report_html(content))):
        assert "0.9" not in page and "score" not in page.lower()


def test_nobody_is_named_but_whom_the_reader_names(session: Session, study: Study) -> None:
    finish(session)
    content = report_content(session)
    assert "Patient" not in report_text(content)
    named = content.naming("Muster <Max>")
    assert "Patient: Muster <Max>\n" in report_text(named)
    assert "Muster &lt;Max&gt;" in report_html(named) and "<Max>" not in report_html(named)
    assert named.naming("") == content


def test_a_report_without_images_has_places_and_sizes_but_no_hu(
    session: Session, study: Study
) -> None:
    finish(session)
    text = report_text(report_content(session))
    location = study.series[0].slices[3].location_mm
    assert (
        f"(Im 4/10), location\n   {location:.1f} mm" in text or f"location {location:.1f}" in text
    )
    assert "38 × 18 mm" in text
    assert "HU." not in text and "<img" not in report_html(report_content(session))


def test_a_report_of_nothing_says_so(study: Study, tmp_path: Path) -> None:
    session = Session.open(tmp_path / "b.review", study.key, "ann")
    session.pictures.describe(study)
    text = report_text(report_content(session))
    session.close()
    assert "FINDINGS\nNone.\n" in text
    assert "No lesion was accepted, corrected or added." in text
    assert "Mode: concurrent" in text and "Detector: none" in text


def is_box(pixels: np.ndarray) -> np.ndarray:
    """Where a key image has the colour of boxes."""
    return (pixels[..., 0] < 60) & (pixels[..., 1] > 150) & (pixels[..., 2] > 200)


@pytest.mark.parametrize("row_mm", [2.0, 3.0])
def test_the_box_lies_round_the_lesion_in_true_proportions(study: Study, row_mm: float) -> None:
    series = replace(study.series[0], spacing_mm=(5.0, row_mm, 2.0))
    pixels = key_image(series, series.decode(3), Window(400, 40), Marked(1, BOX, None))
    width, height = 60 * 2.0, 40 * row_mm
    scale = LONGER_SIDE_PX / max(width, height)
    assert pixels.shape == (round(height * scale), round(width * scale), 3)
    left, right, top, bottom = 20 * scale, 60 * scale, 8 * row_mm * scale, 18 * row_mm * scale
    drawn = is_box(pixels)
    drawn[: round(top) - 4] = False  # the number above the box
    rows, columns = np.nonzero(drawn)
    found = [columns.min(), columns.max(), rows.min(), rows.max()]
    assert found == pytest.approx([left, right, top, bottom], abs=3)
    grey = pixels[..., 0].astype(int)
    middle = round((top + bottom) / 2), round((left + right) / 2)
    assert grey[middle] > 120 and grey[middle[0], round(left) - 12] < 60


@pytest.mark.parametrize("ways", EIGHT[1:])
def test_a_key_image_is_the_same_however_the_patient_is_stored(
    folder: Path, tmp_path: Path, ways: Ways
) -> None:
    plain = open_collection(folder).series[0]
    assert plain.affine is not None
    hu = np.stack([plain.decode(i) for i in range(SHAPE[0])])
    hu[:, :, :25] += 200  # one side is brighter
    write_series(tmp_path / "plain", hu, SPACING_MM, seed=1)
    write_stored(tmp_path / "other", hu, plain.affine, ways)
    pictures = []
    for name in ("plain", "other"):
        series = open_collection(tmp_path / name).series[0]
        lesion = next(s for s in map(series.decode, range(SHAPE[0])) if (s == 80).any())
        rows, columns = np.nonzero((lesion == 80) | (lesion == 280))
        box = Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        pictures.append(key_image(series, lesion, Window(400, 40), Marked(1, box, None)))
    plain_picture, other_picture = pictures
    assert np.array_equal(plain_picture, other_picture)


def test_the_html_holds_each_lesions_picture_with_its_window(
    session: Session, study: Study
) -> None:
    finish(session)
    page = report_html(report_content(session, series_of(study).__getitem__))
    pictures = [b64decode(found) for found in re.findall(r'base64,([^"]+)"', page)]
    sizes = [Image.open(BytesIO(one)).size for one in pictures]
    assert sizes == [(640, 427), (640, 427)]
    assert page.count("W 150 L 90") == 4  # the caption, and the text in place of the picture
    assert page.index("Not a medical device") < page.index("Findings")


def test_the_command_writes_text_html_and_pdf(
    session: Session, folder: Path, tmp_path: Path
) -> None:
    finish(session)
    session.close()
    review = tmp_path / "a.review"
    for name in ("out.txt", "out.html"):
        options = ["--format", "report", "--output", str(tmp_path / name)]
        assert main(["export", str(review), *options, "--images", str(folder)]) == 0
    assert "Liver lesion, 38 × 18 mm" in (tmp_path / "out.txt").read_text("utf-8")
    assert (tmp_path / "out.html").read_text("utf-8").count("<img") == 2
    run = [sys.executable, "-m", "lesion_viewer", "export", str(review), "--format", "report"]
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "QT_QPA_PLATFORM")}
    done = subprocess.run(
        [*run, "--output", str(tmp_path / "out.pdf"), "--patient", "Max"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "2 lesions." in done.stderr
    content = (tmp_path / "out.pdf").read_bytes()
    assert content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")


def test_the_audit_shows_how_the_study_was_read(session: Session, tmp_path: Path) -> None:
    finish(session)
    export_report(session, tmp_path / "audit.html")
    page = (tmp_path / "audit.html").read_text("utf-8")
    assert "<td>mode</td><td>second reader (the detector&#x27;s marks after the first read)" in page
    assert "<td>first read</td><td>declared done by Dr. Example, 20" in page
    assert "<td>reading time</td><td>12 min 5 s" in page


def test_a_report_of_an_unknown_kind_is_refused(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session.close()
    path = tmp_path / "out.docx"
    command = ["export", str(tmp_path / "a.review"), "--format", "report", "--output", str(path)]
    assert main(command) == 1
    assert ".html, .txt or .pdf, not .docx" in capsys.readouterr().err
    assert not path.exists()


def test_the_readings_tell_who_found_what_before_the_marks(
    session: Session, tmp_path: Path
) -> None:
    finish(session)
    session.close()
    path = tmp_path / "readings.csv"
    command = ["export", str(tmp_path / "a.review"), "--format", "readings", "--output", str(path)]
    assert main(command) == 0
    names, *rows = [line.split(",") for line in path.read_text().splitlines()]
    of_reader, *of_findings = [dict(zip(names, row, strict=True)) for row in rows]
    assert of_reader["Mode"] == "second_reader" and of_reader["First_read_done_by"] == "Dr. Example"
    assert (of_reader["Time_before_marks_s"], of_reader["Time_with_marks_s"]) == ("430.0", "295.0")
    told = {(row["Status"], row["Origin"], row["Phase"]) for row in of_findings}
    assert told == {
        ("added", "reader", "before marks"),
        ("accepted", "model", "with marks"),
        ("rejected", "model", "with marks"),
    }
    first = next(row for row in of_findings if row["Status"] == "added")
    assert first["First_decided_at"] < first["Marks_seen_at"] == first["First_read_done_at"]
