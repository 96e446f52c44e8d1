"""Work that takes longer than a frame, on a thread of its own."""

import gc
import logging
import threading
import time
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, SignalInstance

from lesion_viewer.errors import ExchangeError, LesionViewerError
from lesion_viewer.extras import missing
from lesion_viewer.ui.support_log import LogName
from lesion_viewer.ui.texts import tr

log = logging.getLogger(__name__)

_running: set["Worker"] = set()


class Worker(QThread):
    """A piece of work on its own thread; subclasses implement ``work`` and never touch a widget.

    Parameters
    ----------
    on_error : SignalInstance
        Receives one sentence where the work fails.
    parent : QObject | None
        Owner of the thread; None for none.

    Signals
    -------
    errored : the work failed; one sentence for the reader. Emitted at most once.
    finished : (Qt's own) the work is over: done, cancelled or failed
    """

    errored = Signal(str)

    def __init__(self, on_error: SignalInstance, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cancelled = threading.Event()
        self.errored.connect(on_error)

    def begin(self) -> None:
        """Start the work; a reference keeps the worker alive until it is over."""
        _running.add(self)
        self.finished.connect(self._forget)
        self.start()

    def cancel(self) -> None:
        """Ask the work to end at its next step; later signals are to be ignored."""
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether the work was asked to end."""
        return self._cancelled.is_set()

    @abstractmethod
    def work(self) -> None:
        """Do the work; runs on the worker's thread."""

    def run(self) -> None:
        """Qt's entry point of the thread."""
        try:
            self.work()
        except LesionViewerError as error:
            if self.is_cancelled:
                log.info("%s was stopped", LogName(type(self).__name__))
                return
            log.warning("%s could not do its work", LogName(type(self).__name__), exc_info=True)
            self.errored.emit(str(error))
        except Exception as error:
            log.exception("%s failed unexpectedly", LogName(type(self).__name__))
            if not self.is_cancelled:
                self.errored.emit(
                    tr("Unexpected error: {error}", error=f"{type(error).__name__}: {error}")
                )

    def _forget(self) -> None:
        _running.discard(self)


def stop_all_workers(timeout_s: float = 5.0) -> bool:
    """Cancel every worker and wait for it, at the end of the program.

    A worker that does not end, such as one that reads from a share that is gone, stays referenced:
    Qt aborts where a thread is deleted while it runs.

    Parameters
    ----------
    timeout_s : float
        For all workers together.

    Returns
    -------
    bool
        Whether all have ended.
    """
    for worker in tuple(_running):
        worker.cancel()
    end = time.monotonic() + timeout_s
    for worker in tuple(_running):
        if worker.wait(max(int((end - time.monotonic()) * 1000), 1)):
            _running.discard(worker)
    return not _running


@contextmanager
def no_collection() -> Iterator[None]:
    """Switch the garbage collector off: with many new objects it stops all threads for long."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def extra_told() -> Iterator[None]:
    """Name in one sentence the extra whose packages the block lacks.

    Raises
    ------
    ExchangeError
        Where it lacks one.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise ExchangeError(missing(error.name)) from error


class Batcher:
    """Collects values and hands them on together, at most every ``interval_s``.

    A thread that answers often would otherwise flood the GUI thread with signals. The first value
    goes out at once. Safe to call from several threads.

    Parameters
    ----------
    send : Callable[[list[Any]], object]
        Called with a list of values.
    interval_s : float
        Shortest time between two calls.
    """

    def __init__(self, send: Callable[[list[Any]], object], interval_s: float = 0.1) -> None:
        self._send = send
        self._interval_s = interval_s
        self._values: list[Any] = []
        self._sent_at = float("-inf")
        self._lock = threading.Lock()

    def add(self, value: Any) -> None:
        """Take a value; send all that wait where the last call is long enough ago.

        Parameters
        ----------
        value : Any
            The value to pass on.
        """
        with self._lock:
            self._values.append(value)
            if time.monotonic() - self._sent_at < self._interval_s:
                return
            values = self._take()
        self._send(values)

    def flush(self) -> None:
        """Send the values that wait."""
        with self._lock:
            values = self._take()
        if values:
            self._send(values)

    def _take(self) -> list[Any]:
        values, self._values = self._values, []
        self._sent_at = time.monotonic()
        return values
