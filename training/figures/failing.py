"""Pictures of the slices of an evaluation on which a detector fails."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import torch

from lesion_viewer.ct.values.window import Window, to_display

from ..evaluation.cases import Case
from ..evaluation.scoring import ScoredCase
from .drawing import save
from .slice_pictures import Answer, Example, failures, predictions

PICTURES = 6


def draw_failures(
    cases: Iterable[Case],
    scored: Sequence[ScoredCase],
    threshold: float,
    window: Window,
    data: str,
    output: Path,
) -> list[Path]:
    """Write pictures of the slices with the most errors, one of each case; none without an error.

    Parameters
    ----------
    cases : Iterable[Case]
        The cases of an evaluation.
    scored : Sequence[ScoredCase]
        Their scores, in the same order.
    threshold : float
        Lowest score of the boxes that are shown.
    window : Window
        Width and level in HU that the slices are shown with.
    data : str
        What the cases are, for the title.
    output : Path
        Folder of the files.

    Returns
    -------
    list[Path]
        The files, PNG and SVG; empty where there is no error.

    Raises
    ------
    TrainingError
        Where the folder cannot be written.
    """
    worst = [_worst(case, one, threshold, window) for case, one in zip(cases, scored, strict=True)]
    shown = failures(worst, threshold, PICTURES)
    if not shown:
        return []
    title = f"The worst of {data}, from score {threshold:g}"
    return save(predictions(title, shown, threshold), output, "failures")


def _worst(case: Case, scored: ScoredCase, threshold: float, window: Window) -> Answer:
    answers = [
        Answer(
            Example(torch.empty(0), _tensor(truth)),
            _tensor([d.box.as_tuple() for d in found.detections]),
            torch.tensor([d.score for d in found.detections]),
        )
        for found, truth in zip(scored.found, scored.truth, strict=True)
    ]
    place = max(range(len(answers)), key=lambda n: answers[n].errors(threshold))
    worst = answers[place]
    series = case.volume.series
    turn, size = series.turn, series.shape[1:]
    grey = to_display(turn.apply(case.volume.voxels[case.scored[place]]), window)
    image = torch.from_numpy(np.ascontiguousarray(grey, np.float32) / 255)[None]
    truth, found = (
        torch.from_numpy(turn.boxes(boxes.numpy(), *size))
        for boxes in (worst.example.boxes, worst.boxes)
    )
    return Answer(Example(image, truth), found, worst.scores)


def _tensor(boxes: Sequence[tuple[float, float, float, float]]) -> torch.Tensor:
    return torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4)
