"""Detectors side by side on the same cases."""

import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection import installed
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.identity import DetectorInfo
from lesion_viewer.detection.neighbours import Neighbours
from training.evaluation import comparing
from training.evaluation.cases import Case, volume_of
from training.evaluation.comparison_tables import print_comparison, write_comparison
from training.evaluation.detecting import Choice

LESION = (10.0, 10.0, 30.0, 30.0)
HIT, MISS = Box(*LESION), Box(60, 60, 80, 80)
SEARCHED: list[str] = []


class Finding:
    """A detector that finds the lesion on the first slices, and something else on the others."""

    device_name = "none"
    batch_size = 4

    def __init__(self, found: int) -> None:
        self.info = info_of(found)
        self._found = found

    def detect(self, volume: CTVolume, slice_indices: Sequence[int]) -> Iterator[SliceDetections]:
        for i in slice_indices:
            SEARCHED.append(self.info.name)
            yield SliceDetections(i, (Detection(HIT if i < self._found else MISS, 0.9),))


def built(found: int, lowest: float) -> Finding:
    return Finding(found)


def info_of(found: int) -> DetectorInfo:
    # Those that find an odd number look at slices beside the one that they answer for.
    return DetectorInfo(f"finds {found}", "1", neighbours=Neighbours(1 + 2 * (found % 2)))


@pytest.fixture
def choice(monkeypatch: pytest.MonkeyPatch) -> Choice:
    """Three patients of four slices, each of 5 mm, with a lesion of 20 mm on all."""
    cases = [
        Case(
            f"case {n}",
            f"patient {n}",
            volume_of(f"case {n}", np.zeros((4, 96, 96), np.int16), (5.0, 1.0, 1.0)),
            ({i: (LESION,) for i in range(4)},),
            (0, 1, 2, 3),
        )
        for n in range(3)
    ]
    methods = tuple(installed.method(info_of(n), partial(built, n)) for n in range(4))
    monkeypatch.setattr(installed, "METHODS", methods)
    monkeypatch.setattr(comparing, "cases_of", lambda *_: (iter(cases), len(cases)))
    SEARCHED.clear()
    return Choice(3, 0, (), None, "validation")


def test_sensitivities_and_gain_are_those_of_the_cases(choice: Choice) -> None:
    before, after = comparing.compare(["finds 1", "finds 3"], choice, "cpu")
    # One score occurs: 3 of 4 slices have a false positive before, 1 of 4 after.
    assert before.evaluation.sensitivity == {0.5: 0.0, 1.0: 0.25, 2.0: 0.25, 4.0: 0.25, 8.0: 0.25}
    assert after.evaluation.sensitivity == dict.fromkeys((0.5, 1.0, 2.0, 4.0, 8.0), 0.75)
    assert (before.gain, before.interval, before.ratio) == (None, None, 1.0)
    assert after.gain == pytest.approx(0.55)
    assert after.interval == pytest.approx((0.55, 0.55))  # all patients are alike


def test_lesions_are_found_by_candidates_and_by_size(choice: Choice) -> None:
    """Each volume has one lesion, and one false candidate over the slices without a hit."""
    (result,) = comparing.compare(["finds 1"], choice, "cpu")
    assert result.evaluation.candidates_found[0.5] == {0.5: 0.0, 1: 1.0, 2: 1.0, 4: 1.0, 8: 1.0}
    assert result.evaluation.candidates_interval[0.5][1] == (1.0, 1.0)
    (size,) = result.evaluation.sizes[0.1].items()
    assert size[0] == "20 to 50 mm"
    assert (size[1].boxes, size[1].found, size[1].interval) == (12, 0.25, (0.25, 0.25))


def test_the_same_detector_gains_nothing(choice: Choice) -> None:
    _, again, worse = comparing.compare(["finds 2", "finds 2", "finds 0"], choice, "cpu")
    assert again.gain == 0 and again.interval == (0, 0)
    assert worse.gain is not None and worse.gain < 0


def test_a_comparison_goes_on_where_it_was(choice: Choice, tmp_path: Path) -> None:
    first = comparing.compare(["finds 1", "finds 3"], choice, "cpu", folder=tmp_path)
    assert len(SEARCHED) == 24
    kept = {file: file.read_text() for file in tmp_path.iterdir()}
    (file,) = (file for file in kept if file.name.startswith("finds 3"))
    cut = kept[file].splitlines(True)
    file.write_text(cut[0] + cut[1][:9])  # killed while it wrote the second case
    SEARCHED.clear()

    again = comparing.compare(["finds 1", "finds 3", "finds 2"], choice, "cpu", folder=tmp_path)

    assert sorted(SEARCHED) == ["finds 2"] * 12 + ["finds 3"] * 8
    assert [one.evaluation.sensitivity for one in again[:2]] == [
        one.evaluation.sensitivity for one in first
    ]
    other = Choice(3, 1, (), None, "validation")
    SEARCHED.clear()
    comparing.compare(["finds 1"], other, "cpu", folder=tmp_path)
    assert len(SEARCHED) == 12  # other cases are other answers


def test_all_detectors_that_can_run_take_part(choice: Choice) -> None:
    assert {f"finds {n}" for n in range(4)} < set(comparing.comparable())
    assert comparing.comparable()[0] == "liver"


def test_tables_and_json_have_the_numbers(
    choice: Choice, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = comparing.compare(["finds 1", "finds 3"], choice, "cpu")
    print_comparison(found, "three patients")
    tables, numbers = write_comparison(tmp_path, found, "three patients")

    assert "+0.55" in capsys.readouterr().out
    lines = tables.read_text().splitlines()
    assert lines[0].startswith("three patients: 3 volumes of 3 patients, 12 slices, 3 lesions")
    at = lines.index("Lesion boxes found, IoU >= 0.5, by false positives per slice:")
    assert lines[at + 2] == "| detector | 0.5 | 1 | 2 | 4 | 8 |"
    assert lines[at + 5] == "| finds 3 " + "| 0.75 (0.75-0.75) " * 5 + "|"
    content = json.loads(numbers.read_text())
    assert content["detectors"][1]["sensitivity"]["0.5"] == 0.75
