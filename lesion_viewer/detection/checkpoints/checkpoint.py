"""Checkpoints: folders with ``weights.safetensors`` and a ``card.json`` that describes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from lesion_viewer import NOT_A_DEVICE
from lesion_viewer.detection.checkpoints.card_types import (
    refuse_oversized_network,
    refuse_wrong_types,
)
from lesion_viewer.detection.checkpoints.second_opinion import SecondOpinion
from lesion_viewer.detection.checkpoints.weights_file import refuse_large, verified_weights
from lesion_viewer.detection.identity import DetectorInfo, Metric, OperatingPoint, SeenRange
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.detection.models import WEIGHTS
from lesion_viewer.detection.neighbours import Neighbours
from lesion_viewer.detection.score_calibration import (
    UNCALIBRATED,
    Calibration,
    Calibrations,
    read_calibration,
)
from lesion_viewer.errors import DetectionError
from lesion_viewer.resource_files import resource_folder
from lesion_viewer.system.atomic_files import replaced_folder

if TYPE_CHECKING:
    from torch import nn

CARD = "card.json"
MAX_CARD_BYTES = 2**20
GATE = "gate"
DEFAULT = "liver"
"""The bundled detector that searches where none is named."""

ONNX = "model.onnx"
SECOND_LOOK = "second_look"
PARTNER = "partner"
MAY_LACK = (
    "limits", "measured_on", "gate", "second_look", "partner", "calibration",
    "calibration_alone", "onnx_sha256", "onnx_opset", "taught_on_phantoms", "seen",
)  # fmt: skip
"""Entries that a card may leave out."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a checkpoint is, what it was trained on, and how good it is.

    Attributes
    ----------
    name, version : str
        Identify the checkpoint in reviews.
    architecture : str
        Name of the network for ``detection.models.build_model``.
    options : Mapping[str, Any]
        Arguments of the network.
    input : InputDefinition
        How a slice becomes the input of the network.
    classes : tuple[str, ...]
        Names of the lesion classes.
    training_data, terms : str
        Data that the network was trained on, and the terms of use that follow from it.
    default_threshold : float
        Score from which boxes are shown at first.
    limits : str
        What the checkpoint must not be used for.
    metrics : tuple[Metric, ...]
        Measured numbers.
    operating_points : tuple[OperatingPoint, ...]
        Sorted by threshold; empty where none was measured.
    measured_on : str
        Data that the operating points were measured on.
    gate : str
        SHA-256 of the weights of the liver gate, a checkpoint in the subfolder ``gate``; empty
        without a gate.
    second_look : SecondOpinion | None
        The network that looks again at each box, a checkpoint in the subfolder ``second_look``;
        None without one.
    partner : str
        SHA-256 of the weights of a second network, a checkpoint in the subfolder ``partner``, whose
        boxes are averaged with the first one's; empty without one.
    calibration : Calibration
        Slope and offset that turn scores into probabilities, see ``detection.score_calibration``.
    calibration_alone : Calibration | None
        The same on slices without neighbours, of a network that looks at several slices; None where
        ``calibration`` serves them as well.
    sha256 : str
        SHA-256 of the weights file; ``write_checkpoint`` fills it in.
    onnx_sha256 : str
        SHA-256 of ``model.onnx``, the same network for runtimes other than torch; empty without it.
    onnx_opset : int
        Version of ONNX's operators that it uses.
    taught_on_phantoms : bool
        Whether it learned from phantoms alone, and is no help with a patient's CT.
    seen : tuple[SeenRange, ...]
        What the CT was like that the network learned from; ``lesion-training seen`` measures it.
    """

    name: str
    version: str
    architecture: str
    options: Mapping[str, Any]
    input: InputDefinition
    classes: tuple[str, ...]
    training_data: str
    terms: str
    default_threshold: float
    limits: str = NOT_A_DEVICE
    metrics: tuple[Metric, ...] = ()
    operating_points: tuple[OperatingPoint, ...] = field(default=())
    measured_on: str = ""
    gate: str = ""
    second_look: SecondOpinion | None = None
    partner: str = ""
    calibration: Calibration = UNCALIBRATED
    calibration_alone: Calibration | None = None
    sha256: str = ""
    onnx_sha256: str = ""
    onnx_opset: int = 0
    taught_on_phantoms: bool = False
    seen: tuple[SeenRange, ...] = ()

    def __post_init__(self) -> None:
        points = tuple(sorted(self.operating_points, key=lambda p: p.threshold))
        object.__setattr__(self, "operating_points", points)

    @classmethod
    def from_dict(cls, entries: Mapping[str, Any]) -> Self:
        """The card that ``to_dict`` wrote.

        Parameters
        ----------
        entries : Mapping[str, Any]
            Entries of ``card.json``.

        Raises
        ------
        DetectionError
            An entry is missing or of the wrong type.
        """
        values = {f.name: entries[f.name] for f in fields(cls) if f.name in entries}
        needed = [f.name for f in fields(cls) if f.name not in MAY_LACK]
        if missing := [name for name in needed if name not in entries]:
            raise DetectionError(f"the card has no '{missing[0]}'")
        refuse_wrong_types(entries)
        try:
            values["input"] = InputDefinition.from_dict(entries["input"])
            values["classes"] = tuple(entries["classes"])
            values["metrics"] = tuple(Metric(**m) for m in entries["metrics"])
            values["operating_points"] = tuple(
                OperatingPoint(**p) for p in entries["operating_points"]
            )
            values["seen"] = tuple(SeenRange(**r) for r in entries.get("seen", ()))
            if (second := entries.get("second_look")) is not None:
                values["second_look"] = SecondOpinion(**second)
            values["calibration"] = read_calibration(entries.get("calibration", UNCALIBRATED))
            if (alone := entries.get("calibration_alone")) is not None:
                values["calibration_alone"] = read_calibration(alone)
            return cls(**values)
        except (TypeError, AttributeError, ValueError) as error:
            raise DetectionError(f"the card cannot be used: {error}") from error

    def to_dict(self) -> dict[str, Any]:
        """The card in JSON types."""
        return {**asdict(self), "options": dict(self.options), "input": self.input.to_dict()}

    def to_json(self) -> bytes:
        """The content of ``card.json``."""
        return (json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n").encode()

    @property
    def marks(self) -> tuple[str, ...]:
        """What it marks in whole volumes; empty for what gives boxes on slices, and for a gate."""
        if self.architecture != "fcn":
            return ()
        return ("liver",) if self.options.get("marks", "liver") == "liver" else ("liver", "lesion")

    @property
    def neighbours(self) -> Neighbours:
        """The slices that the network looks at, or its second look, which looks further."""
        if self.marks:
            return Neighbours(None)
        further = 1 if self.second_look is None else self.second_look.slices
        return replace(self.input.neighbours, slices=max(self.input.slices, further))

    @property
    def info(self) -> DetectorInfo:
        """What the detector of this card is."""
        return DetectorInfo(
            self.name,
            self.version,
            self.sha256,
            self.classes,
            self.neighbours,
            self.default_threshold,
            self.operating_points,
            self.measured_on,
            self.taught_on_phantoms,
            self.seen,
        )

    @property
    def calibrations(self) -> Calibrations:
        """The calibrations of slices with and without neighbours."""
        return self.calibration, self.calibration_alone

    def without_gate(self) -> Self:
        """The card of the same detector without its gate; reviews treat it as another detector."""
        if not self.gate:
            return self
        return replace(self, version=f"{self.version} without its gate", gate="")


def load_card(folder: Path) -> Card:
    """The card of a checkpoint; the weights are not read.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.

    Returns
    -------
    Card
        A card whose entries have the right types.

    Raises
    ------
    DetectionError
        There is no card, or it cannot be used; the message names the file.
    """
    file = folder / CARD
    try:
        refuse_large(file, MAX_CARD_BYTES)
        entries = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise DetectionError(f"{folder} is no checkpoint: {CARD}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise DetectionError(f"{file} is not JSON: {error}") from error
    if not isinstance(entries, dict):
        raise DetectionError(f"{file} is not a card")
    try:
        return Card.from_dict(entries)
    except DetectionError as error:
        raise DetectionError(f"{file}: {error}") from error


def load_model(folder: Path) -> tuple[nn.Module, Card]:
    """The network of a checkpoint with its weights in float32, in evaluation mode, and its card.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.

    Returns
    -------
    tuple[nn.Module, Card]
        Network on the CPU, and card.

    Raises
    ------
    DetectionError
        The card cannot be used, weights are missing, changed or of another network, or the
        architecture is unknown.
    """
    import safetensors.torch

    from lesion_viewer.detection.models import build_model

    card = load_card(folder)
    data = verified_weights(folder / WEIGHTS, card.sha256)
    network = card.architecture, card.options, card.input.slices, len(card.classes)
    refuse_oversized_network(*network, len(data))
    model = build_model(*network)
    try:
        model.load_state_dict(safetensors.torch.load(data))
    except Exception as error:
        first = str(error).strip().splitlines()
        detail = first[1].strip() if len(first) > 1 else "".join(first)
        raise DetectionError(
            f"{folder / WEIGHTS} does not fit the card's {card.architecture}: {detail:.160}"
        ) from error
    if not all(value.isfinite().all() for value in model.state_dict().values()):
        raise DetectionError(f"{folder / WEIGHTS} holds weights that are not finite")
    return model.eval(), card


def write_checkpoint(
    folder: Path, model: nn.Module, card: Card, half_precision: bool = False
) -> Card:
    """Write weights and card to a folder, completely or not at all.

    Parameters
    ----------
    folder : Path
        Replaced where it already is a checkpoint.
    model : nn.Module
        Network whose weights are written.
    card : Card
        Card of the model.
    half_precision : bool
        Store matrices and filters as float16; vectors stay float32.

    Returns
    -------
    Card
        The card with the SHA-256 of the weights.

    Raises
    ------
    DetectionError
        The folder contains something else or cannot be written.
    """
    if folder.exists() and not (folder / CARD).is_file():
        raise DetectionError(f"{folder} exists and is no checkpoint; choose another folder")
    try:
        with replaced_folder(folder) as new:
            return write_files(new, model, card, half_precision)
    except OSError as error:
        raise DetectionError(f"{folder} cannot be written: {error.strerror}") from error


def write_files(folder: Path, model: nn.Module, card: Card, half_precision: bool) -> Card:
    """Write weights and card into an existing folder.

    Parameters
    ----------
    folder : Path
        Folder that is not in use yet.
    model : nn.Module
        Network whose weights are written.
    card : Card
        Card of the model.
    half_precision : bool
        Store matrices and filters as float16; vectors stay float32.

    Returns
    -------
    Card
        The card with the SHA-256 of the weights.

    Raises
    ------
    OSError
        The files cannot be written.
    """
    import safetensors.torch

    tensors = {
        name: (value.half() if half_precision and value.ndim > 1 else value).cpu().contiguous()
        for name, value in model.state_dict().items()
    }
    weights = safetensors.torch.save(tensors)
    card = replace(card, sha256=sha256(weights).hexdigest(), onnx_sha256="", onnx_opset=0)
    (folder / WEIGHTS).write_bytes(weights)
    (folder / CARD).write_bytes(card.to_json())
    return card


def bundled_checkpoints() -> tuple[Path, ...]:
    """Folders of the checkpoints that come with the program: the default one, then by name."""
    detectors = resource_folder() / "detectors"
    folders = (card.parent for card in detectors.glob(f"*/{CARD}"))
    return tuple(sorted(folders, key=lambda folder: (folder.name != DEFAULT, folder.name)))


def find_checkpoint(name_or_path: str | Path) -> Path:
    """The folder of a checkpoint.

    Parameters
    ----------
    name_or_path : str | Path
        Name of a bundled checkpoint, folder of a checkpoint, or a file in it.

    Returns
    -------
    Path
        A folder that contains a card.

    Raises
    ------
    DetectionError
        There is no such checkpoint; the message lists the bundled ones.
    """
    bundled = {folder.name: folder for folder in bundled_checkpoints()}
    if str(name_or_path) in bundled:
        return bundled[str(name_or_path)]
    path = Path(name_or_path)
    folder = path.parent if path.is_file() else path
    if (folder / CARD).is_file():
        return folder
    raise DetectionError(
        f"no detector '{name_or_path}': neither a checkpoint folder nor one of"
        f" {', '.join(bundled) or '(none is bundled)'}"
    )
