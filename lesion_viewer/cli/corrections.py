"""The command that takes a file up into a review."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lesion_viewer.cli.messages import say
from lesion_viewer.errors import one_line

if TYPE_CHECKING:
    from lesion_viewer.exchange.imports.change_set import ChangeSet, Line
    from lesion_viewer.review.session import Session

SHOWN = 20
"""Lines of a list that are printed; the rest is counted."""
NOTHING_CHANGED = "nothing was changed; --apply does it"

commands = typer.Typer()


@commands.command("import")
def import_file(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A reviewed CSV, COCO JSON, a table of corrected boxes or of measurements.",
        ),
    ],
    session: Annotated[Path, typer.Option(metavar="FILE", help="The review.")],
    reader: Annotated[
        str, typer.Option(metavar="NAME", help="Who imports; else the reader of the settings.")
    ] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Make the changes.")] = False,
) -> None:
    """Say what a file of boxes would change in a review; with --apply change it.

    Decisions in our own exports keep their readers and times; corrections of other tools are
    those of the importer.
    """
    from lesion_viewer.exchange.imports import changing
    from lesion_viewer.exchange.imports.change_set import counts
    from lesion_viewer.exchange.imports.parsing import Meaning, parse
    from lesion_viewer.exchange.imports.wording import replaced_sentences
    from lesion_viewer.exchange.measurements.reading import is_of_measurements
    from lesion_viewer.exchange.tables.slice_names import finder
    from lesion_viewer.review.session import Session
    from lesion_viewer.ui.settings import load_settings

    review = Session.open(session, None, reader or load_settings().reader)
    try:
        if is_of_measurements(file):
            _take_measurements(file, review, apply)
            return
        parsed = parse(file, finder(review.pictures.series()), Meaning.CORRECTIONS)
        found = changing.change_set(parsed, review)
        lines = found.lines()
        say(f"{file} is read as {parsed.kind}")
        _say_left_out(file, found)
        _print_lines(lines)
        print(", ".join(f"{count} {kind}" for kind, count in counts(lines).items()))
        print(
            f"{len(found.slices)} slices in the file, {found.left_out.absent} are not in the review"
        )
        for sentence in replaced_sentences(found):
            print(sentence)
        if apply:
            changing.apply(review, found)
    finally:
        review.close()
    say("changed" if apply else NOTHING_CHANGED)


def _take_measurements(file: Path, review: "Session", apply: bool) -> None:
    """Say what a table of measurements would change in a review, and change it."""
    from lesion_viewer.exchange.measurements.reading import read_measurements

    found = read_measurements(file, review)
    say(f"{file} is read as measurements")
    for problem in found.left_out[:SHOWN]:
        say(one_line(f"left out: {problem}"))
    count = len(review.new_measurements(found.drawn))
    if apply:
        review.take_measurements(found.drawn)
    print(f"{count} new or changed, {len(found.drawn) - count} as they are")
    say("changed" if apply else NOTHING_CHANGED)


def _say_left_out(file: Path, found: "ChangeSet") -> None:
    """Say on stderr what of the file is not taken, and what is taken with a doubt."""
    from lesion_viewer.exchange.imports.wording import cut_sentences

    left_out = found.left_out
    for notice in left_out.notices:
        say(one_line(f"{file}: {notice}"))
    for problem in left_out.unusable:
        say(one_line(f"left out, its label stays as it is: {problem}"))
    for name in left_out.absent_names[:SHOWN]:
        say(one_line(f"not in the review: {name}"))
    for sentence in cut_sentences(left_out.clipped):
        say(sentence)


def _print_lines(lines: "Sequence[Line]") -> None:
    for line in lines[:SHOWN]:
        name = f"{line.series_uid} slice {line.slice_index + 1}"
        boxes = (
            "" if box is None else ", ".join(f"{v:.1f}" for v in box.as_tuple())
            for box in (line.before, line.after)
        )
        decided = f"  {line.decided}" if line.decided else ""
        print(f"{line.kind}: {name}  {' -> '.join(boxes)}".rstrip(" ->") + decided)
    if len(lines) > SHOWN:
        print(f"and {len(lines) - SHOWN} more")
