"""Commands that make, fetch and count training data."""

from pathlib import Path
from typing import Annotated

import typer

from .options import Recipe, Seed

commands = typer.Typer()


@commands.command("phantoms")
def phantoms(
    output: Annotated[Path, typer.Option(help="Folder for the studies and boxes.csv.")],
    count: Annotated[int, typer.Option(min=1, help="How many.")],
    seed: Seed = 0,
    lesions: Annotated[
        int | None, typer.Option(min=0, help="Lesions of each; drawn by its seed when left out.")
    ] = None,
) -> None:
    """Write phantom studies as DICOM files, and where their lesions are as CSV."""
    from ..phantom_studies import write_phantoms
    from ..progress import Bars

    with Bars() as bars:
        truth = write_phantoms(output, count, seed, bars, lesions)
    typer.echo(truth)


@commands.command("download")
def download(
    folder: Annotated[Path, typer.Argument(help="Where DeepLesion is put; 245 GB.")],
    only_list: Annotated[bool, typer.Option("--list", help="Print the files, fetch none.")] = False,
) -> None:
    """Fetch DeepLesion's rows, tags and images, with checksums; go on where it was stopped."""
    from ..deeplesion.download import NoConnection, by_hand, file_list
    from ..deeplesion.download import download as fetch
    from ..progress import Bars

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


@commands.command("rows")
def rows(
    recipe: Recipe,
    output: Annotated[Path | None, typer.Option(help="CSV file for each row left out.")] = None,
) -> None:
    """Count the rows of DeepLesion that a recipe learns from, and those left out, by reason."""
    from ..dropped_rows import print_rows, write_dropped
    from ..recipe.recipe import read_recipe

    found = print_rows(read_recipe(recipe))
    if output is not None:
        write_dropped(found, output)


@commands.command("shards")
def shards(
    recipe: Recipe,
    output: Annotated[str, typer.Option(metavar="URL", help="A folder, or in an object store.")],
    size: Annotated[int, typer.Option(min=1, help="Of a shard, in MB.")] = 64,
) -> None:
    """Write the scans of a recipe as tar files with checksums, to learn from anywhere.

    Run again with the same OUTPUT, it continues where it was stopped.
    """
    from ..progress import Bars
    from ..recipe.recipe import read_recipe
    from ..shards.writing import write_shards
    from ..sources.scan_sources import sources_of

    read = read_recipe(recipe)
    sources = sources_of(read.data, read.input)
    with Bars() as bars:
        typer.echo(write_shards(read, sources, output, size * 10**6, bars))
