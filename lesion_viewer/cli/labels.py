"""The commands of ``lesion-viewer`` for labelling projects; ``cli`` registers them."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lesion_viewer.errors import LesionViewerError, ReviewError, one_line

if TYPE_CHECKING:
    from lesion_viewer.review.labelling.project import Project
    from lesion_viewer.review.readers.agreement import Agreement
    from lesion_viewer.review.session import Session

Review = Annotated[Path, typer.Argument(metavar="FILE", help="A reader's review.")]
Overlap = Annotated[float, typer.Option(min=0, max=1, help="IoU from which two boxes are one.")]
SHOWN = 20
"""Lines of a list that are printed; the rest is counted."""


def project(
    images: Annotated[
        Path, typer.Argument(metavar="IMAGES", help="A folder of 16-bit PNGs, or a study.")
    ],
    annotations: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="Labels: DeepLesion's CSV, a plain table of boxes, COCO; of a study as for open.",
        ),
    ],
    session: Annotated[Path, typer.Option(metavar="FILE", help="The project's review.")],
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
    from lesion_viewer.exchange.reviews.project_files import is_project, open_project
    from lesion_viewer.exchange.reviews.proposals_csv import take_predictions
    from lesion_viewer.exchange.tables.queue_csv import save_work_list
    from lesion_viewer.review.user_folders import reader_file

    if not is_project(images, annotations):
        if propose or predictions or work_list is not None:
            raise LesionViewerError(
                f"{annotations} is of no labelling project: proposals and a work list need one"
            )
        _label_study(images, annotations, reader_file(session, reader), reader, labels)
        return
    opened, review = open_project(images, annotations, reader_file(session, reader), reader)
    try:
        for notice in opened.notices:
            _say(one_line(f"{annotations}: {notice}"))
        for file in predictions or ():
            _say(f"{file}: {take_predictions(opened, review, file)} slices answered")
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


def agreement(
    first: Review,
    second: Review,
    min_iou: Overlap = 0.5,
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="Even where a reader has slices left.")
    ] = False,
) -> None:
    """Say how far two readers of a project agree; only once both are done."""
    from lesion_viewer.review.readers.agreement import agreement as compare

    with _open(first, second) as (a, b):
        if not unfinished:
            _refuse_unfinished(a, b)
        _print_agreement(compare(a, b, min_iou), a)


def adjudicate(
    first: Review,
    second: Review,
    session: Annotated[Path, typer.Option(metavar="FILE", help="The third reading; a new file.")],
    reader: Annotated[str, typer.Option(metavar="NAME", help="Who reads it.")],
    min_iou: Overlap = 0.5,
) -> None:
    """Begin a third reading of what two readers disagree on; it keeps what each of them said."""
    from lesion_viewer.review.readers.adjudication import (
        begin_adjudication,
        begin_third,
        refuse_reader,
    )

    with _open(first, second) as (a, b):
        _refuse_unfinished(a, b)
        refuse_reader(a, b, reader)  # before there is a file
        third = begin_third(a, session, reader)
        try:
            _print_agreement(begin_adjudication(a, b, third, min_iou), a)
        finally:
            third.close()
    print(session)


def take_corrections(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="COCO JSON, or a CSV of boxes.")],
    session: Annotated[Path, typer.Option(metavar="FILE", help="The review.")],
    reader: Annotated[
        str, typer.Option(metavar="NAME", help="Who corrected; else the reader of the settings.")
    ] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Make the changes.")] = False,
) -> None:
    """Say what boxes that were corrected elsewhere would change; with --apply change it.

    A CSV that was exported from a review of the same labels keeps its readers and times.
    """
    from lesion_viewer.exchange.reviews.external_labels import read_corrections
    from lesion_viewer.exchange.reviews.import_outcome import cut_sentences
    from lesion_viewer.exchange.reviews.reviewed_csv import import_reviewed, is_own_export
    from lesion_viewer.exchange.tables.slice_names import finder
    from lesion_viewer.review.label_import import apply_changes, counts, preview
    from lesion_viewer.review.session import Session
    from lesion_viewer.ui.settings import load_settings

    review = Session.open(session, None, reader or load_settings().reader)
    try:
        found = read_corrections(file, review)
        changes = preview(review, found.slices)
        for notice in found.notices:
            _say(one_line(f"{file}: {notice}"))
        for problem in found.problems:
            _say(one_line(f"left out, what it stood for stays: {problem}"))
        for name in found.absent_names[:SHOWN]:
            _say(one_line(f"not in the review: {name}"))
        for sentence in cut_sentences(found.clipped):
            _say(sentence)
        for change in changes[:SHOWN]:
            name = f"{change.series_uid} slice {change.slice_index + 1}"
            boxes = (
                "" if box is None else ", ".join(f"{v:.1f}" for v in box.as_tuple())
                for box in (change.before, change.after)
            )
            print(f"{change.kind}: {name}  {' -> '.join(boxes)}".rstrip(" ->"))
        if len(changes) > SHOWN:
            print(f"and {len(changes) - SHOWN} more")
        print(", ".join(f"{count} {kind}" for kind, count in counts(changes).items()))
        print(f"{len(found.slices)} slices spoken of, {found.absent} are not in the review")
        if apply and is_own_export(review, file):
            import_reviewed(review, finder(review.series()), file)
        elif apply:
            apply_changes(review, file.name, changes)
    finally:
        review.close()
    _say("changed" if apply else "nothing was changed; --apply does it")


def _label_study(path: Path, file: Path, session: Path, reader: str, labels: str) -> None:
    """Take labels up into the review of a study; print what became of them, and the findings."""
    from collections import Counter

    from lesion_viewer.ct.reading import open_study
    from lesion_viewer.exchange.label_files import read_label_file, take_label_file
    from lesion_viewer.exchange.reviews.import_outcome import imported_text
    from lesion_viewer.review.session import Session

    study = open_study(path)
    found = read_label_file(study, file, labels)
    review = Session.open(session, study.key, reader)
    try:
        taken = take_label_file(review, file, found)
        review.describe(study)
        for sentence in taken.unusable[1:SHOWN]:
            _say(f"left out: {sentence}")
        statuses = Counter(f.status.value for f in review.findings.values())
        print(imported_text(file.name, taken))
        print(", ".join(f"{count} {status}" for status, count in statuses.items()) or "no findings")
    finally:
        review.close()
    print(review.path)


def _propose(project: "Project", session: "Session", model: str | None, device: str) -> None:
    """Have every slice answered that this model has not answered yet; progress on stderr."""
    from rich.console import Console
    from rich.progress import Progress

    from lesion_viewer.detection.checkpoints.checkpoint import bundled_checkpoints, find_checkpoint
    from lesion_viewer.detection.detector import load_detector
    from lesion_viewer.review.labelling.proposals import propose, unanswered

    if model is None and not bundled_checkpoints():
        raise LesionViewerError("no detector is installed; name one with --model")
    folder = find_checkpoint(model) if model is not None else bundled_checkpoints()[0]
    detector = load_detector(folder, device, on_notice=_say)
    left = unanswered(project, session, detector.card)
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(f"{detector.card.name} on {detector.device_name}", total=len(left))
        for item, problem in propose(project, session, detector, left):
            progress.advance(task)
            if problem:
                _say(f"left out {item.name}: {problem}")


def _print_progress(project: "Project", session: "Session") -> None:
    from lesion_viewer.review.labelling.queue import Order, Queue

    progress = Queue(project, session, Order.FILE).progress()
    print(f"{len(project.items)} annotated slices, {project.missing} without an image")
    print(f"{progress.done} done, {progress.left} left")


def _print_agreement(found: "Agreement", session: "Session") -> None:
    from lesion_viewer.exchange.tables.slice_names import image_name

    both, first, second, neither = found.table
    a, b = found.readers
    print(f"lesions that {a} and {b} both saw: {both}; only {a}: {first}; only {b}: {second}")
    print(f"places where neither saw one: {neither}")
    print(f"boxes that meet at IoU {found.min_iou:g}: {len(found.matched)} of {both}")
    print(f"Cohen's kappa on presence: {found.kappa:.3f}")
    print(f"mean IoU: {found.mean_iou:.3f}")
    print(f"disagreements: {len(found.disagreements)}")
    series = session.series()
    for pair in found.disagreements:
        uid, index = pair.place
        name = image_name(series[uid], index) if uid in series else f"{uid} slice {index + 1}"
        said = (status.value if status else "nothing there" for status in pair.says)
        print(f"    {name}: " + ", ".join(map(": ".join, zip((a, b), said, strict=True))))


def _refuse_unfinished(*sessions: "Session") -> None:
    from lesion_viewer.review.readers.agreement import slices_left

    for session in sessions:
        if left := slices_left(session):
            raise ReviewError(
                f"{session.path}: {left} slices are left; readers are compared once both are done"
            )


@contextmanager
def _open(*files: Path) -> Iterator[Sequence["Session"]]:
    from lesion_viewer.review.session import Session

    opened: list[Session] = []
    try:
        for file in files:
            opened.append(Session.open_or_read(file, None, reader=file.stem))
        yield opened
    finally:
        for session in opened:
            session.close()


def _say(text: str) -> None:
    print(f"lesion-viewer: {text}", file=sys.stderr)


COMMANDS: dict[str, Callable[..., None]] = {
    "project": project,
    "agreement": agreement,
    "adjudicate": adjudicate,
    "import": take_corrections,
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, command in COMMANDS.items():
        app.command(name)(command)
