"""One step of training: losses, gradients, weights and their running average."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.dropout import _DropoutNd
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from lesion_viewer.detection.models import build_model
from lesion_viewer.detection.models.pretrained import load_pretrained
from lesion_viewer.errors import TrainingError

from ..recipe.fit_options import FitOptions, learning_rate
from ..recipe.recipe import Recipe
from .rendered_slices import Sample
from .sample_order import Shown, seed_of, shown

Losses = dict[str, float]
OPTIMISERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


class NotFinite(TrainingError):
    """A loss or its gradient is not finite."""


class Learner:
    """A model in training: its weights, their running average and the optimiser.

    Parameters
    ----------
    fabric : Fabric
        Launched; decides the device, the precision and the processes that share a batch.
    recipe : Recipe
        Decides the initial weights, with its seed.
    """

    def __init__(self, fabric: Fabric, recipe: Recipe) -> None:
        self._fabric, self._options, self._seed = fabric, recipe.fit, recipe.seed
        torch.set_flush_denormal(True)
        torch.manual_seed(recipe.seed)
        self._classes = recipe.classes
        model = build_model(
            recipe.architecture, recipe.options, recipe.input.slices, len(recipe.classes)
        )
        load_pretrained(model, "" if recipe.fit.weights == "none" else recipe.fit.weights)
        # With channels last, a step in bf16 takes .6 of the time on a CPU that multiplies in it.
        model.to(fabric.device).to(memory_format=torch.channels_last)
        rule = get_ema_multi_avg_fn(recipe.fit.average)  # type: ignore[no-untyped-call]
        # Batch norm's statistics are averaged too: the newest ones do not fit averaged weights.
        self._average = AveragedModel(model, multi_avg_fn=rule, use_buffers=True)
        self._model, self._optimiser = fabric.setup(model, _optimiser(model, recipe.fit))

    @property
    def average(self) -> nn.Module:
        """The model with the running average of the weights, which is the result of a run."""
        module: nn.Module = self._average.module
        return module

    def learn(self, batch: Sequence[Shown], step: int, total: int) -> Losses:
        """Losses of one step, which changes the weights.

        Parameters
        ----------
        batch : Sequence[Shown]
            This process's share of the batch.
        step, total : int
            Number of the step, from 0, and steps of the run.

        Returns
        -------
        Losses
            Mean losses by name, over the batches of all processes.

        Raises
        ------
        NotFinite
            Where the loss or its gradient is not finite, naming the parts of the loss.
        TrainingError
            Where the model has no loss for such slices.
        """
        self._model.train()
        for group in self._optimiser.param_groups:
            group["lr"] = learning_rate(step, total, self._options)
        self._optimiser.zero_grad()
        at_once = self._options.images_at_once or len(batch)
        parts = [batch[k : k + at_once] for k in range(0, len(batch), at_once)]
        sums: dict[str, Tensor] = {}
        for number, part in enumerate(parts, 1):
            weight = len(part) / len(batch)
            with self._fabric.no_backward_sync(self._model, enabled=number < len(parts)):
                losses = self._losses(self._model, part)
                loss = torch.stack(list(losses.values())).sum()
                _check_finite(loss, losses, f"the loss is not finite at step {step + 1}")
                self._fabric.backward(loss * weight)
            _add(sums, losses, weight)
        norm = self._fabric.clip_gradients(
            self._model,
            self._optimiser,
            max_norm=self._options.clip or math.inf,
            error_if_nonfinite=False,
        )
        assert norm is not None
        _check_finite(norm, sums, f"the gradient is not finite at step {step + 1}; loss")
        self._optimiser.step()
        self._average.update_parameters(self._model.module)
        return self._over_processes(sums, 1.0)

    @torch.no_grad()
    def validate(self, slices: Sequence[Sample]) -> Losses:
        """Mean losses of the averaged weights over slices without augmentation.

        Parameters
        ----------
        slices : Sequence[Sample]
            All slices; each process takes its share of them.

        Returns
        -------
        Losses
            Losses by name, over all processes.
        """
        _only_losses(self.average)
        sums: dict[str, Tensor] = {}
        at_once = self._options.images_at_once or self._options.batch
        mine = range(self._fabric.global_rank, len(slices), self._fabric.world_size)
        for first in range(0, len(mine), at_once):
            part = [shown(k, slices[k], self._classes) for k in mine[first : first + at_once]]
            _add(sums, self._losses(self.average, part), float(len(part)))
        return self._over_processes(sums, float(len(mine)))

    def state(self) -> dict[str, Any]:
        """All that ``load_state`` needs to continue exactly."""
        return {
            "model": self._model.state_dict(),
            "average": self._average.state_dict(),
            "optimiser": self._optimiser.state_dict(),
        }

    def load_state(self, state: dict[str, Any], file: Path) -> None:
        """Continue from a state.

        Parameters
        ----------
        state : dict[str, Any]
            As ``state`` gives it.
        file : Path
            Where it was read from, for messages.

        Raises
        ------
        TrainingError
            Where it is of another model; names ``file``.
        """
        try:
            self._model.load_state_dict(state["model"])
            self._average.load_state_dict(state["average"])
            self._optimiser.load_state_dict(state["optimiser"])
        except (RuntimeError, ValueError, KeyError) as error:
            raise TrainingError(f"{file} is of another architecture than the recipe's") from error

    def _losses(self, model: nn.Module, part: Sequence[Shown]) -> dict[str, Tensor]:
        # The model's random numbers (proposals, dropout) depend on seed and place alone.
        torch.manual_seed(seed_of(self._seed + 1, part[0].place))
        images, targets = self._fabric.to_device(
            ([one.image for one in part], [one.target for one in part])
        )
        # Fabric's own mixed precision would round the boxes too.
        is_mixed = self._options.precision == "bf16"
        with torch.autocast(self._fabric.device.type, torch.bfloat16, enabled=is_mixed):
            losses: dict[str, Tensor] = model(images, targets)
        if not losses:
            raise TrainingError("the model learns nothing from slices without a lesion")
        return losses

    def _over_processes(self, sums: dict[str, Tensor], weight: float) -> Losses:
        """Means over all processes, which may have seen different numbers of slices."""
        mine = torch.stack([*sums.values(), torch.tensor(weight, device=self._fabric.device)])
        total = self._fabric.all_reduce(mine, reduce_op="sum")
        assert isinstance(total, Tensor)
        *values, weight = total.tolist()
        return {name: value / weight for name, value in zip(sums, values, strict=True)}


def _optimiser(model: nn.Module, options: FitOptions) -> torch.optim.Optimizer:
    learned = [p for p in model.parameters() if p.requires_grad]
    return OPTIMISERS[options.optimiser](
        learned, lr=options.learning_rate, weight_decay=options.weight_decay
    )


def _add(sums: dict[str, Tensor], losses: dict[str, Tensor], weight: float) -> None:
    for name, value in losses.items():
        sums[name] = sums.get(name, 0.0) + value.detach().float() * weight


def _check_finite(value: Tensor, losses: dict[str, Tensor], said: str) -> None:
    if not torch.isfinite(value):
        parts = ", ".join(f"{name} {float(part.detach()):.4g}" for name, part in losses.items())
        raise NotFinite(f"{said}: {parts}")


def _only_losses(model: nn.Module) -> None:
    """Set training mode, which gives losses, but leave dropout and batch norm as in use."""
    model.train()
    for module in model.modules():
        if isinstance(module, _BatchNorm | _DropoutNd):
            module.eval()
