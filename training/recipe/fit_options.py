"""Training options: the ``[fit]`` part of a recipe, with its steps and learning rates."""

import math
from dataclasses import dataclass

from lesion_viewer.errors import TrainingError

OPTIMISERS = ("adam", "adamw")
SCHEDULES = ("constant", "cosine")
PRECISIONS = ("float32", "bf16")


@dataclass(frozen=True, slots=True)
class FitOptions:
    """How weights are found: the ``[fit]`` part of a recipe.

    Attributes
    ----------
    batch : int
        Slices in a step, over all processes.
    learning_rate : float
        Highest learning rate, reached after ``warm_up`` steps.
    steps, epochs : int
        Length of the run, one of the two; it is also the unit of the intervals below.
    optimiser : str
        ``adam`` or ``adamw``.
    weight_decay : float
        As the optimiser has it; decoupled with ``adamw``.
    schedule : str
        ``constant``, or ``cosine`` to fall to 0 along half a cosine.
    warm_up : int
        Steps over which the learning rate rises linearly to ``learning_rate``.
    clip : float
        Largest norm of the gradient; 0 does not limit it.
    average : float
        Decay of the running average of the weights, which is what is saved; 0 saves the weights
        themselves.
    precision : str
        ``float32``, or ``bf16`` for mixed precision.
    weights : str
        Initial weights: ``none``, ``imagenet``, or a file or the folder of a checkpoint.
    images_at_once : int
        Slices that go through the network together; the gradients of a step's groups are added. 0
        takes all of a process's share; with 1 the result does not depend on the number of processes
        but for rounding.
    only_with_lesion : bool
        Whether slices without a lesion are left out; one-box models need it.
    early_stop : int
        Validations in a row without a lower loss that end the run, with the weights of the lowest;
        0 never ends it early.
    validate_every, save_every : int
        Intervals, in steps or epochs.

    Raises
    ------
    TrainingError
        For a value that cannot be used, naming it.
    """

    batch: int
    learning_rate: float
    steps: int = 0
    epochs: int = 0
    optimiser: str = "adamw"
    weight_decay: float = 0.0
    schedule: str = "cosine"
    warm_up: int = 0
    clip: float = 0.0
    average: float = 0.0
    precision: str = "float32"
    weights: str = "none"
    images_at_once: int = 0
    only_with_lesion: bool = False
    early_stop: int = 0
    validate_every: int = 1
    save_every: int = 1

    def __post_init__(self) -> None:
        if (self.steps > 0) == (self.epochs > 0):
            raise TrainingError("fit has either steps or epochs, a number over 0")
        choices = {"optimiser": OPTIMISERS, "schedule": SCHEDULES, "precision": PRECISIONS}
        for name, known in choices.items():
            if (value := getattr(self, name)) not in known:
                raise TrainingError(f"{name} in fit is one of {', '.join(known)}, not '{value}'")
        for name in ("batch", "learning_rate", "validate_every", "save_every"):
            if not (math.isfinite(value := getattr(self, name)) and value > 0):
                raise TrainingError(f"{name} in fit is over 0, not {value}")
        if not 0 <= self.average < 1:
            raise TrainingError(f"average in fit is from 0 up to under 1, not {self.average}")


def unit_steps(options: FitOptions, slices: int) -> int:
    """Steps in the unit that a recipe counts in: one step, or an epoch.

    Parameters
    ----------
    options : FitOptions
        Says whether the recipe counts steps or epochs.
    slices : int
        Slices in an epoch.

    Returns
    -------
    int
        1, or the steps of an epoch, whose last batch is filled from the next one.
    """
    return 1 if options.steps else math.ceil(slices / options.batch)


def learning_rate(step: int, total: int, options: FitOptions) -> float:
    """Learning rate of a step.

    Parameters
    ----------
    step : int
        From 0.
    total : int
        Steps of the run.
    options : FitOptions
        Warm-up, schedule and highest rate.

    Returns
    -------
    float
        The rate.
    """
    if step < options.warm_up:
        return options.learning_rate * (step + 1) / options.warm_up
    if options.schedule == "constant":
        return options.learning_rate
    part = (step - options.warm_up) / max(1, total - options.warm_up)
    return options.learning_rate * 0.5 * (1 + math.cos(math.pi * part))
