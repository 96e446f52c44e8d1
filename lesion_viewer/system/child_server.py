"""The code that runs in a child process: its message streams and its limits."""

import os
import sys
from collections.abc import Callable
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.system.child_process import read_message, write_message

MEMORY_BYTES = 2**30
"""Memory that a request may use in addition to that of the idle process."""
MAX_REASON = 2000

Handler = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], NDArray[Any] | None]]


def limit_files() -> None:
    """Disable core dumps and all writing to files in this process."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def limit_memory(more_bytes: int = MEMORY_BYTES) -> None:
    """Limit how much more memory this process may allocate.

    Only Linux supports the limit; elsewhere limits on stated sizes and on time apply.

    Parameters
    ----------
    more_bytes : int
        Bytes on top of the present size of the process.
    """
    if sys.platform != "linux":
        return
    import resource

    with open("/proc/self/statm", encoding="ascii") as file:
        pages = int(file.read().split()[0])
    most = pages * resource.getpagesize() + more_bytes
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:  # the program was started with a limit
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def message_streams() -> tuple[IO[bytes], IO[bytes]]:
    """The streams of incoming and outgoing messages.

    From here on, stdout of libraries goes to stderr, so that it does not corrupt the messages.

    Returns
    -------
    tuple[IO[bytes], IO[bytes]]
        Requests and answers.
    """
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, answers


def serve(handle: Handler) -> None:
    """Answer the requests of a ``child_pool`` until they end.

    Parameters
    ----------
    handle : Handler
        Turns a request and its payload into a head of JSON types and an array; its exceptions
        become refusals.
    """
    requests, answers = message_streams()
    limit_files()
    write_message(answers, {"ready": True})
    while (message := read_message(requests)) is not None:
        limit_memory()
        _answer(handle, *message, answers)


def _answer(handle: Handler, request: dict[str, Any], payload: bytes, answers: IO[bytes]) -> None:
    try:
        head, array = handle(request, payload)
    except MemoryError:
        os._exit(1)  # the parent reports it
    except Exception as error:  # each decoder raises its own types
        lines = (line.strip() for line in str(error).splitlines())
        text = "; ".join(filter(None, lines)) or type(error).__name__
        head, array = {"refusal": text[:MAX_REASON]}, None
    data = b"" if array is None else np.ascontiguousarray(array).tobytes()
    write_message(answers, head, data)
