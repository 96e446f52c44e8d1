"""What an adapter makes of a path and its annotations: a work list before it has a review."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.exchange.reviews.import_outcome import Imported
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.work_list import Group, Item, ListedImages


@dataclass(frozen=True, slots=True)
class Listed:
    """A work list, and how its labels and its series enter a review.

    Attributes
    ----------
    key : str
        Study key of the list's journals; the same whichever of its images are there.
    items : Sequence[Item]
        In their order, without the sizes of their labels.
    images : ListedImages
        Their images.
    records : Callable[[], Sequence[SeriesRecord]]
        Describes the series, for a review that does not know them as they are now.
    take_labels : Callable[[Session], Imported | None]
        Takes the labels up into a review; None where there are none. Called once for each review.
    groups : Sequence[Group]
        Properties by which the list is ordered and filtered.
    notices : Sequence[str]
        Sentences about what was left out or changed.
    """

    key: str
    items: Sequence[Item]
    images: ListedImages
    records: Callable[[], Sequence[SeriesRecord]]
    take_labels: Callable[[Session], Imported | None] = lambda session: None
    groups: Sequence[Group] = ()
    notices: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Adapter:
    """A kind of work list, as three functions of a path and of a file of labels, or None.

    Attributes
    ----------
    recognises : Callable[[Path, Path | None], bool]
        Whether they are a list of this kind; raises ExchangeError for labels that cannot be read.
    key : Callable[[Path, Path | None], str]
        The study key of the list's journals, for which no pixels are read; raises what ``listed``
        raises.
    listed : Callable[[Path, Path | None], Listed]
        The list; raises CTError or ExchangeError where it cannot be made.
    """

    recognises: Callable[[Path, Path | None], bool]
    key: Callable[[Path, Path | None], str]
    listed: Callable[[Path, Path | None], Listed]
