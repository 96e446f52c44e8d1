"""Organs beside the painted liver that look like it, where a recipe asks for them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from training.recipe.synthesis_data import SynthesisData
from training.synthesis.anatomy import View
from training.synthesis.crowding import Crowd, likened
from training.synthesis.filling import Filling
from training.synthesis.organ_blobs import Blob, paint_blob
from training.synthesis.synthetic_scans import SynthesisSource
from training.synthesis.tissues import (
    KIDNEY,
    LIVER,
    SPLEEN,
    STOMACH,
    VISCERAL_FAT,
    draw_tissues,
)

GAS_HU = -900.0


@pytest.fixture(scope="module")
def anatomy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 slices of 3 mm: a body with a liver and a spine."""
    z, y, x = np.meshgrid(*(np.arange(n) for n in (60, 84, 116)), indexing="ij", sparse=True)
    labels = np.zeros((60, 84, 116), np.uint8)
    labels[np.broadcast_to(((y - 42) / 40) ** 2 + ((x - 58) / 56) ** 2 < 1, labels.shape)] = 1
    labels[((z - 28) / 24) ** 2 + ((y - 40) / 26) ** 2 + ((x - 34) / 24) ** 2 < 1] = LIVER
    labels[np.broadcast_to((y - 66) ** 2 + (x - 58) ** 2 < 36, labels.shape)] = 2
    folder = tmp_path_factory.mktemp("anatomy")
    image = sitk.GetImageFromArray(labels)
    image.SetSpacing((3.0, 3.0, 3.0))
    sitk.WriteImage(image, folder / "case01.nii.gz")
    return folder


def source_of(folder: Path, crowded: float) -> SynthesisSource:
    options = SynthesisData((0, 40), (40, 42), str(folder), outside=0.0, crowded=crowded)
    return SynthesisSource(options, options.seeds)


def test_scans_of_recipes_that_do_not_ask_for_it_stay_what_they_were(anatomy_folder: Path) -> None:
    plain, crowded = (source_of(anatomy_folder, share).identity["data"] for share in (0.0, 1.0))
    assert "crowded" not in plain
    assert crowded["crowded"] == 1.0


def test_a_crowded_belly_holds_less_fat_and_the_same_liver(anatomy_folder: Path) -> None:
    source, fat = source_of(anatomy_folder, 0.0), []
    for number in range(4):
        scene = replace(source.scene(number), lesions=(), decoys=())
        anatomy, extent = scene.anatomy, scene.layout.extent_mm
        crowd = Crowd(np.random.default_rng(number), anatomy, scene.tissues, extent)
        z = np.array(scene.layout.z_mm[:1])
        view = scene.pose.view_at(z)
        seen = []
        for among in (None, crowd):
            rng = np.random.default_rng(number)
            filling = Filling(rng, anatomy, scene.tissues, extent, crowd=among)
            hu = scene.tissues.hu[view.labels]
            tissue = filling.paint(hu, view, z)
            np.testing.assert_array_equal(tissue == LIVER, view.labels == LIVER)
            assert np.all(hu[view.labels == LIVER] == np.float32(scene.tissues.liver_hu))
            seen.append(int((tissue == VISCERAL_FAT).sum()))
        fat.append(seen)
    plain, crowded = np.sum(fat, 0)
    assert crowded < 0.8 * plain


def test_a_crowded_scan_is_always_the_same(anatomy_folder: Path) -> None:
    one, other = (source_of(anatomy_folder, 1.0).scan(2).voxels for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_a_third_of_the_organs_have_about_the_livers_attenuation() -> None:
    rng = np.random.default_rng(0)
    near = []
    for _ in range(200):
        tissues = draw_tissues(rng)
        alike = likened(rng, tissues)
        assert alike.hu[LIVER] == tissues.hu[LIVER] == np.float32(alike.liver_hu)
        organs = alike.hu[[STOMACH, SPLEEN, KIDNEY]]
        near.append(np.abs(organs - alike.liver_hu) < 25)
    assert 0.3 < np.mean(near) < 0.7


def test_what_an_organ_holds_may_have_bubbles_and_its_wall_folds() -> None:
    y, x = np.mgrid[:60, :60].astype(np.float32)
    zero = np.zeros((1, 60, 60), np.float32)
    view = View(zero.astype(np.uint8) + 1, zero, zero, zero, y[None], x[None])
    fine = np.sin(x / 3)[None] * 2
    plain = Blob((0.0, 30.0, 30.0), (20.0, 20.0, 20.0), 60.0, shell_mm=3.0, shell_hu=90.0)

    def painted(blob: Blob) -> np.ndarray:
        hu, room = np.full(zero.shape, -100.0, np.float32), np.ones(zero.shape, bool)
        paint_blob(hu, view.labels.copy(), view, blob, room, (zero, fine), GAS_HU)
        return hu

    before = painted(plain)
    bubbly, folded = painted(replace(plain, bubbles_over=1.5)), painted(replace(plain, folds=0.3))
    is_inside = before == 60
    assert set(np.unique(before)) == {-100, 60, 90}
    np.testing.assert_array_equal(bubbly == GAS_HU, is_inside & (fine > 1.5))
    # Folds take from what is inside and leave the organ as large as it was.
    np.testing.assert_array_equal(folded == -100, before == -100)
    assert 0.3 < (folded == 60).sum() / is_inside.sum() < 0.95
