"""The way of a detector through a volume."""

import threading
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.checkpoints.checkpoint import Card
from lesion_viewer.detection.sweep import Sweep
from lesion_viewer.errors import DetectionError


class NoteTaker:
    """A detector that finds nothing and notes what it was asked."""

    device_name = "none"

    def __init__(self, card: Card, batch_size: int = 1) -> None:
        self.info = card.info
        self.batch_size = batch_size
        self.batches: list[list[int]] = []
        self.error: Exception | None = None

    def detect(self, volume: CTVolume, slice_indices: Sequence[int]) -> Iterator[SliceDetections]:
        self.batches.append(list(slice_indices))
        if self.error is not None:
            raise self.error
        yield from (SliceDetections(i, ()) for i in slice_indices)


@pytest.fixture
def detector(make_card: Callable[..., Card]) -> NoteTaker:
    return NoteTaker(make_card())


@pytest.fixture
def volume(make_volume: Callable[..., CTVolume]) -> CTVolume:
    return make_volume(np.zeros((7, 8, 8), np.int16))


def swept(sweep: Sweep) -> list[int]:
    return [found.slice_index for found in sweep]


def test_the_slice_on_screen_comes_first_then_its_neighbours(
    detector: NoteTaker, volume: CTVolume
) -> None:
    assert swept(Sweep(detector, volume, first=2)) == [2, 1, 3, 0, 4, 5, 6]


def test_only_the_slices_asked_for_are_swept(detector: NoteTaker, volume: CTVolume) -> None:
    assert swept(Sweep(detector, volume, slices=range(3, 6), first=0)) == [3, 4, 5]


def test_slices_come_in_the_batches_that_the_detector_wants(
    make_card: Callable[..., Card], volume: CTVolume
) -> None:
    detector = NoteTaker(make_card(), batch_size=3)
    swept(Sweep(detector, volume, first=6))
    assert detector.batches == [[6, 5, 4], [3, 2, 1], [0]]


def test_a_new_aim_holds_from_the_next_batch(detector: NoteTaker, volume: CTVolume) -> None:
    sweep = Sweep(detector, volume, first=0)
    way = []
    for found in sweep:
        way.append(found.slice_index)
        if len(way) == 2:
            sweep.aim(6)
    assert way == [0, 1, 6, 5, 4, 3, 2]


def test_a_cancelled_sweep_asks_for_no_further_batch(detector: NoteTaker, volume: CTVolume) -> None:
    sweep = Sweep(detector, volume)
    for _ in sweep:
        sweep.cancel()
    assert sweep.is_cancelled
    assert detector.batches == [[0]]


def test_progress_counts_to_the_end(detector: NoteTaker, volume: CTVolume) -> None:
    sweep = Sweep(detector, volume)
    assert sweep.progress == (0, 7, None)
    next(iter(sweep))
    done, total, seconds_left = sweep.progress
    assert (done, total) == (1, 7)
    assert seconds_left is not None and seconds_left > 0
    list(sweep)
    assert sweep.progress == (7, 7, 0)


def test_a_slice_that_cannot_be_read_is_named_and_left_out(
    detector: NoteTaker, make_volume: Callable[..., CTVolume]
) -> None:
    volume = make_volume(np.zeros((4, 8, 8), np.int16), unread=(2,))
    volume.fail(2, "2.dcm: truncated")
    sweep = Sweep(detector, volume)
    assert swept(sweep) == [0, 1, 3]
    assert sweep.skipped == {2: "2.dcm: truncated"}
    assert sweep.progress[:2] == (4, 4)


def test_slices_that_are_there_do_not_wait_for_those_that_are_not(
    detector: NoteTaker, make_volume: Callable[..., CTVolume]
) -> None:
    volume = make_volume(np.zeros((6, 8, 8), np.int16), unread=(0,))
    way = []
    for found in Sweep(detector, volume, first=0):
        way.append(found.slice_index)
        if len(way) == 3:
            volume.put(0, np.zeros((8, 8), np.int16))
    # Slice 1 is there, but its neighbour 0 is not.
    assert way == [2, 3, 4, 0, 1, 5]


def test_a_sweep_goes_on_when_an_awaited_slice_arrives(
    detector: NoteTaker, make_volume: Callable[..., CTVolume]
) -> None:
    volume = make_volume(np.zeros((3, 8, 8), np.int16), unread=(0, 1, 2))

    def read() -> None:
        for i in (2, 0):
            volume.put(i, np.zeros((8, 8), np.int16))
        volume.fail(1, "gone")

    reader = threading.Timer(0.05, read)
    reader.start()
    assert sorted(swept(Sweep(detector, volume))) == [0, 2]
    reader.join()


def test_a_sweep_that_waits_can_be_cancelled(
    detector: NoteTaker, make_volume: Callable[..., CTVolume]
) -> None:
    sweep = Sweep(detector, make_volume(np.zeros((3, 8, 8), np.int16), unread=(0, 1, 2)))
    canceller = threading.Timer(0.05, sweep.cancel)
    canceller.start()
    assert swept(sweep) == []
    canceller.join()


def test_whatever_a_model_raises_becomes_one_line_with_the_slice(
    detector: NoteTaker, volume: CTVolume
) -> None:
    detector.error = RuntimeError("shapes differ\n  at layer 7")
    with pytest.raises(DetectionError, match=r"^tiny failed on slice 3: shapes differ$"):
        swept(Sweep(detector, volume, first=2))


def test_slices_outside_the_volume_are_refused(detector: NoteTaker, volume: CTVolume) -> None:
    with pytest.raises(DetectionError, match="slices 0 to 6"):
        Sweep(detector, volume, slices=[6, 7])
