"""Work in child processes that can be stopped: decoders and readers in C, on anybody's files.

They run where a limit on memory and time holds, and where a crash takes nothing with it. A child
is started when it is first needed and kept for the next request.
"""

import atexit
import json
import os
import struct
import subprocess
import sys
import threading
from collections import defaultdict
from queue import Empty, LifoQueue
from typing import IO, Any

from lesion_viewer.errors import CTError

SECONDS_TO_START = 60.0
MAX_HEAD_BYTES = 2**16
REQUEST = struct.Struct("<IQ")
# Whether it is an answer or a refusal; bytes of its head, and of what follows.
ANSWER = struct.Struct("<BIQ")
DONE, REFUSED = 1, 2

Answer = tuple[dict[str, Any], bytes]


def ask(
    module: str, request: dict[str, Any], payload: bytes, seconds: float, most_bytes: int
) -> Answer:
    """What a child that runs ``module`` answers to a request.

    Nothing that it sends is unpickled or run: a head in JSON, and bytes.

    Parameters
    ----------
    module : whose process answers, see ``serving``
    request, payload : in JSON's types, and bytes
    seconds : after which the child is stopped
    most_bytes : that an answer may bring

    Raises
    ------
    CTError
        Where the child refuses, crashes, runs out of memory, or takes longer.
    """
    child = _borrow(module)
    try:
        answer = child.ask(request, payload, seconds, most_bytes)
    except CTError:
        _give_back(child)
        raise
    except BaseException:
        child.end()
        raise
    _give_back(child)
    return answer


class _Child:
    """A process that answers one request after the other; for one thread at a time."""

    def __init__(self, module: str) -> None:
        self.module = module
        self._process = subprocess.Popen(
            # -P: nothing is imported from the folder that the program happens to be started in.
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._is_stopped = False
        with _Limit(SECONDS_TO_START, self):
            if self._read(1) != b"\n":
                raise self._failure("cannot be read: the process that reads it does not start")

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(
        self, request: dict[str, Any], payload: bytes, seconds: float, most_bytes: int
    ) -> Answer:
        with _Limit(seconds, self):
            self._send(request, payload)
            head = self._read(ANSWER.size)
            if len(head) == ANSWER.size:
                kind, head_bytes, data_bytes = ANSWER.unpack(head)
                if head_bytes > MAX_HEAD_BYTES or data_bytes > most_bytes:
                    raise self._failure("cannot be decoded: the decoder's answer makes no sense")
                text, data = self._read(head_bytes), self._read(data_bytes)
                if len(text) == head_bytes and len(data) == data_bytes:
                    entries = json.loads(text)
                    if kind == REFUSED:
                        raise CTError(str(entries["reason"]))
                    return entries, data
        if self._is_stopped:
            raise self._failure(f"cannot be decoded: not done in {seconds:.0f} s, and stopped")
        raise self._failure("cannot be decoded: the decoder crashed or ran out of memory")

    def stop(self) -> None:
        self._is_stopped = True
        self._process.kill()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                _open(pipe).close()
            except OSError:
                pass  # what was not sent is no loss

    def _send(self, request: dict[str, Any], payload: bytes) -> None:
        head = json.dumps(request).encode()
        stdin = _open(self._process.stdin)
        try:
            stdin.write(REQUEST.pack(len(head), len(payload)) + head)
            stdin.write(payload)
            stdin.flush()
        except OSError:
            pass  # a child that is gone gives no answer, which is noticed then

    def _read(self, size: int) -> bytes:
        return _open(self._process.stdout).read(size)

    def _failure(self, text: str) -> CTError:
        self.end()
        return CTError(text)


class _Limit:
    """Stops a child unless the block ends within so many seconds."""

    def __init__(self, seconds: float, child: _Child) -> None:
        self._timer = threading.Timer(seconds, child.stop)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None, "both ends of a child are pipes"
    return pipe


_idle: defaultdict[str, LifoQueue[_Child]] = defaultdict(LifoQueue)


def _borrow(module: str) -> _Child:
    """A child that nobody uses, a new one where all are at work."""
    while True:
        try:
            child = _idle[module].get_nowait()
        except Empty:
            return _Child(module)
        if child.is_alive:
            return child
        child.end()


def _give_back(child: _Child) -> None:
    if child.is_alive:
        _idle[child.module].put(child)


@atexit.register
def end_children() -> None:
    """End all children that are not at work; new ones start when they are needed."""
    for children in _idle.values():
        while not children.empty():
            try:
                children.get_nowait().end()
            except Empty:
                break
