"""A labelling project: thousands of annotated slices, each read when it is shown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.ct.images.numbered_slices import NumberedSlices, numbered_series
from lesion_viewer.ct.study import Series, Study
from lesion_viewer.detection.lesion_types import DEEPLESION_TYPES

ORGANS = {-1: "unknown", **DEEPLESION_TYPES}
"""DeepLesion's ``Coarse_lesion_type``."""


@dataclass(frozen=True, slots=True)
class Item:
    """A slice that has annotations.

    Attributes
    ----------
    number : int
        Place in the project, from 0.
    name : str
        As DeepLesion writes it, ``000001_01_01_109.png``, or a path of another tool.
    series_uid : str
        UID of the series.
    slice_index : int
        The slice, from 0.
    patient : str
        The patient's number or name in the annotations.
    organ : int
        One of ``ORGANS``, of its first row.
    split : str
        ``1`` training, ``2`` validation, ``3`` test; empty where the rows do not say.
    is_noisy : bool
        Whether one of its rows is marked as possibly noisy.
    is_present : bool
        Whether its image is there.
    size_mm : float
        Longest side of its largest label, in ``size_unit``; 0 without a label.
    size_unit : str
        ``mm``, or ``px`` where the spacing is unknown.
    """

    number: int
    name: str
    series_uid: str
    slice_index: int
    patient: str
    organ: int
    split: str
    is_noisy: bool
    is_present: bool
    size_mm: float
    size_unit: str = "mm"


class Project:
    """The annotated slices of a project, and their series by UID.

    Parameters
    ----------
    root : Path
        Folder of the images.
    key : str
        Study key of the project's journals.
    items : Sequence[Item]
        In the order of the annotations.
    slices : Iterable[NumberedSlices]
        Of each series.
    there : Mapping[str, Mapping[int, str]]
        Folder -> number -> file of the slices whose image is there.
    notices : Sequence[str]
        Sentences about what was left out or changed of the annotations.

    Attributes
    ----------
    root : Path
        Folder of the images.
    key : str
        Study key of the project's journals.
    items : Sequence[Item]
        In the order of the annotations.
    notices : Sequence[str]
        Each sentence once.
    """

    def __init__(
        self,
        root: Path,
        key: str,
        items: Sequence[Item],
        slices: Iterable[NumberedSlices],
        there: Mapping[str, Mapping[int, str]],
        notices: Sequence[str] = (),
    ) -> None:
        self.root, self.key, self.items = root, key, tuple(items)
        self.notices = tuple(dict.fromkeys(notices))
        self._there = there
        self._slices = {one.uid: one for one in slices}
        self._series: dict[str, Series] = {}
        self._at = {(item.series_uid, item.slice_index): item for item in self.items}
        self._of_folder: dict[str, list[NumberedSlices]] = defaultdict(list)
        for one in self._slices.values():
            self._of_folder[one.folder].append(one)

    def item_at(self, series_uid: str, slice_index: int) -> Item | None:
        """The item of a slice.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        slice_index : int
            The slice, from 0.

        Returns
        -------
        Item | None
            None where it has no annotation.
        """
        return self._at.get((series_uid, slice_index))

    def place_of(self, name: str) -> tuple[str, int] | None:
        """The place of a slice that DeepLesion names.

        Parameters
        ----------
        name : str
            As ``000001_01_01_109.png``.

        Returns
        -------
        tuple[str, int] | None
            Series UID and slice index; None where it is in no series.
        """
        folder, _, number = name.removesuffix(".png").rpartition("_")
        if number.isdecimal():
            for one in self._of_folder.get(folder, ()):
                if int(number) in one.numbers:
                    return one.uid, int(number) - one.numbers[0]
        return None

    def series(self, uid: str) -> Series:
        """A series of the project; its slices are read when they are decoded.

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
            Where the project has no such series.
        """
        if uid not in self._series:
            slices = self._slices[uid]
            there = self._there.get(slices.folder, {})
            self._series[uid] = numbered_series(self.root, slices, there)
        return self._series[uid]

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
        slices = self._slices[uid]
        there = self._there.get(slices.folder, {})
        return frozenset(i for i, number in enumerate(slices.numbers) if number in there)

    @property
    def missing(self) -> int:
        """How many items have no image."""
        return sum(not item.is_present for item in self.items)

    def study(self) -> Study:
        """The series of which an image is there, as one study."""
        uids = dict.fromkeys(item.series_uid for item in self.items if item.is_present)
        return Study(self.root, self.key, tuple(map(self.series, uids)), ())
