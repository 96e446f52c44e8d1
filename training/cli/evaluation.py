"""Commands that measure detectors."""

from pathlib import Path
from typing import Annotated

import typer

from .options import Device, Runtime, Seed

commands = typer.Typer()

Types = Annotated[
    list[str] | None, typer.Option(help="Lesion types by name or DeepLesion's number; 4: liver.")
]


@commands.command("evaluate")
def evaluate(
    checkpoint: Annotated[
        str | None, typer.Argument(help="A bundled detector's name, or a folder.")
    ] = None,
    predictions: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Boxes of any detector, in its place.")
    ] = None,
    phantoms: Annotated[int, typer.Option(min=0, help="How many phantoms.")] = 0,
    painted: Annotated[int, typer.Option(min=0, help="How many painted scans.")] = 0,
    seed: Seed = 3000,
    volume: Annotated[
        list[Path] | None, typer.Option(metavar="PATH", help="A CT; may be repeated.")
    ] = None,
    boxes: Annotated[
        list[Path] | None, typer.Option(metavar="CSV", help="Its lesions; one for each --volume.")
    ] = None,
    deeplesion: Annotated[Path | None, typer.Option(help="Folder of DeepLesion.")] = None,
    annotations: Annotated[str, typer.Option(help="DeepLesion's CSV.")] = "DL_info.csv",
    types: Types = None,
    tag: Annotated[str, typer.Option(help="LesaNet's tag of the lesions.")] = "",
    split: Annotated[str, typer.Option(help="official, paper or paper_faster_rcnn.")] = "official",
    part: Annotated[str, typer.Option(help="train, validation or test.")] = "validation",
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
    name: Annotated[str, typer.Option(help="Name of the data in results and card.")] = "",
    failures: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Folder for pictures of the worst slices.")
    ] = None,
) -> None:
    """Measure a detector, or boxes from a CSV, on phantoms, volumes or DeepLesion's key slices."""
    if (checkpoint is None) == (predictions is None):
        raise typer.BadParameter("name a checkpoint, or --predictions")
    if not (phantoms or painted or volume or deeplesion):
        raise typer.BadParameter("name --phantoms, --painted, --volume or --deeplesion")
    if (card or calibrate) and (checkpoint is None or everywhere or (card and calibrate)):
        raise typer.BadParameter(
            "--card and --calibrate need a checkpoint, without --everywhere, and exclude each other"
        )
    if predictions is not None and (phantoms or painted):
        raise typer.BadParameter("phantoms and painted scans have no files: name a --volume")
    if len(volume or ()) != len(boxes or ()):
        raise typer.BadParameter("each --volume has its --boxes")
    from ..evaluation.detecting import Choice, answers_of, cases_of
    from ..evaluation.result_files import write_calibration, write_into_card, write_results
    from ..evaluation.result_tables import print_evaluation
    from ..evaluation.results import evaluate as evaluate_cases
    from ..evaluation.results import score_cases
    from ..progress import Bars
    from ..recipe.deeplesion_data import DeepLesionData

    rows = None
    if deeplesion is not None:
        rows = DeepLesionData(
            split, str(deeplesion), annotations, tag=tag, types=tuple(types or ())
        )
    volumes = tuple(zip(volume or (), boxes or (), strict=True))
    chosen = Choice(phantoms, seed, volumes, rows, part, painted)
    answers = answers_of(checkpoint, predictions, device, not everywhere, runtime)
    data = name or chosen.text
    cases, count = cases_of(chosen, answers.definition)
    with Bars() as bars:
        scored = score_cases(cases, answers, lambda done: bars("volumes", done, count))
    result = evaluate_cases(scored, answers.threshold)
    if output is not None:
        write_results(output, result, data)
    if card and answers.folder is not None:
        write_into_card(answers.folder, result, data)
    if calibrate and answers.folder is not None:
        write_calibration(answers.folder, scored, data)
    print_evaluation(result, data)
    if failures is not None:
        from ..figures.failing import draw_failures

        cases, _ = cases_of(chosen, answers.definition)
        window = answers.definition.window
        for file in draw_failures(cases, scored, answers.threshold, window, data, failures):
            typer.echo(file)


@commands.command("compare")
def compare(
    checkpoints: Annotated[
        list[str], typer.Argument(help="Names or folders; the others are compared to the first.")
    ],
    phantoms: Annotated[int, typer.Option(min=0, help="How many phantoms.")] = 0,
    seed: Seed = 3000,
    deeplesion: Annotated[Path | None, typer.Option(help="Folder of DeepLesion.")] = None,
    annotations: Annotated[str, typer.Option(help="DeepLesion's CSV.")] = "DL_info.csv",
    types: Types = None,
    part: Annotated[str, typer.Option(help="validation or test.")] = "validation",
    output: Annotated[Path | None, typer.Option(help="JSON file.")] = None,
    device: Device = "auto",
) -> None:
    """Measure detectors on the same cases, such as before and after labels were cleaned."""
    if len(checkpoints) < 2 or not (phantoms or deeplesion):
        raise typer.BadParameter("name two checkpoints or more, and --phantoms or --deeplesion")
    import json

    from lesion_viewer.system.atomic_files import save_bytes

    from ..evaluation.comparing import compare as compare_checkpoints
    from ..evaluation.comparing import print_comparison
    from ..evaluation.detecting import Choice
    from ..recipe.deeplesion_data import DeepLesionData

    rows = None
    if deeplesion is not None:
        rows = DeepLesionData("official", str(deeplesion), annotations, types=tuple(types or ()))
    chosen = Choice(phantoms, seed, (), rows, part)
    found = compare_checkpoints(checkpoints, chosen, device)
    if output is not None:
        content = {"data": chosen.text, "detectors": [one.to_dict() for one in found]}
        save_bytes(output, json.dumps(content, indent=1).encode())
    print_comparison(found, chosen.text)
