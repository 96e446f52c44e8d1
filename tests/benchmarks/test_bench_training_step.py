"""A training step of our Faster R-CNN beside torchvision's reference loop on the same model."""

import math
import statistics
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn

from lesion_viewer.detection.models import build_model
from training.fitting.learner import Learner
from training.fitting.loop import launched
from training.fitting.sample_order import Shown
from training.recipe.recipe import read_recipe

RECIPE = Path(__file__).parents[2] / "training" / "recipes" / "faster_rcnn_phantoms.toml"
SIDE, BATCH, STEPS = 256, 2, 12


def batch_of() -> list[Shown]:
    torch.manual_seed(1)
    boxes = torch.tensor([[40.0, 50.0, 70.0, 85.0], [150.0, 90.0, 170.0, 108.0]])
    target = {"boxes": boxes, "labels": torch.ones(2, dtype=torch.int64)}
    return [Shown(place, torch.rand(3, SIDE, SIDE), target) for place in range(BATCH)]


def reference_step(
    model: nn.Module, optimizer: torch.optim.Optimizer, images: list[Tensor], targets: list[dict]
) -> float:
    """The body of ``train_one_epoch`` in torchvision's references/detection/engine.py."""
    images = [image.to("cpu") for image in images]
    targets = [{k: v.to("cpu") for k, v in t.items()} for t in targets]
    with torch.amp.autocast("cpu", enabled=False):
        loss_dict = model(images, targets)
        losses = sum(loss for loss in loss_dict.values())
    loss_dict_reduced = loss_dict  # As utils.reduce_dict with one process.
    losses_reduced = sum(loss for loss in loss_dict_reduced.values())
    loss_value = losses_reduced.item()
    assert math.isfinite(loss_value)
    optimizer.zero_grad()
    losses.backward()
    optimizer.step()
    return loss_value


def seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def test_a_step_beside_the_reference_loop() -> None:
    recipe = read_recipe(RECIPE)
    recipe = replace(recipe, fit=replace(recipe.fit, batch=BATCH))
    learner = Learner(launched("cpu"), recipe)
    torch.manual_seed(recipe.seed)
    model = build_model(recipe.architecture, recipe.options, recipe.input.slices)
    reference = deepcopy(model).train()
    optimizer = torch.optim.AdamW(reference.parameters(), lr=0.001, weight_decay=0.01)
    batch = batch_of()
    images, targets = [one.image for one in batch], [one.target for one in batch]

    ours, theirs = [], []
    for step in range(STEPS):  # Side by side: what else the machine does hits both.
        theirs.append(seconds(lambda: reference_step(reference, optimizer, images, targets)))
        ours.append(seconds(partial(learner.learn, batch, step, STEPS)))

    ratio = statistics.median(ours[2:]) / statistics.median(theirs[2:])
    print(
        f"\n{BATCH} x {SIDE} px: ours {1000 * statistics.median(ours[2:]):.0f} ms, torchvision's"
        f" reference loop {1000 * statistics.median(theirs[2:]):.0f} ms, ratio {ratio:.2f}"
        " (ours clips the gradient and averages the weights as well)"
    )
