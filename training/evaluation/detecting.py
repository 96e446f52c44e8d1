"""The detector and the cases of an evaluation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.checkpoints.checkpoint import load_card
from lesion_viewer.detection.detector import Detector
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.detection.installed import InstalledDetector, find_detector
from lesion_viewer.detection.planes import why_not_searched
from lesion_viewer.detection.running import Sweep
from lesion_viewer.errors import TrainingError

from ..recipe.deeplesion_data import DeepLesionData
from ..recipe.synthesis_data import SynthesisData
from .cases import Case, deeplesion_cases, name_of, phantom_cases, scan_cases, volume_cases
from .detections_reading import Predictions
from .results import LOWEST_SCORE, Detect

ALL_BOXES = 0.0
SOFT_TISSUE = Window(400, 40)
ONE_SLICE = InputDefinition(SOFT_TISSUE, slices=1)
SLICES_AROUND = 61
"""Slices that are read about a key slice for a detector that looks at whole volumes: DeepLesion
gives 30 mm on each side."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which cases: phantoms, painted CT, volumes with their CSVs, and a part of DeepLesion.

    Attributes
    ----------
    phantoms : int
        Number of phantoms.
    seed : int
        Seed of the first phantom, and of the first painted scan.
    volumes : tuple[tuple[Path, Path], ...]
        Path of the images and CSV of the lesions, for each volume.
    deeplesion : DeepLesionData | None
        Rows of DeepLesion; None for none.
    part : str
        Part of DeepLesion: ``train``, ``validation`` or ``test``.
    painted : int
        Number of scans painted from the label volumes that ``LESION_TRAINING_ANATOMY`` names.
    """

    phantoms: int
    seed: int
    volumes: tuple[tuple[Path, Path], ...]
    deeplesion: DeepLesionData | None
    part: str
    painted: int = 0

    @property
    def text(self) -> str:
        """The cases in words, without any path."""
        said = [name_of(path) for path, _ in self.volumes]
        if self.phantoms:
            said.append(f"phantoms of seeds {self.seed} to {self.seed + self.phantoms - 1}")
        if self.painted:
            said.append(f"painted scans of seeds {self.seed} to {self.seed + self.painted - 1}")
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
    """A detector, or the boxes that one has found; call it with a case.

    Attributes
    ----------
    detect : Detect
        Gives the boxes on the scored slices of a case.
    threshold : float
        Lowest score of the boxes that are shown.
    definition : InputDefinition
        The model's input.
    folder : Path | None
        Folder of its checkpoint; None for boxes from a CSV.
    """

    detect: Detect
    threshold: float
    definition: InputDefinition
    folder: Path | None

    def __call__(self, case: Case) -> Iterable[SliceDetections]:
        """The boxes on the scored slices of a case."""
        return self.detect(case)


def answers_of(
    checkpoint: str | None,
    predictions: Path | None,
    device: str,
    is_gated: bool,
    runtime: str = "auto",
) -> Answers:
    """The detector of a checkpoint, or the boxes of a CSV, which are all shown.

    Parameters
    ----------
    checkpoint : str | None
        Name of a bundled detector, or a folder; None with ``predictions``.
    predictions : Path | None
        CSV of boxes, used in place of a detector.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    is_gated : bool
        Whether the detector's liver gate is used where it has one.
    runtime : str
        One of ``runtimes.choice.RUNTIMES``.

    Returns
    -------
    Answers
        A source of boxes.

    Raises
    ------
    DetectionError, TrainingError
        Where the checkpoint or the CSV cannot be used.
    """
    if predictions is not None:
        return Answers(Predictions(predictions), ALL_BOXES, ONE_SLICE, None)
    assert checkpoint is not None
    installed = find_detector(checkpoint)
    detector = installed.load(device, LOWEST_SCORE, is_gated=is_gated, runtime=runtime)
    return Answers(
        lambda case: searched(detector, case),
        detector.info.default_threshold,
        input_of(installed),
        installed.folder,
    )


def input_of(installed: InstalledDetector) -> InputDefinition:
    """A network's input; of a method the slices that it looks at, through a usual window.

    Parameters
    ----------
    installed : InstalledDetector
        The detector.

    Returns
    -------
    InputDefinition
        It decides which neighbours of a key slice are read.
    """
    neighbours = installed.info().neighbours
    if installed.folder is not None:
        return replace(load_card(installed.folder).input, slices=neighbours.slices or 1)
    slices = SLICES_AROUND if neighbours.slices is None else neighbours.slices
    return InputDefinition(
        SOFT_TISSUE, slices, neighbours.step_mm, is_interpolated=neighbours.is_interpolated
    )


def searched(detector: Detector, case: Case) -> Iterable[SliceDetections]:
    """What a detector finds on a case.

    Parameters
    ----------
    detector : Detector
        The detector.
    case : Case
        The case.

    Returns
    -------
    Iterable[SliceDetections]
        Its boxes on the scored slices, in any order.

    Raises
    ------
    TrainingError
        The slices are not axial.
    """
    if why := why_not_searched(case.volume.series, detector.info.name):
        raise TrainingError(f"{case.name}: {why}")
    return Sweep(detector, case.volume, case.scored)


def cases_of(choice: Choice, definition: InputDefinition) -> tuple[Iterator[Case], int]:
    """The cases of a choice, one after the other, and about how many there are.

    Parameters
    ----------
    choice : Choice
        Which cases.
    definition : InputDefinition
        The model's input, which decides which neighbours of a key slice are read.

    Returns
    -------
    tuple[Iterator[Case], int]
        The cases; and their number, in which a volume with several series counts once.
    """
    data = choice.deeplesion
    slices = [] if data is None else deeplesion_cases(data, choice.part, definition)
    volumes = (volume_cases(path, boxes) for path, boxes in choice.volumes)
    parts = (
        phantom_cases(choice.phantoms, choice.seed),
        _painted_cases(choice),
        slices,
        chain.from_iterable(volumes),
    )
    count = choice.phantoms + choice.painted + len(slices) + len(choice.volumes)
    return chain.from_iterable(parts), count


def _painted_cases(choice: Choice) -> Iterable[Case]:
    if not choice.painted:
        return ()
    from ..synthesis.synthetic_scans import SynthesisSource

    seeds = choice.seed, choice.seed + choice.painted
    return scan_cases(SynthesisSource(SynthesisData(seeds, seeds), seeds))
