"""What an adapter makes of a path and its annotations: a work list before it has a review."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.work_list import Group, Item, ListedImages


@dataclass(frozen=True, slots=True)
class Entered:
    """A work list once its series and its labels are in a review.

    Attributes
    ----------
    items : Sequence[Item]
        In their order, without the sizes of their labels.
    notices : Sequence[str]
        Sentences about what became of the labels, and about images that are not those reviewed.
    """

    items: Sequence[Item]
    notices: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A work list before it has a review.

    Attributes
    ----------
    key : str
        Study key of the list's journals; the same whichever of its images are there.
    images : ListedImages
        The images of its items.
    enter : Callable[[Session], Entered]
        Takes labels up into a review and describes the series to it, each once; gives the items.
    groups : Sequence[Group]
        Properties by which the list is ordered and filtered.
    notices : Sequence[str]
        Sentences about what was left out or changed of the annotations.
    """

    key: str
    images: ListedImages
    enter: Callable[[Session], Entered]
    groups: Sequence[Group] = ()
    notices: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Adapter:
    """A kind of work list, as three functions of a path and of a file of labels, or None.

    Attributes
    ----------
    recognises : Callable[[Path, Path | None], bool]
        Whether they are a list of this kind; raises ExchangeError for labels that cannot be read.
    file_key : Callable[[Path, Path | None], str]
        From what the usual file of the list's review is named; raises ExchangeError for labels that
        cannot be read.
    listed : Callable[[Path, Path | None], Listed]
        The list; raises CTError or ExchangeError where it cannot be made.
    """

    recognises: Callable[[Path, Path | None], bool]
    file_key: Callable[[Path, Path | None], str]
    listed: Callable[[Path, Path | None], Listed]
