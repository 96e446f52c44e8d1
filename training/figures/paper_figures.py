"""All figures of the paper for some runs and evaluations."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lesion_viewer.detection.checkpoints.checkpoint import load_model
from lesion_viewer.errors import TrainingError
from training.figures.curves import froc_curves, losses
from training.figures.drawing import save
from training.figures.paper_tables import architecture, results
from training.figures.slice_pictures import answers, example_slice, examples, failures, predictions
from training.recipe.recipe import read_recipe
from training.sources.scan_sources import sources_of

EXAMPLES = 6
WORST_OF = 24


def draw_run(run: Path, output: Path) -> list[Path]:
    """An example slice, the layers, the losses, and predictions on both parts of a run's data.

    The worst ones of some more validation slices show where the model fails.

    Raises
    ------
    TrainingError, DetectionError
        Where the run has no checkpoint or log, or its data are not here.
    """
    recipe = read_recipe(run / "recipe.toml")
    model, card = load_model(run / "checkpoint")
    sources = sources_of(recipe.data, recipe.input)
    shown = {part: examples(of, recipe.input, EXAMPLES) for part, of in sources.items()}
    more = answers(model, examples(sources["validation"], recipe.input, WORST_OF))
    worst = failures(more, card.default_threshold, EXAMPLES)
    first = shown["train"][0]
    files = save(example_slice(first), output, f"{card.name}-1-example")
    layers = architecture(card.name, model, first.image)
    files += save(layers, output, f"{card.name}-2-architecture")
    for part, slices in shown.items():
        title = f"{card.name} on slices of the {part} part, from score {card.default_threshold:g}"
        figure = predictions(title, answers(model, slices), card.default_threshold)
        files += save(figure, output, f"{card.name}-4-predictions-{part}")
    if worst:
        title = f"Where {card.name} fails: the worst of {len(more)} validation slices"
        figure = predictions(title, worst, card.default_threshold)
        files += save(figure, output, f"{card.name}-5-failures")
    return files + save(losses(run / "log.csv"), output, f"{card.name}-6-losses")


def draw_evaluations(files: Sequence[Path], output: Path) -> list[Path]:
    """The table of results and the FROC of what ``evaluate --output`` wrote, named by file.

    Raises
    ------
    TrainingError
        Where a file cannot be used.
    """
    evaluations = {file.stem: _read(file) for file in files}
    try:
        table, curves = results(evaluations), froc_curves(evaluations)
    except (KeyError, TypeError) as error:
        raise TrainingError(f"an evaluation lacks an entry: {error}; evaluate again") from error
    return save(table, output, "3-results") + save(curves, output, "froc")


def _read(file: Path) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(f"{file} cannot be read: {error}") from error
    return read
