"""How weights are found: the ``[fit]`` part of a recipe, and what follows from it alone."""

import math
from dataclasses import dataclass

from lesion_viewer.errors import TrainingError

OPTIMISERS = ("adam", "adamw")
SCHEDULES = ("constant", "cosine")
PRECISIONS = ("float32", "bf16")


@dataclass(frozen=True, slots=True)
class FitOptions:
    """How weights are found.

    Attributes
    ----------
    batch : slices of a step, over all processes
    learning_rate : after ``warm_up`` steps, at its highest
    steps, epochs : length of the run, one of the two; it is also the unit of the intervals below
    optimiser : ``adam`` or ``adamw``
    schedule : ``constant``, or ``cosine`` to fall to 0 along half a cosine
    warm_up : steps over which the learning rate rises linearly
    clip : greatest norm of the gradient; 0 leaves it as it is
    average : share of the averaged weights that each step keeps; they are what is saved. 0 saves
        the weights as they are
    precision : ``float32``, or ``bf16`` for mixed precision
    weights : at the start: ``none``, ``imagenet``, or a file or checkpoint folder
    images_at_once : slices that go through the network together, the others after them with their
        gradients added; 0 takes all of a process's share. With 1, a run does not depend on the
        number of processes but for rounding
    only_with_lesion : leave out the slices without a lesion; one-box models need it
    early_stop : validations without a lower loss after which the run ends, with the weights of
        the lowest; 0 never does
    validate_every, save_every : in steps or epochs

    Raises
    ------
    TrainingError
        For a value that cannot be used, by name.
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
    """Steps in the unit that a recipe counts in: 1, or those of an epoch of ``slices`` slices."""
    return 1 if options.steps else math.ceil(slices / options.batch)


def learning_rate(step: int, total: int, options: FitOptions) -> float:
    """The rate of step ``step``, from 0, of ``total``."""
    if step < options.warm_up:
        return options.learning_rate * (step + 1) / options.warm_up
    if options.schedule == "constant":
        return options.learning_rate
    part = (step - options.warm_up) / max(1, total - options.warm_up)
    return options.learning_rate * 0.5 * (1 + math.cos(math.pi * part))
