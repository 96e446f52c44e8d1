"""Where a detector fails on the cases of an evaluation, in pictures."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import torch

from lesion_viewer.ct.values.window import Window, to_display
from training.evaluation.cases import Case
from training.evaluation.scoring import ScoredCase
from training.figures.drawing import save
from training.figures.slice_pictures import Answer, Example, failures, predictions

PICTURES = 6


def draw_failures(
    cases: Iterable[Case],
    scored: Sequence[ScoredCase],
    threshold: float,
    window: Window,
    data: str,
    output: Path,
) -> list[Path]:
    """The worst slice of each of the worst cases as PNG and SVG; nothing where there is no error.

    Parameters
    ----------
    cases, scored : the same cases, in the same order
    threshold : score from which boxes are shown
    data : what the cases are, for the title

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
    grey = to_display(case.volume.voxels[case.scored[place]], window)
    image = torch.from_numpy(grey.astype(np.float32) / 255)[None]
    return Answer(Example(image, worst.example.boxes), worst.boxes, worst.scores)


def _tensor(boxes: Sequence[tuple[float, float, float, float]]) -> torch.Tensor:
    return torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4)
