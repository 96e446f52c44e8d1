"""Projects and corrections from COCO and plain tables, in the window."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.boxes import Box
from lesion_viewer.ui.exchange.controller import FORMATS
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.ui.importing import preview_of

MakeWindow = Callable[..., MainWindow]
NAME = "site a/scan.png"


@pytest.fixture
def images(tmp_path: Path) -> Path:
    path = tmp_path / "images" / NAME
    path.parent.mkdir(parents=True)
    Image.fromarray(np.full((64, 64), 32808, np.uint16)).save(path)
    return tmp_path / "images"


def write_coco(path: Path, *boxes: list[float]) -> Path:
    image = {"id": 1, "file_name": f"/data/local-files/?d={NAME}", "width": 64, "height": 64}
    annotations = [
        {"id": n, "image_id": 1, "category_id": 1, "bbox": box} for n, box in enumerate(boxes, 5)
    ]
    path.write_text(json.dumps({"images": [image], "annotations": annotations}))
    return path


def open_in(window: MainWindow, qtbot: QtBot, images: Path, annotations: Path) -> None:
    with qtbot.waitSignal(window.project.opened, timeout=20_000):
        window.open(images, annotations, annotations.with_suffix(".review"))
    qtbot.waitUntil(lambda: window.viewer.series is not None)


def test_a_coco_file_opens_as_a_project_and_says_what_it_leaves_out(
    make_window: MakeWindow, qtbot: QtBot, images: Path, tmp_path: Path
) -> None:
    window = make_window()
    path = write_coco(tmp_path / "x.json", [8, 10, 12, 14], [8, 10, 0, 14])
    open_in(window, qtbot, images, path)
    assert window.review.session is not None
    assert [f.boxes for f in window.review.session.findings.values()] == [{0: Box(8, 10, 20, 24)}]
    qtbot.waitUntil(lambda: "annotation 6: a box needs" in window.message_bar.text)
    with qtbot.waitSignal(window.exchange.noticed, timeout=20_000):
        window.exchange.export(tmp_path / "out.csv", FORMATS[0])
    assert (tmp_path / "out.csv").read_text().startswith("file_name,x1,y1,x2,y2,label,")


def test_a_plain_table_opens_as_a_project(
    make_window: MakeWindow, qtbot: QtBot, images: Path, tmp_path: Path
) -> None:
    window = make_window()
    path = tmp_path / "x.csv"
    path.write_text(f"image;x;y;w;h\n{NAME};8;10;12,5;14\n")
    open_in(window, qtbot, images, path)
    assert window.review.session is not None
    (finding,) = window.review.session.findings.values()
    assert finding.boxes == {0: Box(8, 10, 20.5, 24)}
    assert window.queue.describe(0).detail == "14 px"  # no table says how large a pixel is


def test_what_a_file_leaves_out_is_shown_before_it_changes_anything(
    make_window: MakeWindow, qtbot: QtBot, images: Path, tmp_path: Path
) -> None:
    window = make_window()
    open_in(window, qtbot, images, write_coco(tmp_path / "x.json", [8, 10, 12, 14]))
    bad = write_coco(tmp_path / "bad.json", [8, 10, float("nan"), 14], [60, 10, 9, 9])
    dialog = preview_of(window, qtbot, window.exchange.preview_corrections, bad)
    assert dialog.summary.text().splitlines() == [
        "1 add",
        "1 box was cut at the border of the image.",
        "Left out, and the labels they stood for stay: 1 entry",
        "    annotation 5: a box needs finite coordinates, not (8.0, 10.0, nan, 24.0)",
    ]
    assert dialog.table.model().index(0, 1).data() == NAME
    dialog.accept()
    assert window.review.session is not None
    statuses = [f.status.value for f in window.review.session.findings.values()]
    assert statuses == ["undecided", "added"]
