"""A short run of a network on a made-up slice: how fast it is, and whether it is right."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.checkpoints.checkpoint import Card
from lesion_viewer.detection.inputs import ASSUMED_PIXEL_MM
from lesion_viewer.detection.patches import SIDE as PATCH_SIDE
from lesion_viewer.detection.patches import VIEWS
from lesion_viewer.detection.runtimes.network import Network, Output

SIDE = 512
PATCHES = 4
RUNS = 3
SAME = 0.01
"""Largest difference of scores and probabilities between runtimes that agree."""

SHOWN = 0.05
"""Boxes of lower scores may be missing from one of them."""


def trial_image(card: Card) -> NDArray[np.float32]:
    """A body with bright and dark spots, as a network's input.

    Parameters
    ----------
    card : Card
        Card of the network.

    Returns
    -------
    NDArray[np.float32]
        (slices, rows, columns), 0 to 1, of the size that a usual CT of 512 x 512 has; for a second
        look the patches of ``PATCHES`` boxes.
    """
    definition = card.input
    if card.architecture == "second_look":
        planes = VIEWS * (definition.slices + 1)
        patches = np.random.default_rng(0).random((PATCHES, planes, PATCH_SIDE, PATCH_SIDE))
        return patches.astype(np.float32)
    pixel_mm = ASSUMED_PIXEL_MM
    rows, columns = definition.size_of(SIDE, SIDE, (1.0, pixel_mm, pixel_mm))
    y = np.linspace(-1, 1, rows)[:, None]
    x = np.linspace(-1, 1, columns)[None, :]
    image = np.where(x**2 / 0.8 + y**2 / 0.5 < 1, 0.5, 0.0)
    generator = np.random.default_rng(0)
    for _ in range(12):
        at_y, at_x = generator.uniform(-0.5, 0.5, 2)
        radius, grey = generator.uniform(0.02, 0.1), generator.uniform(0.3, 0.8)
        image[(x - at_x) ** 2 + (y - at_y) ** 2 < radius**2] = grey
    noisy = image + generator.normal(0, 0.05, (definition.slices, rows, columns))
    return noisy.clip(0, 1).astype(np.float32)


def timed(network: Network, image: NDArray[np.float32]) -> tuple[float, Output]:
    """Seconds that a network takes for an image, and its answer.

    Parameters
    ----------
    network : Network
        Network to try.
    image : NDArray[np.float32]
        (slices, rows, columns), 0 to 1.

    Returns
    -------
    tuple[float, Output]
        The shortest of a few runs, after one that warms up.
    """
    (output,) = network.run([image])
    shortest = np.inf
    for _ in range(RUNS):
        started = time.perf_counter()
        network.run([image])
        shortest = min(shortest, time.perf_counter() - started)
    return shortest, output


def agree(one: Output, other: Output) -> bool:
    """Whether two answers to the same image are the same, but for rounding.

    Parameters
    ----------
    one, other : Output
        Answers of two runtimes.

    Returns
    -------
    bool
        False where a score or a probability differs.
    """
    for name in ("liver", "lesion"):
        if name in one:
            return bool(np.allclose(one[name], other[name], rtol=0, atol=SAME))
    scores = [-np.sort(-np.asarray(output["scores"], np.float64)) for output in (one, other)]
    shown = max(int((some >= SHOWN).sum()) for some in scores)
    if min(map(len, scores)) < shown:
        return False
    return bool(np.allclose(scores[0][:shown], scores[1][:shown], rtol=0, atol=SAME))
