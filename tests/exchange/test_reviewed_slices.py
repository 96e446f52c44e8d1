"""Reviewed slices as a file: what training learns from without opening a review."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lesion_viewer.cli import main
from lesion_viewer.ct.volume.picture_identity import digest_of
from lesion_viewer.errors import CTError, ExchangeError
from lesion_viewer.exchange.reviewed_slices import ReviewedSlice, read_slices
from lesion_viewer.exchange.worklists.project_files import open_project
from tests.exchange.archives import SLICE, write_archive
from tests.exchange.plain_pngs import IMAGES, coco, write_json, write_pngs
from tests.exchange.small_deeplesion import write_project


def exported(review: Path) -> Path:
    to = review.with_suffix(".json")
    assert main(["export", str(review), "--format", "slices", "--output", str(to)]) == 0
    return to


def test_the_file_says_what_was_decided_on_each_slice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, labels = write_project(tmp_path)
    _, session = open_project(images, labels, tmp_path / "a.review", "ann")
    first, second, *_ = session.findings.values()
    session.accept(first.id)
    session.reject(second.id, "vessel")
    session.close()
    project = read_slices(exported(tmp_path / "a.review"))
    assert "1 lesions on 1 reviewed slices" in capsys.readouterr().err
    assert project.name == "a.review" and project.is_of_deeplesion
    (one,) = project.slices
    # As in the CSV: 000001_01_01_010.png of patient 1, who is of the training split.
    assert one == ReviewedSlice(
        "000001_01_01", 10, "1", frozenset("1"), (128, 128), (5.0, 0.8, 0.8), False,
        [first.boxes[1]], [second.boxes[1]], [], ["liver"], first.series_uid, 1,
    )  # fmt: skip
    assert project.with_series(images).series[one.series_uid].decode(1).shape == (128, 128)


def test_an_image_that_changed_since_the_review_is_not_decoded(tmp_path: Path) -> None:
    images = write_pngs(tmp_path / "images")
    labels = write_json(tmp_path / "labels.json", coco({name: [[10, 12, 8, 6]] for name in IMAGES}))
    listed, session = open_project(images, labels, tmp_path / "a.review", "ann")
    for finding in session.findings:
        session.accept(finding)
    place = listed.images.place_of(IMAGES[0])
    other = listed.images.place_of(IMAGES[2])
    assert place is not None and other is not None
    series = listed.series(place[0])
    name = Path(series.slices[place[1]].file).name
    session.pictures.keep_digests(place[0], {(name, 0): digest_of(series.decode(place[1]))})
    session.close()
    project = read_slices(exported(tmp_path / "a.review"))
    assert not project.is_of_deeplesion
    assert project.with_series(images).series[place[0]].decode(place[1]).shape == (64, 64)
    Image.fromarray(np.full((64, 64), 32768 + 5, np.uint16)).save(images / IMAGES[0])
    there = project.with_series(images).series
    with pytest.raises(CTError, match=f"{name} is not the image that was reviewed"):
        there[place[0]].decode(place[1])
    assert there[other[0]].decode(other[1]).shape == (64, 64)


def test_a_series_of_an_archive_that_changed_is_left_out(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "archive")
    listed, session = open_project(archive, None, tmp_path / "a.review", "ann")
    one, other, *_ = (listed.series(item.series_uid) for item in listed.items)
    for series in (one, other):
        session.mark_read_in_full(series.uid, SLICE, True)
    wrong = digest_of(other.decode(SLICE))
    session.pictures.keep_digests(one.uid, {(one.slices[SLICE].sop_instance_uid, 0): wrong})
    session.close()
    project = read_slices(exported(tmp_path / "a.review"))
    assert {s.series_uid for s in project.slices} == {one.uid, other.uid}
    assert set(project.with_series(archive).series) == {other.uid}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"reviewed_slices": 2}', b'{"images": []}'])
def test_another_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "slices.json"
    file.write_bytes(content)
    with pytest.raises(ExchangeError, match="slices.json is no file of reviewed slices"):
        read_slices(file)
    with pytest.raises(ExchangeError, match="gone.json cannot be read"):
        read_slices(tmp_path / "gone.json")


def test_a_file_without_a_part_is_refused(tmp_path: Path) -> None:
    images, labels = write_project(tmp_path)
    _, session = open_project(images, labels, tmp_path / "a.review", "ann")
    session.accept(next(iter(session.findings)))
    session.close()
    file = exported(tmp_path / "a.review")
    content = json.loads(file.read_bytes())
    del content["slices"][0]["lesions"]
    file.write_text(json.dumps(content))
    with pytest.raises(ExchangeError, match="is no file of reviewed slices"):
        read_slices(file)
