"""RECIST 1.1's arithmetic against numbers worked by hand from Eisenhauer 2009, 4.3.1."""

import pytest

from lesion_viewer.review.followup.response import Sums, least_measurable_mm, response


@pytest.mark.parametrize(
    ("baseline", "nadir", "now", "category"),
    [
        (100, 100, 70, "PR"),  # exactly 30 % less
        (100, 100, 70.1, "SD"),
        (100, 100, 119.9, "SD"),
        (100, 100, 120, "PD"),  # exactly 20 % more
        (20, 20, 24, "SD"),  # 20 % more, but only 4 mm
        (20, 20, 25, "PD"),  # 25 % and 5 mm
        (100, 40, 47.9, "PR"),  # not 20 % over the nadir
        (100, 40, 48, "PD"),  # 8 mm, 20 % over the nadir, though less than half of the baseline
        (33.3, 33.3, 39.96, "PD"),  # 1.2 x 33.3 in floating point
        (0.1 + 0.2, 0.3, 0.3, "SD"),
    ],
)
def test_the_sums_come_to_the_category(
    baseline: float, nadir: float, now: float, category: str
) -> None:
    assert response(Sums(baseline, nadir, now), False, 0).category == category


def test_new_lesions_are_progress_whatever_the_sums() -> None:
    assert response(Sums(100, 100, 50), False, 1).category == "PD"
    assert response(None, False, 2).reason.startswith("2 new lesions")


def test_without_targets_nothing_can_be_said() -> None:
    assert response(None, False, 0).category == "NE"


def test_all_gone_is_complete_even_with_the_diameters_of_normal_nodes() -> None:
    assert response(Sums(36, 36, 8), True, 0).category == "CR"
    # From a nadir of 2 mm a node of 8 mm has grown by 6 mm and 300 %.
    assert response(Sums(36, 2, 8), True, 0).category == "PD"


def test_changes_are_shares_of_baseline_and_nadir() -> None:
    sums = Sums(80, 40, 50)
    assert sums.from_baseline == pytest.approx(-0.375)
    assert sums.from_nadir == pytest.approx(0.25)
    assert Sums(0, 0, 5).from_baseline is None and Sums(10, 0, 5).from_nadir is None


@pytest.mark.parametrize(
    ("is_node", "slice_mm", "least"),
    [
        (False, 1, 10),
        (False, 5, 10),
        (False, 7, 14),
        (True, 5, 15),
        (True, 10, 20),
        (False, None, 10),
    ],
)
def test_what_is_measurable_depends_on_nodes_and_slices(
    is_node: bool, slice_mm: float | None, least: float
) -> None:
    assert least_measurable_mm(is_node, slice_mm) == least
