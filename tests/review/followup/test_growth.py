"""The table of growth against tables worked by hand."""

import pytest

from lesion_viewer.ct.registration.rigid_map import RigidMap
from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.detection.boxes import Box
from lesion_viewer.geometry.series_geometry import geometry_of_grid
from lesion_viewer.review.finding import Finding, Origin, OriginKind, Status
from lesion_viewer.review.followup.growth import Fate, Growth, growth
from lesion_viewer.review.followup.lesion import Lesion, MeasuredBy, lesions_of
from lesion_viewer.review.followup.matching import matched
from lesion_viewer.review.followup.statements import Statements
from lesion_viewer.review.recist import Axes
from tests.ct.registration.moved_phantoms import centred_grid
from tests.review.followup.lesions import lesion

SPACING_MM = (4.0, 0.5, 0.8)
SHAPE = (9, 100, 100)


def grown(prior: list[Lesion], current: list[Lesion], stated: Statements | None = None) -> Growth:
    stated = stated or Statements()
    return growth(prior, current, matched(prior, current, RigidMap.none(), stated), stated)


def at(x: float) -> tuple[float, float, float]:
    return x, 0.0, 0.0


def test_a_table_worked_by_hand() -> None:
    prior = [lesion("a", 30, at(0)), lesion("b", 20, at(60)), lesion("small", 6, at(120))]
    current = [lesion("b2", 12, at(61)), lesion("a2", 22, at(3)), lesion("small2", 9, at(121))]
    table = grown(prior, current)
    # 50 mm -> 34 mm: 32 % less. The lesion of 6 mm is under 10 mm, and no target.
    assert table.sums is not None
    assert (table.sums.baseline_mm, table.sums.nadir_mm, table.sums.now_mm) == (50, 50, 34)
    assert table.sums.from_baseline == pytest.approx(-0.32)
    assert table.response.category == "PR"
    rows = [(r.prior.id, r.current.id, r.change_mm, r.is_target) for r in table.rows]
    assert rows == [("a", "a2", -8, True), ("b", "b2", -8, True), ("small", "small2", 3, False)]
    assert table.rows[0].change == pytest.approx(-8 / 30)
    assert table.rows[0].apart_mm == pytest.approx(3)
    assert table.remarks == ()


def test_a_lesion_that_is_not_marked_now_is_not_taken_for_gone() -> None:
    prior, current = [lesion("a", 30, at(0)), lesion("b", 20, at(60))], [lesion("a2", 30, at(0))]
    table = grown(prior, current)
    assert table.rows[1].fate is Fate.NOT_MARKED_NOW and table.rows[1].current_mm is None
    assert table.response.category == "NE" and table.sums is None
    assert table.remarks == ("1 target is not marked now: gone, or still to be marked.",)
    said = grown(prior, current, Statements(gone={"b"}))
    assert said.rows[1].fate is Fate.GONE and said.rows[1].current_mm == 0
    assert said.sums is not None and said.sums.now_mm == 30
    assert said.response.category == "PR"  # 50 -> 30: 40 % less
    both = grown(prior, [], Statements(gone={"a", "b"}))
    assert both.response.category == "CR"


def test_a_lesion_without_a_counterpart_is_new_only_once_a_reader_says_so() -> None:
    prior = [lesion("a", 30, at(0))]
    current = [lesion("a2", 31, at(0)), lesion("c", 8, at(90))]
    table = grown(prior, current)
    assert table.response.category == "SD"
    assert table.rows[1].fate is Fate.NOT_MARKED_THEN
    assert "PD if it is new" in table.remarks[0]
    said = grown(prior, current, Statements(new={"c"}))
    assert said.response.category == "PD" and said.remarks == ()


def test_five_targets_and_two_of_an_organ_are_summed_unless_a_reader_chooses() -> None:
    livers = [lesion(f"l{n}", 40 - n, at(60 * n), "liver") for n in range(3)]
    others = [lesion(f"o{n}", 20 - n, at(-60 * (n + 1)), f"organ {n}") for n in range(5)]
    everything = livers + others
    table = grown(everything, everything)
    assert {r.prior.id for r in table.rows if r.is_target} == {"l0", "l1", "o0", "o1", "o2"}
    stated = Statements(targets={"l0": False, "o4": True})
    table = grown(everything, everything, stated)
    assert {r.prior.id for r in table.rows if r.is_target} == {"l1", "l2", "o4", "o0", "o1"}


