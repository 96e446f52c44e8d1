"""Which lesion is which one of the earlier study."""

from lesion_viewer.ct.registration.rigid_map import RigidMap
from lesion_viewer.review.followup.matching import LIMIT_MM, matched
from lesion_viewer.review.followup.statements import Statements
from tests.ct.registration.moved_phantoms import map_of
from tests.review.followup.lesions import lesion

HERE = RigidMap.none()


def names(pairs: list) -> set[tuple[str, str]]:
    return {(pair.prior.id, pair.current.id) for pair in pairs}


def test_lesions_of_a_turned_and_shifted_patient_are_found_at_their_places() -> None:
    to_current = map_of((20, -10, 5), (100, -40, 900))
    places = [(0.0, 0.0, 0.0), (60.0, 10.0, -20.0), (-50.0, 30.0, 40.0)]
    prior = [lesion(f"p{n}", at=place) for n, place in enumerate(places)]
    current = [lesion(f"c{n}", at=to_current.point(place)) for n, place in enumerate(places)]
    pairs = matched(prior, current[::-1], to_current, Statements())
    assert names(pairs) == {("p0", "c0"), ("p1", "c1"), ("p2", "c2")}
    assert all(pair.apart_mm is not None and pair.apart_mm < 1e-6 for pair in pairs)


def test_what_is_further_apart_than_the_limit_is_no_pair() -> None:
    prior = [lesion("a", at=(0, 0, 0))]
    near, far = lesion("near", at=(0, 0, LIMIT_MM)), lesion("far", at=(0, 0, LIMIT_MM + 0.1))
    assert names(matched(prior, [near], HERE, Statements())) == {("a", "near")}
    assert matched(prior, [far], HERE, Statements()) == []


def test_two_close_lesions_are_paired_so_that_both_have_one() -> None:
    # The nearest to p1 is c2, which is all that p2 can reach: greedy would leave p2 alone.
    prior = [lesion("p1", at=(0, 0, 0)), lesion("p2", at=(20, 0, 0))]
    current = [lesion("c1", at=(-15, 0, 0)), lesion("c2", at=(5, 0, 0))]
    assert names(matched(prior, current, HERE, Statements())) == {("p1", "c1"), ("p2", "c2")}


def test_what_a_reader_said_comes_first() -> None:
    prior = [lesion("p1", at=(0, 0, 0)), lesion("p2", at=(20, 0, 0)), lesion("p3", at=(90, 0, 0))]
    current = [lesion("c1", at=(1, 0, 0)), lesion("c2", at=(21, 0, 0)), lesion("c3", at=(91, 0, 0))]
    stated = Statements(pairs={"p1": "c2", "other": "c1"}, gone={"p3"})
    pairs = matched(prior, current, HERE, stated)
    assert names(pairs) == {("p1", "c2"), ("p2", "c1")}
    assert {pair.is_stated for pair in pairs if pair.prior.id == "p1"} == {True}
    stated = Statements(new={"c1"})
    assert names(matched(prior, current, HERE, stated)) == {("p2", "c2"), ("p3", "c3")}


def test_without_a_map_or_a_place_only_the_readers_pairs_count() -> None:
    prior, current = [lesion("p", at=(0, 0, 0))], [lesion("c", at=(0, 0, 0))]
    assert matched(prior, current, None, Statements()) == []
    assert matched([lesion("p", at=None)], current, HERE, Statements()) == []
    (pair,) = matched(prior, current, None, Statements(pairs={"p": "c"}))
    assert pair.is_stated and pair.apart_mm is None
