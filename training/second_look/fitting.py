"""Weights of a second look, learned from crops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torchvision.transforms.v2 import functional

from lesion_viewer.detection.patches import VIEWS
from lesion_viewer.errors import TrainingError

from ..fitting.learner import Learner
from ..fitting.loop import launched
from ..fitting.run_folder import RunFolder
from ..fitting.sample_order import Shown, seed_of
from ..recipe.recipe import Augmentation, Range, Recipe, parse_recipe
from .crops import LEVELS, CropFolder, Crops

AT_ONCE = 256
"""Crops that go through the network together when nothing is learned."""


def fit_second_look(
    recipe_text: str,
    candidates: Sequence[Path],
    output: Path,
    is_resumed: bool = False,
    progress: Callable[[str, int, int, float], None] = lambda what, done, total, loss: None,
) -> Path:
    """Train a second look by a recipe, half of each batch lesions.

    Parameters
    ----------
    recipe_text : str
        TOML; its ``[fit]`` counts steps.
    candidates : Sequence[Path]
        Folders of crops, as ``collecting.collect`` writes them.
    output : Path
        The run's folder; with ``is_resumed`` it holds the run to continue.
    is_resumed : bool
        Whether to continue the run in ``output`` in place of beginning one.
    progress : Callable[[str, int, int, float], None]
        Called with what is done, how much, of how many, and the loss.

    Returns
    -------
    Path
        Folder of the run's checkpoint.

    Raises
    ------
    TrainingError, DetectionError
        Where recipe, crops or folder cannot be used, or the loss is not finite.
    """
    recipe = parse_recipe(recipe_text)
    options, run = recipe.fit, RunFolder(output)
    if not options.steps:
        raise TrainingError("a second look's recipe counts steps, not epochs")
    run.check(recipe_text, is_resumed)
    stream = CropStream(_joined(candidates, "train"), recipe)
    validation = _joined(candidates, "validation")
    learner = Learner(launched("cpu"), recipe)
    run.begin(recipe_text)
    begin = 0
    if state := run.load_state():
        begin = int(state["step"])
        learner.load_state(state["learner"], run.state_file)
    log = run.log(begin, has_board=False)
    for step in range(begin, options.steps):
        losses, done = learner.learn([stream.batch(step)], step, options.steps), step + 1
        log.add(done, done, "train", losses)
        progress("steps", done, options.steps, sum(losses.values()))
        is_last = done == options.steps
        if is_last or done % options.validate_every == 0:
            chances = chances_of(learner.average, validation)
            log.add(done, done, "validation", {"loss_lesion": _loss(chances, validation.lesion)})
        if is_last or done % options.save_every == 0:
            run.write_checkpoint(recipe, learner.average)
            run.save_state({"step": done, "learner": learner.state()})
    return run.checkpoint


def _joined(candidates: Sequence[Path], part: str) -> Crops:
    return Crops.joined([CropFolder(path).crops(part) for path in candidates])


@torch.no_grad()
def chances_of(model: nn.Module, crops: Crops) -> NDArray[np.float64]:
    """The probability of a lesion in each crop.

    Parameters
    ----------
    model : nn.Module
        A second look; in evaluation mode afterwards.
    crops : Crops
        Any number of them.

    Returns
    -------
    NDArray[np.float64]
        (n,), 0 to 1.
    """
    model.eval()
    parts = [
        model([torch.from_numpy(crops.patches[k : k + AT_ONCE]).float() / LEVELS])[0]["lesion"]
        for k in range(0, len(crops.patches), AT_ONCE)
    ]
    return torch.cat([torch.zeros(0), *parts]).double().numpy()


class CropStream:
    """An endless sequence of batches of crops, changed at random.

    The number of a step gives the same batch in a resumed run.

    Parameters
    ----------
    crops : Crops
        Crops to learn from, lesions and others.
    recipe : Recipe
        Size of a batch, augmentation and seed.

    Raises
    ------
    TrainingError
        There are no lesions, or nothing else.
    """

    def __init__(self, crops: Crops, recipe: Recipe) -> None:
        self._crops, self._recipe = crops, recipe
        self._right, self._wrong = np.flatnonzero(crops.lesion), np.flatnonzero(~crops.lesion)
        if not len(self._right) or not len(self._wrong):
            raise TrainingError("a second look learns from boxes of which some are on lesions")

    def batch(self, step: int) -> Shown:
        """The batch of a step.

        Parameters
        ----------
        step : int
            From 0.

        Returns
        -------
        Shown
            One stack of patches, half of them lesions, and ``lesion`` (crops,).
        """
        seed = seed_of(self._recipe.seed, step)
        rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
        half = self._recipe.fit.batch // 2
        chosen = np.concatenate(
            [rng.choice(self._right, half), rng.choice(self._wrong, self._recipe.fit.batch - half)]
        )
        patches = torch.from_numpy(self._crops.patches[chosen]).float() / LEVELS
        wanted = torch.from_numpy(self._crops.lesion[chosen]).float()
        changed_ones = changed(patches, self._recipe.augmentation, generator)
        return Shown(step, changed_ones, {"lesion": wanted})


def changed(patches: Tensor, options: Augmentation, generator: torch.Generator) -> Tensor:
    """Patches mirrored, their slices in the opposite order, blurred, and with other grey levels.

    Parameters
    ----------
    patches : Tensor
        float32 (n, planes, rows, columns), as ``patches.patches_around`` gives them.
    options : Augmentation
        How far they may be changed; what moves or turns an image is not used.
    generator : torch.Generator
        Source of all random numbers.

    Returns
    -------
    Tensor
        In the same shape; the planes that show the box keep their values.
    """
    n, planes, rows, columns = patches.shape
    views = patches.reshape(n, VIEWS, planes // VIEWS, rows, columns)
    grey, box = views[:, :, :-1], views[:, :, -1:]
    mirrored, reversed_order, blurred = (torch.rand((3, n), generator=generator)).unbind()
    is_blurred = blurred < options.blur
    if is_blurred.any():
        soft = functional.gaussian_blur(grey[is_blurred].flatten(0, 2), [3, 3], [0.7, 0.7])
        grey = grey.clone()
        grey[is_blurred] = soft.reshape(grey[is_blurred].shape)
    grey = torch.where(_each(reversed_order < options.flip), grey.flip(2), grey)
    contrast = _each(_between(options.contrast, n, generator))
    level = _each(torch.randn(n, generator=generator) * options.level)
    noise = _each(_between((0, options.noise), n, generator))
    grey = (grey - 0.5) * contrast + 0.5 + level
    grey = grey + torch.randn(grey.shape, generator=generator) * noise
    joined = torch.cat([grey.clamp(0, 1), box], dim=2)
    joined = torch.where(_each(mirrored < options.flip), joined.flip(4), joined)
    return joined.reshape(patches.shape)


def _each(values: Tensor) -> Tensor:
    return values[:, None, None, None, None]


def _between(limits: Range, count: int, generator: torch.Generator) -> Tensor:
    low, high = limits
    return low + (high - low) * torch.rand(count, generator=generator)


def _loss(chances: NDArray[np.float64], wanted: NDArray[np.bool_]) -> float:
    sure = np.clip(chances, 1e-6, 1 - 1e-6)
    return float(-np.where(wanted, np.log(sure), np.log(1 - sure)).mean())
