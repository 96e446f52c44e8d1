"""The inside of a child process of ``stoppable``: limits on what it may do, then requests."""

import json
import os
import sys
from collections.abc import Callable
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.system.child_pool import ANSWER, DONE, REFUSED, REQUEST

# What a request may take up on top of what the process does before it.
MEMORY_BYTES = 2**30
MAX_REASON = 2000

Handler = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], NDArray[Any] | None]]


def limit_files() -> None:
    """No core dumps, and no file that is written may have a byte."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def limit_memory(more_bytes: int = MEMORY_BYTES) -> None:
    """Let this process take up so much more than it does now.

    Holds where the system can do that (Linux); elsewhere the size that a header may claim and the
    time are what holds.
    """
    if sys.platform != "linux":
        return
    import resource

    with open("/proc/self/statm", encoding="ascii") as file:
        pages = int(file.read().split()[0])
    most = pages * resource.getpagesize() + more_bytes
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:  # whoever started the program has set a limit
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def serve(handle: Handler) -> None:
    """Answer requests from stdin on stdout until nobody asks any more.

    ``handle`` turns a request and its payload into a head in JSON's types and an array; what it
    raises is the answer's refusal.
    """
    # What a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limit_files()
    answers.write(b"\n")
    answers.flush()
    requests = sys.stdin.buffer
    while len(head := requests.read(REQUEST.size)) == REQUEST.size:
        request_bytes, payload_bytes = REQUEST.unpack(head)
        request = json.loads(requests.read(request_bytes))
        limit_memory()
        _answer(handle, request, requests.read(payload_bytes), answers)


def _answer(handle: Handler, request: dict[str, Any], payload: bytes, answers: IO[bytes]) -> None:
    try:
        entries, array = handle(request, payload)
    except MemoryError:
        os._exit(1)  # the other side says so
    except Exception as error:  # each decoder raises its own kinds
        lines = (line.strip() for line in str(error).splitlines())
        text = "; ".join(filter(None, lines)) or type(error).__name__
        kind, entries, array = REFUSED, {"reason": text[:MAX_REASON]}, None
    else:
        kind = DONE
    head = json.dumps(entries).encode()
    data = b"" if array is None else np.ascontiguousarray(array).tobytes()
    answers.write(ANSWER.pack(kind, len(head), len(data)) + head)
    answers.write(data)
    answers.flush()
