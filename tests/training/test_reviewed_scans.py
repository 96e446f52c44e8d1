"""Reviewed slices of projects that are not DeepLesion's, to learn from: PNGs of any name, DICOM."""

from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.inputs import InputDefinition, model_input
from lesion_viewer.errors import TrainingError
from lesion_viewer.exchange.worklists.project_files import open_project
from tests.exchange.archives import LESION, SLICE, write_archive
from tests.exchange.plain_pngs import IMAGES, coco, write_json, write_pngs
from training.cli import app
from training.recipe.scan_data import PhantomData
from training.scan import Scan
from training.sources.reviewed_projects import read_reviews
from training.sources.reviewed_scans import ReviewedScans
from training.sources.scan_sources import sources_of

DEFINITION = InputDefinition.from_dict(
    {"window": {"width": 400, "level": 40}, "slices": 3, "pixel_mm": 0.8}
)
PHANTOMS = PhantomData((0, 1), (1, 2), (5.0,), 2.0, 64, 2, (1, 2))


@pytest.fixture
def plain(tmp_path: Path) -> tuple[Path, Path]:
    """The review of a COCO project and its images; two slices are decided."""
    images = write_pngs(tmp_path / "images")
    boxes = {IMAGES[0]: [[10, 12, 8, 6]], IMAGES[2]: [[20, 20, 9, 9]], IMAGES[3]: []}
    labels = write_json(tmp_path / "labels.json", coco(boxes))
    work_list, session = open_project(images, labels, tmp_path / "a.review", "ann")
    first, second = session.findings
    session.accept(first)
    session.reject(second, "vessel")
    item = work_list.items[2]
    session.mark_read_in_full(item.series_uid, item.slice_index, True)
    session.close()
    return tmp_path / "a.review", images


def test_a_project_of_pngs_of_any_name_is_learned_from(plain: tuple[Path, Path]) -> None:
    review, images = plain
    said: list[str] = []
    source = sources_of(PHANTOMS, DEFINITION, read_reviews([review], [images]), said.append)
    assert said == ["3 learned from"]
    scans = [source["train"].scan(n) for n in range(1, 4)]
    assert sorted(len(lesions(scan)) for scan in scans) == [0, 0, 1]
    (found,) = [scan for scan in scans if len(lesions(scan))]
    assert lesions(found).tolist() == [[10, 12, 18, 18]]
    assert found.spacing_mm is None and found.voxels[found.wanted[0]].max() == 40
    assert len(source["train"]) == 4


def test_a_neighbour_of_a_reviewed_slice_is_seen_with_it(plain: tuple[Path, Path]) -> None:
    review, images = plain
    (project,) = read_reviews([review], [images])
    scans = ReviewedScans(project, DEFINITION)
    (last,) = [n for n, one in enumerate(project.slices) if one.number == 10]
    scan = scans.scan(last)
    assert len(scan.voxels) == 2 and not scan.missing, "009.png beside 010.png; 011.png is none"


def test_without_its_images_a_project_of_other_names_is_refused(plain: tuple[Path, Path]) -> None:
    review, _ = plain
    with pytest.raises(TrainingError, match="a.review is of other images.*--review-images"):
        sources_of(PHANTOMS, DEFINITION, read_reviews([review]))
    with pytest.raises(TrainingError, match="1 reviews need as many folders of images, not 2"):
        read_reviews([review], [review.parent, review.parent])


def test_images_that_are_gone_are_counted(plain: tuple[Path, Path]) -> None:
    review, images = plain
    (images / IMAGES[2]).unlink()
    (project,) = read_reviews([review], [images])
    scans = ReviewedScans(project, DEFINITION)
    assert dict(scans.fates) == {
        "learned from": 2,
        "missing image, or another one than was reviewed": 1,
    }


def test_an_archive_is_learned_from_upright(tmp_path: Path) -> None:
    archive, session_file = write_archive(tmp_path / "archive"), tmp_path / "a.review"
    work_list, session = open_project(archive, None, session_file, "ann")
    for item in work_list.items:
        session.add(item.series_uid, SLICE, Box(*LESION))
    first = work_list.items[0].series_uid
    session.mark_read_in_full(first, None, True)
    session.close()
    (project,) = read_reviews([session_file], [archive])
    scans = ReviewedScans(project, DEFINITION)
    assert len(scans) == 3
    seen = {one.series_uid: scans.scan(n) for n, one in enumerate(project.slices)}
    for uid, scan in seen.items():
        (key,) = scan.wanted
        x1, y1, x2, y2 = lesions(scan)[0].astype(int)
        # By hand: the lesion is 80 HU brighter than what is around, wherever the series stores it.
        inside = scan.voxels[key, y1:y2, x1:x2]
        assert inside.min() >= 120 and (scan.voxels[key] >= 120).sum() == inside.size
        assert (len(scan.ignored[key]) == 0) == (uid == first)
        assert model_input(scan.voxels, key, scan.spacing_mm, DEFINITION, scan.missing)
    turned = [uid for uid in seen if project.series[uid].turn.flips_columns]
    # 50 columns seen from the other side: 10 to 20 are 30 to 40.
    assert [lesions(seen[uid])[0].tolist() for uid in turned] == [[30, 5, 40, 9]]
    assert len({scan.patient for scan in seen.values()}) == 3


def lesions(scan: Scan) -> np.ndarray:
    (key,) = scan.wanted
    return np.asarray(scan.boxes[key])


def test_the_command_trains_on_a_review_of_an_archive(
    recipe_text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive, session_file = write_archive(tmp_path / "archive"), tmp_path / "a.review"
    work_list, session = open_project(archive, None, session_file, "ann")
    session.add(work_list.items[0].series_uid, SLICE, Box(*LESION))
    session.close()
    recipe = tmp_path / "tiny.toml"
    recipe.write_text(recipe_text.replace("steps = 6", "steps = 3"))
    options = ["--reviews", str(session_file), "--review-images", str(archive)]
    app(
        ["fit", str(recipe), "--output", str(tmp_path / "run"), "--device", "cpu", *options],
        standalone_mode=False,
    )
    assert "reviewed slices: 1 learned from" in capsys.readouterr().err
    assert "# reviews: a.review, sha256 " in (tmp_path / "run" / "recipe.toml").read_text()
    assert (tmp_path / "run" / "checkpoint" / "weights.safetensors").exists()
