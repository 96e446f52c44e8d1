"""A change set in words: before it is recorded, and after."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lesion_viewer.errors import one_line
from lesion_viewer.exchange.imports.change_set import ChangeSet, Line, counts

NAMED = 3
"""Names of images that are not there that are told of what was imported; the rest is counted."""
SHOWN = 5
"""Entries of a list that a preview shows; the rest is counted."""


def cut_sentences(count: int) -> list[str]:
    """A sentence on the boxes that were cut at the border of their image; none where none was.

    Parameters
    ----------
    count : int
        Of the boxes.

    Returns
    -------
    list[str]
        One at most, without its full stop.
    """
    if not count:
        return []
    boxes = "1 box was" if count == 1 else f"{count:,} boxes were"
    return [f"{boxes} cut at the border of the image"]


def elsewhere_clause(count: int) -> str:
    """That a file has labels of studies that are open, but not on show.

    Parameters
    ----------
    count : int
        Of the studies, at least 1.

    Returns
    -------
    str
        With what to do, without a full stop.
    """
    if count == 1:
        studies, series = "1 other study that is open", "a series of it"
    else:
        studies, series = f"{count:,} other studies that are open", "a series of each"
    return f"the file has labels of {studies}: show {series} and import it there"


def replaced_sentences(change_set: ChangeSet) -> list[str]:
    """A sentence on the decisions of each reader that give way to others.

    Parameters
    ----------
    change_set : ChangeSet
        What a file changes.

    Returns
    -------
    list[str]
        Without full stops.
    """
    return [
        f"replaces {'1 decision' if n == 1 else f'{n:,} decisions'} of {reader or 'no name'}"
        for reader, n in change_set.replaced.items()
    ]


def summary(change_set: ChangeSet, lines: Sequence[Line]) -> str:
    """How many changes of each kind there are, and what of the file is left out or cut.

    Parameters
    ----------
    change_set : ChangeSet
        What a file changes.
    lines : Sequence[Line]
        Its lines.

    Returns
    -------
    str
        One line for each kind of fact.
    """
    kinds = [f"{count:,} {kind.value}" for kind, count in counts(lines).items() if count]
    left_out = change_set.left_out
    said = [" · ".join(kinds) if kinds else "Nothing would change.", *left_out.notices]
    if left_out.absent and left_out.absent_names:
        count, names = len(left_out.absent_names), _listed(left_out.absent_names)
        images = "1 image of the file is" if count == 1 else f"{count:,} images of the file are"
        said.append(f"{images} not in this review: {names}")
    elif left_out.absent:
        said += [f"{sentence}." for sentence in _absent_sentences(change_set)]
    said += [f"{sentence}." for sentence in cut_sentences(left_out.clipped)]
    said += _unusable_lines(left_out.unusable)
    return "\n".join([*said, *(f"It {one}." for one in replaced_sentences(change_set))])


def imported_text(change_set: ChangeSet) -> str:
    """What became of a file, of what could not be taken up too.

    Parameters
    ----------
    change_set : ChangeSet
        As it was recorded.

    Returns
    -------
    str
        Sentences on one line; of the boxes that cannot be used the first, and how many.
    """
    name, new, decided = change_set.source.name, change_set.new_labels, change_set.decided
    labels = "1 label" if new == 1 else f"{new:,} labels"
    decisions = "1 new decision" if decided == 1 else f"{decided:,} new decisions"
    told = [f"{name} imported: {labels}, {decisions}"]
    if count := change_set.new_candidates:
        told[0] += f", {count:,} undecided candidate{'' if count == 1 else 's'}"
    if count := change_set.measurements:
        told[0] += f", {count:,} measurement{'' if count == 1 else 's'}"
    left_out = change_set.left_out
    if change_set.untaken:
        told = [f"{name} {change_set.untaken}"]
        left_out = replace(left_out, clipped=0, notices=())
    told += [notice[:1].upper() + notice[1:] for notice in left_out.notices]
    told += _absent_sentences(change_set)
    if left_out.unusable:
        count = len(left_out.unusable)
        told.append(f"Boxes that cannot be used: {count:,}; {left_out.unusable[0]}")
    told += cut_sentences(left_out.clipped)
    return " ".join(f"{sentence}." for sentence in told)


def not_as_it_stands(change_set: ChangeSet) -> list[str]:
    """What of a file was not taken as it stands there: all of it, without full stops.

    Parameters
    ----------
    change_set : ChangeSet
        What the file changes.

    Returns
    -------
    list[str]
        A sentence for each.
    """
    left_out = change_set.left_out
    return [*left_out.notices, *left_out.unusable, *cut_sentences(left_out.clipped)]


def _absent_sentences(change_set: ChangeSet) -> list[str]:
    count, all_names = change_set.left_out.absent, change_set.left_out.absent_names
    if not count:
        return []
    names = ", ".join(all_names[:NAMED])
    if len(all_names) > NAMED:
        names += f" and {len(all_names) - NAMED} more"
    named = f" ({names})" if names else ""
    if count == 1:
        return [f"1 row is of an image that is not here{named}, and was left out"]
    return [f"{count:,} rows are of images that are not here{named}, and were left out"]


def _unusable_lines(unusable: Sequence[str]) -> Iterator[str]:
    if not unusable:
        return
    count = len(unusable)
    left_out = "1 entry" if count == 1 else f"{count:,} entries"
    yield f"Left out, and the labels they stood for stay: {left_out}"
    yield from (f"    {one_line(problem)}" for problem in unusable[:SHOWN])
    if count > SHOWN:
        yield f"    and {count - SHOWN:,} more; lesion-viewer import lists them all"


def _listed(names: Sequence[str]) -> str:
    """The first names of a list, each in a length that fits a line."""
    shown = ", ".join(one_line(name, 60) for name in names[:SHOWN])
    return shown if len(names) <= SHOWN else f"{shown}, …"
