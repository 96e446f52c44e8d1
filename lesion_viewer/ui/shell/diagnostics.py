"""A report of program and machine for those who help; it names no study and no person."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from lesion_viewer import __version__
from lesion_viewer.ui.settings import Settings
from lesion_viewer.ui.support_log import last_lines

PACKAGES = ("PySide6-Essentials", "numpy", "pydicom", "python-gdcm", "SimpleITK", "torch")
LOG_LINES = 100


def diagnostics(settings: Settings, detectors: list[str]) -> str:
    """A text to paste into a report: versions, machine, choices, and the end of the log.

    It leaves out the reader's name, the paths that were opened and the home folder.

    Parameters
    ----------
    settings : Settings
        Of the reader.
    detectors : list[str]
        Names and versions of the detectors that are installed.

    Returns
    -------
    str
        Several lines.
    """
    screens = ", ".join(
        f"{s.size().width()} x {s.size().height()} at {s.devicePixelRatio():g}"
        for s in QGuiApplication.screens()
    )
    lines = [
        f"lesion-viewer {__version__}",
        f"Python {platform.python_version()}, {platform.system()} {platform.release()}"
        f" {platform.machine()}, {os.cpu_count()} cores",
        f"Qt {qVersion()} on {QGuiApplication.platformName()}, screens {screens}",
        *(f"{name} {_version_of(name)}" for name in PACKAGES),
        f"detectors: {', '.join(detectors) or 'none'}; chosen: {settings.detector or 'the first'}",
        f"device {settings.device}, mouse {settings.mouse_scheme},"
        f" on opening: {settings.detect_on_opening}, everywhere: {settings.search_everywhere},"
        f" recent kept: {settings.keep_recent}",
        "",
        *(last_lines(LOG_LINES) or ["no log"]),
    ]
    return "\n".join(lines)


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
