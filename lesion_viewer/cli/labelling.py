"""The command that makes and refreshes labelling projects."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lesion_viewer.cli.messages import say
from lesion_viewer.errors import LesionViewerError, one_line

if TYPE_CHECKING:
    from lesion_viewer.review.session import Session
    from lesion_viewer.review.worklist.work_list import WorkList

SHOWN = 20
"""Labels left out that are printed at most."""

commands = typer.Typer()


@commands.command("project")
def project(
    images: Annotated[
        Path, typer.Argument(metavar="IMAGES", help="A folder of 16-bit PNGs, or DICOM studies.")
    ],
    session: Annotated[Path, typer.Option(metavar="FILE", help="The project's review.")],
    annotations: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Labels: DeepLesion's CSV, a plain table of boxes, COCO; of DICOM as for open."
            " Without: every series of the studies.",
        ),
    ] = None,
    reader: Annotated[
        str, typer.Option(metavar="NAME", help="A reader with a review beside FILE.")
    ] = "",
    propose: Annotated[
        bool, typer.Option("--propose", help="Have a detector answer every slice ahead.")
    ] = False,
    model: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="A bundled detector or a checkpoint.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    predictions: Annotated[
        list[Path] | None,
        typer.Option(metavar="CSV", help="Boxes of detect, as of folds; may be repeated."),
    ] = None,
    order: Annotated[str, typer.Option(help="Of the work list.")] = "disagreement",
    work_list: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Where the work list goes.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the order 'random'.")] = 0,
    labels: Annotated[
        str, typer.Option(metavar="LIST", help="Of a label volume: values or names, as 1,11-17.")
    ] = "",
) -> None:
    """Make or refresh a labelling project, or a study's review, without a window; say how far."""
    from lesion_viewer.exchange.worklists.project_files import is_project, open_project
    from lesion_viewer.exchange.worklists.proposals_csv import take_predictions
    from lesion_viewer.exchange.worklists.queue_csv import save_work_list
    from lesion_viewer.review.user_folders import reader_file

    own_file = reader_file(session, reader)
    if annotations is not None and not is_project(images, annotations, own_file, is_asked=True):
        if propose or predictions or work_list is not None:
            raise LesionViewerError(
                f"{annotations} is of no labelling project: proposals and a work list need one"
            )
        _label_study(images, annotations, own_file, reader, labels)
        return
    opened, review = open_project(images, annotations, own_file, reader)
    try:
        for notice in opened.notices:
            say(one_line(f"{annotations or images}: {notice}"))
        for file in predictions or ():
            say(f"{file}: {take_predictions(opened, review, file)} slices answered")
        if propose:
            _propose(opened, review, model, device)
        if work_list is not None:
            save_work_list(opened, review, order, work_list, seed)
        _print_progress(opened, review)
    finally:
        review.close()
    print(review.path)
    if work_list is not None:
        print(work_list)


def _label_study(path: Path, file: Path, session: Path, reader: str, labels: str) -> None:
    """Take labels up into the review of a study; print what became of them, and the findings."""
    from collections import Counter

    from lesion_viewer.ct.reading import open_study
    from lesion_viewer.exchange.imports.changing import take
    from lesion_viewer.exchange.imports.parsing import Meaning, parse
    from lesion_viewer.exchange.imports.wording import imported_text
    from lesion_viewer.review.session import Session

    study = open_study(path)
    found = parse(file, study, Meaning.LABELS, labels)
    review = Session.open(session, study.key, reader)
    try:
        taken = take(review, found)
        review.pictures.describe(study)
        for sentence in taken.left_out.unusable[1:SHOWN]:
            say(f"left out: {sentence}")
        statuses = Counter(f.status.value for f in review.findings.values())
        print(imported_text(taken))
        print(", ".join(f"{count} {status}" for status, count in statuses.items()) or "no findings")
    finally:
        review.close()
    print(review.path)


def _propose(project: "WorkList", session: "Session", model: str | None, device: str) -> None:
    """Have every slice answered that this model has not answered yet; progress on stderr."""
    from rich.console import Console
    from rich.progress import Progress

    from lesion_viewer.detection.installed import find_detector
    from lesion_viewer.review.worklist.proposals import propose, unanswered

    detector = find_detector(model).load(device, on_notice=say)
    left = unanswered(project, session, detector.info)
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(f"{detector.info.name} on {detector.device_name}", total=len(left))
        told: set[tuple[str, str]] = set()
        for item, problem in propose(project, session, detector, left):
            progress.advance(task)
            if problem and (item.series_uid, problem) not in told:
                told.add((item.series_uid, problem))  # once for a series that is not axial
                say(f"left out {item.name}: {problem}")


def _print_progress(project: "WorkList", session: "Session") -> None:
    from lesion_viewer.review.worklist.orders import Order
    from lesion_viewer.review.worklist.queue import Queue
    from lesion_viewer.review.worklist.work_list import What

    progress = Queue(project, session, Order.FILE).progress()
    is_of_slices = all(item.what is What.SLICE for item in project.items)
    items = "annotated slices" if is_of_slices else "series"
    print(f"{len(project.items)} {items}, {project.missing} without an image")
    print(f"{progress.done} done, {progress.left} left")
