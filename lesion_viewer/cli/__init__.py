"""The commands of ``lesion-viewer``; each imports what it needs when it is run.

From outside: nothing but this module.
"""

import io
import json
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lesion_viewer import NOT_A_DEVICE, __version__
from lesion_viewer.cli.labels import register
from lesion_viewer.errors import LesionViewerError, one_line

if TYPE_CHECKING:
    from lesion_viewer.ct.study import Series, Study
    from lesion_viewer.detection.candidates import Candidate, SliceDetections
    from lesion_viewer.detection.checkpoints.checkpoint import Card
    from lesion_viewer.detection.detector import Detector

app = typer.Typer(
    help="Review CT lesion candidates and correct lesion labels. Not a medical device.",
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=False,
)


class Format(StrEnum):
    """Files that a review can leave as."""

    DEEPLESION = "deeplesion"
    COCO = "coco"
    REPORT = "report"


class Device(StrEnum):
    """Where a detector can run."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


register(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status: 0 done, 1 the input could not be used, 2 wrong usage."""
    _prepare_output()
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    commands = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    if not arguments or (arguments[0] not in commands and not arguments[0].startswith("-")):
        arguments.insert(0, "open")
    try:
        app(arguments)
    except LesionViewerError as error:
        print(f"lesion-viewer: {error}", file=sys.stderr)
        return 1
    except MemoryError:
        print("lesion-viewer: this needs more memory than there is", file=sys.stderr)
        return 1
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    return 0


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit


@app.command("open")
def open_paths(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH...")] = None,
    annotations: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Labels: DeepLesion's CSV, a reviewed one, a plain table of boxes, COCO, boxes by"
            " SOP Instance UID, or a label volume (NIfTI, NRRD, MetaImage, DICOM SEG) on the CT's"
            " voxels.",
        ),
    ] = None,
    session: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The review's file, if not the usual one.")
    ] = None,
    labels: Annotated[
        str,
        typer.Option(metavar="LIST", help="Of a label volume: values or names, such as 1,11-17."),
    ] = "",
) -> None:
    """Open a window for each PATH: a folder, a file or a zip."""
    from lesion_viewer.ui.shell.display import why_no_window

    if reason := why_no_window():
        headless = "'lesion-viewer detect PATH --output FILE.csv' searches"
        if annotations is not None:
            headless = "'lesion-viewer project IMAGES --annotations FILE --session FILE' makes it"
        raise LesionViewerError(f"{reason}; {headless} without a window")
    for path in paths or ():
        if not path.exists():
            raise LesionViewerError(f"{path}: there is no such file or folder")
    from lesion_viewer.ui.shell.application import run_windows

    raise typer.Exit(run_windows(paths or [], annotations, session, labels))


@app.command()
def check(
    path: Annotated[Path, typer.Argument(metavar="PATH")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print how PATH would be read: series, faults, what is left out."""
    from lesion_viewer.ct.check import report_lines, study_report
    from lesion_viewer.ct.reading import open_study

    report = study_report(open_study(path))
    print(json.dumps(report, indent=2) if as_json else "\n".join(report_lines(report)))


@app.command()
def detect(
    path: Annotated[Path, typer.Argument(metavar="PATH")],
    output: Annotated[Path, typer.Option(metavar="FILE.csv", help="Where the boxes go.")],
    model: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="A bundled detector or a checkpoint.")
    ] = None,
    device: Annotated[Device, typer.Option(help="Where the detector runs.")] = Device.AUTO,
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
    from lesion_viewer.ct.reading import open_study
    from lesion_viewer.detection.checkpoints.checkpoint import (
        bundled_checkpoints,
        find_checkpoint,
        load_card,
    )
    from lesion_viewer.detection.detector import load_detector
    from lesion_viewer.exchange.tables.detections_csv import save_detections

    wanted = _slice_range(slices)
    if model is None and not bundled_checkpoints():
        raise LesionViewerError("no detector is installed; name one with --model")
    folder = find_checkpoint(model) if model is not None else bundled_checkpoints()[0]
    study = open_study(path)
    card = load_card(folder)
    card = card.without_gate() if everywhere else card
    lowest = card.default_threshold if min_score is None else min_score
    detector = load_detector(folder, device.value, lowest, _say, not everywhere)
    found = _candidates_of(study, detector, wanted)
    save_detections(output, found, f"{card.name} {card.version}", card.sha256, card.classes)
    print(output)
    _say(NOT_A_DEVICE)


@app.command()
def export(
    session: Annotated[Path, typer.Argument(metavar="SESSION", help="The review's file.")],
    output: Annotated[Path, typer.Option(metavar="PATH", help="Where the export goes.")],
    format: Annotated[Format, typer.Option(help="What to write.")] = Format.DEEPLESION,
    images: Annotated[
        Path | None, typer.Option(metavar="IMAGES", help="For the pictures of a report.")
    ] = None,
) -> None:
    """Export a review; the images are not needed, but for a report's pictures."""
    from lesion_viewer.exchange.report.audit import export_report
    from lesion_viewer.exchange.report.pictures import decoder
    from lesion_viewer.exchange.reviews.coco_export import export_coco
    from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
    from lesion_viewer.review.session import Session

    review = Session.open_or_read(session, None, reader="")
    try:
        if format is Format.REPORT:
            pictures = decoder(review, images, _say) if images else None
            counted = export_report(review, output, pictures)
        else:
            write = {Format.DEEPLESION: export_csv, Format.COCO: export_coco}[format]
            counted = write(review, output)
    finally:
        review.close()
    print(output)
    _say(f"{counted}. {NOT_A_DEVICE}")


@app.command()
def insert(
    study: Annotated[Path, typer.Argument(metavar="STUDY", help="A CT that shows a liver.")],
    output: Annotated[Path, typer.Option(metavar="DIR", help="A new folder for the copy.")],
    lesions: Annotated[int, typer.Option(min=1, metavar="N", help="How many.")] = 5,
    seed: Annotated[int, typer.Option(min=0, metavar="S", help="Decides the lesions.")] = 0,
) -> None:
    """Write a copy of a CT with synthetic liver lesions, and where they are, to test a reader."""
    from lesion_training.synthesis.insertion import insert as insert_lesions

    print(insert_lesions(study, lesions, seed, output))
    _say(NOT_A_DEVICE)


@app.command()
def anonymise(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="CT images in DICOM.")],
    output: Annotated[Path, typer.Option(metavar="DIR", help="A new folder for the copy.")],
) -> None:
    """Write a copy of a DICOM folder without names, numbers, dates and free text."""
    from lesion_viewer.exchange.deidentification import deidentify as copy_anonymously

    done = copy_anonymously(folder, output)
    for line in done.left_out:
        _say(f"left out: {line}")
    print(output)
    _say(f"{done.files:,} files written; look at them before they leave the house")


