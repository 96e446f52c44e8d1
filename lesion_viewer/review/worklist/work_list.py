"""A work list: what is to be reviewed, item by item, and the images of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from lesion_viewer.ct.study import Series, Study
from lesion_viewer.review.finding import Finding, Place
from lesion_viewer.review.session import Session

ARCHIVE_KEY = "work list of an archive"
"""Study key of the reviews of work lists of archives, which may grow."""


class What(StrEnum):
    """What an item of a work list is."""

    SLICE = "slice"  #: done once all that was found on it is decided
    SERIES = "series"  #: done once it is read in full too
    STUDY = "study"  #: done once each of its series is


@dataclass(frozen=True, slots=True)
class Group:
    """A property of items by which a list is ordered or filtered, such as the organ.

    Attributes
    ----------
    name : str
        One word; the name of the order.
    values : tuple[str, ...]
        In their order; items with another value, or none, come after them.
    is_order : bool
        Whether the list can be ordered by it.
    any_text : str
        What a filter says that takes every value; with a single value, what it says that takes
        items of that value only. Empty where there is no filter.
    """

    name: str
    values: tuple[str, ...]
    is_order: bool = True
    any_text: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be reviewed: a slice, a series or a study.

    Attributes
    ----------
    number : int
        Place in the list, from 0.
    name : str
        As whoever made the list names it: a file's path, a UID.
    series_uid : str
        UID of its series; of a study that of the first, empty while it is not known.
    slice_index : int
        The slice, from 0; of a series or study the one that is shown first.
    patient : str
        Pseudonym of the patient.
    is_present : bool
        Whether its images are there; False until they are fetched.
    what : What
        What it is.
    title : str
        Its name on screen.
    groups : Mapping[str, str]
        Name of a group -> the item's value.
    lesion_type : str
        Lesion type with which its labels came, where they do not say so themselves.
    size_mm : float
        Longest side of its largest label, in ``size_unit``; 0 without a label.
    pixel_mm : tuple[float, float] | None
        Distances of rows and columns; None where they are unknown.
    further_series : tuple[str, ...]
        UIDs of the other series of a study.
    """

    number: int
    name: str
    series_uid: str
    slice_index: int
    patient: str
    is_present: bool = True
    what: What = What.SLICE
    title: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)
    lesion_type: str = ""
    size_mm: float = 0.0
    pixel_mm: tuple[float, float] | None = None
    further_series: tuple[str, ...] = ()

    @property
    def size_unit(self) -> str:
        """``mm``, or ``px`` where the spacing is unknown."""
        return "px" if self.pixel_mm is None else "mm"

    @property
    def series_uids(self) -> tuple[str, ...]:
        """UIDs of all its series that are known."""
        return tuple(uid for uid in (self.series_uid, *self.further_series) if uid)


class ListedImages(Protocol):
    """The images of a work list, as far as they are there."""

    def series(self, uid: str) -> Series:
        """A series of the list; its slices are read when they are decoded.

        Parameters
        ----------
        uid : str
            UID of the series.

        Returns
        -------
        Series
            Its slices are all of the series, present or not.

        Raises
        ------
        KeyError
            Where the list has no such series.
        """

    def present(self, uid: str) -> frozenset[int]:
        """Indices of a series' slices whose image is there.

        Parameters
        ----------
        uid : str
            UID of the series.

        Returns
        -------
        frozenset[int]
            From 0.
        """

    def place_of(self, name: str) -> Place | None:
        """Where a slice lies that a file names.

        Parameters
        ----------
        name : str
            As files of this kind of list name slices: a path, a UID.

        Returns
        -------
        Place | None
            Series UID and slice index; None where it is in no series.
        """


