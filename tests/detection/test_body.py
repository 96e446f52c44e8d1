"""The body apart from air and table, on phantoms and on a patient."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lesion_viewer.ct.images.label_images import read_label_image
from lesion_viewer.ct.labels.label_volume import labels_of_image
from lesion_viewer.ct.phantom.abdomen import make_phantom
from lesion_viewer.ct.phantom.body import Body
from lesion_viewer.ct.phantom.canvas import pixel_positions
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.body import BodySegmenter
from lesion_viewer.detection.neighbours import Neighbours
from lesion_viewer.detection.running import read_volume, segment
from lesion_viewer.detection.segmenter import Masks

MakeVolume = Callable[..., CTVolume]
Mask = NDArray[np.bool_]
SHAPE, SPACING_MM = (8, 256, 256), (20.0, 1.5, 1.5)


def marked(volume: CTVolume) -> Masks:
    masks = segment(BodySegmenter(), volume)
    assert masks is not None
    return masks


def dice(a: Mask, b: Mask) -> float:
    return float(2 * (a & b).sum() / (a.sum() + b.sum()))


def inside(seed: int) -> Mask:
    """The voxels under the skin of a phantom, from the outline that it is drawn by."""
    body = Body(np.random.default_rng(seed))
    outline = body.outline(*pixel_positions(SHAPE[1:], SPACING_MM))
    heights = (np.arange(SHAPE[0]) - (SHAPE[0] - 1) / 2) * SPACING_MM[0]
    return np.stack([body.layers_at(*outline, z)[0] > 0 for z in heights])


@pytest.mark.parametrize("seed", [2, 3, 5])
def test_the_body_is_what_is_under_the_skin(seed: int, make_volume: MakeVolume) -> None:
    """Lungs and bowel, which are full of air, are inside."""
    phantom = make_phantom(seed, SHAPE, SPACING_MM)
    truth = inside(seed)
    assert (phantom.hu[truth] < -700).any(), "there is lung"
    assert dice(marked(make_volume(phantom.hu, SPACING_MM)).of("body"), truth) > 0.985


def test_a_table_that_the_patient_lies_on_is_none_of_the_body(make_volume: MakeVolume) -> None:
    """A shell of 4.5 mm under the back, all across the picture, and its lower half 40 mm below."""
    hu, truth = make_phantom(2, SHAPE, SPACING_MM).hu, inside(2)
    back = int(np.flatnonzero(truth.any((0, 2))).max())
    table = np.zeros(SHAPE, bool)
    table[:, back : back + 3] = table[:, back + 27 : back + 30] = True
    table &= ~truth
    hu[table] = 100
    masks = marked(make_volume(hu, SPACING_MM))
    assert dice(masks.of("body"), truth) > 0.98
    assert masks.of("table")[:, back + 27 : back + 30].all()
    away = table & ~masks.of("body")
    assert masks.of("table")[away].all() and away.sum() > 0.7 * table.sum()


def test_arms_beside_the_trunk_are_body_and_a_tube_is_not(make_volume: MakeVolume) -> None:
    y, x = np.mgrid[:200, :300] * 2.0
    trunk = ((y - 200) / 120) ** 2 + ((x - 300) / 170) ** 2 < 1
    arms = (y - 200) ** 2 + (np.abs(x - 300) - 240) ** 2 < 40**2
    tube = (y - 40) ** 2 + (x - 300) ** 2 < 6**2
    hu = np.where(trunk | arms | tube, 40, -1000).astype(np.int16)
    masks = marked(make_volume(np.stack([hu] * 4), (5.0, 2.0, 2.0)))
    np.testing.assert_array_equal(masks.of("body")[1], trunk | arms)
    np.testing.assert_array_equal(masks.of("table")[1], tube)


def test_a_slice_that_cannot_be_read_has_no_body_and_parts_no_other(
    make_volume: MakeVolume,
) -> None:
    phantom, truth = make_phantom(2, SHAPE, SPACING_MM), inside(2)
    volume = make_volume(phantom.hu, SPACING_MM, unread=(3,))
    volume.fail(3, "3.dcm is truncated")
    masks = marked(volume)
    assert not masks.values[3].any()
    others = [0, 1, 2, 4, 5, 6, 7]
    assert dice(masks.of("body")[others], truth[others]) > 0.985


def test_the_pixel_size_may_be_unknown_and_there_may_be_no_body(make_volume: MakeVolume) -> None:
    hu = make_phantom(2, SHAPE, SPACING_MM).hu[:, ::-1]
    assert dice(marked(make_volume(hu, None)).of("body"), inside(2)[:, ::-1]) > 0.98
    assert not marked(make_volume(np.full((3, 40, 40), -1000, np.int16))).values.any()


@pytest.mark.realdata
def test_the_body_of_a_patient_holds_the_liver_and_not_the_table(real_data: Path) -> None:
    case = real_data / "ircadb01" / "case01"
    (series,) = open_study(case / "DICOM").series
    masks = marked(read_volume(series, Neighbours()))
    body, table = masks.of("body"), masks.of("table")
    labels = labels_of_image(series, read_label_image(case / "labels.nii.gz"))
    for value, region in labels.regions.items():
        assert body[region][labels.mask(value, region)].all()
    # By eye: the back ends above row 470 on every slice, the table's frame lies under row 490; the
    # middle slice is an ellipse from row 52 to 445 and column 24 to 508.
    assert not body[:, 470:].any()
    assert table[:, 490:].any((1, 2)).all()
    assert body[64].sum() == pytest.approx(np.pi / 4 * 393 * 484, rel=0.05)
