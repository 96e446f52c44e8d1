"""A labelling project: thousands of annotated slices, each loaded when it is looked at."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.ct.images.numbered_slices import NumberedSlices, numbered_series
from lesion_viewer.ct.study import Series, Study

ORGANS = {
    -1: "unknown",
    1: "bone",
    2: "abdomen",
    3: "mediastinum",
    4: "liver",
    5: "lung",
    6: "kidney",
    7: "soft tissue",
    8: "pelvis",
}
"""DeepLesion's ``Coarse_lesion_type``."""


@dataclass(frozen=True, slots=True)
class Item:
    """A slice that an annotation speaks of.

    Attributes
    ----------
    number : place in the project, from 0
    name : as DeepLesion writes it, ``000001_01_01_109.png``
    series_uid, slice_index : where it is
    organ : one of ``ORGANS``, of its first row
    split : ``1`` training, ``2`` validation, ``3`` test; empty where the rows do not say
    is_noisy : whether one of its rows is marked as possibly noisy
    is_present : whether its image is there
    size_mm : longest side of its largest label; in pixels where the spacing is unknown, 0 without
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


class Project:
    """The slices to be worked through, and their series by uid.

    Parameters
    ----------
    root : folder of the images
    key : the study key of the project's journals
    items : in the order of the annotations
    slices : of each series
    there : folder -> number -> file of the slices whose image is there

    Attributes
    ----------
    root, key, items : as given
    """

    def __init__(
        self,
        root: Path,
        key: str,
        items: Sequence[Item],
        slices: Iterable[NumberedSlices],
        there: Mapping[str, Mapping[int, str]],
    ) -> None:
        self.root, self.key, self.items = root, key, tuple(items)
        self._there = there
        self._slices = {one.uid: one for one in slices}
        self._series: dict[str, Series] = {}
        self._at = {(item.series_uid, item.slice_index): item for item in self.items}
        self._of_folder: dict[str, list[NumberedSlices]] = defaultdict(list)
        for one in self._slices.values():
            self._of_folder[one.folder].append(one)

    def item_at(self, series_uid: str, slice_index: int) -> Item | None:
        """The item of a slice; None where no annotation speaks of it."""
        return self._at.get((series_uid, slice_index))

    def place_of(self, name: str) -> tuple[str, int] | None:
        """Series uid and slice index of ``000001_01_01_109.png``; None where it is in no series."""
        folder, _, number = name.removesuffix(".png").rpartition("_")
        if number.isdecimal():
            for one in self._of_folder.get(folder, ()):
                if int(number) in one.numbers:
                    return one.uid, int(number) - one.numbers[0]
        return None

    def series(self, uid: str) -> Series:
        """The series of a uid; its slices are read when they are decoded.

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
        """Indices of the series' slices whose image is there."""
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
