"""Two series in one frame of reference."""

from dataclasses import replace

import numpy as np
import pytest

from lesion_viewer.errors import GeometryError
from lesion_viewer.geometry.series_geometry import geometry_of_planes
from lesion_viewer.geometry.shared_frame import place_on, why_apart
from tests.geometry.placed_slices import plane_of

THIN = geometry_of_planes(
    [plane_of((0, 0, z), np.eye(3), (1, 1)) for z in range(20)], (50, 50), "1.2.3"
)
# 5 mm slices of 0.5 mm pixels, begun 10 mm to the left and 5 mm to the front, stored mirrored.
MIRRORED = np.diag([-1.0, 1.0, 1.0])
THICK = geometry_of_planes(
    [plane_of((40, -5, z), MIRRORED, (0.5, 0.5)) for z in (0, 5, 10, 15)], (100, 100), "1.2.3"
)


def test_a_position_of_one_series_is_found_in_the_other():
    """Slice 12 is 2 mm above the slice at 10 mm; x 20 is 20 mm right of 40 mm, 40 columns on."""
    place = place_on(THICK, THIN, (12, 20.5, 10.5))
    assert (place.slice_index, place.distance_mm) == (2, pytest.approx(2))
    assert (place.x, place.y) == pytest.approx((40.5, 30.5))


def test_a_position_beside_the_other_series_is_told_by_its_distance():
    place = place_on(THIN, THICK, (3, -10, 0.5))
    assert (place.slice_index, place.x) == (15, pytest.approx(45.75))
    far = replace(THIN, positions_mm=THIN.positions_mm + (0, 0, 100))
    assert place_on(far, THICK, (3, 10, 10)).distance_mm == pytest.approx(-85)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (replace(THICK, frame_of_reference="1.2.4"), "two frames of reference"),
        (replace(THICK, frame_of_reference=""), "does not say in which frame"),
        (None, "does not say where its slices lie"),
    ],
)
def test_series_in_other_frames_are_not_compared(other, reason):
    with pytest.raises(GeometryError, match=reason):
        place_on(other, THIN, (0, 1, 1))
    with pytest.raises(GeometryError, match=reason):
        place_on(THIN, other, (0, 1, 1))
    assert reason in why_apart(THIN, other)


def test_volumes_that_share_one_geometry_need_no_name_for_their_frame():
    shared = replace(THIN, frame_of_reference="")
    assert why_apart(shared, shared) == ""
    assert place_on(shared, shared, (3, 4.5, 5.5)).slice_index == 3
