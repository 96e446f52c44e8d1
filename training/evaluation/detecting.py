"""Who answers an evaluation's cases, and which cases they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.checkpoints.checkpoint import find_checkpoint
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.inputs import InputDefinition
from training.evaluation.cases import Case, deeplesion_cases, phantom_cases, volume_cases
from training.evaluation.detections_reading import Predictions
from training.evaluation.results import LOWEST_SCORE, Detect
from training.recipe.deeplesion_data import DeepLesionData

ALL_BOXES = 0.0
ONE_SLICE = InputDefinition(Window(400, 40), slices=1)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which cases to measure on: phantoms, volumes with their CSVs, a part of DeepLesion."""

    phantoms: int
    seed: int
    volumes: tuple[tuple[Path, Path], ...]
    deeplesion: DeepLesionData | None
    part: str

    @property
    def text(self) -> str:
        """The choice in words, without a path of this machine."""
        said = [_name_of(path) for path, _ in self.volumes]
        if self.phantoms:
            said.append(f"phantoms of seeds {self.seed} to {self.seed + self.phantoms - 1}")
        if self.deeplesion is not None:
            data = self.deeplesion
            types = f", types {', '.join(map(str, data.types))}" if data.types else ""
            tag = f", tag {data.tag}" if data.tag else ""
            said.append(
                f"DeepLesion's {self.part} key slices that are here, {data.split} split{types}{tag}"
            )
        return "; ".join(said)


@dataclass(frozen=True, slots=True)
class Answers:
    """A detector, or what one has found.

    Attributes
    ----------
    threshold : score from which its boxes are shown
    definition : what it sees of a slice
    folder : of its checkpoint; None for boxes from a CSV
    """

    detect: Detect
    threshold: float
    definition: InputDefinition
    folder: Path | None

    def __call__(self, case: Case) -> Iterable[SliceDetections]:
        """The boxes on the scored slices of a case."""
        return self.detect(case)


def answers_of(
    checkpoint: str | None, predictions: Path | None, device: str, is_gated: bool
) -> Answers:
    """The detector of a checkpoint, or else the boxes of a CSV, all of which are shown.

    Raises
    ------
    DetectionError, TrainingError
        Where it cannot be used.
    """
    if predictions is not None:
        return Answers(Predictions(predictions), ALL_BOXES, ONE_SLICE, None)
    assert checkpoint is not None
    folder = find_checkpoint(checkpoint)
    detector = load_detector(folder, device, min_score=LOWEST_SCORE, is_gated=is_gated)
    card = detector.card
    return Answers(
        lambda case: detector.detect(case.volume, case.scored),
        card.default_threshold,
        card.input,
        folder,
    )


def cases_of(choice: Choice, definition: InputDefinition) -> tuple[Iterator[Case], int]:
    """The cases, one after the other, and about how many there are."""
    data = choice.deeplesion
    slices = [] if data is None else deeplesion_cases(data, choice.part, definition)
    volumes = (volume_cases(path, boxes) for path, boxes in choice.volumes)
    return (
        chain(phantom_cases(choice.phantoms, choice.seed), slices, chain.from_iterable(volumes)),
        choice.phantoms + len(slices) + len(choice.volumes),
    )


def _name_of(path: Path) -> str:
    """A volume's name; that of the folder above where it only says of what kind it is."""
    path = path.resolve()
    return path.parent.name if path.name.upper() == "DICOM" else path.name
