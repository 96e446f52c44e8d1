"""Commands that measure detectors."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import Device, Runtime, Seed

if TYPE_CHECKING:
    from ..evaluation.detecting import Choice

commands = typer.Typer()

Phantoms = Annotated[int, typer.Option(min=0, help="How many phantoms.")]
Painted = Annotated[int, typer.Option(min=0, help="How many painted scans.")]
Volumes = Annotated[list[Path] | None, typer.Option(metavar="PATH", help="A CT; may be repeated.")]
VolumeBoxes = Annotated[
    list[Path] | None, typer.Option(metavar="CSV", help="Its lesions; one for each --volume.")
]
DeepLesion = Annotated[Path | None, typer.Option(help="Folder of DeepLesion.")]
Annotations = Annotated[str, typer.Option(help="DeepLesion's CSV.")]
Types = Annotated[
    list[str] | None, typer.Option(help="Lesion types by name or DeepLesion's number; 4: liver.")
]
Tag = Annotated[str, typer.Option(help="LesaNet's tag of the lesions.")]
Split = Annotated[str, typer.Option(help="official, paper, paper_faster_rcnn or patients.")]
Part = Annotated[str, typer.Option(help="train, validation or test.")]
Name = Annotated[str, typer.Option(help="Name of the data in what is written.")]


@commands.command("evaluate")
def evaluate(
    checkpoint: Annotated[
        str | None, typer.Argument(help="A bundled detector's name, or a folder.")
    ] = None,
    predictions: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Boxes of any detector, in its place.")
    ] = None,
    phantoms: Phantoms = 0,
    painted: Painted = 0,
    seed: Seed = 3000,
    volume: Volumes = None,
    boxes: VolumeBoxes = None,
    deeplesion: DeepLesion = None,
    annotations: Annotations = "DL_info.csv",
    types: Types = None,
    tag: Tag = "",
    split: Split = "official",
    part: Part = "validation",
    output: Annotated[Path | None, typer.Option(help="JSON file for all results.")] = None,
    card: Annotated[bool, typer.Option("--card", help="Write the results into the card.")] = False,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Fit the card's calibration; removes its results.")
    ] = False,
    device: Device = "auto",
    runtime: Runtime = "auto",
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="Search outside the liver as well.")
    ] = False,
    name: Name = "",
    failures: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Folder for pictures of the worst slices.")
    ] = None,
) -> None:
    """Measure a detector, or boxes from a CSV, on phantoms, volumes or DeepLesion's key slices."""
    if (checkpoint is None) == (predictions is None):
        raise typer.BadParameter("name a checkpoint, or --predictions")
    if (card or calibrate) and (checkpoint is None or everywhere or (card and calibrate)):
        raise typer.BadParameter(
            "--card and --calibrate need a checkpoint, without --everywhere, and exclude each other"
        )
    if predictions is not None and (phantoms or painted):
        raise typer.BadParameter("phantoms and painted scans have no files: name a --volume")
    chosen = _chosen(
        phantoms, painted, seed, volume, boxes, deeplesion, annotations, types, tag, split, part
    )
    from ..evaluation.detecting import answers_of, cases_of
    from ..evaluation.result_files import write_calibration, write_into_card, write_results
    from ..evaluation.result_tables import print_evaluation
    from ..evaluation.results import evaluate as evaluate_cases
    from ..evaluation.results import score_cases
    from ..progress import Bars

    answers = answers_of(checkpoint, predictions, device, not everywhere, runtime)
    data = name or chosen.text
    cases, count = cases_of(chosen, answers.definition)
    with Bars() as bars:
        scored = score_cases(
            cases,
            answers,
            lambda done: bars("volumes", done, count),
            answers.definition.neighbours,
        )
    result = evaluate_cases(scored, answers.threshold)
    if output is not None:
        write_results(output, result, data)
    if card and answers.folder is not None:
        write_into_card(answers.folder, result, data)
    if calibrate and answers.folder is not None:
        for source, one in write_calibration(answers.folder, scored, data).items():
            typer.echo(f"{source}: {one.error:.3f} off over {one.boxes} boxes, cross-fitted")
    print_evaluation(result, data)
    if failures is not None:
        from ..figures.failing import draw_failures

        cases, _ = cases_of(chosen, answers.definition)
        window = answers.definition.window
        for file in draw_failures(cases, scored, answers.threshold, window, data, failures):
            typer.echo(file)


