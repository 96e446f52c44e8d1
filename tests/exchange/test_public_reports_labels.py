"""Trouble with labels and their files from public reports, which each test names."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.reading import open_study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.imports.parsing import Meaning, parse
from lesion_viewer.exchange.worklists.project_files import open_project
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.work_list import WorkList
from tests.exchange.label_studies import (
    LESIONS,
    blocks,
    write_image,
    write_segmentation,
    write_study,
)
from tests.exchange.plain_pngs import SECOND, coco, write_json, write_pngs

OpenFile = Callable[[Path], tuple[WorkList, Session]]
BOX = Box(8, 10, 20, 24)
BBOX = [8, 10, 12, 14]


@pytest.fixture
def open_file(tmp_path: Path) -> Iterator[OpenFile]:
    images = write_pngs(tmp_path / "images")
    sessions: list[Session] = []

    def open_new(path: Path) -> tuple[WorkList, Session]:
        project, session = open_project(images, path, tmp_path / f"{len(sessions)}.review", "r")
        sessions.append(session)
        return project, session

    yield open_new
    for session in sessions:
        session.close()


def found(session: Session) -> list[tuple[str, Box]]:
    return [(f.lesion_type, box) for f in session.findings.values() for box in f.boxes.values()]


def changed(content: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """COCO with other entries of its first image (``image_``) or annotation (``annotation_``)."""
    for name, value in changes.items():
        where, _, key = name.partition("_")
        content[f"{where}s"][0][key] = value
    return content


@pytest.mark.parametrize(
    "changes",
    [
        {"image_id": "1", "annotation_image_id": 1},
        {"image_id": 1.0, "annotation_image_id": "1"},
        {"annotation_category_id": "7"},
        {"annotation_category_id": 7.0},
    ],
)
def test_ids_of_coco_are_the_same_as_numbers_and_as_text(
    open_file: OpenFile, tmp_path: Path, changes: dict[str, Any]
) -> None:
    """cvat-ai/cvat#298 and ppwwyyxx/cocoapi#21: image ids that are texts."""
    content = changed(coco({SECOND: [BBOX]}), **changes)
    _, session = open_file(write_json(tmp_path / "a.json", content))
    assert found(session) == [("metastasis", BOX)]


def test_category_0_is_a_category(open_file: OpenFile, tmp_path: Path) -> None:
    """cocodataset/cocoapi#689: files whose ids count from 0."""
    content = coco({SECOND: [BBOX]}, categories=[{"id": 0, "name": "cyst"}])
    changed(content, annotation_category_id=0, annotation_image_id=0, image_id=0)
    _, session = open_file(write_json(tmp_path / "a.json", content))
    assert found(session) == [("cyst", BOX)]


def test_two_names_of_one_category_are_refused(open_file: OpenFile, tmp_path: Path) -> None:
    """ashnair1/COCO-Assistant#16 and #17: files that were joined; the last name was taken."""
    categories = [{"id": 7, "name": "liver"}, {"id": 7, "name": "bone"}]
    path = write_json(tmp_path / "a.json", coco({SECOND: [BBOX]}, categories=categories))
    with pytest.raises(ExchangeError, match="categories liver and bone have the same id 7"):
        open_file(path)


def test_labels_with_one_id_are_all_there(open_file: OpenFile, tmp_path: Path) -> None:
    """cvat-ai/datumaro#56 and pedropro/TACO#46: annotation ids that are there twice."""
    other = {"bbox": [30, 30, 5, 6], "id": 11}
    content = coco({SECOND: [{"bbox": BBOX, "id": 11}, other]})
    _, session = open_file(write_json(tmp_path / "a.json", content))
    assert [box for _, box in found(session)] == [BOX, Box(30, 30, 35, 36)]


def test_an_image_that_is_listed_twice_keeps_the_labels_of_both(
    open_file: OpenFile, tmp_path: Path
) -> None:
    """cvat-ai/cvat#4185 and obss/sahi#98: one image under two ids; two images under one id."""
    content = coco({SECOND: [BBOX], "x": [[30, 30, 5, 6]]})
    content["images"][1]["file_name"] = SECOND
    _, session = open_file(write_json(tmp_path / "a.json", content))
    assert [box for _, box in found(session)] == [BOX, Box(30, 30, 35, 36)]
    content["images"][1].update(id=1, file_name="000001_01_01/009.png")
    with pytest.raises(ExchangeError, match="have the same id 1"):
        open_file(write_json(tmp_path / "b.json", content))


