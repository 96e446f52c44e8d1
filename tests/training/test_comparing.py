"""Detectors side by side on the same cases."""

from pathlib import Path

import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from training.evaluation import comparing
from training.evaluation.cases import Case, volume_of
from training.evaluation.detecting import Choice

np = pytest.importorskip("numpy")
LESION = (10.0, 10.0, 30.0, 30.0)
HIT, MISS = Box(*LESION), Box(60, 60, 80, 80)


class FakeAnswers:
    """A detector that finds the lesion on some slices, and something else on the others."""

    definition = None

    def __init__(self, found: int) -> None:
        self._found = found

    def __call__(self, case: Case) -> list[SliceDetections]:
        boxes = [HIT if i < self._found else MISS for i in case.scored]
        return [
            SliceDetections(i, (Detection(box, 0.9),))
            for i, box in zip(case.scored, boxes, strict=True)
        ]


@pytest.fixture
def choice(monkeypatch: pytest.MonkeyPatch) -> Choice:
    """Three patients of four slices; a detector's name is the slices of each that it finds."""
    cases = [
        Case(
            f"case {n}",
            f"patient {n}",
            volume_of(f"case {n}", np.zeros((4, 96, 96), np.int16), None),
            tuple({i: (LESION,)} for i in range(4)),
            (0, 1, 2, 3),
        )
        for n in range(3)
    ]
    monkeypatch.setattr(comparing, "answers_of", lambda name, *_, **__: FakeAnswers(int(name)))
    monkeypatch.setattr(comparing, "cases_of", lambda *_: (iter(cases), len(cases)))
    return Choice(3, 0, (), None, "validation")


def test_sensitivities_and_gain_are_those_of_the_cases(choice: Choice) -> None:
    before, after = comparing.compare(["1", "3"], choice, "cpu")
    # One score occurs: 3 of 4 slices have a false positive before, 1 of 4 after.
    assert before.sensitivity == {0.5: 0.0, 1.0: 0.25, 2.0: 0.25, 4.0: 0.25, 8.0: 0.25}
    assert after.sensitivity == dict.fromkeys((0.5, 1.0, 2.0, 4.0, 8.0), 0.75)
    assert (before.gain, before.interval) == (None, None)
    assert after.gain == pytest.approx(0.55)
    assert after.interval == pytest.approx((0.55, 0.55))  # all patients are alike


def test_the_same_detector_gains_nothing(choice: Choice) -> None:
    _, again, worse = comparing.compare(["2", "2", "0"], choice, "cpu")
    assert again.gain == 0 and again.interval == (0, 0)
    assert worse.gain is not None and worse.gain < 0


def test_a_table_and_json_have_the_numbers(
    choice: Choice, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = comparing.compare(["1", "3"], choice, "cpu")
    comparing.print_comparison(found, "phantoms")
    out = capsys.readouterr().out
    assert "+0.550" in out and "0.750" in out
    assert found[1].to_dict()["sensitivity"]["0.5"] == 0.75
