"""Simulated screenings, against schedules worked out by hand, and against a run."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lesion_viewer.cli import main
from lesion_viewer.screening.forecast import MERGING_S, Cost, Fleet, Profile, simulated

NOTHING = Cost(0.0, 0.0, (1.0,))
A_SECOND_A_SLICE = Profile(
    listing=NOTHING,
    searching=Cost(0.0, 1.0, (1.0,)),
    studies=((1, 1),),
    start_s=0.0,
    loading_s=0.0,
    handout_s=0.0,
    merging_s=0.0,
)


def test_a_cost_is_the_line_through_what_was_measured() -> None:
    cost = Cost.of([10, 20, 30], [7, 12, 17])
    assert (cost.fixed_s, cost.each_s) == pytest.approx((2, 0.5))
    assert cost.spread == pytest.approx((1, 1, 1))
    assert Cost.of([4, 4], [1, 3]).each_s == pytest.approx(0.5)
    heavier_is_faster = Cost.of([1, 1, 100], [4, 4, 1])
    assert (heavier_is_faster.fixed_s, heavier_is_faster.each_s) == (3, 0)
    light_in_no_time = Cost.of([1, 2], [1, 4])
    assert (light_in_no_time.fixed_s, light_in_no_time.each_s) == pytest.approx((0, 5 / 3))


def test_tasks_are_done_the_longest_first() -> None:
    """3 and 3, then 2, 2 and 2 on the one that is free first: 3 + 2 + 2."""
    told = simulated(A_SECOND_A_SLICE, Fleet(2), [(1, n) for n in (2, 3, 2, 3, 2)])
    seconds = 7 + 5 * MERGING_S
    assert told.seconds == pytest.approx(seconds)
    assert told.core_s == pytest.approx(12)
    assert told.busy == pytest.approx(12 / (2 * seconds))


def test_each_worker_loads_its_detector_once() -> None:
    profile = replace(A_SECOND_A_SLICE, start_s=3.0, loading_s=2.0, merging_s=0.97)
    told = simulated(profile, Fleet(2), [(1, 1)] * 10)
    assert told.phases == pytest.approx(
        {"start": 3, "listing": 0, "searching": 2 + 5, "merging": 1}
    )


def test_one_driver_hands_out_one_task_after_another() -> None:
    profile = replace(A_SECOND_A_SLICE, handout_s=0.1)
    assert simulated(profile, Fleet(1000), [(1, 1)] * 100).phases["searching"] == pytest.approx(11)


def test_a_slow_disk_feeds_no_more_workers() -> None:
    """100 slices of 2 MB at 10 MB a second."""
    fleet = Fleet(50, disk_mb_s=10, mb_a_slice=2)
    told = simulated(A_SECOND_A_SLICE, fleet, [(1, 1)] * 100)
    assert told.phases["searching"] == pytest.approx(20, rel=0.06)


def test_tasks_of_workers_that_fail_are_done_again() -> None:
    fleet = Fleet(4, hours_between_failures=10 / 3600)
    told, without = (simulated(A_SECOND_A_SLICE, f, [(1, 1)] * 4000) for f in (fleet, Fleet(4)))
    # Of a mean of 10 s a task of 1 s is lost with 1 - exp(-.1), after half of it.
    assert told.core_s / without.core_s == pytest.approx(1 + 0.1 / 2, abs=0.02)


def test_many_more_go_on_at_the_rate_of_those_that_are_simulated() -> None:
    told = simulated(A_SECOND_A_SLICE, Fleet(100), 10_000_000)
    assert told.phases["searching"] == pytest.approx(100_000, rel=0.01)
    assert told.phases["merging"] == pytest.approx(10_000_000 * MERGING_S)
    assert told.core_s == pytest.approx(10_000_000, rel=0.01)


def test_twice_the_slices_take_twice_as_long() -> None:
    told = simulated(A_SECOND_A_SLICE, Fleet(1), 100, slices=2)
    assert told.phases["searching"] == pytest.approx(200)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Ten studies by one worker: .5 s to start, listing 1 s, loading 2 s, searching 10 s."""
    lines, now = [], 0.5
    for what, seconds in (("listing", 0.1), ("searching", 1.0)):
        for number in range(10):
            loading = 2.0 if what == "searching" and number == 0 else 0.0
            now += seconds + loading
            lines.append(
                {
                    "run": "2026-01-02T03:04:05+00:00",
                    "what": what,
                    "unit": str(number),
                    "node": "vm",
                    "weight": 4,
                    "seconds": seconds + loading,
                    "cpu_s": seconds,
                    "loading_s": loading,
                    "ended_s": now,
                }
            )
    (tmp_path / "timings.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    phases = {"listing": 1.5, "searching": 12.0, "merging": 0.2}
    (tmp_path / "runs.jsonl").write_text(json.dumps({"phases": phases}) + "\n")
    return tmp_path


def test_a_run_is_told_again_by_its_own_times(results: Path) -> None:
    told = simulated(Profile.of(results), Fleet(1), 10)
    assert told.phases == pytest.approx(
        {"start": 0.5, "listing": 1, "searching": 12, "merging": 0.2}, abs=1e-6
    )


def test_the_command_says_time_and_price(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = ["forecast", str(results), "--studies", "1000", "--workers", "10", "--price", "0.1"]
    assert main(run) == 0
    said = capsys.readouterr().out
    # .5 + 100 * .1 + 2 + 100 + .17 + 1000 * .003 s of ten workers.
    assert said.startswith("1,000 studies, 10 workers: 115.7 s (start 0.5 s, listing 10.0 s")
    assert "0.32 core-hours, 0.321 per 1,000 studies, which cost 0.0321 at 0.1 an hour" in said


def test_without_a_run_that_ended_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["forecast", str(tmp_path), "--studies", "10", "--workers", "1"]) == 1
    assert "timings.jsonl: cannot be read" in capsys.readouterr().err