@dataclass(frozen=True)
class WorkList:
    """What is to be reviewed, and where its images are.

    Attributes
    ----------
    root : Path
        Where the images lie.
    key : str
        Study key of the list's journals.
    items : tuple[Item, ...]
        In the order of whoever made the list.
    images : ListedImages
        Their images.
    groups : tuple[Group, ...]
        Properties by which it is ordered and filtered.
    notices : tuple[str, ...]
        Sentences about what was left out or changed, each once.
    """

    root: Path
    key: str
    items: tuple[Item, ...]
    images: ListedImages = field(repr=False)
    groups: tuple[Group, ...] = ()
    notices: tuple[str, ...] = ()
    _at: Mapping[Place, Item] = field(init=False, repr=False, compare=False)
    _of_series: Mapping[str, Item] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        slices = {(i.series_uid, i.slice_index): i for i in self.items if i.what is What.SLICE}
        whole = {uid: i for i in self.items if i.what is not What.SLICE for uid in i.series_uids}
        object.__setattr__(self, "_at", slices)
        object.__setattr__(self, "_of_series", whole)

    def item_at(self, series_uid: str, slice_index: int) -> Item | None:
        """The item that a slice belongs to.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        slice_index : int
            The slice, from 0.

        Returns
        -------
        Item | None
            The slice's own, else that of its series; None where neither is in the list.
        """
        return self._at.get((series_uid, slice_index)) or self._of_series.get(series_uid)

    def slices_of(self, item: Item) -> list[Item]:
        """An item's slices, one by one; of a series or study those that are there.

        Parameters
        ----------
        item : Item
            Of the list.

        Returns
        -------
        list[Item]
            The item itself where it is a slice.
        """
        if item.what is What.SLICE:
            return [item]
        if not item.is_present:
            return []
        return [
            replace(item, series_uid=uid, slice_index=index, what=What.SLICE)
            for uid in item.series_uids
            for index in sorted(self.images.present(uid))
        ]

    def series(self, uid: str) -> Series:
        """A series of the list.

        Parameters
        ----------
        uid : str
            UID of the series.

        Returns
        -------
        Series
            As its images give it.

        Raises
        ------
        KeyError
            Where the list has no such series.
        """
        return self.images.series(uid)

    def present(self, uid: str) -> frozenset[int]:
        """Indices of a series' slices whose image is there.

        Parameters
        ----------
        uid : str
            UID of the series.

        Returns
        -------
        frozenset[int]
            From 0.
        """
        return self.images.present(uid)

    @property
    def missing(self) -> int:
        """How many items have no image."""
        return sum(not item.is_present for item in self.items)

    def study(self) -> Study:
        """The series of which an image is there, as one study."""
        there = (item for item in self.items if item.is_present)
        uids = dict.fromkeys(uid for item in there for uid in item.series_uids)
        return Study(self.key, tuple(map(self.series, uids)))


def is_of_work_list(session: Session) -> bool:
    """Whether a review is of a work list, and not of a study that was opened by itself.

    Parameters
    ----------
    session : Session
        The review.
    """
    if session.study_key == ARCHIVE_KEY:
        return True
    return any(record.is_of_numbers for record in session.pictures.series().values())


def sized(items: Sequence[Item], findings: Sequence[Finding]) -> tuple[Item, ...]:
    """Items with the size of their largest label.

    Parameters
    ----------
    items : Sequence[Item]
        Of a list.
    findings : Sequence[Finding]
        Labels as they came, with their original boxes.

    Returns
    -------
    tuple[Item, ...]
        In the same order; those without a label as they are.
    """
    boxes: dict[Place | str, list[tuple[float, float]]] = {}
    for finding in findings:
        for index, box in finding.original_boxes.items():
            for key in ((finding.series_uid, index), finding.series_uid):
                boxes.setdefault(key, []).append((box.height, box.width))
    return tuple(_sized(item, boxes.get) for item in items)


Sides = list[tuple[float, float]]


def _sized(item: Item, sides_at: Callable[[Place | str], Sides | None]) -> Item:
    keys: Sequence[Place | str] = (
        [(item.series_uid, item.slice_index)] if item.what is What.SLICE else item.series_uids
    )
    row_mm, column_mm = item.pixel_mm or (1.0, 1.0)
    sides = [
        max(high * row_mm, wide * column_mm) for key in keys for high, wide in sides_at(key) or ()
    ]
    return replace(item, size_mm=max(sides)) if sides else item
