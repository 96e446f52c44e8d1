"""A Python module in a process of its own, with which this process exchanges messages.

A message is a head of JSON types and a payload of bytes; the two ends define the content of the
payload. Libraries that may crash, hang or exhaust the memory run in such a process.
"""

import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO, Any

from lesion_viewer.errors import LesionViewerError

FRAME = struct.Struct("<IQ")
"""Precedes each message: lengths of its head and of its payload in bytes."""
MAX_HEAD_BYTES = 2**16
END_S = 5.0
"""Longest time to wait for a killed process; one inside a driver may never end."""

Head = dict[str, Any]


class ChildEnded(LesionViewerError):
    """A child has ended, was killed, or sent no valid message."""


class ChildProcess:
    """A process that runs ``python -m module``; used by one thread at a time, except ``close``.

    Parameters
    ----------
    module : str
        Name of the module that the child runs.
    environment : Mapping[str, str] | None
        Variables that the child has in addition to those of this process.
    is_silent : bool
        Whether the stderr of the child is discarded.

    Attributes
    ----------
    late_s : float
        Seconds after which ``within`` killed the child; 0 where it did not.
    """

    def __init__(
        self, module: str, environment: Mapping[str, str] | None = None, is_silent: bool = True
    ) -> None:
        self.module = module
        self.late_s = 0.0
        self._process = subprocess.Popen(
            # -P: modules in the current folder must not be imported.
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if is_silent else None,
            env={**os.environ, **(environment or {})},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    @property
    def pid(self) -> int:
        """Process id of the child."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Exit status, negative for a signal; None while the child runs."""
        return self._process.poll()

    @property
    def is_alive(self) -> bool:
        """Whether the child still runs."""
        return self.returncode is None

    def send(self, head: Head, payload: bytes | memoryview = b"") -> None:
        """Send a message.

        Parameters
        ----------
        head : Head
            Values of JSON types.
        payload : bytes | memoryview
            Bytes that belong to the head.

        Raises
        ------
        ChildEnded
            The child does not read any more.
        """
        try:
            write_message(_pipe(self._process.stdin), head, payload)
        except (OSError, ValueError) as error:  # ValueError: the pipe is closed
            raise ChildEnded("the process has ended") from error

    def receive(self, most_bytes: int = 2**63) -> tuple[Head, bytes]:
        """The next message.

        Parameters
        ----------
        most_bytes : int
            Largest payload that is accepted.

        Returns
        -------
        tuple[Head, bytes]
            Head and payload.

        Raises
        ------
        ChildEnded
            The child ends before the message does, or sends no valid message.
        """
        try:
            message = read_message(_pipe(self._process.stdout), most_bytes)
        except (OSError, ValueError) as error:
            raise ChildEnded("the process sent no message") from error
        if message is None:
            raise ChildEnded("the process has ended")
        return message

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Kill the child unless the block ends in time.

        Parameters
        ----------
        seconds : float
            Time limit; ``late_s`` is set to it where it is exceeded.

        Yields
        ------
        None
            Once; the limit holds until the block ends.
        """

        def give_up() -> None:
            self.late_s = seconds
            self.kill()

        timer = threading.Timer(seconds, give_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def kill(self) -> None:
        """Kill the child, from any thread, even where it is stopped or hangs."""
        self._process.kill()

    def wait(self) -> None:
        """Wait at most ``END_S`` for a killed child to end."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_S)

    def close(self) -> None:
        """Kill the child and close its pipes; not while another thread receives from it."""
        self.kill()
        self.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # unsent bytes are discarded
                _pipe(pipe).close()


def write_message(stream: IO[bytes], head: Head, payload: bytes | memoryview = b"") -> None:
    """Write a message and flush the stream.

    Parameters
    ----------
    stream : IO[bytes]
        Stream to write to.
    head : Head
        Values of JSON types.
    payload : bytes | memoryview
        Bytes that belong to the head.
    """
    text = json.dumps(head).encode()
    stream.write(FRAME.pack(len(text), len(payload)) + text)
    stream.write(payload)
    stream.flush()


def read_message(stream: IO[bytes], most_bytes: int = 2**63) -> tuple[Head, bytes] | None:
    """The next message of a stream; None where the stream ends before the message does.

    Parameters
    ----------
    stream : IO[bytes]
        Stream to read from.
    most_bytes : int
        Largest payload that is accepted.

    Returns
    -------
    tuple[Head, bytes] | None
        Head and payload.

    Raises
    ------
    ValueError
        The bytes are not a message, or the message is too large.
    """
    frame = stream.read(FRAME.size)
    if len(frame) < FRAME.size:
        return None
    head_bytes, payload_bytes = FRAME.unpack(frame)
    if head_bytes > MAX_HEAD_BYTES or payload_bytes > most_bytes:
        raise ValueError("a message is larger than it may be")
    text, payload = stream.read(head_bytes), stream.read(payload_bytes)
    if len(text) < head_bytes or len(payload) < payload_bytes:
        return None
    head = json.loads(text)
    if not isinstance(head, dict):
        raise ValueError("a message has no head")
    return head, payload


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None, "both ends of a child are pipes"
    return pipe
