"""The way of a detector through a series."""

import multiprocessing
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.series_reference import SeriesReference, reference_of
from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.checkpoints.checkpoint import Card
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.identity import DetectorInfo, SegmenterInfo
from lesion_viewer.detection.linking import link
from lesion_viewer.detection.neighbours import Neighbours
from lesion_viewer.detection.running import Sweep, read_volume, segment
from lesion_viewer.detection.segmenter import Masks
from lesion_viewer.errors import CTError, DetectionError


class NoteTaker:
    """A detector that finds nothing and notes what it was asked."""

    device_name = "none"

    def __init__(self, info: DetectorInfo, batch_size: int = 1) -> None:
        self.info = info
        self.batch_size = batch_size
        self.batches: list[list[int]] = []
        self.error: Exception | None = None
        self.finds: Callable[[int], tuple[Detection, ...]] = lambda slice_index: ()

    def detect(self, volume: CTVolume, slice_indices: Sequence[int]) -> Iterator[SliceDetections]:
        self.batches.append(list(slice_indices))
        if self.error is not None:
            raise self.error
        yield from (SliceDetections(i, self.finds(i)) for i in slice_indices)


@pytest.fixture
def detector(make_card: Callable[..., Card]) -> NoteTaker:
    return NoteTaker(make_card().info)


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
    detector = NoteTaker(make_card().info, batch_size=3)
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


@pytest.mark.parametrize("batch_size", [1, 3])
@pytest.mark.parametrize("stop", range(8))
def test_a_sweep_that_was_stopped_anywhere_gives_the_same_when_it_is_taken_up_again(
    make_card: Callable[..., Card], volume: CTVolume, stop: int, batch_size: int
) -> None:
    def finds(i: int) -> tuple[Detection, ...]:  # two lesions, on slices 1 to 3 and on slice 5
        first = (Detection(Box(1, 1, 4, 4), 0.5 + i / 10),) if i in (1, 2, 3) else ()
        return first + ((Detection(Box(4, 4, 8, 8), 0.6),) if i in (2, 5) else ())

    def new() -> NoteTaker:
        detector = NoteTaker(make_card().info, batch_size)
        detector.finds = finds
        return detector

    whole = Sweep(new(), volume, first=3)
    everything = {found.slice_index: found for found in whole}
    before = Sweep(new(), volume, first=3)
    answers = list(islice(before, stop))
    detector = new()
    after = Sweep(detector, volume, first=6, answered=answers)
    assert after.progress == (stop, 7, None)
    further = list(after)
    assert after.progress[:2] == (7, 7)
    was_asked = {i for batch in detector.batches for i in batch}
    assert was_asked == set(range(7)) - {answer.slice_index for answer in answers}
    assert {found.slice_index: found for found in [*answers, *further]} == everything
    assert after.candidates == whole.candidates
    assert [sorted(c.detections) for c in whole.candidates] == [[1, 2, 3], [2], [5]]


def test_a_networks_answers_are_the_same_to_the_last_bit_when_it_is_taken_up_again(
    checkpoint: Path, make_volume: Callable[..., CTVolume]
) -> None:
    hu = np.random.default_rng(4).integers(-200, 300, (6, 96, 96)).astype(np.int16)
    detector, volume = load_detector(checkpoint, "cpu", min_score=0.0), make_volume(hu)
    whole = Sweep(detector, volume, first=2)
    everything = {found.slice_index: found for found in whole}
    answers = list(islice(Sweep(detector, volume, first=2), 3))
    again = Sweep(load_detector(checkpoint, "cpu", min_score=0.0), volume, answered=answers)
    further = list(again)
    assert len(further) == 3 and any(found.detections for found in everything.values())
    assert {found.slice_index: found for found in [*answers, *further]} == everything
    assert again.candidates == whole.candidates


def brightest(reference: SeriesReference, answers: list[SliceDetections]) -> list[SliceDetections]:
    """What another process finds on the slices that are not answered: what is bright."""
    volume = read_volume(reference, Neighbours())
    detector = NoteTaker(DetectorInfo("brightest", "1"))

    def finds(index: int) -> tuple[Detection, ...]:
        rows, columns = np.nonzero(volume.voxels[index] > 500)
        box = Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        return (Detection(box, 0.5),)

    detector.finds = finds
    return list(Sweep(detector, volume, answered=answers))


def test_another_process_goes_on_with_a_series_that_it_is_told_of(tmp_path: Path) -> None:
    hu = np.zeros((5, 32, 40), np.int16)
    for index in range(5):
        hu[index, 8:12, 10 + index : 16 + index] = 900
    write_series(tmp_path / "ct", hu, (5.0, 1.0, 1.0), seed=1)
    images = open_collection(tmp_path / "ct")
    reference = reference_of(images, images.series[0])
    before = [SliceDetections(i, (Detection(Box(10 + i, 8, 16 + i, 12), 0.5),)) for i in (0, 3)]
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        further = pool.apply(brightest, (reference, before))
    assert [found.slice_index for found in further] == [1, 2, 4]
    (candidate,) = link([*before, *further])
    assert [candidate.detections[i].box.x1 for i in range(5)] == [10, 11, 12, 13, 14]


