"""The commands of ``lesion-training``; each imports its part only when it runs.

From outside: nothing but this module.
"""

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


@app.command()
def fit(
    recipe: Annotated[Path, typer.Argument(help="TOML file; see training/recipes.")],
    output: Annotated[Path, typer.Option(help="Folder of the run.")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in OUTPUT.")] = False,
    cache: Annotated[Path | None, typer.Option(help="Folder of rendered slices.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    tensorboard: Annotated[bool, typer.Option("--tensorboard", help="Log there too.")] = False,
    reviews: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A labelling project's review; may be repeated."),
    ] = None,
) -> None:
    """Train a detector from a recipe; its checkpoint is OUTPUT/checkpoint.

    Under torchrun its processes share each batch.
    """
    from ..recipe.recipe import read_recipe

    read_recipe(recipe)  # Reports a fault before the slow import of torch.
    import torch

    from ..fitting.loop import fit as fit_recipe
    from ..progress import Bars

    if threads is not None:
        torch.set_num_threads(threads)
    with Bars() as bars:
        checkpoint = fit_recipe(
            recipe.read_text(encoding="utf-8"),
            output,
            resume,
            cache,
            bars,
            device,
            tensorboard,
            reviews or (),
            lambda text: typer.echo(f"reviewed slices: {text}", err=True),
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

    from ..progress import Bars
    from ..recipe.recipe import read_recipe
    from ..search.trial_tables import write_search
    from ..search.trials import logarithmic_range, search_batch, search_learning_rate

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
    from ..figures.contact_sheet import recipe_tiles, write_contact_sheet
    from ..recipe.recipe import read_recipe

    write_contact_sheet(output, recipe_tiles(read_recipe(recipe), real or [], count), columns)
    typer.echo(output)


@app.command()
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


@app.command()
def rows(
    recipe: Annotated[Path, typer.Argument(help="TOML file whose data are of DeepLesion.")],
    output: Annotated[Path | None, typer.Option(help="CSV file for each row left out.")] = None,
) -> None:
    """Count the rows that a recipe learns from, and those it leaves out, by reason."""
    from ..dropped_rows import print_rows, write_dropped
    from ..recipe.recipe import read_recipe

    found = print_rows(read_recipe(recipe))
    if output is not None:
        write_dropped(found, output)


@app.command()
def evaluate(
    checkpoint: Annotated[
        str | None, typer.Argument(help="A bundled detector's name, or a folder.")
    ] = None,
    predictions: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Boxes of any detector, in its place.")
    ] = None,
    phantoms: Annotated[int, typer.Option(min=0, help="How many phantoms.")] = 0,
    seed: Seed = 3000,
    volume: Annotated[
        list[Path] | None, typer.Option(metavar="PATH", help="A CT; may be repeated.")
    ] = None,
    boxes: Annotated[
        list[Path] | None, typer.Option(metavar="CSV", help="Its lesions; one for each --volume.")
    ] = None,
    deeplesion: Annotated[Path | None, typer.Option(help="Folder of DeepLesion.")] = None,
    annotations: Annotated[str, typer.Option(help="DeepLesion's CSV.")] = "DL_info.csv",
    types: Annotated[
        list[str] | None,
        typer.Option(help="Lesion types by name or DeepLesion's number; 4: liver."),
    ] = None,
    tag: Annotated[str, typer.Option(help="LesaNet's tag of the lesions.")] = "",
    split: Annotated[str, typer.Option(help="official, paper or paper_faster_rcnn.")] = "official",
    part: Annotated[str, typer.Option(help="train, validation or test.")] = "validation",
    output: Annotated[Path | None, typer.Option(help="JSON file for all results.")] = None,
    card: Annotated[bool, typer.Option("--card", help="Write the results into the card.")] = False,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Fit the card's calibration; removes its results.")
    ] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
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
    if not (phantoms or volume or deeplesion):
        raise typer.BadParameter("name --phantoms, --volume or --deeplesion")
    if (card or calibrate) and (checkpoint is None or everywhere or (card and calibrate)):
        raise typer.BadParameter(
            "--card and --calibrate need a checkpoint, without --everywhere, and exclude each other"
        )
    if predictions is not None and phantoms:
        raise typer.BadParameter("phantoms have no files: write them, and name them by --volume")
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
    chosen = Choice(phantoms, seed, tuple(zip(volume or (), boxes or (), strict=True)), rows, part)
    answers = answers_of(checkpoint, predictions, device, not everywhere)
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


@app.command("bundle")
def bundle_checkpoint(
    checkpoint: Annotated[Path, typer.Argument(help="Folder of a run's checkpoint.")],
    output: Annotated[Path, typer.Option(help="Folder of the checkpoint to ship.")],
    gate: Annotated[Path | None, typer.Option(help="Checkpoint of its liver gate.")] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Score from which boxes are shown at first.")
    ] = None,
    pixel_mm: Annotated[
        float | None, typer.Option(help="Size of the pixels that it sees; else the recipe's.")
    ] = None,
) -> None:
    """Make a checkpoint to ship: half the size, with its gate and without metrics."""
    from ..bundling import bundle

    typer.echo(bundle(checkpoint, output, gate, threshold, pixel_mm))


@app.command()
def compare(
    checkpoints: Annotated[
        list[str], typer.Argument(help="Names or folders; the others are compared to the first.")
    ],
    phantoms: Annotated[int, typer.Option(min=0, help="How many phantoms.")] = 0,
    seed: Seed = 3000,
    deeplesion: Annotated[Path | None, typer.Option(help="Folder of DeepLesion.")] = None,
    annotations: Annotated[str, typer.Option(help="DeepLesion's CSV.")] = "DL_info.csv",
    types: Annotated[
        list[str] | None,
        typer.Option(help="Lesion types by name or DeepLesion's number; 4: liver."),
    ] = None,
    part: Annotated[str, typer.Option(help="validation or test.")] = "validation",
    output: Annotated[Path | None, typer.Option(help="JSON file.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
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


@app.command()
def noise(
    output: Annotated[Path, typer.Option(help="Folder of data, runs and outcome.json.")],
    seed: Seed = 7000,
    train: Annotated[int, typer.Option(min=4, help="Phantoms to learn from.")] = 140,
    validation: Annotated[int, typer.Option(min=1, help="Phantoms to measure on.")] = 100,
    steps: Annotated[int, typer.Option(min=2, help="Steps of a training.")] = 1000,
    processes: Annotated[int, typer.Option(min=1, help="Trainings at a time.")] = 2,
) -> None:
    """Plant errors in phantoms' labels, correct the first half of their queue, and train again.

    Run again with the same OUTPUT, it continues where it was stopped.
    """
    from ..noise.experiment import Plan, run_experiment
    from ..noise.outcome_tables import print_outcome
    from ..progress import Bars

    plan = Plan(seed, train, validation, steps, processes)
    with Bars() as bars:
        outcome = run_experiment(output, plan, bars)
    print_outcome(outcome)


@app.command()
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


def main() -> None:
    """Run a command; an error that the user can fix is one line on stderr and exit status 1."""
    try:
        app()
    except LesionViewerError as error:
        typer.echo(f"lesion-training: {error}", err=True)
        sys.exit(1)
    except ModuleNotFoundError as error:
        missing = f"{error.name} is missing: pip install 'lesion-viewer[training]'"
        typer.echo(f"lesion-training: {missing}", err=True)
        sys.exit(1)
