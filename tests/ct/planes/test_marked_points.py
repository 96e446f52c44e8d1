"""Marks of a patient are found at their millimetres in all planes, however the CT is stored."""

from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.ct.planes.picture import PlanePicture
from lesion_viewer.ct.planes.reslicing import reslice
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.geometry.sections import Cut, Section, section_at
from tests.ct.planes.marked_ct import MARKS, MIDDLE, PLACINGS, mark_near, read_marked
from tests.geometry.placed_slices import turned

OFF_MM = 0.15
"""How far a mark may lie from its place: a fifth of a pixel."""

# Where positions on the picture lie in the patient, and its letters: left, right, top, bottom.
ON_PICTURE = {
    Cut.AXIAL: (lambda x, y, z: (x, y), ("R", "L", "A", "P")),
    Cut.CORONAL: (lambda x, y, z: (x, -z), ("R", "L", "H", "F")),
    Cut.SAGITTAL: (lambda x, y, z: (y, -z), ("A", "P", "H", "F")),
}


@pytest.fixture(scope="module", params=PLACINGS)
def volume(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> CTVolume:
    return read_marked(Path(tmp_path_factory.mktemp("marked")), PLACINGS[request.param])


@pytest.mark.parametrize("cut", Cut)
def test_marks_are_found_at_their_millimetres(volume: CTVolume, cut: Cut) -> None:
    place, letters = ON_PICTURE[cut]
    for at, hu in MARKS.values():
        # The picture's point lies elsewhere on the plane.
        point = MIDDLE.copy()
        point[cut] = at[cut]
        section = section_at((point[0], point[1], point[2]), cut)
        picture = seen(volume, section)
        wanted = np.subtract(place(*at), place(*point))
        u, v, highest = mark_near(picture, *wanted)
        assert (u, v) == pytest.approx(tuple(wanted), abs=OFF_MM)
        assert 0.8 * hu < highest <= hu  # linear interpolation flattens a peak
        assert section.letters == letters


def test_marks_are_found_on_an_oblique_plane(volume: CTVolume) -> None:
    """A coronal plane turned by 20 degrees to both sides."""
    directions = turned((20, 20, 0)) @ np.array(((1, 0, 0), (0, 0, -1))).T
    (rx, ry, rz), (dx, dy, dz) = directions.T.tolist()
    for at, hu in MARKS.values():
        section = Section(at, (rx, ry, rz), (dx, dy, dz))
        u, v, highest = mark_near(seen(volume, section), 0, 0)
        assert (u, v) == pytest.approx((0, 0), abs=OFF_MM)
        assert 0.8 * hu < highest <= hu


def seen(volume: CTVolume, section: Section) -> PlanePicture:
    picture = reslice(volume, section)
    assert picture is not None
    return picture