def test_boxes_of_a_picture_that_was_turned_by_its_exif_are_left_out(
    open_file: OpenFile, tmp_path: Path
) -> None:
    """HumanSignal/label-studio#6608 and voxel51/fiftyone#3778: width and height exchanged."""
    content = changed(coco({SECOND: [BBOX]}), image_width=64, image_height=48)
    project, session = open_file(write_json(tmp_path / "a.json", content))
    assert found(session) == []
    (notice,) = project.notices
    assert "64 x 48" in notice or "48 x 64" in notice


def test_percentages_of_label_studio_are_not_taken_for_pixels(
    open_file: OpenFile, tmp_path: Path
) -> None:
    """HumanSignal/label-studio#407 and #733: x, y, width and height are in percent."""
    path = tmp_path / "a.csv"
    path.write_text(
        "image,x,y,width,height,rotation,rectanglelabels,original_width,original_height\n"
        f"{SECOND},10,20,30,40,0,liver,64,64\n"
    )
    with pytest.raises(ExchangeError, match="in percent of original_width"):
        open_file(path)


@pytest.mark.parametrize("shift", [-1e-5, 1e-5])
def test_labels_that_are_off_by_a_scale_are_whole(tmp_path: Path, shift: float) -> None:
    """Project-MONAI/MONAI#2746 and nipreps/petprep#152: .99999 for 1, cut to 0 or refused."""
    study = write_study(tmp_path / "ct")
    values = blocks() + np.where(blocks() > 0, shift, abs(shift)).astype(np.float32)
    labels = parse(
        write_image(tmp_path / "a.nii.gz", study, values), study, Meaning.LABELS, "2,7"
    ).found
    assert labels is not None
    boxes = [{i: b.as_tuple() for i, b in sorted(f.boxes.items())} for f in labels.findings]
    assert boxes == LESIONS


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A CT of 6 slices of 5 x 7 pixels: a frame of bits ends within a byte."""
    folder = tmp_path / "small"
    write_series(folder, np.full((6, 5, 7), 40, np.int16), (2.5, 0.8, 0.7), seed=5)
    return folder


def small_labels() -> np.ndarray:
    values = np.zeros((6, 5, 7), np.uint8)
    values[1:4, 1:3, 2:6] = 2
    values[4, 3:5, 0:3] = 7
    return values


def test_frames_of_bits_that_end_within_a_byte_follow_without_a_gap(
    tmp_path: Path, small: Path
) -> None:
    """QIICR/dcmqi#341, nroduit/Weasis#820, pydicom/pydicom#2140."""
    seg = write_segmentation(tmp_path / "seg.dcm", small, small_labels())
    labels = parse(seg, open_study(small), Meaning.LABELS).found
    assert labels is not None
    boxes = [{i: b.as_tuple() for i, b in sorted(f.boxes.items())} for f in labels.findings]
    assert boxes == [
        {i: (2.0, 1.0, 6.0, 3.0) for i in (1, 2, 3)},
        {4: (0.0, 3.0, 3.0, 5.0)},
    ]


def test_frames_of_bits_that_are_padded_one_by_one_are_refused(tmp_path: Path, small: Path) -> None:
    """dcmjs-org/dcmjs#66: a gap behind each frame moves all that follow."""
    path = write_segmentation(tmp_path / "seg.dcm", small, small_labels())
    dataset = pydicom.dcmread(path)
    size, frames = 35, int(dataset.NumberOfFrames)
    bits = np.unpackbits(np.frombuffer(dataset.PixelData, np.uint8), bitorder="little")
    padded = np.zeros((frames, 40), np.uint8)
    padded[:, :size] = bits[: frames * size].reshape(frames, size)
    dataset.PixelData = np.packbits(padded, bitorder="little").tobytes()
    dataset.save_as(path)
    with pytest.raises(ExchangeError, match="has more pixel data than its frames need"):
        parse(path, open_study(small), Meaning.LABELS)


def test_a_list_of_label_studio_is_refused_with_what_is_wanted(
    open_file: OpenFile, tmp_path: Path
) -> None:
    """HumanSignal/label-studio#1897: Label Studio's own JSON, in percent."""
    tasks = [{"id": 1, "data": {"image": SECOND}, "annotations": []}]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(tasks))
    with pytest.raises(ExchangeError, match="it holds a list; a COCO file has images"):
        open_file(path)
