"""Runs methods over a series: detectors in any order, and taken up again; segmenters; cancelled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from lesion_viewer.ct.series_reference import SeriesReference
from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.loading import VolumeLoader
from lesion_viewer.detection.candidates import Candidate, SliceDetections
from lesion_viewer.detection.linking import link
from lesion_viewer.detection.neighbours import Neighbours
from lesion_viewer.errors import DetectionError

if TYPE_CHECKING:
    from lesion_viewer.detection.detector import Detector
    from lesion_viewer.detection.segmenter import Masks, Segmenter

POLL_S = 0.05
"""Seconds after which a sweep that waits for slices notices ``aim`` and ``cancel``."""


class Sweep:
    """The detections on the slices of a volume, one slice at a time, nearest to the viewer first.

    Iterate it on a worker thread; ``aim``, ``cancel`` and ``progress`` may be used from any thread.

    Parameters
    ----------
    detector : Detector
        Detector that searches.
    volume : CTVolume
        Volume that may still be loading; slices that are not read yet are awaited, unreadable
        slices are skipped.
    slices : Sequence[int] | None
        Indices of the slices to search; all when left out.
    first : int
        Slice that the viewer shows.
    answered : Iterable[SliceDetections]
        Answers of an earlier sweep; these slices are not searched again.

    Attributes
    ----------
    skipped : dict[int, str]
        Slice index to the reason why it was skipped.

    Raises
    ------
    DetectionError
        ``slices`` contains an index outside the volume.
    """

    def __init__(
        self,
        detector: Detector,
        volume: CTVolume,
        slices: Sequence[int] | None = None,
        first: int = 0,
        answered: Iterable[SliceDetections] = (),
    ) -> None:
        wanted = range(len(volume)) if slices is None else slices
        if any(i not in range(len(volume)) for i in wanted):
            raise DetectionError(f"a slice is not among the slices 0 to {len(volume) - 1}")
        self.skipped: dict[int, str] = {}
        self._detector = detector
        self._volume = volume
        self._answers = {found.slice_index: found for found in answered}
        self._total = len(set(wanted))
        self._remaining = set(wanted).difference(self._answers)
        self._detected = 0
        self._busy_s = 0.0
        self._aim = first
        self._cancelled = threading.Event()

    def aim(self, slice_index: int) -> None:
        """Continue with the slices nearest to a slice after the current batch.

        Parameters
        ----------
        slice_index : int
            Index from 0.
        """
        self._aim = slice_index

    def cancel(self) -> None:
        """End the iteration after the current batch."""
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether ``cancel`` was called."""
        return self._cancelled.is_set()

    @property
    def progress(self) -> tuple[int, int, float | None]:
        """Slices done, slices in total, and seconds left; None before the first slice is done."""
        done = self._total - len(self._remaining)
        if not self._detected:
            return done, self._total, None
        return done, self._total, len(self._remaining) * self._busy_s / self._detected

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The 3D candidates of all answers so far, earlier ones included; the best score first."""
        return link(self._answers.values())

    def __iter__(self) -> Iterator[SliceDetections]:
        """The detections of each slice that was not answered before.

        Raises
        ------
        DetectionError
            Where the detector fails; names the slices it was looking at.
        """
        while self._remaining and not self.is_cancelled:
            batch = self._next_batch()
            if batch:
                yield from self._detect(batch)

    def _detect(self, batch: Sequence[int]) -> Iterator[SliceDetections]:
        started = time.perf_counter()
        try:
            found = list(self._detector.detect(self._volume, batch))
        except DetectionError:
            raise
        except Exception as error:
            slices = ", ".join(str(i + 1) for i in batch)
            raise DetectionError(
                f"{self._detector.info.name} failed on slice {slices}: {_reason(error)}"
            ) from error
        self._busy_s += time.perf_counter() - started
        self._detected += len(batch)
        self._remaining.difference_update(batch)
        self._answers.update((answer.slice_index, answer) for answer in found)
        yield from found

    def _next_batch(self) -> list[int]:
        """The nearest slices whose inputs were read; empty where none is complete."""
        aim = self._aim
        batch: list[int] = []
        awaited: list[int] = []
        for i in sorted(self._remaining, key=lambda i: (abs(i - aim), i)):
            unread = self._unread(i)
            if i in self._volume.failures:
                self.skipped[i] = self._volume.failures[i]
                self._remaining.discard(i)
            elif unread:
                awaited += unread
            else:
                batch.append(i)
            if len(batch) == self._detector.batch_size:
                return batch
        if awaited and not batch:
            self._volume.wait_for(awaited[0], POLL_S)
        return batch

    def _unread(self, slice_index: int) -> list[int]:
        if not self._volume.is_settled(slice_index):
            return [slice_index]
        return unread_beside(self._volume, slice_index, self._detector.info.neighbours)


class _Cancelled(Exception):
    """Ends the work of a segmenter."""


def segment(
    segmenter: Segmenter,
    volume: CTVolume,
    is_cancelled: Callable[[], bool] = lambda: False,
    on_progress: Callable[[float], None] = lambda share: None,
) -> Masks | None:
    """The masks that a segmenter gives of a volume.

    Parameters
    ----------
    segmenter : Segmenter
        Method that marks voxels.
    volume : CTVolume
        Volume in which every slice was read, or is recorded in ``failures``.
    is_cancelled : Callable[[], bool]
        Asked at each step of the method; true ends it.
    on_progress : Callable[[float], None]
        Called at each step with the share that is done, 0 to 1.

    Returns
    -------
    Masks | None
        Of the shape of the volume; None where it was cancelled.

    Raises
    ------
    DetectionError
        The segmenter fails.
    """

    def step(share: float) -> None:
        if is_cancelled():
            raise _Cancelled
        on_progress(share)

    try:
        masks = segmenter.segment(volume, step)
    except _Cancelled:
        return None
    except DetectionError:
        raise
    except Exception as error:
        raise DetectionError(f"{segmenter.info.name} failed: {_reason(error)}") from error
    if masks.values.shape != volume.series.shape:
        raise DetectionError(f"{segmenter.info.name} gave masks of another shape than the volume")
    return masks


def _reason(error: Exception) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__


def unread_beside(volume: CTVolume, slice_index: int, neighbours: Neighbours) -> list[int]:
    """The slices that are still to be read before a slice can be answered for, itself first.

    Parameters
    ----------
    volume : CTVolume
        Volume that may still be loading; where a neighbour cannot be read, the nearest slice takes
        its place.
    slice_index : int
        Index from 0.
    neighbours : Neighbours
        Slices that the detector looks at.

    Returns
    -------
    list[int]
        Empty where all were read.
    """
    unusable = volume.unusable_beside(slice_index, volume.failures.copy())
    seen = neighbours.around(slice_index, len(volume), volume.series.spacing_mm, unusable)
    return [i for i in (slice_index, *seen) if not volume.is_settled(i)]


def read_volume(
    images: Series | SeriesReference,
    neighbours: Neighbours,
    slices: Sequence[int] | None = None,
    missing: Mapping[int, str] | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> CTVolume:
    """A volume in which all that a method looks at was read, or is recorded in ``failures``.

    Parameters
    ----------
    images : Series | SeriesReference
        The series, or where it lies.
    neighbours : Neighbours
        Slices that the method looks at to answer for one.
    slices : Sequence[int] | None
        Slices to be answered for, from 0; all when left out.
    missing : Mapping[int, str] | None
        Slices that are known not to be there, each with the reason; they are not looked for.
    is_cancelled : Callable[[], bool]
        Asked after each slice; true ends the reading, and the volume is not complete.

    Returns
    -------
    CTVolume
        With the slices read that are needed for ``slices``.

    Raises
    ------
    CTError
        The reference leads to no series any more, or to another one.
    """
    volume = CTVolume(images.resolve() if isinstance(images, SeriesReference) else images)
    for index, reason in (missing or {}).items():
        volume.fail(index, reason)
    wanted = range(len(volume)) if slices is None else slices
    while unread := {j for i in wanted for j in unread_beside(volume, i, neighbours)}:
        _load(volume, unread, is_cancelled)
        if is_cancelled():
            break
    return volume


def _load(volume: CTVolume, slices: Collection[int], is_cancelled: Callable[[], bool]) -> None:
    loader = VolumeLoader(volume, min(slices), slices)

    def stop_if_cancelled(slice_index: int) -> None:
        if is_cancelled():
            loader.cancel()

    loader.run(stop_if_cancelled)
