"""Commands that compare two readers of a labelling project."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lesion_viewer.errors import ReviewError

if TYPE_CHECKING:
    from lesion_viewer.review.readers.agreement import Agreement
    from lesion_viewer.review.session import Session

Review = Annotated[Path, typer.Argument(metavar="FILE", help="A reader's review.")]
Overlap = Annotated[float, typer.Option(min=0, max=1, help="IoU from which two boxes are one.")]

commands = typer.Typer()


@commands.command("agreement")
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


@commands.command("adjudicate")
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


def _print_agreement(found: "Agreement", session: "Session") -> None:
    from lesion_viewer.exchange.tables.slice_names import image_name

    both, first, second, neither = found.table
    a, b = found.readers
    print(f"lesions that {a} and {b} both saw: {both}; only {a}: {first}; only {b}: {second}")
    print(f"places where neither saw one: {neither}")
    print(f"boxes that meet at IoU {found.min_iou:g}: {len(found.matched)} of {both}")
    print(f"Cohen's kappa on presence: {_kappa_text(found)}")
    iou = f"{found.mean_iou:.3f}" if both else "none, as there is no lesion that both saw"
    print(f"mean IoU: {iou}")
    print(f"disagreements: {len(found.disagreements)}")
    series = session.pictures.series()
    for pair in found.disagreements:
        uid, index = pair.place
        name = image_name(series[uid], index) if uid in series else f"{uid} slice {index + 1}"
        said = [status.value if status else "nothing there" for status in pair.says]
        if pair.presence == (True, True) and not pair.is_of_one_type:
            found_by = (finding for finding in (pair.first, pair.second) if finding is not None)
            types = (finding.lesion_type or "no type" for finding in found_by)
            said = [f"{text} as {given}" for text, given in zip(said, types, strict=True)]
        print(f"    {name}: " + ", ".join(map(": ".join, zip((a, b), said, strict=True))))


def _kappa_text(found: "Agreement") -> str:
    """Kappa, or why there is none."""
    if not math.isnan(found.kappa):
        return f"{found.kappa:.3f}"
    places = sum(found.table)
    if not places:
        return "none, as there is no place that both readers have decided"
    return f"none, as both readers gave the same answer at every place ({places})"


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
