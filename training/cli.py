"""The commands of ``lesion-training``; each imports its part only when it runs."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lesion_viewer.errors import LesionViewerError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class What(StrEnum):
    """What a search tries."""

    BATCH = "batch"
    LEARNING_RATE = "learning-rate"


Seed = Annotated[int, typer.Option(min=0, help="Seed of the first phantom; the others follow.")]


@app.callback()
def commands() -> None:
    """Phantoms, training and evaluation of lesion detectors."""


@app.command()
def phantoms(
    output: Annotated[Path, typer.Option(help="Folder for the studies and boxes.csv.")],
    count: Annotated[int, typer.Option(min=1, help="How many.")],
    seed: Seed = 0,
) -> None:
    """Write phantom studies as DICOM files, and where their lesions are as CSV."""
    from training.phantoms import write_phantoms
    from training.progress import Bars

    with Bars() as bars:
        truth = write_phantoms(output, count, seed, bars)
    typer.echo(truth)


@app.command()
def fit(
    recipe: Annotated[Path, typer.Argument(help="TOML file; see training/recipes.")],
    output: Annotated[Path, typer.Option(help="Folder of the run.")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in OUTPUT.")] = False,
    cache: Annotated[Path | None, typer.Option(help="Folder of rendered slices.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    tensorboard: Annotated[bool, typer.Option("--tensorboard", help="Log there too.")] = False,
) -> None:
    """Train a detector from a recipe; its checkpoint is OUTPUT/checkpoint.

    Under torchrun its processes share each batch.
    """
    from training.recipe import read_recipe

    read_recipe(recipe)  # Its faults are told before torch is waited for.
    import torch

    from training.fitting import fit as fit_recipe
    from training.progress import Bars

    if threads is not None:
        torch.set_num_threads(threads)
    with Bars() as bars:
        checkpoint = fit_recipe(
            recipe.read_text(encoding="utf-8"), output, resume, cache, bars, device, tensorboard
        )
    typer.echo(checkpoint)


@app.command()
def search(
    recipe: Annotated[Path, typer.Argument(help="TOML file; see training/recipes.")],
    what: Annotated[What, typer.Option(help="What to try.")],
    output: Annotated[Path, typer.Option(help="Folder for the table and its plot.")],
    epochs: Annotated[int, typer.Option(min=1, help="Epochs at each learning rate.")] = 20,
    lowest: Annotated[float, typer.Option(help="Lowest learning rate.")] = 1e-5,
    highest: Annotated[float, typer.Option(help="Highest learning rate.")] = 1e-1,
    count: Annotated[int, typer.Option(min=2, help="How many learning rates.")] = 9,
    cache: Annotated[Path | None, typer.Option(help="Folder of rendered slices.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
) -> None:
    """Try batches, for the time of an epoch, or learning rates, for the loss after some epochs."""
    from rich.console import Console

    from training.progress import Bars
    from training.recipe import read_recipe
    from training.search import logarithmic_range, search_batch, search_learning_rate
    from training.search_results import write_search

    tried, slices = read_recipe(recipe), cache or output / "cache"
    with Bars() as bars:
        if what is What.BATCH:
            found = search_batch(tried, slices, device, bars)
        else:
            rates = logarithmic_range(lowest, highest, count)
            found = search_learning_rate(tried, rates, epochs, slices, device, bars)
    files = write_search(found, output, what.value)
    Console().print(found.table())
    for file in files:
        typer.echo(file)


@app.command()
def contact_sheet(
    recipe: Annotated[Path, typer.Argument(help="TOML file whose data are synthesis.")],
    output: Annotated[Path, typer.Option(help="PNG file.")],
    real: Annotated[list[Path] | None, typer.Option(help="A CT to show beside them.")] = None,
    count: Annotated[int, typer.Option(min=1, help="Synthetic slices.")] = 20,
    columns: Annotated[int, typer.Option(min=1, help="Pictures in a row.")] = 6,
) -> None:
    """Show synthetic slices with their boxes, and real ones, at the recipe's window."""
    from training.recipe import read_recipe
    from training.synthesis.contact_sheet import recipe_tiles, write_contact_sheet

    write_contact_sheet(output, recipe_tiles(read_recipe(recipe), real or [], count), columns)
    typer.echo(output)


@app.command()
def download(
    folder: Annotated[Path, typer.Argument(help="Where DeepLesion is put; 245 GB.")],
    only_list: Annotated[bool, typer.Option("--list", help="Print the files, fetch none.")] = False,
) -> None:
    """Fetch DeepLesion's rows, tags and images, with checksums; go on where it was stopped."""
    from training.download import NoConnection, by_hand, file_list
    from training.download import download as fetch
    from training.progress import Bars

    remotes = file_list()
    if only_list:
        typer.echo(by_hand(remotes, folder))
        return
    try:
        with Bars() as bars:
            fetch(remotes, folder, bars)
    except NoConnection:
        typer.echo(by_hand(remotes, folder), err=True)
        raise


@app.command()
def rows(
    recipe: Annotated[Path, typer.Argument(help="TOML file whose data are of DeepLesion.")],
    output: Annotated[Path | None, typer.Option(help="CSV file for each row left out.")] = None,
) -> None:
    """Count the rows that a recipe learns from, and those it leaves out, by reason."""
    from training.dropped_rows import print_rows, write_dropped
    from training.recipe import read_recipe

    found = print_rows(read_recipe(recipe))
    if output is not None:
        write_dropped(found, output)


@app.command()
def evaluate(
    checkpoint: Annotated[str, typer.Argument(help="A bundled detector's name, or a folder.")],
    phantoms: Annotated[int, typer.Option(min=1, help="How many phantoms.")],
    seed: Seed = 3000,
    output: Annotated[Path | None, typer.Option(help="JSON file for all results.")] = None,
    card: Annotated[bool, typer.Option("--card", help="Write the results into the card.")] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
) -> None:
    """Measure a detector on phantoms: FROC, operating points, false positives per volume."""
    from lesion_viewer.detection.checkpoint import find_checkpoint
    from training.evaluation import evaluate_on_phantoms, write_into_card, write_results
    from training.progress import Bars
    from training.tables import print_evaluation

    folder = find_checkpoint(checkpoint)
    with Bars() as bars:
        result = evaluate_on_phantoms(folder, phantoms, seed, device, bars)
    data = f"phantoms of seeds {seed} to {seed + phantoms - 1}, not trained on"
    if output is not None:
        write_results(output, result)
    if card:
        write_into_card(folder, result, data)
    print_evaluation(result, data)


def main() -> None:
    """Run a command; what the person can mend ends with one line and status 1."""
    try:
        app()
    except LesionViewerError as error:
        typer.echo(f"lesion-training: {error}", err=True)
        sys.exit(1)
    except ModuleNotFoundError as error:
        missing = f"{error.name} is missing: pip install 'lesion-viewer[training]'"
        typer.echo(f"lesion-training: {missing}", err=True)
        sys.exit(1)
