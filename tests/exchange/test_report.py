import re
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from lesion_viewer import NOT_A_DEVICE
from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.recorded_images import recorded_images
from lesion_viewer.exchange.report.audit import export_report, spread
from lesion_viewer.exchange.worklists.project_files import open_project
from tests.exchange.small_deeplesion import write_project


def test_the_report_says_who_what_and_when_with_pictures(tmp_path: Path) -> None:
    images, labels = write_project(tmp_path)
    project, session = open_project(images, labels, tmp_path / "a.review", "<ann> & co")
    first, second, third, *_ = session.findings
    session.accept(first)
    session.reject(second, "<b>cyst</b>")
    session.change_box(third, 5, Box(22, 31, 43, 53))
    export_report(session, tmp_path / "out.html", recorded_images(session).among(images))
    session.close()
    text = (tmp_path / "out.html").read_text()
    assert NOT_A_DEVICE in text
    assert "&lt;ann&gt; &amp; co" in text and "<b>cyst" not in text
    assert "&lt;b&gt;cyst&lt;/b&gt;" in text
    assert re.search(r"<td>20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC</td><td>&lt;ann&gt;", text)
    assert "20.0, 30.0, 41.0, 51.0</td><td>22.0, 31.0, 43.0, 53.0" in text
    pictures = re.findall(r'src="data:image/png;base64,([^"]+)"', text)
    assert len(pictures) == 3
    for picture in pictures:
        pixels = np.asarray(Image.open(BytesIO(b64decode(picture))))
        assert pixels.shape == (288, 288, 3)
        assert (pixels[..., 0] != pixels[..., 2]).any()  # a coloured box on grey
    assert project.items[0].name not in text  # only where its image lies is named


def test_without_images_the_report_says_so(tmp_path: Path) -> None:
    images, labels = write_project(tmp_path)
    _, session = open_project(images, labels, tmp_path / "a.review", "ann")
    session.accept(next(iter(session.findings)))
    export_report(session, tmp_path / "out.html")
    (images / "000001_01_01" / "010.png").unlink()
    export_report(session, tmp_path / "missing.html", recorded_images(session).among(images))
    session.close()
    assert "No pictures: no folder of images was given." in (tmp_path / "out.html").read_text()
    assert "could not be read" in (tmp_path / "missing.html").read_text()


def test_a_review_without_decisions_says_so(tmp_path: Path) -> None:
    images, labels = write_project(tmp_path)
    _, session = open_project(images, labels, tmp_path / "a.review", "ann")
    export_report(session, tmp_path / "out.html", recorded_images(session).among(images))
    session.close()
    text = (tmp_path / "out.html").read_text()
    assert "Nothing is decided yet." in text
    assert "Each decision" not in text and "No pictures" not in text


def test_a_sample_has_every_status(tmp_path: Path) -> None:
    images, labels = write_project(tmp_path)
    _, session = open_project(images, labels, tmp_path / "a.review", "ann")
    for finding_id in list(session.findings)[:4]:
        session.accept(finding_id)
    session.reject(list(session.findings)[4])
    found = spread(list(session.findings.values()), 2)
    session.close()
    assert {f.status.value for f in found} == {"accepted", "rejected"}
