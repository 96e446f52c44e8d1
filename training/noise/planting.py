"""Errors planted in labels: boxes dropped, displaced and invented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.boxes import Box

DROPPED, DISPLACED, INVENTED = 0.2, 0.2, 0.1
"""Shares of all boxes that errors are planted in."""

AWAY = (0.5, 0.8)
"""How far a displaced box is moved, as a share of its sides: too little of it stays."""


class Error(StrEnum):
    """What is wrong with a label."""

    DROPPED = "dropped"
    DISPLACED = "displaced"
    INVENTED = "invented"


@dataclass(frozen=True, slots=True)
class Planted:
    """An error on a slice; the true box of one that was invented is None, as is a dropped label."""

    slice_name: str
    error: Error
    true: Box | None
    label: Box | None


@dataclass(frozen=True, slots=True)
class Noisy:
    """Labels by slice after errors were planted, and the errors."""

    labels: Mapping[str, tuple[Box, ...]]
    errors: tuple[Planted, ...]


def plant(
    truth: Mapping[str, Sequence[Box]],
    bodies: Mapping[str, NDArray[np.bool_]],
    rng: np.random.Generator,
) -> Noisy:
    """The labels with errors, each box with one at most.

    Parameters
    ----------
    truth : slice -> its lesions; those without any too, on which one may be invented
    bodies : slice -> bool array (rows, columns), where an invented lesion may lie
    """
    labels = {name: dict(enumerate(boxes)) for name, boxes in truth.items()}
    places = [(name, n) for name, boxes in truth.items() for n in range(len(boxes))]
    count, errors = len(places), []
    order = [places[k] for k in rng.permutation(count)]
    dropped, displaced = round(DROPPED * count), round(DISPLACED * count)
    for name, n in order[:dropped]:
        errors.append(Planted(name, Error.DROPPED, labels[name].pop(n), None))
    for name, n in order[dropped : dropped + displaced]:
        true = labels[name][n]
        labels[name][n] = _displaced(true, bodies[name].shape, rng)
        errors.append(Planted(name, Error.DISPLACED, true, labels[name][n]))
    names = sorted(truth)
    sizes = [box for boxes in truth.values() for box in boxes]
    invented = 0
    while invented < round(INVENTED * count):
        name = names[int(rng.integers(len(names)))]
        like = sizes[int(rng.integers(len(sizes)))]
        box = _invented(like, bodies[name], [*truth[name], *labels[name].values()], rng)
        if box is not None:
            labels[name][1000 + invented] = box
            errors.append(Planted(name, Error.INVENTED, None, box))
            invented += 1
    return Noisy({name: tuple(boxes.values()) for name, boxes in labels.items()}, tuple(errors))


def _displaced(box: Box, shape: tuple[int, ...], rng: np.random.Generator) -> Box:
    """The box moved in any direction, back towards the middle where it would leave the slice."""
    angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(*AWAY)
    dx, dy = np.cos(angle) * far * box.width, np.sin(angle) * far * box.height
    moved = box.moved(float(dx), float(dy))
    rows, columns = shape
    is_inside = moved.x1 >= 0 and moved.y1 >= 0 and moved.x2 <= columns and moved.y2 <= rows
    return moved if is_inside else box.moved(-float(dx), -float(dy))


def _invented(
    like: Box, body: NDArray[np.bool_], others: Sequence[Box], rng: np.random.Generator
) -> Box | None:
    """A box of that size somewhere in the body, clear of lesions; None for a bad place."""
    ys, xs = np.nonzero(body)
    if not len(ys):
        return None
    k = int(rng.integers(len(ys)))
    x1, y1 = xs[k] - like.width / 2, ys[k] - like.height / 2
    box = Box(float(x1), float(y1), float(x1 + like.width), float(y1 + like.height))
    rows, columns = body.shape
    if box.x1 < 0 or box.y1 < 0 or box.x2 > columns or box.y2 > rows:
        return None
    return box if all(box.padded(2).iou(other) == 0 for other in others) else None
