"""A detector in a process of its own, so that nothing it does can hold up a window.

Importing torch holds Python's lock for seconds; in the window's own process it would stand still.
"""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume import CTVolume
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.checkpoint import load_card
from lesion_viewer.errors import DetectionError

if TYPE_CHECKING:
    from lesion_viewer.detection.detector import Detector

STOPPED = "the detector's process has ended"


class ChildDetector:
    """A ``Detector`` whose model lives in a child process.

    Parameters
    ----------
    checkpoint : folder of the checkpoint
    device : ``auto``, ``cpu``, ``cuda`` or ``mps``
    on_notice : is told, on the calling thread, what the detector has to say, such as that it
        went on with smaller batches

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
    ) -> None:
        self.card = load_card(checkpoint)
        self.device_name = ""
        self.batch_size = 1
        self.on_notice = on_notice
        self._checkpoint, self._device = checkpoint, device
        self._process: Any = None
        self._connection: Connection | None = None
        self._sent: set[int] = set()
        self._volume: CTVolume | None = None
        self._closing = threading.Event()
        self._talking = threading.RLock()

    def detect(self, volume: CTVolume, slice_indices: Sequence[int]) -> Iterator[SliceDetections]:
        """What is found on each of the slices, as soon as it is known.

        Raises
        ------
        DetectionError
            Where the detector cannot be loaded or has failed.
        """
        try:
            with self._talking:
                yield from self._ask(volume, slice_indices)
        except (EOFError, OSError) as error:
            self.close()
            raise DetectionError(STOPPED) from error

    @property
    def is_closed(self) -> bool:
        """Whether ``close`` was called, or the child has failed."""
        return self._closing.is_set()

    def close(self) -> None:
        """End the child at once, from any thread; a waiting ``detect`` raises DetectionError."""
        self._closing.set()
        if self._process is not None and self._process.is_alive():
            self._process.terminate()

    def start(self) -> Connection:
        """Start the child and load the model, unless that was done before; ``detect`` does so too.

        Raises
        ------
        DetectionError
            Where the detector cannot be loaded.
        """
        with self._talking:
            if self._connection is None:
                self._connection = self._begin()
            return self._connection

    def _begin(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self._checkpoint, self._device), daemon=True
        )
        self._process.start()
        theirs.close()
        if self._closing.is_set():
            self._process.terminate()
        try:
            while not self.device_name:
                self._hear(*ours.recv())
        except (EOFError, OSError) as error:
            raise DetectionError(STOPPED) from error
        return ours

    def _ask(self, volume: CTVolume, slice_indices: Sequence[int]) -> Iterator[SliceDetections]:
        connection = self.start()
        self._send_voxels(connection, volume, slice_indices)
        connection.send(("detect", tuple(slice_indices)))
        while True:
            kind, value = connection.recv()
            if kind == "done":
                self.batch_size = value
                return
            if kind == "found":
                yield value
            else:
                self._hear(kind, value)

    def _hear(self, kind: str, value: Any) -> None:
        if kind == "error":
            self.close()
            raise DetectionError(value)
        if kind == "notice":
            self.on_notice(value)
        if kind == "ready":
            self.device_name, self.batch_size = value

    def _send_voxels(
        self, connection: Connection, volume: CTVolume, slice_indices: Sequence[int]
    ) -> None:
        """Send the slices that the model looks at and that the child does not have yet."""
        series = volume.series
        if volume is not self._volume:
            connection.send(("volume", replace(series, decode=_not_here)))
            self._volume, self._sent = volume, set()
        missing = volume.failures.copy()
        connection.send(("missing", missing))
        for slice_index in slice_indices:
            seen = self.card.input.slices_around(
                slice_index, len(volume), series.spacing_mm, missing
            )
            for index in set(seen) - self._sent:
                connection.send(("slice", (index, volume.voxels[index])))
                self._sent.add(index)


def _not_here(slice_index: int) -> NDArray[np.int16]:
    raise DetectionError(f"slice {slice_index} was not sent to the detector's process")


def _serve(connection: Connection, checkpoint: Path, device: str) -> None:
    """The child: load the detector, then answer until the other side is gone."""
    import torch

    from lesion_viewer.detection.detector import load_detector

    # One core stays free for the window, which also goes first where all are busy.
    torch.set_num_threads(max(torch.get_num_threads() - 1, 1))
    if hasattr(os, "nice"):
        os.nice(5)

    def notice(text: str) -> None:
        connection.send(("notice", text))

    try:
        detector = load_detector(checkpoint, device, on_notice=notice)
        connection.send(("ready", (detector.device_name, detector.batch_size)))
        _answer(connection, detector)
    except (EOFError, OSError):
        return
    except DetectionError as error:
        connection.send(("error", str(error)))
    except Exception as error:
        connection.send(("error", f"the detector failed: {type(error).__name__}: {error}"))


def _answer(connection: Connection, detector: "Detector") -> None:
    volume: CTVolume | None = None
    while True:
        kind, value = connection.recv()
        if kind == "volume":
            series: Series = value
            volume = CTVolume(series)
        assert volume is not None, "a volume comes before its slices"
        if kind == "missing":
            volume.failures = value
        elif kind == "slice":
            volume.put(*value)
        elif kind == "detect":
            for found in detector.detect(volume, value):
                connection.send(("found", found))
            connection.send(("done", detector.batch_size))
