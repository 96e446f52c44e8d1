"""Lesions of the whole body, painted into a label volume that the test makes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from lesion_viewer.errors import TrainingError
from training.recipe.recipe import read_recipe
from training.recipe.synthesis_data import SITES as RECIPE_SITES
from training.recipe.synthesis_data import SynthesisData
from training.synthesis.body_lesions import SITES, draw_body_lesion
from training.synthesis.image_noise import Scanner
from training.synthesis.painting import Scene, attenuation, boxes_of
from training.synthesis.synthetic_scans import SynthesisSource
from training.synthesis.tissues import draw_tissues

RECIPES = Path(__file__).parents[2] / "training" / "recipes"
ORGANS = {
    "liver": {11, 14, 15},
    "lung": {3},
    "kidney": {6, 32},
    "bone": {2, 36},
    "node": {32, 16},
    "soft tissue": {31, 30, 32},
}
"""Values of ``tissues``: 30 fat, 31 muscle, 32 fat round organs, 36 marrow; others are labels."""


@pytest.fixture(scope="module")
def anatomy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """50 slices of 3 mm: a body with liver, spine, lungs, kidneys and an aorta."""
    z, y, x = np.meshgrid(*(np.arange(n) for n in (50, 84, 116)), indexing="ij", sparse=True)
    labels = np.zeros((50, 84, 116), np.uint8)
    labels[np.broadcast_to(((y - 42) / 40) ** 2 + ((x - 58) / 56) ** 2 < 1, labels.shape)] = 1
    labels[((z - 22) / 20) ** 2 + ((y - 40) / 24) ** 2 + ((x - 30) / 18) ** 2 < 1] = 11
    labels[((z - 18) / 16) ** 2 + ((y - 54) / 9) ** 2 + ((x - 86) / 9) ** 2 < 1] = 6
    labels[((z - 44) / 12) ** 2 + ((y - 40) / 20) ** 2 + ((x - 88) / 14) ** 2 < 1] = 3
    labels[np.broadcast_to((y - 64) ** 2 + (x - 58) ** 2 < 49, labels.shape)] = 2
    labels[np.broadcast_to((y - 50) ** 2 + (x - 60) ** 2 < 12, labels.shape)] = 13
    folder = tmp_path_factory.mktemp("anatomy")
    image = sitk.GetImageFromArray(labels)
    image.SetSpacing((3.0, 3.0, 3.0))
    sitk.WriteImage(image, folder / "case01.nii.gz")
    return folder


def source_of(folder: Path, *sites: str) -> SynthesisSource:
    options = SynthesisData(
        (0, 40),
        (40, 42),
        str(folder),
        lesions=(6, 6),
        outside=1.0,
        sites=sites,
        pixel_mm=(1.5, 1.5),
    )
    return SynthesisSource(options, options.seeds)


def scene_with_lesions(folder: Path, site: str) -> Scene:
    """The first scene whose slices show the site."""
    source = source_of(folder, site)
    for number in range(len(source)):
        scene = source.scene(number)
        if scene.lesions:
            return replace(scene, scanner=Scanner(0.5, 0.2, 0.5), motion_mm=0.0)
    raise AssertionError(f"no scene shows {site}")


@pytest.mark.parametrize("site", SITES)
def test_a_lesion_lies_in_its_organ_and_its_boxes_are_tight(
    anatomy_folder: Path, site: str
) -> None:
    scene = scene_with_lesions(anatomy_folder, site)
    assert {lesion.site for lesion in scene.lesions} == {site}
    shown = 0
    for lesion in scene.lesions:
        heights = np.abs(np.array(scene.layout.z_mm) - lesion.middle_mm[0])
        index = int(heights.argmin())
        alone = replace(scene, lesions=(lesion,))
        seen = attenuation(alone, index)
        change = np.abs(seen.hu - attenuation(replace(scene, lesions=()), index).hu)

        view = scene.pose.view_at(scene.layout.grid(index).z_mm)
        hu = scene.tissues.hu[view.labels]
        tissue = scene.filling.paint(hu, view, scene.layout.grid(index).z_mm)
        is_organ = np.isin(tissue, list(ORGANS[site])).any(0)
        assert not change[~is_organ].any()

        boxes, _ = boxes_of(alone, seen)
        for x1, y1, x2, y2 in boxes.astype(int):
            assert change[y1:y2, x1:x2].max() > 5
            if seen.shares[0][1].max() < 0.99:
                continue  # its border is where it fills half of the most that it fills
            shown += 1
            rows, columns = np.nonzero(seen.shares[0][1] >= 0.5)
            (top, left) = (part.start for part in seen.shares[0][0])
            assert (x1, y1) == (left + columns.min(), top + rows.min())
            assert (x2, y2) == (left + columns.max() + 1, top + rows.max() + 1)
    assert shown


def test_a_scan_with_sites_has_no_lesion_that_is_not_labelled(anatomy_folder: Path) -> None:
    source = source_of(anatomy_folder, *SITES)
    for number in range(12):
        scene = source.scene(number)
        assert not scene.decoys
        assert not [b for b in scene.filling.blobs if b.tissue == 33]  # fluid: a kidney's cyst
        assert all(2 * min(b.radii_mm) <= 9 for b in scene.filling.blobs if b.tissue == 16)


def test_scans_of_recipes_without_sites_stay_what_they_were(anatomy_folder: Path) -> None:
    source = source_of(anatomy_folder)
    assert "sites" not in source.identity["data"]
    assert {lesion.site for lesion in source.scene(0).lesions} <= {"liver"}


@pytest.mark.parametrize(
    ("site", "kind", "low", "high"),
    [
        ("lung", "ground glass", -800, -300),
        ("lung", "solid", -20, 100),
        ("lung", "calcified", 200, 800),
        ("kidney", "cyst", -9, 20),  # Bosniak classification, version 2019
        ("kidney", "fat", -120, -10),
        ("bone", "lytic", 0, 100),
        ("bone", "sclerotic", 400, 1300),
        ("node", "node", 20, 130),
        ("soft tissue", "mass", 0, 130),
    ],
)
def test_a_kind_of_lesion_attenuates_within_its_range(
    site: str, kind: str, low: float, high: float
) -> None:
    rng = np.random.default_rng(0)
    looks = []
    for _ in range(300):
        lesion = draw_body_lesion(rng, draw_tissues(rng), site, (0, 0, 0), around_hu=50.0)
        if lesion.look.kind == kind:
            looks.append(lesion.look.hu)
    assert len(looks) >= 5
    assert low <= min(looks) and max(looks) <= high


def test_a_necrotic_node_is_darker_in_its_middle_and_a_mass_in_muscle_differs_from_it() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        node = draw_body_lesion(rng, draw_tissues(rng), "node", (0, 0, 0), -100.0).look
        if node.kind == "necrotic":
            assert node.core_hu <= node.hu - 20
        mass = draw_body_lesion(rng, draw_tissues(rng), "soft tissue", (0, 0, 0), 55.0).look
        if mass.kind == "mass":
            assert abs(mass.hu - 55) >= 18


@pytest.mark.parametrize(
    ("site", "median_mm"),
    [("lung", 10.5), ("kidney", 17.3), ("bone", 12.3), ("node", 15.0), ("soft tissue", 17.2)],
)
def test_lesions_are_as_large_as_deeplesions_of_their_type(site: str, median_mm: float) -> None:
    rng = np.random.default_rng(2)
    tissues = draw_tissues(rng)
    lesions = [draw_body_lesion(rng, tissues, site, (0, 0, 0), 50.0) for _ in range(500)]
    diameters = [2 * np.prod(lesion.radii_mm) ** (1 / 3) for lesion in lesions]
    assert np.median(diameters) == pytest.approx(median_mm, rel=0.15)


def test_the_recipe_of_the_whole_body_paints_every_site_with_seeds_of_its_own() -> None:
    data = read_recipe(RECIPES / "whole_body.toml").data
    assert isinstance(data, SynthesisData)
    assert data.sites == RECIPE_SITES == tuple(SITES)
    ours = range(*data.seeds)
    for file in RECIPES.glob("*.toml"):
        other = "" if file.stem in ("whole_body", "second_look") else read_recipe(file).data
        if isinstance(other, SynthesisData):
            theirs = range(*other.seeds)
            assert ours.stop <= theirs.start or theirs.stop <= ours.start, file.name


def test_an_unknown_site_is_named() -> None:
    with pytest.raises(TrainingError, match="'heart'"):
        SynthesisData((0, 1), (1, 2), sites=("lung", "heart"))
