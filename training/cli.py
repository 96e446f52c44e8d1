"""The commands of ``lesion-training``; each imports its part only when it runs."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from lesion_viewer.errors import LesionViewerError, TrainingError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Seed = Annotated[int, typer.Option(min=0, help="Seed of the first phantom; the others follow.")]


@app.callback()
def commands() -> None:
    """Phantoms, training and evaluation of lesion detectors."""


@app.command()
def fit(
    recipe: Annotated[Path, typer.Argument(help="TOML file; see training/recipes.")],
    output: Annotated[Path, typer.Option(help="Folder of the run.")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in OUTPUT.")] = False,
    cache: Annotated[Path | None, typer.Option(help="Folder of rendered slices.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads.")] = None,
) -> None:
    """Train a detector from a recipe; its checkpoint is OUTPUT/checkpoint."""
    import torch

    from training.fitting import fit as fit_recipe
    from training.progress import FitProgress

    if threads is not None:
        torch.set_num_threads(threads)
    try:
        text = recipe.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"{recipe} cannot be read: {error}") from error
    with FitProgress() as progress:
        checkpoint = fit_recipe(text, output, resume, cache, progress)
    typer.echo(checkpoint)


def main() -> None:
    """Run a command; what the person can mend ends with one line and status 1."""
    try:
        app()
    except LesionViewerError as error:
        typer.echo(f"lesion-training: {error}", err=True)
        sys.exit(1)
