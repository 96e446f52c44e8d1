"""A detector's answers to the items of a work list."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.picture_identity import digest_of
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.identity import DetectorInfo
from lesion_viewer.detection.neighbours import Neighbours
from lesion_viewer.errors import CTError
from lesion_viewer.review.worklist.proposals import Answer, answers
from lesion_viewer.review.worklist.work_list import Item, WorkList

COUNT = 6


@dataclass
class Listener:
    """A detector of three neighbouring slices that notes what it saw, and finds nothing."""

    info: DetectorInfo = DetectorInfo("listener", "1", neighbours=Neighbours(3))
    device_name: str = "none"
    batch_size: int = 1
    seen: dict[tuple[str, int], list[int]] = field(default_factory=dict)

    def detect(self, volume: CTVolume, slice_indices: Sequence[int]) -> Iterator[SliceDetections]:
        for index in slice_indices:
            unusable = volume.unusable_beside(index, volume.failures)
            seen = self.info.neighbours.around(index, len(volume), None, unusable)
            self.seen[volume.series.uid, index] = [int(volume.voxels[i, 0, 0]) for i in seen]
            yield SliceDetections(index, ())


@dataclass
class Images:
    """Two series of six slices, whose HU are their index from 1, and what was read of them."""

    damaged: set[int] = field(default_factory=set)
    absent: set[int] = field(default_factory=set)
    read: Counter[tuple[str, int]] = field(default_factory=Counter)

    def series(self, uid: str) -> Series:
        def decode(index: int) -> NDArray[np.int16]:
            self.read[uid, index] += 1
            if index in self.damaged:
                raise CTError(f"{uid}/{index}.png is damaged")
            return np.full((4, 4), index + 1, np.int16)

        slices = tuple(SliceSource(f"{uid}/{i}.png") for i in range(COUNT))
        return Series(uid, "1", "CT", "", 1, slices, (COUNT, 4, 4), None, None, (), decode)

    def present(self, uid: str) -> frozenset[int]:
        return frozenset(range(COUNT)) - self.absent

    def place_of(self, name: str) -> None:
        raise AssertionError("no file is read")


def listed(images: Images, *places: tuple[str, int]) -> WorkList:
    items = tuple(Item(n, f"{uid}/{i}", uid, i, "1") for n, (uid, i) in enumerate(places))
    return WorkList(Path(), "key", items, images)


def said(found: Iterator[Answer]) -> list[tuple[str, str]]:
    return [(answer.item.name, answer.problem) for answer in found]


def test_each_slice_of_a_series_is_read_once_and_only_where_it_is_looked_at() -> None:
    images, detector = Images(), Listener()
    items = listed(images, ("a", 0), ("a", 1), ("a", 2), ("b", 5)).items
    project = listed(images)
    names = [name for name, _ in said(answers(project, detector, items))]
    assert names == ["a/0", "a/1", "a/2", "b/5"]
    assert images.read == Counter([("a", 0), ("a", 1), ("a", 2), ("a", 3), ("b", 4), ("b", 5)])
    assert detector.seen["a", 2] == [2, 3, 4]
    assert detector.seen["b", 5] == [5, 6, 6]


def test_a_slice_that_is_missing_or_damaged_is_named_and_the_others_are_answered() -> None:
    images, detector = Images(damaged={2}, absent={4}), Listener()
    project = listed(images, ("a", 1), ("a", 2), ("a", 4), ("a", 5))
    assert sorted(said(answers(project, detector, project.items))) == [
        ("a/1", ""),
        ("a/2", "a/2.png is damaged"),
        ("a/4", "a/4.png is missing"),
        ("a/5", ""),
    ]
    assert ("a", 4) not in images.read
    # The nearest slices that are there are looked at in their place, as in every other search.
    assert detector.seen == {("a", 1): [1, 2, 2], ("a", 5): [6, 6, 6]}


def test_an_item_that_is_not_to_be_searched_is_not() -> None:
    images, detector = Images(), Listener()
    project = listed(images, ("a", 1), ("a", 2))
    second = digest_of(project.series("a").decode(2))

    def why_not(item: Item, digest: str) -> str:
        return "is another image" if digest == second else ""

    found = list(answers(project, detector, project.items, why_not=why_not))
    assert sorted(said(iter(found))) == [("a/1", ""), ("a/2", "is another image")]
    assert [a.digest for a in found if a.found] == [digest_of(project.series("a").decode(1))]
    assert list(detector.seen) == [("a", 1)]


def test_answers_stop_after_the_batch_that_runs() -> None:
    images, detector = Images(), Listener(batch_size=2)
    project = listed(images, *(("a", i) for i in range(COUNT)), ("b", 0))
    found: list[Answer] = []
    for answer in answers(project, detector, project.items, lambda: bool(found)):
        found.append(answer)
    assert [answer.item.name for answer in found] == ["a/0", "a/1"]
    assert len(detector.seen) == 2
