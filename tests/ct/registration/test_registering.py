"""Phantoms that were moved by a known turn and shift, registered."""

from collections.abc import Callable

import numpy as np
import pytest

from lesion_viewer.ct.phantom.abdomen import Phantom, make_phantom
from lesion_viewer.ct.registration.body import body_of
from lesion_viewer.ct.registration.registering import STEP_MM, Registration, register
from lesion_viewer.ct.registration.rigid_map import RigidMap
from lesion_viewer.ct.registration.sampling import sampled
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.errors import GeometryError
from lesion_viewer.geometry.series_geometry import geometry_of_grid
from tests.ct.registration.moved_phantoms import centred_grid, map_of, scanned_again, volume_of

SPACING_MM = (5.0, 3.0, 3.0)
LARGEST_ERROR_MM = 2.0


@pytest.fixture(scope="module")
def phantom() -> Phantom:
    return make_phantom(7, (44, 120, 120), SPACING_MM, lesions=4)


@pytest.fixture(scope="module")
def first(phantom: Phantom) -> CTVolume:
    grid = centred_grid(phantom.hu.shape, SPACING_MM)
    return volume_of(phantom.hu, SPACING_MM, geometry_of_grid(grid, phantom.hu.shape))


def registered(
    first: CTVolume,
    second: CTVolume,
    progress: Callable[[str, float], object] = lambda what, share: None,
) -> Registration:
    found = register(first, second, progress, lambda: True)
    assert found is not None
    return found


def errors_mm(first: CTVolume, found: RigidMap, true: RigidMap) -> np.ndarray:
    """How far places of the body are put from where they really are."""
    grid = sampled(first, STEP_MM, lambda: True)
    places = grid.places(np.argwhere(body_of(grid)))[::50]
    return np.linalg.norm(found.points(places) - true.points(places), axis=1)


def test_a_patient_turned_shifted_and_scanned_on_another_grid_is_found_to_2_mm(
    phantom: Phantom, first: CTVolume
) -> None:
    true = map_of((6, -3, 2), (12, -25, 40))
    second = scanned_again(phantom.hu, SPACING_MM, true, (40, 130, 130), (5.0, 2.7, 2.7))
    found = registered(first, second)
    errors = errors_mm(first, found.map, true)
    assert errors.max() < LARGEST_ERROR_MM
    assert found.map.angle_deg == pytest.approx(true.angle_deg, abs=0.8)
    # What it says of itself must not be better than what it is, nor far worse.
    assert 0.2 * errors.mean() < found.residual.median_mm < errors.mean() + STEP_MM / 2
    assert found.disagreement_mm[0] < LARGEST_ERROR_MM
    assert "residual" in found.text and f"{found.residual.median_mm:.1f} mm" in found.text


def test_a_shorter_scan_far_off_in_its_frame_is_found_and_the_same_each_time(
    phantom: Phantom, first: CTVolume
) -> None:
    true = map_of((0, 0, 0), (120, -200, 1400))
    second = scanned_again(phantom.hu, SPACING_MM, true, (24, 120, 120), (5.0, 3.0, 3.0))
    found = registered(first, second)
    assert errors_mm(first, found.map, true).max() < LARGEST_ERROR_MM
    assert found.residual.overlap == pytest.approx(24 / 44, abs=0.08)
    again = registered(first, second)
    assert again.map.matrix == pytest.approx(found.map.matrix, abs=1e-5)
    assert again.text == found.text


def test_what_is_no_body_of_one_patient_is_refused_in_a_sentence(first: CTVolume) -> None:
    air = np.full((20, 60, 60), -1000, np.int16)
    placed = geometry_of_grid(centred_grid(air.shape, SPACING_MM), air.shape)
    with pytest.raises(GeometryError, match="shows no body"):
        registered(first, volume_of(air, SPACING_MM, placed))
    with pytest.raises(GeometryError, match="does not say where"):
        registered(first, volume_of(air, SPACING_MM, None))


def test_blocks_of_water_are_no_registration_of_a_patient(first: CTVolume) -> None:
    hu = np.full((44, 120, 120), -1000, np.int16)
    hu[:, 45:75, 10:110] = np.random.default_rng(3).integers(-60, 60, (44, 30, 100))
    placed = geometry_of_grid(centred_grid(hu.shape, SPACING_MM), hu.shape)
    with pytest.raises(GeometryError, match="failed and is not used"):
        registered(first, volume_of(hu, SPACING_MM, placed))


def test_it_stops_at_the_next_step_once_it_is_not_wanted(first: CTVolume) -> None:
    asked = 0

    def keep_on() -> bool:
        nonlocal asked
        asked += 1
        return asked < 200

    assert register(first, first, lambda what, share: None, keep_on) is None
    assert asked < 260


def test_it_waits_for_slices_that_are_still_being_read(first: CTVolume) -> None:
    empty = CTVolume(first.series)
    said: list[str] = []
    calls = 0

    def keep_on() -> bool:
        nonlocal calls
        calls += 1
        if calls == 2:  # the loader's thread, so to say
            for i in range(len(first)):
                empty.put(i, first.voxels[i])
        return "Registering" not in said

    register(empty, first, lambda what, share: said.append(what), keep_on)
    assert said[:2] == ["Reading the slices"] * 2 and "Registering" in said
