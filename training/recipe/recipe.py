"""A recipe: all that decides a run, read from a TOML file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.detection.lesion_types import UNTYPED, lesion_type_in
from lesion_viewer.errors import DetectionError, TrainingError

from .fit_options import FitOptions
from .scan_data import KINDS, Data

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Part = TypeVar("Part", bound="DataclassInstance")
Range = tuple[float, float]
ONE_CLASS = (UNTYPED,)


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far a training slice may be changed; grey levels are 0 to 1 over the input's window.

    Attributes
    ----------
    flip : float
        Probability that left and right, and separately that lower and upper slice, are swapped.
    scale : Range
        Lowest and highest factor of the size.
    shift : float
        Largest shift along each axis, as a share of the image's side.
    crop : int
        Rows and columns of the part that is learned from; 0 takes the whole slice.
    rotation : float
        Largest angle in degrees, in either direction.
    level : float
        Standard deviation of a value added to all grey levels, which shifts the window's level.
    contrast : Range
        Lowest and highest factor of the grey levels about 0.5, which changes the window's width.
    noise : float
        Highest standard deviation of the normal noise added to each pixel.
    blur : float
        Probability of a Gaussian blur.
    """

    flip: float = 0.0
    scale: Range = (1.0, 1.0)
    shift: float = 0.0
    crop: int = 0
    rotation: float = 0.0
    level: float = 0.0
    contrast: Range = (1.0, 1.0)
    noise: float = 0.0
    blur: float = 0.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides a run.

    Attributes
    ----------
    name, version : str
        Of the model; they go onto its card.
    seed : int
        Decides the initial weights, the order of the slices and their augmentation.
    architecture : str
        A key of ``detection.models.ARCHITECTURES``.
    training_data, terms, limits : str
        Sentences for the model's card: what it learned from, its terms of use, and where it is not
        to be trusted.
    options : Mapping[str, Any]
        The architecture's options by name.
    input : InputDefinition
        How a slice and its neighbours become the model's input.
    data : Data
        Where the scans come from.
    augmentation : Augmentation
        How far a training slice may be changed.
    fit : FitOptions
        How the weights are found.
    default_threshold : float
        Score from which the viewer shows a box at first.
    classes : tuple[str, ...]
        Lesion types that the model tells apart, DeepLesion's names or others; ``lesion`` alone for
        a model that does not. Lesions of other or unknown type teach where lesions are.

    Raises
    ------
    TrainingError
        For a class that is no lesion type, or is named twice.
    """

    name: str
    version: str
    seed: int
    architecture: str
    training_data: str
    terms: str
    limits: str
    options: Mapping[str, Any]
    input: InputDefinition
    data: Data
    augmentation: Augmentation
    fit: FitOptions
    default_threshold: float = 0.5
    classes: tuple[str, ...] = ONE_CLASS

    def __post_init__(self) -> None:
        if self.classes == ONE_CLASS:
            return
        if not self.classes or not all(isinstance(one, str) for one in self.classes):
            raise TrainingError(f"classes are names of lesion types, not {self.classes!r}")
        named = tuple(map(lesion_type_in, self.classes))
        if "" in named:
            strange = self.classes[named.index("")]
            raise TrainingError(f"classes are lesion types, not '{strange}'")
        if len(set(named)) < len(named):
            raise TrainingError("a class is named twice")
        object.__setattr__(self, "classes", named)


def read_recipe(file: Path) -> Recipe:
    """The recipe in a TOML file.

    Parameters
    ----------
    file : Path
        TOML, UTF-8.

    Returns
    -------
    Recipe
        The recipe.

    Raises
    ------
    TrainingError
        Where the file cannot be read, or an entry is missing, unknown or of the wrong type.
    """
    try:
        return parse_recipe(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"{file} cannot be read: {error}") from error
    except TrainingError as error:
        raise TrainingError(f"{file}: {error}") from error


def parse_recipe(text: str) -> Recipe:
    """The recipe in the text of a TOML file.

    Parameters
    ----------
    text : str
        TOML.

    Returns
    -------
    Recipe
        The recipe.

    Raises
    ------
    TrainingError
        Where the text is no TOML, or an entry is missing, unknown or of the wrong type.
    """
    try:
        entries = tomllib.loads(text)
        parts = {
            "input": InputDefinition.from_dict(entries.pop("input", {})),
            "data": data_of(entries.pop("data", {})),
            "augmentation": _filled(Augmentation, entries.pop("augmentation", {}), "augmentation"),
            "fit": _filled(FitOptions, entries.pop("fit", {}), "fit"),
        }
    except (tomllib.TOMLDecodeError, DetectionError) as error:
        raise TrainingError(str(error)) from error
    return _filled(Recipe, {**entries, **parts}, "the recipe")


def data_of(entries: Mapping[str, Any]) -> Data:
    """The data that entries name.

    Parameters
    ----------
    entries : Mapping[str, Any]
        ``kind`` and the entries of that kind.

    Returns
    -------
    Data
        The data.

    Raises
    ------
    TrainingError
        Where an entry is missing, unknown or of the wrong type.
    """
    kind = entries.get("kind", "")
    if kind not in KINDS:
        raise TrainingError(f"kind in data is one of {', '.join(KINDS)}, not {kind!r}")
    return _filled(KINDS[kind], {k: v for k, v in entries.items() if k != "kind"}, "data")


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
    plain: dict[Any, tuple[type, ...]] = {
        int: (int,),
        float: (int, float),
        str: (str,),
    }
    if kind is bool and not isinstance(value, bool):
        raise TrainingError(f"{name} in {where} is true or false, not {value!r}")
    if kind in plain and (isinstance(value, bool) or not isinstance(value, plain[kind])):
        raise TrainingError(f"{name} in {where} is a {kind.__name__}, not {value!r}")
