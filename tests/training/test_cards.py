"""What leaves training: calibrated scores, measured cards, checkpoints that are ready to ship."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from torch import nn

from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.checkpoints.checkpoint import (
    GATE,
    ONNX,
    Card,
    load_card,
    load_model,
    write_checkpoint,
)
from lesion_viewer.detection.gate import load_gate
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.detection.models import build_model
from lesion_viewer.detection.score_calibration import calibrated
from lesion_viewer.errors import DetectionError, TrainingError
from training.bundling import bundle
from training.evaluation.calibration import cross_fitted, fitted_calibration
from training.evaluation.cases import Case, volume_of
from training.evaluation.result_files import CALIBRATED_ON, write_calibration, write_into_card
from training.evaluation.results import evaluate
from training.evaluation.scoring import ScoredCase, score_case

LESION = (10.0, 10.0, 20.0, 20.0)
ELSEWHERE = (40.0, 40.0, 50.0, 50.0)
SLICES = 400
NOW = (1.0, 0.0), None
SEEN = InputDefinition(Window(400, 40), slices=1, pixel_mm=3.0)


def case_of(name: str, scores: Sequence[float], is_right: Sequence[bool]) -> ScoredCase:
    """One lesion and one box of the given score on every slice, on the lesion or not."""
    count = len(scores)
    volume = volume_of(name, np.zeros((count, 64, 64), np.int16), (5.0, 1.0, 1.0))
    lesions = tuple({i: (LESION,)} for i in range(count))
    case = Case(name, name, volume, lesions, tuple(range(count)))
    found = [
        SliceDetections(i, (Detection(Box(*(LESION if right else ELSEWHERE)), score),))
        for i, (score, right) in enumerate(zip(scores, is_right, strict=True))
    ]
    return score_case(case, found)


def boastful(seed: int = 0) -> tuple[list[float], list[bool]]:
    """Scores of a detector whose odds are claimed to be the square of what they are, times 4."""
    rng = np.random.default_rng(seed)
    chance = rng.uniform(0.1, 0.9, SLICES)
    odds = 4 * (chance / (1 - chance)) ** 2
    return list(odds / (1 + odds)), list(rng.random(SLICES) < chance)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """A baseline as fit leaves it, in full precision."""
    card = Card(
        name="small",
        version="1",
        architecture="baseline",
        options={"side": 16, "channels": [4, 4]},
        input=SEEN,
        classes=("lesion",),
        training_data="none",
        terms="Apache-2.0",
        default_threshold=0.5,
        limits="None known.",
    )
    model = build_model("baseline", card.options, slices=1)
    write_checkpoint(tmp_path / "run" / "checkpoint", model, card)
    return tmp_path / "run" / "checkpoint"


@pytest.mark.slow
def test_calibrated_scores_are_right_as_often_as_they_say() -> None:
    scores, is_right = boastful()
    case = case_of("a", scores, is_right)
    before = evaluate([case], 0.5)
    (slope, offset), alone = fitted_calibration([case], NOW)
    assert alone is None
    assert slope == pytest.approx(0.5, abs=0.1)
    assert offset == pytest.approx(-np.log(2), abs=0.25)
    fresh, is_fresh_right = boastful(seed=1)
    mended = list(calibrated(np.array(fresh), (slope, offset)))
    after = evaluate([case_of("b", mended, is_fresh_right)], 0.5)
    assert after.calibration_error < before.calibration_error / 2
    assert np.array_equal(np.argsort(mended), np.argsort(fresh))


def test_a_second_calibration_takes_the_first_ones_place() -> None:
    scores, is_right = boastful()
    first, _ = fitted_calibration([case_of("a", scores, is_right)], NOW)
    mended = list(calibrated(np.array(scores), first))
    second, _ = fitted_calibration([case_of("a", mended, is_right)], (first, None))
    assert second == pytest.approx(first, abs=0.1)


def test_slices_without_neighbours_are_calibrated_by_themselves_and_measured_on_others() -> None:
    """Alone, half of the boxes are right whatever their score; beside others, as it claims to be.

    The first reads .5 for all; what it reads on a patient was fitted on the other ones.
    """
    rng = np.random.default_rng(0)
    cases = []
    for n in range(40):
        scores = list(rng.uniform(0.2, 0.9, 30))
        beside = [bool(rng.random() < score) for score in scores]
        cases.append(replace(case_of(f"{n} beside", scores, beside), source="volumes"))
        for k, score in enumerate(scores[:10]):
            shown = 0.1 + score / 2  # so that higher scores are more often right
            is_right = [bool(rng.random() < 0.4 + shown / 4)]
            one = case_of(f"{n} alone {k}", [shown], is_right)
            cases.append(replace(one, is_alone=(True,), patient=str(n), source="slices"))

    (slope, offset), alone = fitted_calibration(cases, NOW)
    errors = cross_fitted(cases, NOW)

    assert (slope, offset) == pytest.approx((1.0, 0.0), abs=0.2)
    assert alone is not None and alone[0] < 0.6
    assert calibrated(np.array([0.3]), alone)[0] == pytest.approx(0.475, abs=0.08)
    assert set(errors) == {"volumes", "slices"}
    assert errors["slices"].boxes == 400 and errors["slices"].error < 0.08
    assert errors["volumes"].error < 0.08


def test_errors_are_of_patients_that_the_calibration_did_not_see() -> None:
    """All others are right at .5 and wrong at .4; the one of the source is the other way round."""
    others = [case_of(str(n), [0.5, 0.4] * 20, [True, False] * 20) for n in range(4)]
    strange = replace(case_of("strange", [0.5, 0.4] * 20, [False, True] * 20), source="strange")

    assert cross_fitted([*others, strange], NOW)["strange"].error > 0.8


def test_a_patient_alone_has_nothing_to_be_measured_by() -> None:
    assert cross_fitted([case_of("a", *boastful())], NOW) == {}


@pytest.mark.parametrize(
    ("scores", "is_right", "why"),
    [
        ([0.8, 0.9], [True, True], "some are right and some wrong"),
        ([0.2, 0.9] * 20, [True, False] * 20, "no higher than wrong ones"),
    ],
)
def test_scores_that_tell_nothing_are_not_calibrated(
    scores: list[float], is_right: list[bool], why: str
) -> None:
    with pytest.raises(TrainingError, match=why):
        fitted_calibration([case_of("a", scores, is_right)], NOW)


def test_a_calibration_takes_along_what_was_measured_with_other_scores(checkpoint: Path) -> None:
    case = case_of("a", *boastful())
    write_into_card(checkpoint, evaluate([case], 0.5), "slices a")
    assert load_card(checkpoint).operating_points
    for data in ("slices a", "slices b"):
        write_calibration(checkpoint, [case], data)
    card = load_card(checkpoint)
    assert card.calibration[0] < 0.7 and not card.metrics and not card.operating_points
    assert card.limits == f"None known.{CALIBRATED_ON}slices b."
    load_model(checkpoint)


def test_a_card_keeps_results_by_data_and_points_of_whole_volumes(checkpoint: Path) -> None:
    volume = case_of("a", *boastful())
    key_slices = [case_of(str(i), [0.6], [True]) for i in range(3)]
    for cases, data in ((key_slices, "keys"), ([volume], "volume"), (key_slices, "keys")):
        write_into_card(checkpoint, evaluate(cases, 0.5), data)
    card = load_card(checkpoint)
    assert card.measured_on == "volume"
    by_data = {data: [m for m in card.metrics if m.data == data] for data in ("keys", "volume")}
    assert len(by_data["keys"]) == len(by_data["volume"]) == 12
    found = {m.name.split(" (")[0]: m.value for m in by_data["keys"]}
    assert found["sensitivity at 1 false positives per slice, IoU > 0.1"] == 1.0
    assert found["false candidates per volume at threshold 0.5"] == 0.0


def test_a_bundle_is_half_the_size_has_its_gate_and_is_yet_to_be_measured(
    checkpoint: Path, tmp_path: Path
) -> None:
    write_into_card(checkpoint, evaluate([case_of("a", *boastful())], 0.5), "a")
    gate = gate_of(tmp_path / "gate", build_model("liver_gate", {"width": 4}, slices=1))
    for _ in range(2):
        assert bundle(checkpoint, tmp_path / "shipped", gate, 0.3, 1.5) == tmp_path / "shipped"
    card = load_card(tmp_path / "shipped")
    assert card.input == replace(load_card(checkpoint).input, pixel_mm=1.5)
    assert (card.default_threshold, card.metrics, card.operating_points) == (0.3, (), ())
    assert load_gate(tmp_path / "shipped" / GATE).sha256 == card.gate
    shipped, _ = load_model(tmp_path / "shipped")
    model, _ = load_model(checkpoint)
    for (name, a), (_, b) in zip(
        model.state_dict().items(), shipped.state_dict().items(), strict=True
    ):
        assert a.allclose(b, atol=2e-3), name
    sizes = [
        (folder / "weights.safetensors").stat().st_size
        for folder in (checkpoint, tmp_path / "shipped")
    ]
    assert sizes[1] < 0.75 * sizes[0]
    for folder in (tmp_path / "shipped", tmp_path / "shipped" / GATE):
        written = sha256((folder / ONNX).read_bytes()).hexdigest()
        assert (load_card(folder).onnx_sha256, load_card(folder).onnx_opset) == (written, 17)
    left = {path.name for path in tmp_path.iterdir()} - {"home"}
    assert left == {"gate", "run", "shipped"}


def test_a_bundle_replaces_nothing_but_a_checkpoint(checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    with pytest.raises(TrainingError, match="no checkpoint"):
        bundle(checkpoint, tmp_path / "mine")
    with pytest.raises(DetectionError, match="pixel_mm"):
        bundle(checkpoint, tmp_path / "new", pixel_mm=0.0)
    assert not (tmp_path / "new").exists()
    assert (tmp_path / "mine" / "notes.txt").read_text() == "keep"


def test_a_card_whose_calibration_would_turn_scores_round_is_refused(checkpoint: Path) -> None:
    entries = load_card(checkpoint).to_dict()
    with pytest.raises(DetectionError, match="change the order"):
        Card.from_dict({**entries, "calibration": [-1.0, 0.0]})


def gate_of(folder: Path, model: nn.Module) -> Path:
    card = Card(
        name="gate",
        version="1",
        architecture="liver_gate",
        options={"width": 4},
        input=SEEN,
        classes=("liver",),
        training_data="none",
        terms="Apache-2.0",
        default_threshold=0.5,
    )
    write_checkpoint(folder, model, card)
    return folder
