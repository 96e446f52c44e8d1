"""A detector in a child process, so that it cannot block the window.

Importing torch holds the GIL for seconds, which would freeze a window in the same process. The two
processes exchange messages of a kind and a pickled value; no other process can write to the pipes.
"""

import os
import pickle
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import IO, TYPE_CHECKING, Any

from numpy import int16
from numpy.typing import NDArray

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.runtimes.cpu_threads import cpu_threads
from lesion_viewer.errors import DetectionError
from lesion_viewer.system.child_process import (
    ChildEnded,
    ChildProcess,
    read_message,
    write_message,
)
from lesion_viewer.system.child_server import message_streams

if TYPE_CHECKING:
    from lesion_viewer.detection.detector import Detector
    from lesion_viewer.detection.installed import InstalledDetector

ENDED = "The detector's process has ended. What it found is kept; search again to go on."
HUNG = "The detector did not answer for {:.0f} s and was stopped. Search again to go on."
LOAD_S = 300.0
ANSWER_S = 180.0
"""Time limits in seconds for loading the model, and for the answer to a batch of slices."""
NICENESS = 5


class ChildDetector:
    """A ``Detector`` whose model runs in a child process.

    Parameters
    ----------
    installed : InstalledDetector
        The detector, which the child loads.
    device : str
        One of ``network.DEVICES``.
    on_notice : Callable[[str], None]
        Called on the calling thread with a sentence, for example when batches become smaller.
    is_gated : bool
        Search only in the liver, where the detector has a gate.
    runtime : str
        One of ``choice.RUNTIMES``.

    Attributes
    ----------
    info : DetectorInfo
        What the detector is.
    device_name : str
        Device and runtime in words; empty until the model is loaded.
    why : str
        Why it runs there, a sentence; empty until the model is loaded.
    batch_size : int
        Number of slices that ``detect`` is best given at once.
    answer_s : float
        Seconds without an answer after which the child is killed.

    Notes
    -----
    ``start`` and ``detect`` raise DetectionError for all failures of the child.
    """

    def __init__(
        self,
        installed: "InstalledDetector",
        device: str = "auto",
        on_notice: Callable[[str], None] = lambda text: None,
        is_gated: bool = True,
        runtime: str = "auto",
    ) -> None:
        self.info = installed.info(is_gated)
        self.device_name = ""
        self.why = ""
        self.batch_size = 1
        self.on_notice = on_notice
        self.answer_s = ANSWER_S
        self._loaded = (installed, device, is_gated, runtime)
        self._process: ChildProcess | None = None
        self._volume: CTVolume | None = None
        self._sent: set[int] = set()
        self._closing = threading.Event()
        self._talking = threading.RLock()

    def start(self) -> None:
        """Start the child and load the model, unless that is done; ``detect`` calls it too.

        Raises
        ------
        DetectionError
            The detector cannot be loaded.
        """
        with self._talking:
            if self._process is None:
                self._process = ChildProcess(__name__, is_silent=False)
                if self._closing.is_set():
                    self._process.kill()
                with self._within(LOAD_S):
                    self._send("load", self._loaded)
                    while not self.device_name:
                        self._hear(*self._receive())

    def detect(self, volume: CTVolume, slice_indices: Sequence[int]) -> Iterator[SliceDetections]:
        """The detections on each of the slices, as soon as they are known.

        Parameters
        ----------
        volume : CTVolume
            Volume in which the slices and their neighbours were read, or are recorded in
            ``failures``.
        slice_indices : Sequence[int]
            Slices to search, from 0.

        Yields
        ------
        SliceDetections
            One answer for each slice; boxes in pixels of the stored image.

        Raises
        ------
        DetectionError
            The detector cannot be loaded or has failed.
        """
        with self._talking:
            self.start()
            with self._within(self.answer_s):
                self._send_voxels(volume, slice_indices)
                self._send("detect", tuple(slice_indices))
            while True:
                with self._within(self.answer_s):
                    kind, value = self._receive()
                if kind == "done":
                    self.batch_size = value
                    return
                if kind == "found":
                    yield value
                else:
                    self._hear(kind, value)

    @property
    def is_closed(self) -> bool:
        """Whether ``close`` was called, or the child has failed."""
        return self._closing.is_set()

    def close(self) -> None:
        """Kill the child, from any thread; a waiting ``detect`` raises DetectionError."""
        self._closing.set()
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Kill the child unless the block ends in time."""
        assert self._process is not None
        with self._process.within(seconds):
            yield

    def _ended(self) -> DetectionError:
        self.close()
        late_s = self._process.late_s if self._process is not None else 0.0
        return DetectionError(HUNG.format(late_s) if late_s else ENDED)

    def _hear(self, kind: str, value: Any) -> None:
        if kind == "error":
            self.close()
            raise DetectionError(value)
        if kind == "notice":
            self.on_notice(value)
        if kind == "ready":
            self.device_name, self.why, self.batch_size = value

    def _send_voxels(self, volume: CTVolume, slice_indices: Sequence[int]) -> None:
        """Send the slices of the model inputs that the child does not have yet."""
        series, missing = volume.series, volume.failures.copy()
        if volume is not self._volume:
            self._send("volume", replace(series, decode=_not_here))
            self._volume, self._sent = volume, set()
        self._send("missing", missing)
        look = self.info.neighbours.around
        seen = {
            j
            for i in slice_indices
            for j in look(i, len(volume), series.spacing_mm, volume.unusable_beside(i, missing))
        }
        for index in sorted(seen - self._sent):
            self._send("slice", (index, volume.voxels[index]))
            self._sent.add(index)

    def _send(self, kind: str, value: Any) -> None:
        assert self._process is not None
        try:
            self._process.send({"kind": kind}, _pickled(value))
        except ChildEnded as error:
            raise self._ended() from error

    def _receive(self) -> tuple[str, Any]:
        assert self._process is not None
        try:
            head, payload = self._process.receive()
        except ChildEnded as error:
            raise self._ended() from error
        return head["kind"], pickle.loads(payload)


def _pickled(value: Any) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def _not_here(slice_index: int) -> NDArray[int16]:
    raise DetectionError(f"slice {slice_index} was not sent to the detector's process")


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Load the detector in the child, then answer until the requests end.

    Parameters
    ----------
    requests : IO[bytes]
        Stream of messages from the program.
    answers : IO[bytes]
        Stream of messages to the program.
    """

    def answer(kind: str, value: Any) -> None:
        write_message(answers, {"kind": kind}, _pickled(value))

    from lesion_viewer.detection.installed import where_it_runs

    try:
        loading = read_message(requests)
        if loading is None:
            return
        installed, device, is_gated, runtime = pickle.loads(loading[1])
        detector = _load(partial(answer, "notice"), installed, device, is_gated, runtime)
        why = where_it_runs(installed, device, runtime)
        answer("ready", (detector.device_name, why, detector.batch_size))
        _answer_all(requests, answer, detector)
    except BrokenPipeError:
        return
    except DetectionError as error:
        answer("error", str(error))
    except Exception as error:
        answer("error", f"The detector failed: {type(error).__name__}: {error}")


def _load(
    on_notice: Callable[[str], None],
    installed: "InstalledDetector",
    device: str,
    is_gated: bool,
    runtime: str,
) -> "Detector":
    # One core stays free for the window, which has priority where all are busy.
    threads = max(cpu_threads() - 1, 1)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    return installed.load(
        device, on_notice=on_notice, is_gated=is_gated, runtime=runtime, threads=threads
    )


def _answer_all(
    requests: IO[bytes], answer: Callable[[str, Any], None], detector: "Detector"
) -> None:
    volume: CTVolume | None = None
    while (message := read_message(requests)) is not None:
        kind, value = message[0]["kind"], pickle.loads(message[1])
        if kind == "volume":
            volume = CTVolume(value)
        assert volume is not None, "a volume comes before its slices"
        if kind == "missing":
            volume.failures = value
        elif kind == "slice":
            volume.put(*value)
        elif kind == "detect":
            for found in detector.detect(volume, value):
                answer("found", found)
            answer("done", detector.batch_size)


if __name__ == "__main__":
    # Imported under its own name, so that pickled objects of the other process are found.
    from lesion_viewer.detection import detector_process

    detector_process.serve(*message_streams())
