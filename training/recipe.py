"""A recipe: all that decides a run, read from a TOML file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.errors import DetectionError, TrainingError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Part = TypeVar("Part", bound="DataclassInstance")
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PhantomData:
    """Which phantoms to learn from.

    Attributes
    ----------
    seeds, validation_seeds : first, and the one after the last
    slice_mm : slice distances, one drawn for each phantom
    pixel_mm, rows : in-plane pixel size; rows and columns of a slice
    slices_of_each : neighbouring slices taken from each phantom, anywhere in it
    lesions : fewest and most in a phantom
    """

    seeds: tuple[int, int]
    validation_seeds: tuple[int, int]
    slice_mm: tuple[float, ...]
    pixel_mm: float
    rows: int
    slices_of_each: int
    lesions: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far a training slice may be changed; grey levels are 0 to 1 over the input's window.

    Attributes
    ----------
    flip : chance that left and right, and separately that lower and upper slice, change places
    scale : least and most
    shift : most, as a share of the side
    crop : rows and columns of the part that is learned from; 0 takes the whole slice
    level : standard deviation of what is added to all grey levels
    contrast : least and most
    noise : most standard deviation of what is added to each pixel
    blur : chance of a blur
    """

    flip: float = 0.0
    scale: Range = (1.0, 1.0)
    shift: float = 0.0
    crop: int = 0
    level: float = 0.0
    contrast: Range = (1.0, 1.0)
    noise: float = 0.0
    blur: float = 0.0


@dataclass(frozen=True, slots=True)
class FitOptions:
    """How weights are found.

    Attributes
    ----------
    learning_rate : at its highest, after ``warm_up`` steps; falls along a cosine to 0
    clip : greatest norm of the gradient
    average : share of the averaged weights that each step keeps; they are what is saved
    validate_every, save_every : steps
    """

    steps: int
    batch: int
    learning_rate: float
    weight_decay: float
    warm_up: int
    clip: float
    average: float
    validate_every: int
    save_every: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """A run is its recipe; ``seed`` decides weights, order and augmentation."""

    name: str
    version: str
    seed: int
    architecture: str
    training_data: str
    terms: str
    limits: str
    options: Mapping[str, Any]
    input: InputDefinition
    data: PhantomData
    augmentation: Augmentation
    fit: FitOptions


def read_recipe(file: Path) -> Recipe:
    """The recipe in a TOML file.

    Raises
    ------
    TrainingError
        Where the file cannot be read, or an entry is missing, unknown or of the wrong kind.
    """
    try:
        return parse_recipe(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise TrainingError(f"{file} cannot be read: {error.strerror}") from error
    except TrainingError as error:
        raise TrainingError(f"{file}: {error}") from error


def parse_recipe(text: str) -> Recipe:
    """The recipe in the text of a TOML file; raises as ``read_recipe``."""
    try:
        entries = tomllib.loads(text)
        parts = {
            "input": InputDefinition.from_dict(entries.pop("input", {})),
            "data": _filled(PhantomData, entries.pop("data", {}), "data"),
            "augmentation": _filled(Augmentation, entries.pop("augmentation", {}), "augmentation"),
            "fit": _filled(FitOptions, entries.pop("fit", {}), "fit"),
        }
    except (tomllib.TOMLDecodeError, DetectionError) as error:
        raise TrainingError(str(error)) from error
    return _filled(Recipe, {**entries, **parts}, "the recipe")


def _filled(kind: type[Part], entries: Mapping[str, Any], where: str) -> Part:
    known = {f.name: f for f in fields(kind)}
    if unknown := sorted(set(entries) - set(known)):
        raise TrainingError(f"unknown entry '{unknown[0]}' in {where}; known: {', '.join(known)}")
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in entries.items()}
    for name, value in values.items():
        _check_kind(name, value, known[name].type, where)
    try:
        return kind(**values)
    except TypeError as error:
        missing = str(error).split(":", 1)[-1].strip()
        raise TrainingError(f"{where} lacks {missing}") from error


def _check_kind(name: str, value: Any, kind: Any, where: str) -> None:
    plain: dict[Any, tuple[type, ...]] = {int: (int,), float: (int, float), str: (str,)}
    if kind in plain and (isinstance(value, bool) or not isinstance(value, plain[kind])):
        raise TrainingError(f"{name} in {where} is a {kind.__name__}, not {value!r}")
