"""Child processes that answer one request after another, for decoders and readers written in C.

These libraries read files that anyone may have written. Memory and time of each request are
limited, and a crash ends only the child. A child is started on demand and reused.
"""

import atexit
from collections import defaultdict
from queue import Empty, LifoQueue
from typing import Any

from lesion_viewer.errors import CTError
from lesion_viewer.system.child_process import ChildEnded, ChildProcess

SECONDS_TO_START = 60.0
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

Answer = tuple[dict[str, Any], bytes]


def ask(
    module: str, request: dict[str, Any], payload: bytes, seconds: float, most_bytes: int
) -> Answer:
    """The answer of a child process to a request.

    The answer is a head in JSON and bytes; nothing in it is unpickled or executed.

    Parameters
    ----------
    module : str
        Module that the child runs; it calls ``child_server.serve``.
    request : dict[str, Any]
        Values of JSON types.
    payload : bytes
        Bytes that belong to the request.
    seconds : float
        Time after which the child is killed.
    most_bytes : int
        Largest payload that an answer may have.

    Returns
    -------
    Answer
        Head and payload of the answer.

    Raises
    ------
    CTError
        The child refuses the request, crashes, runs out of memory, or takes longer.
    """
    child = _borrow(module)
    try:
        answer = _answer(child, request, payload, seconds, most_bytes)
    except CTError:
        _give_back(child)
        raise
    except BaseException:
        child.close()
        raise
    _give_back(child)
    return answer


def _answer(
    child: ChildProcess, request: dict[str, Any], payload: bytes, seconds: float, most_bytes: int
) -> Answer:
    try:
        with child.within(seconds):
            child.send(request, payload)
            head, data = child.receive(most_bytes)
    except ChildEnded as error:
        child.close()
        if child.late_s:
            text = f"cannot be decoded: not done in {seconds:.0f} s, and stopped"
        elif isinstance(error.__cause__, ValueError):
            text = "cannot be decoded: the answer of the decoder is not valid"
        else:
            text = "cannot be decoded: the decoder crashed or ran out of memory"
        raise CTError(text) from error
    if "refusal" in head:
        raise CTError(str(head["refusal"]))
    return head, data


_idle: defaultdict[str, LifoQueue[ChildProcess]] = defaultdict(LifoQueue)


def _borrow(module: str) -> ChildProcess:
    """An idle child; a new one where all are busy."""
    while True:
        try:
            child = _idle[module].get_nowait()
        except Empty:
            return _started(module)
        if child.is_alive:
            return child
        child.close()


def _started(module: str) -> ChildProcess:
    """A new child that is ready for requests."""
    child = ChildProcess(module, ONE_THREAD)
    try:
        with child.within(SECONDS_TO_START):
            child.receive()
    except ChildEnded as error:
        child.close()
        raise CTError("cannot be read: the process that reads it does not start") from error
    return child


def _give_back(child: ChildProcess) -> None:
    if child.is_alive:
        _idle[child.module].put(child)


@atexit.register
def end_children() -> None:
    """End all idle children; new ones start on demand."""
    for children in _idle.values():
        while not children.empty():
            try:
                children.get_nowait().close()
            except Empty:
                break
