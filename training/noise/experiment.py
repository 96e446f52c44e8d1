"""The noisy-label experiment in steps; steps that an earlier run finished are not repeated."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from lesion_viewer.system.atomic_files import save_bytes

from ..evaluation.cases import deeplesion_cases
from ..evaluation.detecting import answers_of
from ..evaluation.results import evaluate, score_cases
from ..recipe.recipe import parse_recipe
from .error_search import correct_first_half, predict
from .phantom_rows import IMAGES, PhantomSlices, body_of, save_rows, write_slices
from .planting import Noisy, plant

RECIPE = "noise_phantoms.toml"
FOLDS = 2
ARMS = ("clean", "noisy", "corrected")
AT = (0.5, 1.0, 2.0, 4.0)
"""False positives per slice over whose sensitivities a FROC is averaged."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """The size of the experiment.

    Attributes
    ----------
    first : int
        Seed of the first phantom; the others follow, one apart.
    train, validation : int
        Number of phantoms to learn from and to validate on.
    steps : int
        Steps of each training.
    processes : int
        Trainings that run at the same time, with one thread each.
    """

    first: int = 7000
    train: int = 140
    validation: int = 100
    steps: int = 1000
    processes: int = 2

    def split_of(self, seed: int) -> str:
        """DeepLesion's ``Train_Val_Test`` of a phantom.

        Parameters
        ----------
        seed : int
            Seed of the phantom.

        Returns
        -------
        str
            ``1`` for training, ``2`` for validation.
        """
        return "1" if seed < self.first + self.train else "2"

    def fold_of(self, seed: int) -> int:
        """The fold of the training phantoms that a phantom is in.

        Parameters
        ----------
        seed : int
            Seed of the phantom.

        Returns
        -------
        int
            From 0 to under ``FOLDS``.
        """
        return seed % FOLDS


@dataclass(frozen=True, slots=True)
class Outcome:
    """Results of the experiment.

    Attributes
    ----------
    slices, boxes : int
        Number of training slices, and of the lesions on them.
    planted : dict[str, int]
        Kind of error -> number of planted errors.
    found : dict[str, float]
        Kind of error -> share of the errors that lie on slices of the queue's first half.
    found_in_all : float
        Share of all errors there; a random queue has about .5.
    froc : dict[str, dict[float, float]]
        Labels that were learned from -> sensitivity by false positives per slice, at IoU .5.
    mean : dict[str, float]
        Labels that were learned from -> mean sensitivity over ``AT``.
    recovered : float | None
        Gain of the corrected labels as a share of the loss by the errors; None where the errors
        lost nothing.
    """

    slices: int
    boxes: int
    planted: dict[str, int]
    found: dict[str, float]
    found_in_all: float
    froc: dict[str, dict[float, float]]
    mean: dict[str, float]
    recovered: float | None


@dataclass(frozen=True, slots=True)
class _Fit:
    recipe: str
    run: Path
    reviews: tuple[Path, ...] = ()


def run_experiment(
    output: Path, plan: Plan, progress: Progress = lambda what, done, total: None
) -> Outcome:
    """Plant errors, find them with detectors, correct the queue's first half, and train again.

    Steps that an earlier call finished are not repeated.

    Parameters
    ----------
    output : Path
        Folder of all files of the experiment.
    plan : Plan
        Its size.
    progress : Progress
        Called with a step's name, how much is done, and of how many.

    Returns
    -------
    Outcome
        The results, also written to ``outcome.json``.

    Raises
    ------
    LesionViewerError
        Where a step fails; the files of earlier steps are kept.
    """
    data = output / "data"
    seeds = range(plan.first, plan.first + plan.train + plan.validation)
    slices = write_slices(data, seeds, lambda done, total: progress("phantoms", done, total))
    noisy = _write_labels(data, slices, plan)
    fits = [_fit_of(output, arm, f"{arm}.csv", plan.steps) for arm in ("clean", "noisy")]
    for fold in range(FOLDS):
        fits.append(_fit_of(output, f"without{fold}", f"without{fold}.csv", plan.steps))
    _fit_all(fits, plan.processes, progress)
    found = _predict_folds(output, slices, plan, progress)
    review = output / "project.review"
    images, labels = data / IMAGES, data / "project.csv"
    seen = correct_first_half(images, labels, found, slices.truth, review)
    corrected = _fit_of(output, "corrected", "noisy.csv", plan.steps)
    _fit_all([replace(corrected, reviews=(review,))], 1, progress)
    froc = {}
    for done, arm in enumerate(ARMS, 1):
        froc[arm] = _froc(output, arm)
        progress("FROC", done, len(ARMS))
    outcome = _outcome(slices, plan, noisy, seen, froc)
    save_bytes(output / "outcome.json", json.dumps(asdict(outcome), indent=1).encode())
    return outcome


def _write_labels(data: Path, slices: PhantomSlices, plan: Plan) -> Noisy:
    """The annotation files: clean, noisy, without each fold, and what the project is made from."""
    learned = {n: b for n, b in slices.truth.items() if plan.split_of(slices.seeds[n]) == "1"}
    bodies = {name: body_of(data, name) for name in learned}
    noisy = plant(learned, bodies, np.random.default_rng(plan.first))
    labels = {**slices.truth, **noisy.labels}
    save_rows(data / "clean.csv", slices.truth, slices, plan.split_of)
    save_rows(data / "noisy.csv", labels, slices, plan.split_of)
    save_rows(data / "project.csv", noisy.labels, slices, plan.split_of)
    for fold in range(FOLDS):
        others = {
            name: boxes
            for name, boxes in labels.items()
            if name not in learned or plan.fold_of(slices.seeds[name]) != fold
        }
        save_rows(data / f"without{fold}.csv", others, slices, plan.split_of)
    return noisy


def _fit_of(output: Path, run: str, annotations: str, steps: int) -> _Fit:
    recipe = Path(__file__).parents[1] / "recipes" / RECIPE
    text = recipe.read_text(encoding="utf-8")
    folder = json.dumps(str((output / "data").resolve()))  # TOML quotes as JSON does
    text = text.replace('"FOLDER"', folder).replace("ANNOTATIONS", annotations)
    return _Fit(text.replace("steps = 1000", f"steps = {steps}"), output / run)


def _fit_all(fits: Sequence[_Fit], processes: int, progress: Progress) -> None:
    """Train the runs that are not finished; an interrupted run is resumed."""
    left = [one for one in fits if not (one.run / "done").is_file()]
    progress("trainings", len(fits) - len(left), len(fits))
    if not left:
        return
    with ProcessPoolExecutor(min(processes, len(left)), get_context("spawn")) as pool:
        futures = [pool.submit(_fit, one) for one in left]
        for done, future in enumerate(as_completed(futures), len(fits) - len(left) + 1):
            future.result()
            progress("trainings", done, len(fits))


def _fit(one: _Fit) -> None:
    import torch

    from ..fitting.loop import fit

    torch.set_num_threads(1)
    is_begun = (one.run / "recipe.toml").is_file()
    fit(one.recipe, one.run, is_begun, one.run.parent / "cache", device="cpu", reviews=one.reviews)
    save_bytes(one.run / "done", b"")


def _predict_folds(
    output: Path, slices: PhantomSlices, plan: Plan, progress: Progress
) -> list[Path]:
    """For each fold the boxes of the detector that did not learn from it."""
    found = []
    for fold in range(FOLDS):
        found.append(output / f"fold{fold}.csv")
        if not found[-1].is_file():
            checkpoint = output / f"without{fold}" / "checkpoint"
            seeds = {
                seed
                for seed in slices.seeds.values()
                if plan.split_of(seed) == "1" and plan.fold_of(seed) == fold
            }
            predict(output / "data", slices, seeds, checkpoint, found[-1])
        progress("folds", fold + 1, FOLDS)
    return found


def _froc(output: Path, arm: str) -> dict[float, float]:
    """Sensitivities of an arm's detector on the validation phantoms, whose labels are clean."""
    answers = answers_of(str(output / arm / "checkpoint"), None, "cpu", is_gated=False)
    recipe = parse_recipe(_fit_of(output, arm, "clean.csv", 1).recipe)
    cases = deeplesion_cases(recipe.data, "validation", answers.definition)  # type: ignore[arg-type]
    result = evaluate(score_cases(cases, answers), answers.threshold)
    return {at: result.sensitivity[at] for at in AT}


def _outcome(
    slices: PhantomSlices,
    plan: Plan,
    noisy: Noisy,
    seen: Sequence[str],
    froc: dict[str, dict[float, float]],
) -> Outcome:
    half = set(seen)
    planted = Counter(one.error.value for one in noisy.errors)
    found = Counter(one.error.value for one in noisy.errors if one.slice_name in half)
    mean = {arm: sum(curve.values()) / len(curve) for arm, curve in froc.items()}
    lost = mean["clean"] - mean["noisy"]
    return Outcome(
        slices=len(noisy.labels),
        boxes=sum(len(slices.truth[name]) for name in noisy.labels),
        planted=dict(planted),
        found={error: found[error] / count for error, count in planted.items()},
        found_in_all=sum(found.values()) / sum(planted.values()),
        froc=froc,
        mean=mean,
        recovered=(mean["corrected"] - mean["noisy"]) / lost if lost > 0 else None,
    )
