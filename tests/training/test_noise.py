"""The noisy-label experiment: what is planted, and the whole way in miniature."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.deeplesion.annotation_rows import read_annotations
from training.noise.experiment import Plan, run_experiment
from training.noise.planting import Error, plant
from training.sources.reviewed_projects import read_reviews

BODY = np.ones((200, 200), bool)


@pytest.fixture
def truth() -> dict[str, list[Box]]:
    rng = np.random.default_rng(2)
    boxes = [
        [Box(x, y, x + 12, y + 10) for x, y in rng.uniform(20, 160, (n % 3, 2)).tolist()]
        for n in range(100)
    ]
    return {f"slice {n}": of_slice for n, of_slice in enumerate(boxes)}


def test_a_fifth_is_dropped_a_fifth_displaced_and_a_tenth_invented(
    truth: dict[str, list[Box]],
) -> None:
    count = sum(map(len, truth.values()))
    noisy = plant(truth, dict.fromkeys(truth, BODY), np.random.default_rng(1))
    kinds = Counter(error.error for error in noisy.errors)
    assert kinds == {
        Error.DROPPED: round(0.2 * count),
        Error.DISPLACED: round(0.2 * count),
        Error.INVENTED: round(0.1 * count),
    }
    assert (
        sum(map(len, noisy.labels.values())) == count - kinds[Error.DROPPED] + kinds[Error.INVENTED]
    )


def test_each_error_is_what_it_is_called(truth: dict[str, list[Box]]) -> None:
    noisy = plant(truth, dict.fromkeys(truth, BODY), np.random.default_rng(1))
    touched = set()
    for error in noisy.errors:
        labels = noisy.labels[error.slice_name]
        match error.error:
            case Error.DROPPED:
                assert error.true in truth[error.slice_name] and error.true not in labels
            case Error.DISPLACED:
                assert error.label in labels and error.true is not None
                assert 0 <= error.true.iou(error.label) < 0.5
            case Error.INVENTED:
                assert error.label in labels
                assert all(error.label.iou(t) == 0 for t in truth[error.slice_name])
        if error.true is not None:
            assert (error.slice_name, error.true) not in touched
            touched.add((error.slice_name, error.true))


def test_the_same_seed_plants_the_same(truth: dict[str, list[Box]]) -> None:
    bodies = dict.fromkeys(truth, BODY)
    plants = [plant(truth, bodies, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert plants[0] == plants[1] != plants[2]


@pytest.mark.slow
def test_the_whole_way_in_miniature(tmp_path: Path) -> None:
    plan = Plan(first=7000, train=3, validation=2, steps=2, processes=1)
    said: list[str] = []
    outcome = run_experiment(tmp_path, plan, lambda what, done, total: said.append(what))
    assert outcome.slices == 18
    assert set(outcome.froc) == {"clean", "noisy", "corrected"}
    assert 0 <= outcome.found_in_all <= 1
    rows = read_annotations(tmp_path / "data" / "noisy.csv")
    assert len({row.file_name for row in rows}) == 30
    # The reader saw half of the slices, and left nothing of the noise on them.
    (project,) = read_reviews([tmp_path / "project.review"])
    reviewed = {f"{s.folder}_{s.number:03d}.png": s for s in project.slices}
    assert len(reviewed) == 9 and all(s.is_read_in_full for s in reviewed.values())
    clean: dict[str, set[Box]] = {name: set() for name in reviewed}
    for row in read_annotations(tmp_path / "data" / "clean.csv"):
        if row.file_name in reviewed and row.box is not None:
            clean[row.file_name].add(row.box)
    assert {name: set(one.lesions) for name, one in reviewed.items()} == clean
    # Nothing that is there is done again.
    files = {run: (tmp_path / run / "done").stat().st_mtime_ns for run in outcome.froc}
    assert run_experiment(tmp_path, plan) == outcome
    assert files == {run: (tmp_path / run / "done").stat().st_mtime_ns for run in outcome.froc}
