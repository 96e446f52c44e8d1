"""All figures of the paper for some runs and evaluations."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lesion_viewer.detection.checkpoints.checkpoint import load_model
from lesion_viewer.errors import TrainingError

from ..recipe.recipe import read_recipe
from ..sources.scan_sources import sources_of
from .curves import froc_curves, losses
from .drawing import save
from .paper_tables import architecture, results
from .slice_pictures import answers, example_slice, examples, failures, predictions

EXAMPLES = 6
WORST_OF = 24


def draw_run(run: Path, output: Path) -> list[Path]:
    """Write an example slice, the layers, the losses and predictions of a run.

    Predictions are of slices of both parts of the run's data, and of the validation slices with the
    most errors.

    Parameters
    ----------
    run : Path
        The run's folder.
    output : Path
        Folder of the figures.

    Returns
    -------
    list[Path]
        The files, PNG and SVG of each figure.

    Raises
    ------
    TrainingError, DetectionError
        Where the run has no checkpoint or log, or its data are not found.
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
    """Write the table of results and the FROC curves of evaluations.

    Parameters
    ----------
    files : Sequence[Path]
        Files that ``evaluate --output`` wrote; each is named by its file name.
    output : Path
        Folder of the figures.

    Returns
    -------
    list[Path]
        The files, PNG and SVG of each figure.

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
