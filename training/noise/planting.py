"""Errors planted in labels: boxes dropped, displaced and invented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.boxes import Box

DROPPED, DISPLACED, INVENTED = 0.2, 0.2, 0.1
"""Numbers of errors, as shares of the number of boxes."""

AWAY = (0.5, 0.8)
"""How far a displaced box is moved, as a share of its sides: it overlaps too little for a hit."""


class Error(StrEnum):
    """Kinds of errors in labels."""

    DROPPED = "dropped"
    DISPLACED = "displaced"
    INVENTED = "invented"


@dataclass(frozen=True, slots=True)
class Planted:
    """An error that was planted.

    Attributes
    ----------
    slice_name : str
        DeepLesion's name of the slice.
    error : Error
        Kind of the error.
    true : Box | None
        The true box; None for an invented one.
    label : Box | None
        The label; None for a dropped one.
    """

    slice_name: str
    error: Error
    true: Box | None
    label: Box | None


@dataclass(frozen=True, slots=True)
class Noisy:
    """Labels with planted errors.

    Attributes
    ----------
    labels : Mapping[str, tuple[Box, ...]]
        Name of a slice -> its labels.
    errors : tuple[Planted, ...]
        All errors that were planted.
    """

    labels: Mapping[str, tuple[Box, ...]]
    errors: tuple[Planted, ...]


def plant(
    truth: Mapping[str, Sequence[Box]],
    bodies: Mapping[str, NDArray[np.bool_]],
    rng: np.random.Generator,
) -> Noisy:
    """Labels with random errors, at most one in each box.

    Parameters
    ----------
    truth : Mapping[str, Sequence[Box]]
        Name of a slice -> its lesions; slices without any as well, since boxes may be invented
        there.
    bodies : Mapping[str, NDArray[np.bool_]]
        Name of a slice -> mask (rows, columns) of where an invented box's middle may lie.
    rng : np.random.Generator
        Source of all random numbers.

    Returns
    -------
    Noisy
        The labels and the errors.
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
