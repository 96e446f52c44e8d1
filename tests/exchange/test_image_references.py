"""Names of images in annotations never lead out of the folder that was opened."""

from pathlib import Path

import pytest

from lesion_viewer.errors import CTError
from lesion_viewer.exchange.worklists.project_files import is_project, open_project
from tests.exchange.plain_pngs import SECOND, coco, write_json, write_pngs
from tests.exchange.small_deeplesion import write_project

OUTSIDE = (
    "../secret/010.png",
    "../../secret/010.png",
    "..\\secret\\010.png",
    "%2E%2E/secret/010.png",
    "{folder}/secret/010.png",
    "file://{folder}/secret/010.png",
    "000001_01_01/../../secret/010.png",
    "/data/local-files/?d=..%2Fsecret%2F010.png",
)


def write_annotations(path: Path, name: str) -> Path:
    if path.suffix == ".json":
        return write_json(path, coco({name: [[8, 10, 12, 14]], SECOND: [[8, 10, 12, 14]]}))
    rows = [f"{one},8,10,20,24" for one in (name, SECOND)]
    path.write_text("\n".join(["file,x1,y1,x2,y2", *rows, ""]))
    return path


@pytest.mark.parametrize("kind", ["json", "csv"])
@pytest.mark.parametrize("name", OUTSIDE)
def test_no_name_of_an_image_leads_out_of_the_folder(tmp_path: Path, name: str, kind: str) -> None:
    images = write_pngs(tmp_path / "images", [SECOND])
    write_pngs(tmp_path / "secret", ["010.png"])
    name = name.format(folder=tmp_path)
    path = write_annotations(tmp_path / f"x.{kind}", name)
    project, session = open_project(images, path, tmp_path / "a.review", "ann")
    assert sorted(item.is_present for item in project.items) == [False, True]
    for item in project.items:
        if not item.is_present:
            with pytest.raises(CTError, match="is missing"):
                project.series(item.series_uid).decode(item.slice_index)
    session.close()
    only = write_json(tmp_path / "only.json", coco({name: [[8, 10, 12, 14]]}))
    assert not is_project(images, only)


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_an_image_that_a_link_leads_out_of_the_folder_is_refused_by_name(
    tmp_path: Path, kind: str
) -> None:
    images = write_pngs(tmp_path / "images", [SECOND])
    write_pngs(tmp_path / "secret", ["010.png", "011.png"])
    for number in ("010", "011"):
        (images / "other").mkdir(exist_ok=True)
        (images / "other" / f"{number}.png").symlink_to(tmp_path / "secret" / f"{number}.png")
    path = write_annotations(tmp_path / f"x.{kind}", "other/010.png")
    project, session = open_project(images, path, tmp_path / "a.review", "ann")
    there = {item.name: item.is_present for item in project.items}
    assert there == {"other/010.png": False, SECOND: True}
    assert len(session.findings) == 1
    assert project.notices == (
        "other/010.png: other/010.png leads out of its folder through a link, and is not read",
    )
    # Nor is its neighbour, which no annotation names.
    (uid,) = {item.series_uid for item in project.items if not item.is_present}
    with pytest.raises(CTError, match=r"other/011\.png leads out of its folder through a link"):
        project.series(uid).decode(11)
    session.close()


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    images = write_pngs(tmp_path / "images", [SECOND])
    (images / "scan.png").symlink_to(images / SECOND)
    (tmp_path / "linked").symlink_to(images)
    path = write_json(tmp_path / "x.json", coco({"scan.png": [[8, 10, 12, 14]]}))
    project, session = open_project(tmp_path / "linked", path, tmp_path / "a.review", "ann")
    (item,) = project.items
    assert project.series(item.series_uid).decode(item.slice_index).shape == (64, 64)
    session.close()


def test_a_series_of_deeplesion_that_a_link_leads_out_of_the_folder_is_refused(
    tmp_path: Path,
) -> None:
    images, labels = write_project(tmp_path)
    (images / "000002_01_01").rename(tmp_path / "secret")
    (images / "000002_01_01").symlink_to(tmp_path / "secret")
    name = "../secret_007.png"
    labels.write_text(labels.read_text().replace("000003_01_01_020.png", name))
    project, session = open_project(images, labels, tmp_path / "a.review", "ann")
    items = {item.name: item for item in project.items}
    assert not items[name].is_present
    linked = items["000002_01_01_007.png"]
    with pytest.raises(CTError, match="leads out of its folder through a link, and is not read"):
        project.series(linked.series_uid).decode(linked.slice_index)
    session.close()
