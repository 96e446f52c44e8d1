"""Compressed pixels decoded in child processes, which can be stopped.

Decoders are C code that reads what anybody may have written. They run where a limit on memory and
time holds, and where a crash takes nothing with it. The first compressed slice starts a child;
whoever opens plain files never has one.
"""

import atexit
import json
import os
import struct
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from queue import Empty, LifoQueue
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.hounsfield import MAX_SLICE_PIXELS
from lesion_viewer.errors import CTError

# A frame of 512 x 512 takes a hundredth of that.
SECONDS_A_FRAME = 4.0
SECONDS_A_MEGAPIXEL = 2.0
SECONDS_TO_START = 60.0
MAX_ANSWER_TEXT = 2000
DTYPES = ("<u1", "<i1", "<u2", "<i2", "<u4", "<i4")
# Of an answer: whether it is pixels or a text, number of the type, rows, columns, bytes to come.
ANSWER = struct.Struct("<BBIIQ")
REQUEST = struct.Struct("<II")
PIXELS, REFUSED = 1, 2


@dataclass(frozen=True, slots=True)
class FrameForm:
    """What a decoder must know of a frame beside its bytes.

    Attributes
    ----------
    syntax : UID of the transfer syntax
    """

    syntax: str
    rows: int
    columns: int
    bits_allocated: int
    bits_stored: int
    is_signed: bool
    photometric: str


def decode_frame(frame: bytes, form: FrameForm) -> NDArray[Any]:
    """The stored pixels (rows, columns) of a compressed frame.

    Raises
    ------
    CTError
        Where they cannot be decoded within the limits on memory and time, or are not as ``form``
        says.
    """
    child = _borrow()
    try:
        stored = child.decode(frame, form)
    except CTError:
        _give_back(child)
        raise
    except BaseException:
        child.end()
        raise
    _give_back(child)
    if stored.shape != (form.rows, form.columns):
        raise CTError(f"holds pixels of shape {stored.shape}, not as its header says")
    return stored


class _Child:
    """A process that decodes one frame after the other; for one thread at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            # -P: nothing is imported from the folder that the program happens to be started in.
            [sys.executable, "-P", "-m", "lesion_viewer.ct.decoding_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._is_stopped = False
        with self._limit(SECONDS_TO_START):
            if self._read(1) != b"\n":
                raise self._failure("could not be decoded: the decoder does not start")

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def decode(self, frame: bytes, form: FrameForm) -> NDArray[Any]:
        seconds = SECONDS_A_FRAME + SECONDS_A_MEGAPIXEL * form.rows * form.columns / 1e6
        with self._limit(seconds):
            self._send(frame, form)
            head = self._read(ANSWER.size)
            if len(head) == ANSWER.size:
                kind, dtype, rows, columns, size = ANSWER.unpack(head)
                if kind == PIXELS and dtype < len(DTYPES):
                    return self._pixels(np.dtype(DTYPES[dtype]), rows, columns, size)
                if kind == REFUSED and size <= MAX_ANSWER_TEXT * 4:
                    raise CTError(self._read(size).decode("utf-8", "replace"))
        if self._is_stopped:
            raise self._failure(f"cannot be decoded: not done in {seconds:.0f} s, and stopped")
        raise self._failure("cannot be decoded: the decoder crashed or ran out of memory")

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                _open(pipe).close()
            except OSError:
                pass  # what was not sent is no loss

    def _pixels(self, dtype: np.dtype[Any], rows: int, columns: int, size: int) -> NDArray[Any]:
        if rows * columns > MAX_SLICE_PIXELS or rows * columns * dtype.itemsize != size:
            raise self._failure("cannot be decoded: the decoder's answer makes no sense")
        data = self._read(size)
        if len(data) != size:
            raise self._failure("cannot be decoded: the decoder crashed or was stopped")
        return np.frombuffer(data, dtype).reshape(rows, columns)

    def _send(self, frame: bytes, form: FrameForm) -> None:
        head = json.dumps(asdict(form)).encode()
        stdin = _open(self._process.stdin)
        try:
            stdin.write(REQUEST.pack(len(head), len(frame)) + head)
            stdin.write(frame)
            stdin.flush()
        except OSError:
            pass  # a child that is gone gives no answer, which is noticed then

    def _read(self, size: int) -> bytes:
        return _open(self._process.stdout).read(size)

    def _limit(self, seconds: float) -> "_Limit":
        return _Limit(seconds, self._stop)

    def _stop(self) -> None:
        self._is_stopped = True
        self._process.kill()

    def _failure(self, text: str) -> CTError:
        self.end()
        return CTError(text)


class _Limit:
    """Calls ``stop`` unless the block ends within so many seconds."""

    def __init__(self, seconds: float, stop: Any) -> None:
        self._timer = threading.Timer(seconds, stop)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None, "both ends of a child are pipes"
    return pipe


_idle: LifoQueue[_Child] = LifoQueue()


def _borrow() -> _Child:
    """A child that nobody uses, a new one where all are at work."""
    while True:
        try:
            child = _idle.get_nowait()
        except Empty:
            return _Child()
        if child.is_alive:
            return child
        child.end()


def _give_back(child: _Child) -> None:
    if child.is_alive:
        _idle.put(child)


@atexit.register
def end_children() -> None:
    """End all children that are not at work; new ones start when they are needed."""
    while True:
        try:
            _idle.get_nowait().end()
        except Empty:
            return
