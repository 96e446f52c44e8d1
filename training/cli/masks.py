"""The command that measures segmenters."""

from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer()


@commands.command("evaluate-masks")
def evaluate_masks(
    segmenter: Annotated[
        str | None, typer.Argument(help="A segmenter's name, or a checkpoint's folder.")
    ] = None,
    volume: Annotated[
        list[Path] | None, typer.Option(metavar="PATH", help="A CT; may be repeated.")
    ] = None,
    labels: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Its true masks; one for each --volume."),
    ] = None,
    liver: Annotated[
        str, typer.Option(help="Labels of the liver with what lies in it, such as 1,10-17.")
    ] = "",
    lesions: Annotated[str, typer.Option(help="Labels of its lesions, such as 10-17.")] = "",
    predictions: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Masks of any program, in the segmenter's place."),
    ] = None,
    output: Annotated[Path | None, typer.Option(help="JSON file for all results.")] = None,
    card: Annotated[bool, typer.Option("--card", help="Write the means into the card.")] = False,
) -> None:
    """Measure a segmenter, or masks from files, by overlap, volume and distance of surfaces."""
    if (segmenter is None) == (not predictions):
        raise typer.BadParameter("name a segmenter, or --predictions")
    if not volume or len(volume) != len(labels or ()) or not (liver or lesions):
        raise typer.BadParameter("each --volume has its --labels; name --liver, --lesions or both")
    if predictions and (card or len(predictions) != len(volume)):
        raise typer.BadParameter("each --volume has its --predictions, which have no card")
    from lesion_viewer.detection.installed import find_segmenter

    from ..evaluation.mask_results import (
        LabelledVolume,
        measured,
        print_masks,
        write_masks,
        write_masks_into_card,
    )
    from ..progress import Bars

    installed = None if segmenter is None else find_segmenter(segmenter)
    if card and (installed is None or installed.folder is None):
        raise typer.BadParameter("--card needs a segmenter with weights")
    volumes = [
        LabelledVolume(images, file, liver, lesions)
        for images, file in zip(volume, labels or (), strict=True)
    ]
    with Bars() as bars:
        results = list(
            measured(
                volumes, installed, predictions or (), lambda s: bars("masks", round(100 * s), 100)
            )
        )
    if output is not None:
        write_masks(output, results)
    if card and installed is not None and installed.folder is not None:
        write_masks_into_card(installed.folder, results)
    print_masks(results)
