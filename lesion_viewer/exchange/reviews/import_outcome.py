"""What became of the rows of a file of labels, and the sentences that tell it."""

from dataclasses import dataclass

from lesion_viewer.review.label_import import Statements

SHOWN = 3
"""Names of images that are not there that are told; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file's rows.

    Attributes
    ----------
    labels : int
        Rows that are findings now, each a label.
    decided : int
        Findings that were taken up as a reader left them.
    absent : int
        Rows of images that are not in the study, which is usual for DeepLesion.
    unusable : tuple[str, ...]
        A sentence for each box that cannot be used.
    clipped : int
        Boxes that were cut at the border of their image.
    absent_names : tuple[str, ...]
        The images of ``absent``, where they are few.
    notices : tuple[str, ...]
        Sentences about what was taken, and how the file was understood.
    is_known : bool
        Whether the file was taken up before, and changed nothing now.
    """

    labels: int
    decided: int
    absent: int
    unusable: tuple[str, ...]
    clipped: int = 0
    absent_names: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    is_known: bool = False

    def sentences(self) -> list[str]:
        """What of the file is not as it stands there: all of it, without full stops."""
        return [*self.notices, *self.unusable, *cut_sentences(self.clipped)]


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


def replaced_sentences(statements: Statements | None) -> list[str]:
    """A sentence on the decisions of each reader that give way to another reader's.

    Parameters
    ----------
    statements : Statements | None
        Decisions of a file of ours; None for a file of another tool.

    Returns
    -------
    list[str]
        Without full stops.
    """
    replaced = statements.replaced if statements is not None else {}
    return [
        f"replaces {'1 decision' if n == 1 else f'{n:,} decisions'} of {reader or 'no name'}"
        for reader, n in replaced.items()
    ]


def imported_text(name: str, taken: Imported) -> str:
    """What became of a file's rows, those that could not be taken up too.

    Parameters
    ----------
    name : str
        Of the file.
    taken : Imported
        As ``take_label_file`` gives it.

    Returns
    -------
    str
        Sentences on one line; of the boxes that cannot be used the first, and how many.
    """
    labels = "1 label" if taken.labels == 1 else f"{taken.labels:,} labels"
    decisions = "1 new decision" if taken.decided == 1 else f"{taken.decided:,} new decisions"
    told = [f"{name} imported: {labels}, {decisions}"]
    if taken.is_known:
        told = [f"{name} was imported before; nothing is changed"]
    told += [notice[:1].upper() + notice[1:] for notice in taken.notices]
    told += _absent_sentences(taken)
    if taken.unusable:
        told.append(f"Boxes that cannot be used: {len(taken.unusable):,}; {taken.unusable[0]}")
    told += cut_sentences(taken.clipped)
    return " ".join(f"{sentence}." for sentence in told)


def _absent_sentences(taken: Imported) -> list[str]:
    if not taken.absent:
        return []
    names = ", ".join(taken.absent_names[:SHOWN])
    if len(taken.absent_names) > SHOWN:
        names += f" and {len(taken.absent_names) - SHOWN} more"
    named = f" ({names})" if names else ""
    if taken.absent == 1:
        return [f"1 row is of an image that is not here{named}, and was left out"]
    return [f"{taken.absent:,} rows are of images that are not here{named}, and were left out"]
