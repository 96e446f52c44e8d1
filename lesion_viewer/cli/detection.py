"""Commands that search studies, and that list the detectors."""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lesion_viewer import NOT_A_DEVICE
from lesion_viewer.cli.messages import say
from lesion_viewer.errors import LesionViewerError, one_line

if TYPE_CHECKING:
    from lesion_viewer.ct.study import Collection, Series
    from lesion_viewer.detection.candidates import Candidate
    from lesion_viewer.detection.checkpoints.checkpoint import Card
    from lesion_viewer.detection.detector import Detector
    from lesion_viewer.detection.identity import DetectorInfo

commands = typer.Typer()


class Device(StrEnum):
    """Where a detector can run."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


class Runtime(StrEnum):
    """What runs a detector's network."""

    AUTO = "auto"
    ONNX = "onnx"
    OPENVINO = "openvino"
    OPENVINO_BF16 = "openvino-bf16"
    TORCH = "torch"


@commands.command("detect")
def detect(
    path: Annotated[Path, typer.Argument(metavar="PATH")],
    output: Annotated[Path, typer.Option(metavar="FILE.csv", help="Where the boxes go.")],
    model: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="A bundled detector or a checkpoint.")
    ] = None,
    device: Annotated[Device, typer.Option(help="Where the detector runs.")] = Device.AUTO,
    runtime: Annotated[Runtime, typer.Option(help="What runs its network.")] = Runtime.AUTO,
    slices: Annotated[
        str | None, typer.Option(metavar="A:B", help="Slices A up to B, from 0, B not included.")
    ] = None,
    min_score: Annotated[
        float | None,
        typer.Option(min=0, max=1, metavar="S", help="Leave out boxes under this score."),
    ] = None,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="Search outside the liver as well.")
    ] = False,
) -> None:
    """Search PATH without a window and write one row per box; progress goes to stderr."""
    from lesion_viewer.ct.reading import open_collection
    from lesion_viewer.detection.installed import find_detector
    from lesion_viewer.exchange.tables.detections_csv import save_detections

    wanted = _slice_range(slices)
    installed = find_detector(model)
    images = open_collection(path)
    info = installed.info(not everywhere)
    lowest = info.default_threshold if min_score is None else min_score
    detector = installed.load(device.value, lowest, say, not everywhere, runtime.value)
    save_detections(output, _candidates_of(images, detector, wanted), info)
    print(output)
    say(NOT_A_DEVICE)


@commands.command("models")
def models(
    device: Annotated[Device, typer.Option(help="Where detectors would run.")] = Device.AUTO,
    runtime: Annotated[Runtime, typer.Option(help="What would run them.")] = Runtime.AUTO,
) -> None:
    """List the installed detectors, where they run and how good they are, and the segmenters."""
    from lesion_viewer.detection.checkpoints.checkpoint import bundled_checkpoints, load_card
    from lesion_viewer.detection.installed import (
        installed_detectors,
        installed_segmenters,
        of_checkpoint,
        segmenter_of_checkpoint,
        where_it_runs,
    )

    folders = bundled_checkpoints()
    cards = {folder: load_card(folder) for folder in folders}
    for folder, card in sorted(cards.items(), key=lambda one: one[1].taught_on_phantoms):
        _print_card(card)
        installed = segmenter_of_checkpoint(folder) if card.marks else of_checkpoint(folder)
        print(f"    runs on {where_it_runs(installed, device.value, runtime.value)}")
        if card.marks != ("liver",):
            _print_points(card.info)
    methods = [detector for detector in installed_detectors() if not detector.info().sha256]
    for method in methods:
        if method.folder is not None:
            _print_card(load_card(method.folder))
        else:
            print(f"{method.info().title}  a method without weights")
        _print_points(method.info())
    for segmenter in installed_segmenters():
        labels = ", ".join(segmenter.info.labels)
        without = "; a method without weights" if segmenter.folder is None else ""
        print(f"{segmenter.info.title}  marks {labels}{without}")
    if not (folders or methods):
        raise LesionViewerError("no detector is installed")


