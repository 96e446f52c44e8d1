from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.finding import Finding, Origin, OriginKind, Status
from lesion_viewer.review.navigation import Place, next_undecided, previous_undecided

MODEL = Origin(OriginKind.MODEL, "m")
BOX = Box(0, 0, 10, 10)


def finding(
    n: int, series: str, i: int, score: float | None, status: Status = Status.UNDECIDED
) -> Finding:
    scores = {} if score is None else {i: score}
    return Finding(f"f{n}", series, MODEL, {i: BOX}, scores=scores, status=status)


FINDINGS = [
    finding(1, "A", 8, 0.4),
    finding(2, "A", 3, 0.5),
    finding(3, "A", 8, 0.9),
    finding(4, "B", 0, 0.3),
    finding(5, "A", 5, 0.9, Status.ACCEPTED),
    finding(6, "B", 0, None),
]
ORDER = ["f2", "f3", "f1", "f4", "f6"]  # by series, slice, best score first


def walk(step: object, threshold: float | None = None) -> list[str]:
    place = Place("A", 0)
    ids: list[str] = []
    while True:
        found = step(FINDINGS, ["A", "B"], place, threshold)  # type: ignore[operator]
        if found is None or found.id in ids:
            return ids
        ids.append(found.id)
        place = Place(found.series_uid, found.key_slice, found)


def test_next_walks_in_reading_order_and_comes_round() -> None:
    assert walk(next_undecided) == ORDER


def test_previous_walks_the_other_way() -> None:
    assert walk(previous_undecided) == ORDER[::-1]


def test_the_threshold_leaves_out_low_scores_but_no_labels() -> None:
    assert walk(next_undecided, 0.45) == ["f2", "f3", "f6"]


def test_next_after_a_decided_finding_goes_on_from_there() -> None:
    decided = FINDINGS[4]
    found = next_undecided(FINDINGS, ["A", "B"], Place("A", 5, decided))
    assert found is not None and found.id == "f3"


def test_without_a_picked_finding_those_on_the_slice_come_first() -> None:
    found = next_undecided(FINDINGS, ["A", "B"], Place("A", 8))
    assert found is not None and found.id == "f3"


def test_none_is_left() -> None:
    assert next_undecided(FINDINGS[4:5], ["A"], Place("A", 0)) is None
    assert previous_undecided([], ["A"], Place("A", 0)) is None
