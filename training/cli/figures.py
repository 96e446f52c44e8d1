"""Commands that draw figures and pictures."""

from pathlib import Path
from typing import Annotated

import typer

from .options import Recipe

commands = typer.Typer()


@commands.command("contact-sheet")
def contact_sheet(
    recipe: Recipe,
    output: Annotated[Path, typer.Option(help="PNG file.")],
    real: Annotated[list[Path] | None, typer.Option(help="A CT to show beside them.")] = None,
    count: Annotated[int, typer.Option(min=1, help="Synthetic slices.")] = 20,
    columns: Annotated[int, typer.Option(min=1, help="Pictures in a row.")] = 6,
) -> None:
    """Show slices of a recipe of synthesis with their boxes, and real ones, at its window."""
    from ..figures.contact_sheet import recipe_tiles, write_contact_sheet
    from ..recipe.recipe import read_recipe

    write_contact_sheet(output, recipe_tiles(read_recipe(recipe), real or [], count), columns)
    typer.echo(output)


@commands.command("figures")
def figures(
    output: Annotated[Path, typer.Option(help="Folder for PNG and SVG files.")],
    runs: Annotated[list[Path] | None, typer.Argument(help="Folders that fit wrote.")] = None,
    evaluation: Annotated[
        list[Path] | None, typer.Option(metavar="JSON", help="Of evaluate; may be repeated.")
    ] = None,
) -> None:
    """Draw the paper's figures anew, from runs and evaluations."""
    if not runs and not evaluation:
        raise typer.BadParameter("name a run, or an --evaluation")
    from ..figures.paper_figures import draw_evaluations, draw_run

    files = [file for run in runs or () for file in draw_run(run, output)]
    files += draw_evaluations(evaluation, output) if evaluation else []
    for file in files:
        typer.echo(file)