@app.command()
def models() -> None:
    """List the installed detectors with their operating points."""
    from lesion_viewer.detection.checkpoints.checkpoint import bundled_checkpoints, load_card

    folders = bundled_checkpoints()
    if not folders:
        raise LesionViewerError("no detector is installed")
    for folder in folders:
        _print_card(load_card(folder))


@app.command()
def demo(
    output: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where the study and the results go.")
    ] = Path("demo-output"),
) -> None:
    """Open a phantom study with the bundled detector; without a display, review it by script."""
    from lesion_viewer.ui.shell.demo import run_demo

    raise typer.Exit(run_demo(output))


def _prepare_output() -> None:
    """Names of files in any encoding can be printed; what is said is said by us alone."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def _say(text: str) -> None:
    print(f"lesion-viewer: {text}", file=sys.stderr)


def _slice_range(text: str | None) -> slice:
    """``A:B`` as a slice of indices; either may be left out."""
    match = re.fullmatch(r"(\d*):(\d*)", text or ":")
    if match is None:
        raise typer.BadParameter(f"'{text}' is not A:B, such as 40:60", param_hint="--slices")
    first, end = (int(part) if part else None for part in match.groups())
    return slice(first, end)


def _candidates_of(
    study: "Study", detector: "Detector", wanted: slice
) -> Iterator[tuple["Series", tuple["Candidate", ...]]]:
    """The candidates of each series that has a wanted slice; progress on stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    from lesion_viewer.ct.volume.hu_plausibility import not_hu_in
    from lesion_viewer.detection.linking import link

    searched = _searched_series(study, detector.card.name)
    indices = {s.uid: range(s.shape[0])[wanted] for s in searched}
    total = sum(map(len, indices.values()))
    if not total:
        raise LesionViewerError(f"{study.path}: no series has slices in that range")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeLeft())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(f"{detector.card.name} on {detector.device_name}", total=total)
        for series in searched:
            if indices[series.uid]:
                if fault := not_hu_in(series):
                    _say(f"{series.description or series.uid}: {fault.text} Searched all the same.")
                found = _swept(
                    series, detector, indices[series.uid], lambda: progress.advance(task)
                )
                yield series, link(found)


def _searched_series(study: "Study", detector: str) -> list["Series"]:
    """The series that the detector searches; each of the others is named with the reason."""
    from lesion_viewer.detection.planes import why_not_searched

    reasons = {s.uid: why_not_searched(s, detector) for s in study.series}
    searched = [s for s in study.series if not reasons[s.uid]]
    barred = [f"{s.description or s.uid}: {reasons[s.uid]}" for s in study.series if reasons[s.uid]]
    if not searched and barred:
        raise LesionViewerError(f"{study.path}: nothing was searched. {' '.join(barred)}")
    for reason in barred:
        _say(one_line(reason))
    return searched


def _swept(
    series: "Series", detector: "Detector", indices: range, on_slice: Callable[[], object]
) -> list["SliceDetections"]:
    """What is found on the slices of a series; slices that cannot be read are named."""
    from lesion_viewer.ct.volume.ct_volume import CTVolume
    from lesion_viewer.ct.volume.loading import VolumeLoader
    from lesion_viewer.detection.sweep import Sweep

    volume = CTVolume(series)
    VolumeLoader(volume, indices[0]).run(lambda slice_index: None)
    sweep = Sweep(detector, volume, indices, indices[0])
    found = []
    for detections in sweep:
        found.append(detections)
        on_slice()
    for slice_index, reason in sweep.skipped.items():
        _say(f"left out slice {slice_index}: {reason}")
    return found


def _print_card(card: "Card") -> None:
    print(f"{card.name} {card.version}  {card.architecture}, sha256 {card.sha256[:16]}")
    print(f"    trained on {card.training_data}")
    print(f"    terms: {card.terms}")
    print(f"    limits: {card.limits}")
    if card.gate:
        print("    gate: searches only in the liver; --everywhere turns it off")
    if card.operating_points:
        print(f"    measured on {card.measured_on}")
    for point in card.operating_points:
        print(
            f"    threshold {point.threshold:.2f}: sensitivity {point.sensitivity:.2f},"
            f" {point.false_positives_per_slice:.2f} false positives per slice,"
            f" {point.false_positives_per_volume:.1f} per volume"
        )
    if not card.operating_points:
        print("    operating points: not measured")
