"""The log for support: which code ran, without names of files or persons.

No text that comes from outside the code is written. Of an exception its type and the places in the
code are kept, not its message, which may name a file; of a record's values the numbers and the
``LogName``s. What Qt says ends where a path could begin.
"""

import logging
import os
import platform
import queue
import re
import traceback
from copy import copy
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from types import TracebackType

from lesion_viewer import __version__
from lesion_viewer.system.home_folder import home_folder

MAX_BYTES = 500_000
OLDER_FILES = 3
PATH = re.compile(r"\S*[/\\].*", re.DOTALL)
HIDDEN = "..."

Raised = tuple[type[BaseException], BaseException, TracebackType | None]
Nothing = tuple[None, None, None]


class LogName(str):
    """A text that is written into the log: a name from the code, or of a device or detector."""

    __slots__ = ()


class CleanFormatter(logging.Formatter):
    """Writes a record without any text from outside the code."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802, D102
        record.message = _clean_message(record)
        return super().formatMessage(record)

    def formatException(self, raised: Raised | Nothing) -> str:  # noqa: N802, D102
        return _places(raised[1])


class CleanQueueHandler(QueueHandler):
    """Makes a record plain text on the thread that logs, and leaves the writing to another one."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:  # noqa: D102
        record = copy(record)
        record.msg, record.args = self.format(record), None
        record.exc_info = record.exc_text = record.stack_info = None
        return record


def log_path() -> Path:
    """The log's file, in the program's home folder."""
    return home_folder() / "log" / "lesion-viewer.log"


def start_log() -> QueueListener | None:
    """Log into the home folder until the listener is stopped; None where that is impossible.

    The file is rotated. A listener thread writes it, so that code which logs does not wait for the
    disk.
    """
    try:
        log_path().parent.mkdir(parents=True, exist_ok=True)
        file = RotatingFileHandler(
            log_path(), maxBytes=MAX_BYTES, backupCount=OLDER_FILES, encoding="utf-8"
        )
    except OSError:
        return None
    file.setFormatter(logging.Formatter("%(message)s"))
    records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    handler = CleanQueueHandler(records)
    handler.setFormatter(CleanFormatter())
    logger = logging.getLogger("lesion_viewer")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logging.raiseExceptions = False  # a full disk must not fill the terminal
    listener = QueueListener(records, file)
    listener.start()
    logger.info(
        "lesion-viewer %s, Python %s on %s, %d cores",
        LogName(__version__),
        LogName(platform.python_version()),
        LogName(platform.system()),
        os.cpu_count() or 0,
    )
    return listener


def stop_log(listener: QueueListener | None) -> None:
    """Write the records that wait, and close the file.

    Parameters
    ----------
    listener : QueueListener | None
        What ``start_log`` returned.
    """
    logger = logging.getLogger("lesion_viewer")
    for queued in [h for h in logger.handlers if isinstance(h, CleanQueueHandler)]:
        logger.removeHandler(queued)
    if listener is not None:
        listener.stop()
        for file in listener.handlers:
            file.close()


def last_lines(count: int) -> list[str]:
    """The last lines of the log.

    Parameters
    ----------
    count : int
        Number of lines.

    Returns
    -------
    list[str]
        Lines of the log; none where there is no log.
    """
    try:
        return log_path().read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
    except OSError:
        return []


def _clean_message(record: logging.LogRecord) -> str:
    if not isinstance(record.msg, str):
        return HIDDEN
    if record.name == "lesion_viewer.qt":
        return PATH.sub(HIDDEN, record.msg)
    values = record.args if isinstance(record.args, tuple) else ()
    try:
        return record.msg % tuple(map(_clean_value, values)) if values else record.msg
    except (TypeError, ValueError):
        return HIDDEN


def _clean_value(value: object) -> object:
    return value if isinstance(value, int | float | LogName) else HIDDEN


def _places(error: BaseException | None) -> str:
    """Types of an exception and of those it came from, and where in the code each was raised."""
    lines = []
    while error is not None:
        lines.append(f"  {type(error).__module__}.{type(error).__qualname__}")
        for place in traceback.extract_tb(error.__traceback__):
            lines.append(f"    {Path(place.filename).name}:{place.lineno} in {place.name}")
        error = error.__cause__ or error.__context__
    return "\n".join(lines)