@commands.command("compare")
def compare(
    detectors: Annotated[
        list[str] | None,
        typer.Argument(help="Names or folders; the first is compared to. All, if left out."),
    ] = None,
    phantoms: Phantoms = 0,
    painted: Painted = 0,
    seed: Seed = 3000,
    volume: Volumes = None,
    boxes: VolumeBoxes = None,
    deeplesion: DeepLesion = None,
    annotations: Annotations = "DL_info.csv",
    types: Types = None,
    tag: Tag = "",
    split: Split = "official",
    part: Part = "validation",
    output: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Tables, curves, and answers to go on from."),
    ] = None,
    device: Device = "auto",
    runtime: Runtime = "auto",
    name: Name = "",
) -> None:
    """Measure detectors on the same cases; what OUTPUT holds already is not searched again."""
    chosen = _chosen(
        phantoms, painted, seed, volume, boxes, deeplesion, annotations, types, tag, split, part
    )
    from ..evaluation.comparing import comparable
    from ..evaluation.comparing import compare as compare_detectors
    from ..evaluation.comparison_tables import print_comparison, write_comparison
    from ..progress import Bars

    names = detectors or comparable()
    answers = None if output is None else output / "answers"
    with Bars() as bars:
        found = compare_detectors(
            names,
            chosen,
            device,
            runtime,
            answers,
            lambda done, total: bars("volumes", done, total),
        )
    data = name or chosen.text
    print_comparison(found, data)
    if output is not None:
        from ..figures.curves import froc_curves
        from ..figures.drawing import save

        files = write_comparison(output, found, data)
        curves = froc_curves({one.name: one.to_dict() for one in found})
        for file in (*files, *save(curves, output, "froc")):
            typer.echo(file)


@commands.command("ideal")
def ideal(
    painted: Painted = 40,
    seed: Seed = 5000,
    under: Annotated[float, typer.Option(min=0, help="Boxes smaller than this, in mm.")] = 12.0,
) -> None:
    """Say how many small lesions of painted scans an ideal observer finds."""
    from ..evaluation.result_tables import print_sought
    from ..progress import Bars
    from ..recipe.synthesis_data import SynthesisData
    from ..synthesis.ideal_observer import sought_lesions
    from ..synthesis.synthetic_scans import SynthesisSource

    seeds = seed, seed + painted
    source = SynthesisSource(SynthesisData(seeds, seeds), seeds)
    with Bars() as bars:
        found = sought_lesions(source, under, lambda done: bars("scans", done, painted))
    print_sought(found, under)


def _chosen(
    phantoms: int,
    painted: int,
    seed: int,
    volume: list[Path] | None,
    boxes: list[Path] | None,
    deeplesion: Path | None,
    annotations: str,
    types: list[str] | None,
    tag: str,
    split: str,
    part: str,
) -> "Choice":
    """The cases that a command line names."""
    if not (phantoms or painted or volume or deeplesion):
        raise typer.BadParameter("name --phantoms, --painted, --volume or --deeplesion")
    if len(volume or ()) != len(boxes or ()):
        raise typer.BadParameter("each --volume has its --boxes")
    from ..evaluation.detecting import Choice
    from ..recipe.deeplesion_data import DeepLesionData

    rows = None
    if deeplesion is not None:
        rows = DeepLesionData(
            split, str(deeplesion), annotations, tag=tag, types=tuple(types or ())
        )
    volumes = tuple(zip(volume or (), boxes or (), strict=True))
    return Choice(phantoms, seed, volumes, rows, part, painted)
