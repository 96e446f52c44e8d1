"""Commands that train detectors, and make checkpoints to ship."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .options import Device, Ray, Recipe, Seed, Workers

commands = typer.Typer()


class What(StrEnum):
    """What a search tries."""

    BATCH = "batch"
    LEARNING_RATE = "learning-rate"


@commands.command("fit")
def fit(
    recipe: Recipe,
    output: Annotated[Path, typer.Option(help="Folder of the run.")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in OUTPUT.")] = False,
    cache: Annotated[Path | None, typer.Option(help="Folder of rendered slices.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads.")] = None,
    device: Device = "auto",
    tensorboard: Annotated[bool, typer.Option("--tensorboard", help="Log there too.")] = False,
    reviews: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A labelling project's review; may be repeated."),
    ] = None,
    review_images: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="IMAGES", help="Of each review, in their order, where not DeepLesion's."
        ),
    ] = None,
    ray: Ray = None,
    workers: Workers = None,
) -> None:
    """Train a detector from a recipe; its checkpoint is OUTPUT/checkpoint.

    Under torchrun, or as workers of Ray, several processes share each batch.
    """
    _check_workers(ray, workers)
    from ..recipe.recipe import read_recipe

    read_recipe(recipe)  # Reports a fault before the slow import of torch.
    text, of_reviews = recipe.read_text(encoding="utf-8"), (reviews or (), review_images or ())
    if ray is not None:
        from ..cluster.fitting import Job, fit_on_ray
        from ..progress import Bars

        slices = (cache or output / "cache").absolute()
        job = Job(text, output.absolute(), slices, device, threads, tensorboard, *of_reviews)
        with Bars() as bars:
            typer.echo(fit_on_ray(job, ray, workers, resume, bars, _say_reviewed))
        return
    import torch

    from ..fitting.loop import fit as fit_recipe
    from ..progress import Bars

    if threads is not None:
        torch.set_num_threads(threads)
    with Bars() as bars:
        checkpoint = fit_recipe(
            text,
            output,
            resume,
            cache,
            bars,
            device,
            tensorboard,
            of_reviews[0],
            _say_reviewed,
            of_reviews[1],
        )
    typer.echo(checkpoint)


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _say_reviewed(text: str) -> None:
    _say(f"reviewed slices: {text}")


def _check_workers(ray: str | None, workers: int | None) -> None:
    if workers is not None and ray is None:
        raise typer.BadParameter("--workers are of a cluster; name it with --ray")


@commands.command("candidates")
def candidates(
    recipe: Recipe,
    detector: Annotated[str, typer.Option(help="A bundled detector's name, or a folder.")],
    output: Annotated[Path, typer.Option(help="Folder of the candidates.")],
    cache: Annotated[Path | None, typer.Option(help="Folder of rendered slices.")] = None,
    empty_phantoms: Annotated[
        int, typer.Option(min=0, help="Phantoms without lesions to search as well.")
    ] = 0,
) -> None:
    """Collect a detector's boxes on the scans of a second look's recipe, for it to learn from.

    Run again with the same OUTPUT, it continues where it was stopped.
    """
    from ..progress import Bars
    from ..recipe.recipe import read_recipe
    from ..second_look.collecting import collect

    with Bars() as bars:
        slices = cache or output / "cache"
        typer.echo(collect(read_recipe(recipe), detector, output, slices, empty_phantoms, bars))


@commands.command("second-look")
def second_look(
    recipe: Recipe,
    candidates: Annotated[
        list[Path], typer.Option(help="Folder that candidates has written; may be repeated.")
    ],
    output: Annotated[Path, typer.Option(help="Folder of the run.")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in OUTPUT.")] = False,
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads.")] = None,
) -> None:
    """Train the second look at a detector's boxes; its checkpoint is OUTPUT/checkpoint."""
    from ..recipe.recipe import read_recipe

    read_recipe(recipe)  # Reports a fault before the slow import of torch.
    import torch

    from ..progress import Bars
    from ..second_look.fitting import fit_second_look

    if threads is not None:
        torch.set_num_threads(threads)
    with Bars() as bars:
        text = recipe.read_text(encoding="utf-8")
        typer.echo(fit_second_look(text, candidates, output, resume, bars))


