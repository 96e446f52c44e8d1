"""The command that takes up boxes which were corrected in another tool."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lesion_viewer.cli.messages import say
from lesion_viewer.errors import one_line

if TYPE_CHECKING:
    from lesion_viewer.exchange.reviews.external_labels import Corrections
    from lesion_viewer.review.label_import import ProposedChange

SHOWN = 20
"""Lines of a list that are printed; the rest is counted."""

commands = typer.Typer()


@commands.command("import")
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
    from lesion_viewer.exchange.reviews.import_outcome import replaced_sentences
    from lesion_viewer.exchange.reviews.reviewed_csv import is_own_export, statements_in
    from lesion_viewer.review.label_import import apply_changes, counts, preview
    from lesion_viewer.review.session import Session
    from lesion_viewer.ui.settings import load_settings

    review = Session.open(session, None, reader or load_settings().reader)
    try:
        found = read_corrections(file, review)
        ours = statements_in(review, file) if is_own_export(review, file) else None
        changes = preview(review, found.slices) if ours is None else ours.lines()
        _say_left_out(file, found)
        _print_changes(changes)
        print(", ".join(f"{count} {kind}" for kind, count in counts(changes).items()))
        print(f"{len(found.slices)} slices in the file, {found.absent} are not in the review")
        for sentence in replaced_sentences(ours):
            print(sentence)
        if apply and ours is not None:
            ours.record(review)
        elif apply:
            apply_changes(review, file.name, changes)
    finally:
        review.close()
    say("changed" if apply else "nothing was changed; --apply does it")


def _say_left_out(file: Path, found: "Corrections") -> None:
    """Say on stderr what of the file is not taken, and what is taken with a doubt."""
    from lesion_viewer.exchange.reviews.import_outcome import cut_sentences

    for notice in found.notices:
        say(one_line(f"{file}: {notice}"))
    for problem in found.problems:
        say(one_line(f"left out, its label stays as it is: {problem}"))
    for name in found.absent_names[:SHOWN]:
        say(one_line(f"not in the review: {name}"))
    for sentence in cut_sentences(found.clipped):
        say(sentence)


def _print_changes(changes: "Sequence[ProposedChange]") -> None:
    for change in changes[:SHOWN]:
        name = f"{change.series_uid} slice {change.slice_index + 1}"
        boxes = (
            "" if box is None else ", ".join(f"{v:.1f}" for v in box.as_tuple())
            for box in (change.before, change.after)
        )
        decided = f"  {change.decided}" if change.decided else ""
        print(f"{change.kind}: {name}  {' -> '.join(boxes)}".rstrip(" ->") + decided)
    if len(changes) > SHOWN:
        print(f"and {len(changes) - SHOWN} more")
