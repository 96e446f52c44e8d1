"""A detector in a process of its own, so that nothing it does can hold up a window.

Importing torch holds Python's lock for seconds; in the window's own process it would stand still.
The two processes exchange pickled pairs (kind, value) over the child's standard input and output;
nobody else can write there.
"""

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from numpy import int16
from numpy.typing import NDArray

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.checkpoints.checkpoint import load_card
from lesion_viewer.errors import DetectionError

if TYPE_CHECKING:
    from lesion_viewer.detection.detector import Detector

ENDED = "The detector's process has ended. What it found is kept; search again to go on."
HUNG = "The detector did not answer for {:.0f} s and was stopped. Search again to go on."
END_S = 5.0
LOAD_S = 300.0
ANSWER_S = 180.0
"""How long a child may take to load its model, and to answer for a batch of slices."""
NICENESS = 5


class ChildDetector:
    """A ``Detector`` whose model lives in a child process.

    Parameters
    ----------
    checkpoint : folder of the checkpoint
    device : ``auto``, ``cpu``, ``cuda`` or ``mps``
    on_notice : is told, on the calling thread, what the detector has to say, such as that it
        went on with smaller batches
    is_gated : search only in the liver, where the checkpoint has a gate

    Attributes
    ----------
    answer_s : seconds without an answer after which the child is killed

    Raises
    ------
    DetectionError
        Where the card cannot be read; ``detect`` raises it for all that goes wrong in the child.
    """

    def __init__(
        self,
        checkpoint: Path,
        device: str = "auto",
        on_notice: Callable[[str], None] = lambda text: None,
        is_gated: bool = True,
    ) -> None:
        card = load_card(checkpoint)
        self.card = card if is_gated else card.without_gate()
        self.device_name = ""
        self.batch_size = 1
        self.on_notice = on_notice
        self.answer_s = ANSWER_S
        self._loaded = (checkpoint, device, is_gated)
        self._process: subprocess.Popen[bytes] | None = None
        self._volume: CTVolume | None = None
        self._sent: set[int] = set()
        self._closing = threading.Event()
        self._hung_s = 0.0
        self._talking = threading.RLock()

    def start(self) -> None:
        """Start the child and load the model, unless that was done before; ``detect`` does so too.

        Raises
        ------
        DetectionError
            Where the detector cannot be loaded.
        """
        with self._talking:
            if self._process is None:
                self._process = _start_child()
                if self._closing.is_set():
                    self._process.kill()
                with self._within(LOAD_S):
                    self._send("load", self._loaded)
                    while not self.device_name:
                        self._hear(*self._receive())

    def detect(self, volume: CTVolume, slice_indices: Sequence[int]) -> Iterator[SliceDetections]:
        """What is found on each of the slices, as soon as it is known.

        Raises
        ------
        DetectionError
            Where the detector cannot be loaded or has failed.
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
        """End the child at once, from any thread; a waiting ``detect`` raises DetectionError."""
        self._closing.set()
        if self._process is not None:
            self._process.kill()  # which ends a process that is stopped or hangs as well
            with suppress(subprocess.TimeoutExpired):  # in a driver that does not come back
                self._process.wait(END_S)

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Kill the child unless the block ends in time."""

        def give_up() -> None:
            self._hung_s = seconds
            self.close()

        timer = threading.Timer(seconds, give_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _ended(self) -> DetectionError:
        self.close()
        return DetectionError(HUNG.format(self._hung_s) if self._hung_s else ENDED)

    def _hear(self, kind: str, value: Any) -> None:
        if kind == "error":
            self.close()
            raise DetectionError(value)
        if kind == "notice":
            self.on_notice(value)
        if kind == "ready":
            self.device_name, self.batch_size = value

    def _send_voxels(self, volume: CTVolume, slice_indices: Sequence[int]) -> None:
        """Send the slices that the model looks at and that the child does not have yet."""
        series, missing = volume.series, volume.failures.copy()
        if volume is not self._volume:
            self._send("volume", replace(series, decode=_not_here))
            self._volume, self._sent = volume, set()
        self._send("missing", missing)
        look = self.card.input.slices_around
        seen = {j for i in slice_indices for j in look(i, len(volume), series.spacing_mm, missing)}
        for index in sorted(seen - self._sent):
            self._send("slice", (index, volume.voxels[index]))
            self._sent.add(index)

    def _send(self, kind: str, value: Any) -> None:
        assert self._process is not None and self._process.stdin is not None
        try:
            _write(self._process.stdin, kind, value)
        except OSError as error:
            raise self._ended() from error

    def _receive(self) -> tuple[str, Any]:
        assert self._process is not None and self._process.stdout is not None
        try:
            kind, value = pickle.load(self._process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            raise self._ended() from error
        return kind, value


def _start_child() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _write(stream: IO[bytes], kind: str, value: Any) -> None:
    pickle.dump((kind, value), stream, pickle.HIGHEST_PROTOCOL)
    stream.flush()


def _not_here(slice_index: int) -> NDArray[int16]:
    raise DetectionError(f"slice {slice_index} was not sent to the detector's process")


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """The child: load the detector, then answer until the other side is gone."""
    try:
        _, (checkpoint, device, is_gated) = pickle.load(requests)
        notify = partial(_write, answers, "notice")
        detector = _load(checkpoint, device, is_gated, notify)
        _write(answers, "ready", (detector.device_name, detector.batch_size))
        _answer(requests, answers, detector)
    except (EOFError, BrokenPipeError):
        return
    except DetectionError as error:
        _write(answers, "error", str(error))
    except Exception as error:
        _write(answers, "error", f"The detector failed: {type(error).__name__}: {error}")


def _load(
    checkpoint: Path, device: str, is_gated: bool, on_notice: Callable[[str], None]
) -> "Detector":
    import torch

    from lesion_viewer.detection.detector import load_detector

    # One core stays free for the window, which also goes first where all are busy.
    torch.set_num_threads(max(torch.get_num_threads() - 1, 1))
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    return load_detector(checkpoint, device, on_notice=on_notice, is_gated=is_gated)


def _answer(requests: IO[bytes], answers: IO[bytes], detector: "Detector") -> None:
    volume: CTVolume | None = None
    while True:
        kind, value = pickle.load(requests)
        if kind == "volume":
            volume = CTVolume(value)
        assert volume is not None, "a volume comes before its slices"
        if kind == "missing":
            volume.failures = value
        elif kind == "slice":
            volume.put(*value)
        elif kind == "detect":
            for found in detector.detect(volume, value):
                _write(answers, "found", found)
            _write(answers, "done", detector.batch_size)


if __name__ == "__main__":
    # What a library prints must not get between the answers.
    answering = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # Under its own name, so that what is pickled on the other side is found here.
    from lesion_viewer.detection import detector_process

    detector_process._serve(sys.stdin.buffer, answering)