@commands.command("segment")
def segment(
    path: Annotated[Path, typer.Argument(metavar="PATH")],
    output: Annotated[Path, typer.Option(metavar="FILE.seg.nrrd", help="Where the masks go.")],
    method: Annotated[str, typer.Option(metavar="NAME|FOLDER", help="A segmenter.")] = "body",
) -> None:
    """Mark the voxels of the only series of PATH, such as the body apart from air and table."""
    from rich.console import Console
    from rich.progress import Progress

    from lesion_viewer.ct.reading import open_collection
    from lesion_viewer.detection.installed import find_segmenter
    from lesion_viewer.detection.neighbours import Neighbours
    from lesion_viewer.detection.running import read_volume
    from lesion_viewer.detection.running import segment as run
    from lesion_viewer.exchange.label_volumes.label_nrrd import save_masks

    segmenter = find_segmenter(method).load()
    images = open_collection(path)
    if len(images.series) > 1:
        raise LesionViewerError(f"{path} holds {len(images.series)} series; name one of them")
    volume = read_volume(images.series[0], Neighbours())
    for slice_index, reason in sorted(volume.failures.items()):
        say(f"left out slice {slice_index}: {reason}")
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(segmenter.info.title, total=1.0)
        masks = run(
            segmenter, volume, on_progress=lambda share: progress.update(task, completed=share)
        )
    assert masks is not None, "nothing cancels it"
    save_masks(output, volume.series, masks)
    print(output)
    say(NOT_A_DEVICE)


def _slice_range(text: str | None) -> slice:
    """``A:B`` as a slice of indices; either may be left out."""
    match = re.fullmatch(r"(\d*):(\d*)", text or ":")
    if match is None:
        raise typer.BadParameter(f"'{text}' is not A:B, such as 40:60", param_hint="--slices")
    first, end = (int(part) if part else None for part in match.groups())
    return slice(first, end)


def _candidates_of(
    images: "Collection", detector: "Detector", wanted: slice
) -> Iterator[tuple["Series", tuple["Candidate", ...]]]:
    """The candidates of each series that has a wanted slice; progress on stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    from lesion_viewer.ct.volume.hu_plausibility import not_hu_in

    searched = _searched_series(images, detector.info.name)
    indices = {s.uid: range(s.shape[0])[wanted] for s in searched}
    total = sum(map(len, indices.values()))
    if not total:
        raise LesionViewerError(f"{images.path}: no series has slices in that range")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeLeft())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(f"{detector.info.name} on {detector.device_name}", total=total)
        for series in searched:
            if indices[series.uid]:
                if fault := not_hu_in(series):
                    say(f"{series.description or series.uid}: {fault.text} Searched all the same.")
                found = _searched(
                    series, detector, indices[series.uid], lambda: progress.advance(task)
                )
                yield series, found


def _searched_series(images: "Collection", detector: str) -> list["Series"]:
    """The series that the detector searches; each of the others is named with the reason."""
    from lesion_viewer.detection.planes import why_not_searched

    reasons = {s.uid: why_not_searched(s, detector) for s in images.series}
    searched = [s for s in images.series if not reasons[s.uid]]
    barred = [
        f"{s.description or s.uid}: {reasons[s.uid]}" for s in images.series if reasons[s.uid]
    ]
    if not searched and barred:
        raise LesionViewerError(f"{images.path}: nothing was searched. {' '.join(barred)}")
    for reason in barred:
        say(one_line(reason))
    return searched


def _searched(
    series: "Series", detector: "Detector", indices: range, on_slice: Callable[[], object]
) -> tuple["Candidate", ...]:
    """The candidates on the slices of a series; slices that cannot be read are named."""
    from lesion_viewer.detection.running import Sweep, read_volume
    from lesion_viewer.detection.unlike import unlike_seen

    volume = read_volume(series, detector.info.neighbours, indices)
    sweep = Sweep(detector, volume, indices, indices[0])
    livers = {}
    for found in sweep:
        if found.liver is not None:
            livers[found.slice_index] = found.liver
        on_slice()
    if text := unlike_seen(volume, livers, detector.info):
        say(f"{series.description or series.uid}: {text}")
    for slice_index, reason in sweep.skipped.items():
        say(f"left out slice {slice_index}: {reason}")
    return sweep.candidates


def _print_card(card: "Card") -> None:
    weights = f"sha256 {card.sha256[:16]}" if card.sha256 else "a method without weights"
    taught = ", taught on phantoms" if card.taught_on_phantoms else ""
    print(f"{card.name} {card.version}  {card.architecture}, {weights}{taught}")
    print(f"    trained on {card.training_data}")
    print(f"    terms: {card.terms}")
    print(f"    limits: {card.limits}")
    if card.gate and not card.marks:
        print("    gate: searches only in the liver; --everywhere turns it off")


def _print_points(info: "DetectorInfo") -> None:
    if info.operating_points:
        print(f"    measured on {info.measured_on}")
    for point in info.operating_points:
        print(
            f"    threshold {point.threshold:.2f}: sensitivity {point.sensitivity:.2f},"
            f" {point.false_positives_per_slice:.2f} false positives per slice,"
            f" {point.false_positives_per_volume:.1f} per volume"
        )
    if not info.operating_points:
        print("    operating points: not measured")