def test_a_sweep_waits_for_the_slice_that_takes_the_place_of_an_unreadable_one(
    detector: NoteTaker, make_volume: Callable[..., CTVolume]
) -> None:
    """Slice 3 takes the place of 4; it is not there yet, and its voxels are zeros until then."""
    volume = make_volume(np.zeros((7, 8, 8), np.int16), (1.0, 1.0, 1.0), unread=(3, 4))
    detector.info = replace(detector.info, neighbours=Neighbours(3, 2.0))
    volume.fail(4, "4.dcm: truncated")
    reader = threading.Timer(0.1, volume.put, (3, np.ones((8, 8), np.int16)))
    reader.start()
    was_there = [bool(volume.is_loaded[3]) for _ in Sweep(detector, volume, [2], first=2)]
    reader.join()
    assert was_there == [True]


def numbered(volume: CTVolume, unreadable: Collection[int] = ()) -> tuple[Series, list[int]]:
    """The series of a volume, whose slices have their index as HU, and what was read of it."""
    read: list[int] = []

    def decode(slice_index: int) -> NDArray[np.int16]:
        read.append(slice_index)
        if slice_index in unreadable:
            raise CTError(f"{slice_index}.dcm is truncated")
        return np.full((8, 8), slice_index, np.int16)

    return replace(volume.series, decode=decode), read


def test_only_what_is_looked_at_is_read(volume: CTVolume) -> None:
    series, read = numbered(volume)
    there = read_volume(series, Neighbours(3), [1, 2])
    assert sorted(read) == [0, 1, 2, 3]
    assert there.voxels[:4, 0, 0].tolist() == [0, 1, 2, 3]


def test_another_slice_is_read_in_place_of_one_that_cannot_be(volume: CTVolume) -> None:
    """Of slices 1 mm apart, a step of 2 mm about slice 3 asks for 1 and 5."""
    series, read = numbered(volume, unreadable=(5,))
    series = replace(series, spacing_mm=(1.0, 1.0, 1.0))
    there = read_volume(series, Neighbours(3, 2.0), [3], {1: "1.dcm is missing"})
    assert sorted(read) == [2, 3, 4, 5]
    assert there.failures == {1: "1.dcm is missing", 5: "5.dcm is truncated"}


def test_reading_can_be_cancelled(make_volume: Callable[..., CTVolume]) -> None:
    series, read = numbered(make_volume(np.zeros((500, 8, 8), np.int16)))

    def decode(slice_index: int) -> NDArray[np.int16]:
        time.sleep(0.002)
        return series.decode(slice_index)

    slow = replace(series, decode=decode)
    read_volume(slow, Neighbours(None), is_cancelled=lambda: len(read) >= 3)
    assert 3 <= len(read) < 500


@dataclass
class Halves:
    """Marks the upper half of each slice, slice by slice."""

    info: SegmenterInfo = SegmenterInfo("halves", "1", labels=("upper",))
    error: Exception | None = None
    rows: int = 8

    def segment(self, volume: CTVolume, on_progress: Callable[[float], None]) -> Masks:
        values = np.zeros((len(volume), self.rows, 8), np.uint8)
        for index in range(len(volume)):
            values[index, :4] = 1
            on_progress((index + 1) / len(volume))
        if self.error is not None:
            raise self.error
        return Masks(values, self.info.labels)


def test_a_segmenter_tells_how_far_it_is(volume: CTVolume) -> None:
    shares: list[float] = []
    masks = segment(Halves(), volume, on_progress=shares.append)
    assert masks is not None and masks.of("upper").sum() == 7 * 4 * 8
    assert shares == [n / 7 for n in range(1, 8)]


def test_a_segmenter_is_cancelled_at_its_next_step(volume: CTVolume) -> None:
    shares: list[float] = []
    assert segment(Halves(), volume, lambda: len(shares) == 2, shares.append) is None
    assert len(shares) == 2


def test_whatever_a_segmenter_raises_becomes_one_line(volume: CTVolume) -> None:
    with pytest.raises(DetectionError, match=r"^halves failed: no room$"):
        segment(Halves(error=MemoryError("no room\n at line 3")), volume)


def test_masks_of_another_volume_are_refused(volume: CTVolume) -> None:
    with pytest.raises(DetectionError, match="another shape"):
        segment(Halves(rows=9), volume)


def test_masks_have_a_label_for_every_value() -> None:
    with pytest.raises(DetectionError, match="value 2"):
        Masks(np.full((1, 2, 2), 2, np.uint8), ("body",))
