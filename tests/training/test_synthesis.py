"""CT painted from a label volume that the test makes: a body, a liver, a spine, a vein."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from scipy import ndimage

from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.errors import TrainingError
from training.evaluation.detecting import Choice, cases_of
from training.recipe.synthesis_data import SynthesisData
from training.synthesis.crossing_vessels import Crossing, paint_crossings
from training.synthesis.image_noise import Scanner, scanned
from training.synthesis.lesion_shapes import Lesion, Look
from training.synthesis.liver_lesions import UNDER_LIVER_HU, draw_lesion
from training.synthesis.painting import Scene, attenuation, boxes_of
from training.synthesis.synthetic_scans import SynthesisSource
from training.synthesis.tissues import FIXED_HU, LIVER_HU, PHASES, STEATOSIS_HU, draw_tissues

SPACING_MM = (3.0, 3.0, 3.0)


def label_volume() -> np.ndarray:
    """60 slices: body 1, liver 11 with a lesion 100 in it, spine 2; 101 far from the liver."""
    z, y, x = np.meshgrid(*(np.arange(n) for n in (60, 84, 116)), indexing="ij", sparse=True)
    labels = np.zeros((60, 84, 116), np.uint8)
    labels[np.broadcast_to(((y - 42) / 40) ** 2 + ((x - 58) / 56) ** 2 < 1, labels.shape)] = 1
    labels[((z - 28) / 24) ** 2 + ((y - 40) / 26) ** 2 + ((x - 34) / 24) ** 2 < 1] = 11
    labels[np.broadcast_to((y - 66) ** 2 + (x - 58) ** 2 < 36, labels.shape)] = 2
    labels[(z - 28) ** 2 + (y - 40) ** 2 + (x - 34) ** 2 < 25] = 100
    labels[(z - 28) ** 2 + (y - 40) ** 2 + (x - 90) ** 2 < 25] = 101
    return labels


@pytest.fixture(scope="module")
def anatomy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("anatomy")
    image = sitk.GetImageFromArray(label_volume())
    image.SetSpacing(SPACING_MM)
    sitk.WriteImage(image, folder / "case01.nii.gz")
    return folder


@pytest.fixture(scope="module")
def source(anatomy_folder: Path) -> SynthesisSource:
    options = SynthesisData((0, 40), (40, 42), str(anatomy_folder), outside=0.0)
    return SynthesisSource(options, options.seeds)


def test_evaluate_measures_on_painted_scans(
    anatomy_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESION_TRAINING_ANATOMY", str(anatomy_folder))
    choice = Choice(0, 40, (), None, "validation", painted=2)

    cases, count = cases_of(choice, InputDefinition(Window(400, 40)))

    painted = SynthesisSource(SynthesisData((40, 42), (40, 42), str(anatomy_folder)), (40, 42))
    found = list(cases)
    assert (len(found), count, choice.text) == (2, 2, "painted scans of seeds 40 to 41")
    for number, case in enumerate(found):
        scan = painted.scan(number)
        boxes = [box for lesion in case.lesions for boxes in lesion.values() for box in boxes]
        assert sorted(boxes) == sorted(tuple(b) for i in scan.wanted for b in scan.boxes[i])
        assert np.array_equal(case.volume.voxels[1], scan.voxels[1])


def ball(scene: Scene, hu: float, radius_mm: float = 14.0, kind: str = "hypodense") -> Lesion:
    """A round lesion in the liver of the scene, near its first slice that shows enough of it."""
    for z in scene.layout.z_mm:
        labels = scene.pose.view_at(np.array([z])).labels[0]
        places = np.argwhere(labels == 11)
        if len(places) > 3000:
            row, column = np.median(places, 0)
            break
    else:
        raise AssertionError("the scene shows no liver")
    layout = scene.layout
    y = (row - (layout.rows - 1) / 2) * layout.pixel_mm
    x = (column - (layout.columns - 1) / 2) * layout.pixel_mm
    lesion = draw_lesion(np.random.default_rng(0), scene.tissues, (z, float(y), float(x)))
    look = Look(kind, hu, soft_mm=0.3)
    return replace(lesion, look=look, radii_mm=(radius_mm,) * 3, bend=0.0)


def layout_gap(scene: Scene) -> float:
    return scene.layout.z_mm[1] - scene.layout.z_mm[0]


def slice_of(scene: Scene, lesion: Lesion) -> int:
    return scene.layout.z_mm.index(lesion.middle_mm[0])


def quiet(scene: Scene, *lesions: Lesion) -> Scene:
    """The scene without other lesions and with a scanner that sees all."""
    return replace(scene, lesions=lesions, decoys=(), scanner=Scanner(1.0, 0.2, 0.5))


def test_a_number_always_gives_the_same_scan(source: SynthesisSource, anatomy_folder: Path) -> None:
    options = SynthesisData((0, 40), (40, 42), str(anatomy_folder), outside=0.0)
    one, other = source.scan(3), SynthesisSource(options, (0, 40)).scan(3)
    np.testing.assert_array_equal(one.voxels, other.voxels)
    assert list(one.wanted) == list(other.wanted)
    for index in one.wanted:
        np.testing.assert_array_equal(one.boxes[index], other.boxes[index])


def test_the_cache_does_not_depend_on_where_the_label_volumes_lie(
    source: SynthesisSource, anatomy_folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "case01.nii.gz"
    copy.write_bytes((anatomy_folder / "case01.nii.gz").read_bytes())
    options = SynthesisData((0, 40), (40, 42), str(tmp_path), outside=0.0)
    assert SynthesisSource(options, options.seeds).identity == source.identity
    assert SynthesisSource(options, options.validation_seeds).identity != source.identity


def test_another_number_gives_another_scan(source: SynthesisSource) -> None:
    one, other = source.scan(3).voxels, source.scan(4).voxels
    assert one.shape != other.shape or (one != other).any()


@pytest.mark.parametrize("number", range(4))
def test_a_box_is_the_extent_of_what_the_lesion_changes(
    source: SynthesisSource, number: int
) -> None:
    scene = source.scene(number)
    lesion = ball(scene, hu=scene.tissues.liver_hu - 400)
    index = slice_of(scene, lesion)
    seen = attenuation(quiet(scene, lesion), index)
    changed = np.abs(seen.hu - attenuation(quiet(scene), index).hu) > 200
    (box,), _ = boxes_of(quiet(scene, lesion), seen)
    rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
    expected = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    assert np.abs(box - expected).max() <= 1


def test_a_ball_measures_its_diameter(source: SynthesisSource) -> None:
    scene = source.scene(1)
    lesion = ball(scene, hu=scene.tissues.liver_hu - 60, radius_mm=9.0)
    index = slice_of(scene, lesion)
    layout = replace(scene.layout, thickness_mm=1.0)
    scene = replace(quiet(scene, lesion), layout=layout)
    (box,), _ = boxes_of(scene, attenuation(scene, index))
    sides = (box[2:] - box[:2]) * layout.pixel_mm
    assert np.abs(sides - 18).max() < 2.5


def test_masks_of_liver_and_lesions_are_kept_where_they_are_asked_for(
    source: SynthesisSource, anatomy_folder: Path
) -> None:
    asked = SynthesisSource(
        SynthesisData((0, 40), (40, 42), str(anatomy_folder), outside=0.0, masks=True), (0, 40)
    )
    assert source.scan(0).liver is None
    boxes = 0
    for number in range(6):
        scan = asked.scan(number)
        assert scan.liver is not None and scan.liver.shape == scan.voxels.shape
        assert scan.lesion is not None and scan.lesion.shape == scan.voxels.shape
        assert np.array_equal(scan.voxels, source.scan(number).voxels)
        for index, corners in scan.boxes.items():
            for x1, y1, x2, y2 in corners.astype(int):
                assert scan.liver[index, y1:y2, x1:x2].any()
                marked = scan.lesion[index, y1:y2, x1:x2]
                assert marked[[0, -1]].any(1).all() and marked[:, [0, -1]].any(0).all()
                boxes += 1
            inside = np.zeros(scan.voxels.shape[1:], bool)
            for x1, y1, x2, y2 in corners.astype(int):
                inside[y1:y2, x1:x2] = True
            assert not (scan.lesion[index] & ~inside).any()
    assert boxes


def test_no_lesion_has_a_box_outside_the_liver(source: SynthesisSource) -> None:
    for number in range(4):
        scan, scene = source.scan(number), source.scene(number)
        for index in scan.wanted:
            labels = scene.pose.view_at(scene.layout.grid(index).z_mm).labels
            for x1, y1, x2, y2 in scan.boxes[index].astype(int):
                part = labels[:, y1:y2, x1:x2]
                assert ((part == 11) | (part == 100)).any()


def test_a_mass_far_from_the_liver_is_no_liver_lesion(source: SynthesisSource) -> None:
    anatomy = source.scene(0).anatomy
    assert set(anatomy.lesion_mm) == {100}
    # 4/3 pi 5^3 voxels of 27 mm3 are a ball of 30 mm across.
    assert anatomy.lesion_mm[100] == pytest.approx(30, abs=1.5)


def test_a_lesion_as_it_lies_has_the_box_of_its_label(source: SynthesisSource) -> None:
    found = 0
    for number in range(8):
        scene = source.scene(number)
        lying = [lesion for lesion in scene.lesions if lesion.label == 100]
        for index in range(len(scene.layout.z_mm) if lying else 0):
            scene = replace(quiet(scene, *lying), layout=replace(scene.layout, thickness_mm=1.0))
            labels = scene.pose.view_at(scene.layout.grid(index).z_mm).labels[0]
            shown, hinted = boxes_of(scene, attenuation(scene, index))
            if not (labels == 100).any():
                assert not len(shown) + len(hinted)
                continue
            rows, columns = (np.flatnonzero((labels == 100).any(a)) for a in (1, 0))
            box = np.vstack((shown, hinted))[0]
            assert tuple(box) == (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
            found += 1
    assert found > 2


def test_a_lesion_under_the_noise_is_ignored_and_not_labelled(source: SynthesisSource) -> None:
    scene = source.scene(1)
    lesion = ball(scene, hu=scene.tissues.liver_hu - 3, radius_mm=4.0)
    noisy = replace(quiet(scene, lesion), scanner=Scanner(24.0, 0.1, 0.5))
    shown, hinted = boxes_of(noisy, attenuation(noisy, slice_of(scene, lesion)))
    assert (len(shown), len(hinted)) == (0, 1)


def test_organs_attenuate_within_their_measured_ranges(source: SynthesisSource) -> None:
    for number in range(3):
        scene = quiet(source.scene(number))
        low, high = LIVER_HU[scene.tissues.phase]
        for index, z in enumerate(scene.layout.z_mm):
            layout = replace(scene.layout, thickness_mm=0.5)
            scene = replace(scene, layout=layout)
            hu = attenuation(scene, index).hu
            labels = scene.pose.view_at(np.array([z])).labels[0]
            if (labels == 11).sum() > 2000:
                assert low + STEATOSIS_HU[0] - 12 <= np.median(hu[labels == 11]) <= high + 12
            if (labels == 2).sum() > 50:
                assert FIXED_HU[2][0] - 60 < np.median(hu[labels == 2]) < FIXED_HU[2][1] + 60
            assert np.median(hu[labels == 0]) == pytest.approx(-1000, abs=8)


def test_every_phase_occurs_and_the_portal_vein_is_bright_in_its_own() -> None:
    drawn = [draw_tissues(np.random.default_rng(seed)) for seed in range(80)]
    assert {t.phase for t in drawn} == set(PHASES)
    assert all(t.hu[15] > t.liver_hu + 20 for t in drawn if t.phase == "portal")
    assert all(t.hu[15] < t.liver_hu for t in drawn if t.phase == "plain")


def test_noise_has_the_asked_strength_and_is_coarser_where_its_power_falls_faster() -> None:
    flat, depth = np.zeros((256, 256), np.float32), np.full((256, 256), 0.5, np.float32)

    def noise(fall: float) -> np.ndarray:
        return scanned(flat, Scanner(12.0, fall, 0.5), 0.8, depth, np.random.default_rng(0))

    soft, sharp = noise(0.1), noise(0.28)
    # 0.65 + 0.45 / 2 of the strength in the middle of the body.
    assert soft.std() == pytest.approx(12 * 0.875, rel=0.02)
    neighbours = [np.corrcoef(n[:, 1:].ravel(), n[:, :-1].ravel())[0, 1] for n in (soft, sharp)]
    assert neighbours[0] > neighbours[1] + 0.1


def test_slices_without_neighbours_lie_too_far_apart_to_be_channels(
    source: SynthesisSource,
) -> None:
    from lesion_viewer.ct.values.window import Window
    from lesion_viewer.detection.inputs import InputDefinition

    definition = InputDefinition(Window(300, 70), slices=3, step_mm=4.0)
    spacings = {layout_gap(source.scene(number)) for number in range(12)}
    around = {
        definition.neighbours.around(1, 3, (z, 0.8, 0.8)) == (1, 1, 1) for z in spacings if z > 10
    }
    assert around == {True} and min(spacings) <= 5


def test_a_missing_folder_is_named_in_one_line(tmp_path: Path) -> None:
    options = SynthesisData((0, 1), (1, 2), str(tmp_path))
    with pytest.raises(TrainingError, match="holds no label volumes"):
        SynthesisSource(options, options.seeds)


def test_without_a_folder_the_error_says_where_to_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LESION_TRAINING_ANATOMY", raising=False)
    options = SynthesisData((0, 1), (1, 2))
    with pytest.raises(TrainingError, match="LESION_TRAINING_ANATOMY"):
        SynthesisSource(options, options.seeds)


def asked(folder: Path, **shares: float) -> SynthesisSource:
    """Scans in the liver, painted as a recipe asks for."""
    options = SynthesisData((0, 40), (40, 42), str(folder), outside=0.0, lesions=(3, 6))
    return SynthesisSource(replace(options, **shares), (0, 40))  # type: ignore[arg-type]


def test_small_lesions_measure_4_to_12_mm_and_faint_ones_have_little_contrast() -> None:
    rng = np.random.default_rng(0)
    portal = next(t for t in (draw_tissues(rng) for _ in range(40)) if t.phase == "portal")
    low, high = UNDER_LIVER_HU["portal"]
    small = [
        draw_lesion(rng, portal, (0, 0, 0), "hypodense", is_small=True, is_faint=True)
        for _ in range(60)
    ]
    diameters = [2 * float(np.mean(lesion.radii_mm)) for lesion in small]
    contrasts = [portal.liver_hu - lesion.look.hu for lesion in small]
    # A ball's radii are varied by a quarter.
    assert 3 <= min(diameters) < 6 and 9 < max(diameters) <= 15
    assert low <= min(contrasts) and max(contrasts) < (low + high) / 2


def depths_mm(source: SynthesisSource) -> list[float]:
    """Depth in the liver of the painted lesions, on the slices that they were painted for."""
    found = []
    for number in range(4):
        scene = source.scene(number)
        layout = scene.layout
        is_liver = np.isin(scene.pose.view_at(np.array(layout.z_mm)).labels, (11, 100))
        depth = [ndimage.distance_transform_edt(s) * layout.pixel_mm for s in is_liver]
        for lesion in scene.lesions:
            if not lesion.label:
                z, y, x = lesion.middle_mm
                k = int(np.abs(np.array(layout.z_mm) - z).argmin())
                i, j = (
                    round(m / layout.pixel_mm + (n - 1) / 2)
                    for m, n in ((y, layout.rows), (x, layout.columns))
                )
                found.append(float(depth[k][i, j]))
    return found


def test_lesions_at_the_capsule_lie_at_the_livers_border(anatomy_folder: Path) -> None:
    anywhere, capsular = (depths_mm(asked(anatomy_folder, capsule=share)) for share in (0.0, 1.0))
    assert len(capsular) > 8 and max(capsular) < 8
    assert max(anywhere) > 20


def test_scans_of_the_dome_are_of_the_livers_top(anatomy_folder: Path) -> None:
    for number in range(3):
        scene = asked(anatomy_folder, dome=1.0).scene(number)
        rows, columns = scene.layout.rows // 2, scene.layout.columns // 2
        height = float(scene.pose.view_at(np.zeros(1)).z_mm[0, rows, columns])
        # The anatomy is bent by some millimetres.
        assert -42 < height - scene.anatomy.liver_mm[1] < 12


def test_an_anatomy_that_is_not_deformed_keeps_its_size(anatomy_folder: Path) -> None:
    scene = asked(anatomy_folder, deform=0.0).scene(0)
    view = scene.pose.view_at(np.zeros(1))
    assert np.allclose(np.diff(view.x_mm, axis=2), scene.layout.pixel_mm, atol=1e-3)
    assert np.allclose(np.diff(view.y_mm, axis=1), scene.layout.pixel_mm, atol=1e-3)


def test_a_vessel_that_crosses_the_slices_is_a_disc_on_each_within_the_liver() -> None:
    hu = np.full((2, 60, 80), 100.0, np.float32)
    is_liver = np.ones(hu.shape, bool)
    is_liver[:, :, 45:] = False
    vessel = Crossing(at_mm=(0.0, 0.0), slope=(0.0, -1.0), radius_mm=6.0, hu=150.0)
    paint_crossings(hu, is_liver, (vessel,), np.array([0.0, 10.0]), pixel_mm=1.0)
    painted = hu == 150
    assert not painted[~is_liver].any()
    # On the upper slice it has moved 10 mm aside, away from the liver's border.
    assert painted[1].sum() == pytest.approx(np.pi * 36, rel=0.06)
    assert np.argwhere(painted[1]).mean(0) == pytest.approx([29.5, 29.5])
    assert 0.8 * painted[1].sum() < painted[0].sum() < painted[1].sum()


def test_vessels_cross_the_liver_where_a_recipe_asks_for_them(anatomy_folder: Path) -> None:
    plain, crossed = (asked(anatomy_folder, crossings=share).scene(0) for share in (0.0, 1.0))
    index = len(plain.layout.z_mm) // 2
    is_liver = plain.pose.view_at(plain.layout.grid(index).z_mm).labels == 11
    other = replace(quiet(plain), mimics=crossed.mimics)
    changed = attenuation(other, index).hu - attenuation(quiet(plain), index).hu != 0
    assert changed.any() and not changed[~is_liver.any(0)].any()
