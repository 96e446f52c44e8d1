"""Weights from a recipe: one loop, resumed to the same weights as if it had not been stopped."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from lesion_viewer.detection.models import build_model
from lesion_viewer.errors import TrainingError
from training.augmentation import augmented
from training.datasets import CachedSlices, phantom_slices
from training.recipe import Augmentation, FitOptions, parse_recipe
from training.run_folder import RunFolder

Batch = tuple[list[Tensor], list[dict[str, Tensor]]]
Progress = Callable[[str, int, int, float], None]
VALIDATION_BATCHES = 24


def fit(
    recipe_text: str,
    output: Path,
    is_resumed: bool = False,
    cache: Path | None = None,
    progress: Progress = lambda what, done, total, loss: None,
) -> Path:
    """Fit a recipe; the folder of its checkpoint.

    Parameters
    ----------
    recipe_text : TOML
    output : the run's folder; with ``is_resumed`` it holds the run to go on with
    cache : folder of rendered slices; ``cache`` in the run's folder when left out
    progress : told what is done, how much of how many, and the mean loss

    Raises
    ------
    TrainingError
        For a recipe or folder that cannot be used, or a loss that is not finite; names its parts.
    """
    recipe = parse_recipe(recipe_text)
    options = recipe.fit
    run = RunFolder(output)
    run.begin(recipe_text, is_resumed)
    torch.set_flush_denormal(True)
    torch.manual_seed(recipe.seed)
    model = build_model(recipe.architecture, recipe.options, recipe.input.slices)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(options.average))  # type: ignore[no-untyped-call]
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay
    )
    train, validation = (
        phantom_slices(
            recipe.data,
            seeds,
            recipe.input,
            cache or output / "cache",
            lambda done, total: progress("phantoms", done, total, math.nan),
        )
        for seeds in (recipe.data.seeds, recipe.data.validation_seeds)
    )
    begin = _restore(run, model, average, optimiser)

    for step in range(begin, options.steps):
        # All randomness comes from the seed and the step: a resumed run draws the same.
        torch.manual_seed(recipe.seed * 1_000_003 + step)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(step, options)
        losses = model(*_batch(train, recipe.augmentation, options.batch))
        loss = _sum(losses, step)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(model.parameters(), options.clip)
        optimiser.step()
        average.update_parameters(model)

        done = step + 1
        run.log(done, "train", _numbers(losses))
        progress("steps", done, options.steps, float(loss.detach()))
        if done % options.validate_every == 0:
            run.log(done, "validation", _validate(average.module, validation, options.batch))
        if done % options.save_every == 0 or done == options.steps:
            run.write_checkpoint(recipe, average.module)
            run.save_state(
                {
                    "step": done,
                    "model": model.state_dict(),
                    "average": average.state_dict(),
                    "optimiser": optimiser.state_dict(),
                }
            )
    return run.checkpoint


def learning_rate(step: int, options: FitOptions) -> float:
    """Rising linearly over the warm-up, then falling along half a cosine."""
    if step < options.warm_up:
        return options.learning_rate * (step + 1) / options.warm_up
    part = (step - options.warm_up) / max(1, options.steps - options.warm_up)
    return options.learning_rate * 0.5 * (1 + math.cos(math.pi * part))


def _restore(
    run: RunFolder, model: nn.Module, average: nn.Module, optimiser: torch.optim.Optimizer
) -> int:
    state = run.load_state()
    if state is None:
        return 0
    model.load_state_dict(state["model"])
    average.load_state_dict(state["average"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])


def _batch(slices: CachedSlices, options: Augmentation, size: int) -> Batch:
    generator = torch.Generator().manual_seed(int(torch.randint(2**62, ())))
    chosen = torch.randint(len(slices), (size,), generator=generator)
    return _as_targets([augmented(slices[int(i)], options, generator) for i in chosen])


def _as_targets(samples: list[tuple[Tensor, Tensor]]) -> Batch:
    targets = [
        {"boxes": boxes, "labels": torch.ones(len(boxes), dtype=torch.int64)}
        for _, boxes in samples
    ]
    return [image for image, _ in samples], targets


def _sum(losses: dict[str, Tensor], step: int) -> Tensor:
    total = torch.stack(list(losses.values())).sum()
    if not torch.isfinite(total):
        parts = ", ".join(f"{name} {value:.4g}" for name, value in _numbers(losses).items())
        raise TrainingError(f"the loss is not finite at step {step + 1}: {parts}")
    return total


def _numbers(losses: dict[str, Tensor]) -> dict[str, float]:
    return {name: float(value.detach()) for name, value in losses.items()}


@torch.no_grad()
def _validate(model: nn.Module, slices: CachedSlices, batch: int) -> dict[str, float]:
    """Mean losses of the averaged weights over slices that are spread over the validation set."""
    was_training = model.training
    model.train()
    chosen = np.linspace(0, len(slices) - 1, VALIDATION_BATCHES * batch).astype(int)
    sums: dict[str, float] = {}
    for part in chosen.reshape(VALIDATION_BATCHES, batch):
        losses = _numbers(model(*_as_targets([slices[int(i)] for i in part])))
        for name, value in losses.items():
            sums[name] = sums.get(name, 0.0) + value / VALIDATION_BATCHES
    model.train(was_training)
    return sums
