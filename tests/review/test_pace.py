import pytest

from lesion_viewer.review.worklist.annotation_pace import decisions_per_hour


def at(seconds: int) -> str:
    return (
        f"2026-11-23T{10 + seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}+00:00"
    )


def test_a_decision_each_half_minute_is_120_an_hour() -> None:
    assert decisions_per_hour([at(0), at(60), at(30), at(90)]) == pytest.approx(120)


def test_a_pause_is_no_work() -> None:
    assert decisions_per_hour([at(0), at(30), at(3000), at(3030)]) == pytest.approx(120)


@pytest.mark.parametrize("times", [[], [at(0)], [at(0), at(1)], [at(0), at(1000), at(2000)]])
def test_too_few_decisions_have_no_pace(times: list[str]) -> None:
    assert decisions_per_hour(times) is None
