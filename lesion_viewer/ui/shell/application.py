"""The running program: its QApplication, its windows, and errors that nobody expected."""

import gc
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from lesion_viewer.ui.settings import load_settings
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.style import apply_style
from lesion_viewer.ui.support_log import start_log, stop_log
from lesion_viewer.ui.texts import install_language, tr
from lesion_viewer.ui.workers import stop_all_workers

log = logging.getLogger("lesion_viewer")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def make_application() -> QApplication:
    """The application with its style; the one that runs already, where there is one."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(["lesion-viewer"])
    application.setApplicationName("lesion-viewer")
    application.setDesktopFileName("lesion-viewer")
    application.setApplicationDisplayName("Lesion Viewer")
    settings = load_settings()
    apply_style(application, settings.theme, settings.text_percent)
    return application


def run_windows(
    paths: Sequence[Path],
    annotations: Path | None = None,
    session_file: Path | None = None,
    labels: str = "",
) -> int:
    """Open a window for each path, or an empty one, and run until the last is closed.

    Parameters
    ----------
    paths : Sequence[Path]
        Of studies, or of a project's images.
    annotations : Path | None
        A file of labels for them.
    session_file : Path | None
        The review, where it is not in its usual place.
    labels : str
        Those of a label volume that are taken; empty takes what looks like lesions.

    Returns
    -------
    int
        Exit status of the program.
    """
    listener = start_log()
    application = make_application()
    install_language(load_settings().language)
    windows = [MainWindow() for _ in paths or (None,)]
    report_unexpected(windows)
    for window in windows:
        window.show()
    windows[0].show_first_notice()
    for window, path in zip(windows, paths, strict=False):
        window.open(path, annotations, session_file, labels)
    gc.freeze()  # modules and widgets stay: a search through them stops the window for a moment
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C ends at once; the journal loses nothing
    status = application.exec()
    if not stop_all_workers():
        log.warning("a worker does not end; the program ends without it")
        stop_log(listener)
        os._exit(status)
    stop_log(listener)
    return status


def report_unexpected(windows: Sequence[MainWindow]) -> None:
    """Log errors that nobody expected, and show them in the windows, which stay open.

    Parameters
    ----------
    windows : Sequence[MainWindow]
        All windows of the program.
    """

    def hook(
        kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, traceback)
            return
        log.error("unexpected error", exc_info=(kind, error, traceback))
        for window in windows:
            window.message_bar.show_error(
                tr(
                    "Unexpected error, the review is kept: {error}",
                    error=f"{kind.__name__}: {error}",
                )
            )

    sys.excepthook = hook
    qInstallMessageHandler(_log_qt)


def _log_qt(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    logging.getLogger("lesion_viewer.qt").log(_LEVELS[kind], text)