@commands.command("search")
def search(
    recipe: Recipe,
    what: Annotated[What, typer.Option(help="What to try.")],
    output: Annotated[Path, typer.Option(help="Folder for the table and its plot.")],
    epochs: Annotated[int, typer.Option(min=1, help="Epochs at each learning rate.")] = 20,
    lowest: Annotated[float, typer.Option(help="Lowest learning rate.")] = 1e-5,
    highest: Annotated[float, typer.Option(help="Highest learning rate.")] = 1e-1,
    count: Annotated[int, typer.Option(min=2, help="How many learning rates.")] = 9,
    cache: Annotated[Path | None, typer.Option(help="Folder of rendered slices.")] = None,
    device: Device = "auto",
    ray: Ray = None,
    workers: Workers = None,
) -> None:
    """Try batches, for the time of an epoch, or learning rates, for the loss after some epochs.

    On a Ray cluster, learning rates that are far behind are given up early.
    """
    _check_workers(ray, workers)
    from rich.console import Console

    from ..progress import Bars
    from ..recipe.recipe import read_recipe
    from ..search.trial_tables import write_search
    from ..search.trials import logarithmic_range, search_batch, search_learning_rate

    tried, slices = read_recipe(recipe), (cache or output / "cache").absolute()
    rates = logarithmic_range(lowest, highest, count)
    with Bars() as bars:
        if ray is not None:
            from ..cluster.searching import Place, search_batch_on_ray, search_learning_rate_on_ray

            place = Place(ray, workers, output.absolute(), slices, device)
            if what is What.BATCH:
                found = search_batch_on_ray(tried, place, bars)
            else:
                found = search_learning_rate_on_ray(tried, rates, epochs, place, bars, _say)
        elif what is What.BATCH:
            found = search_batch(tried, slices, device, bars)
        else:
            found = search_learning_rate(tried, rates, epochs, slices, device, bars)
    files = write_search(found, output, what.value)
    Console().print(found.table())
    for file in files:
        typer.echo(file)


@commands.command("noise")
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


@commands.command("bundle")
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
    second_look: Annotated[Path | None, typer.Option(help="Checkpoint of its second look.")] = None,
    candidates: Annotated[
        Path | None, typer.Option(help="Its candidates, on which both scores are weighed.")
    ] = None,
    second_weight: Annotated[
        float | None, typer.Option(min=0.001, help="Weight of the second logit; else weighed.")
    ] = None,
    partner: Annotated[
        Path | None, typer.Option(help="Checkpoint whose boxes are averaged with its own.")
    ] = None,
    version: Annotated[str, typer.Option(help="Its version; else the recipe's.")] = "",
) -> None:
    """Make a checkpoint to ship: half the size, with its gate and without metrics."""
    weighed_by = candidates if second_weight is None else second_weight
    if (second_look is None) != (weighed_by is None) or None not in (candidates, second_weight):
        raise typer.BadParameter(
            "--second-look belongs with one of --candidates and --second-weight"
        )
    from ..bundling import bundle

    looked = (second_look, weighed_by) if second_look and weighed_by is not None else None
    typer.echo(bundle(checkpoint, output, gate, threshold, pixel_mm, looked, partner, version))


@commands.command("seen")
def seen(
    checkpoint: Annotated[str, typer.Argument(help="A bundled detector's name, or a folder.")],
    recipe: Recipe,
    scans: Annotated[int, typer.Option(min=1, help="How many of the recipe's scans.")] = 100,
    only_print: Annotated[bool, typer.Option("--print", help="Leave the card as it is.")] = False,
) -> None:
    """Measure what CT a recipe's scans are like, and write it into a detector's card."""
    from lesion_viewer.detection.checkpoints.checkpoint import GATE, find_checkpoint
    from lesion_viewer.detection.gate import load_gate
    from lesion_viewer.detection.installed import find_detector
    from lesion_viewer.errors import TrainingError

    from ..progress import Bars
    from ..recipe.recipe import read_recipe
    from ..seen import measure_seen, write_seen
    from ..sources.scan_sources import sources_of

    folder = find_detector(checkpoint).folder
    if folder is None:
        raise TrainingError(f"{checkpoint} has no card")
    learned = read_recipe(recipe)
    source = sources_of(learned.data, learned.input)["train"]
    with Bars() as bars:
        found = measure_seen(
            source,
            load_gate(find_checkpoint("liver") / GATE),
            scans,
            lambda done: bars("scans", done, min(scans, len(source))),
        )
    for one in found:
        typer.echo(f"{one.trait}: {one.low:g} to {one.high:g}")
    if not only_print:
        write_seen(folder, found)


@commands.command("average")
def average_checkpoints(
    checkpoints: Annotated[list[Path], typer.Argument(help="Folders; the first gives the card.")],
    share: Annotated[list[float], typer.Option(help="Of each checkpoint, in their order.")],
    output: Annotated[Path, typer.Option(help="Folder of the new checkpoint.")],
    pixel_mm: Annotated[
        float | None, typer.Option(help="Size of the pixels that it sees; else the first one's.")
    ] = None,
) -> None:
    """Average the weights of runs that began from one another."""
    from ..averaging import average

    typer.echo(average(checkpoints, share, output, pixel_mm))


@commands.command("export-onnx")
def export_onnx(
    checkpoint: Annotated[Path, typer.Argument(help="Folder of a checkpoint.")],
) -> None:
    """Write model.onnx into a checkpoint, and into its gate, so that it runs without torch."""
    from ..onnx_export import export_onnx as export

    typer.echo(export(checkpoint))