def test_nodes_count_by_their_short_axis_and_are_normal_under_10_mm() -> None:
    node, normal = (lesion(i, mm, at(0), "lymph node") for i, mm in (("n", 16.0), ("n2", 9.9)))
    assert grown([node], [normal]).response.category == "CR"
    assert grown([node], [lesion("n2", 10, at(0), "lymph node")]).response.category == "PR"
    small = grown([lesion("n", 14.9, at(0), "lymph node")], [normal])
    assert small.response.category == "NE" and "no target" in small.remarks[0]


def test_the_nadir_is_the_smallest_sum_before_now() -> None:
    prior, current = [lesion("a", 50, at(0))], [lesion("a2", 40, at(0))]
    pairs = matched(prior, current, RigidMap.none(), Statements())
    table = growth(prior, current, pairs, Statements(), earlier_sums_mm=[30, 45])
    assert table.sums is not None and table.sums.nadir_mm == 30
    assert table.response.category == "PD"  # 10 mm and 33 % over the nadir


def test_an_axis_then_and_a_box_now_is_said() -> None:
    table = grown([lesion("a", 30, at(0))], [lesion("a2", 31, at(0), by=MeasuredBy.BOX_LONG_SIDE)])
    assert "by an axis once and by a box once" in table.remarks[0]


# From findings to lesions.


def series(uid: str = "S", spacing_mm: tuple[float, float, float] | None = SPACING_MM) -> Series:
    slices = tuple(SliceSource("f", i) for i in range(SHAPE[0]))
    geometry = geometry_of_grid(centred_grid(SHAPE, SPACING_MM), SHAPE) if spacing_mm else None
    return Series(
        uid, "1", "CT", "", 1, slices, SHAPE, spacing_mm, geometry, (), lambda i: NotImplemented
    )


def finding(name: str, status: Status = Status.ADDED, **changes: object) -> Finding:
    fields = {"boxes": {3: Box(10, 10, 30, 20), 4: Box(10, 10, 34, 20)}, **changes}
    return Finding(name, "S", Origin(OriginKind.READER, "ann"), status=status, **fields)  # type: ignore[arg-type]


def test_only_what_a_reader_said_is_a_lesion_is_followed_up() -> None:
    findings = [finding(status.value, status) for status in Status]
    assert [x.id for x in lesions_of(findings, [series()])] == ["accepted", "corrected", "added"]
    assert lesions_of([finding("x")], [series("another")]) == []


def test_a_lesion_is_measured_by_its_axes_else_by_its_largest_box_in_mm() -> None:
    (boxed,) = lesions_of([finding("x")], [series()])
    # 24 px of 0.8 mm; the box of slice 4 is the larger one.
    assert boxed.diameter is not None
    assert (boxed.diameter.mm, boxed.diameter.by) == (pytest.approx(19.2), "longer side of the box")
    assert boxed.diameter.slice_index == 4
    axes = Axes((10.5, 10.5, 40.5, 50.5), (15.5, 30.5, 25.5, 30.5))
    (measured,) = lesions_of([finding("x", axes={3: axes})], [series()])
    # 30 px of 0.8 mm and 40 px of 0.5 mm: 24 and 20 mm, 31.24 mm.
    assert measured.diameter is not None and measured.diameter.by == "long axis"
    assert measured.diameter.mm == pytest.approx(31.24, abs=0.005)
    (node,) = lesions_of([finding("x", axes={3: axes}, lesion_type="Lymph node")], [series()])
    assert node.diameter is not None and node.diameter.mm == pytest.approx(8.0)
    assert node.diameter.by == "short axis"


def test_a_lesion_lies_at_the_middle_of_its_middle_box() -> None:
    (one,) = lesions_of([finding("x")], [series()])
    # Column 22 - 50 = -28 px of .8 mm, row 15 - 50 = -35 px of .5 mm, slice 4 of 9 is the middle.
    assert one.point_mm == pytest.approx((-22.4, -17.5, 0.0))


def test_pixels_without_a_size_give_neither_place_nor_diameter() -> None:
    (one,) = lesions_of([finding("x")], [series(spacing_mm=None)])
    assert one.point_mm is None and one.diameter is None
