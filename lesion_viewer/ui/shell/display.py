"""Whether Qt can open a window here; imports nothing of Qt."""

import ctypes
import os
import sys

X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What Qt's X11 plugin loads beside X itself, with Debian's package; without one of them Qt ends
the program."""


def why_no_window() -> str:
    """Why no window can be opened here, as a part of a sentence; empty where one can."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform in ("offscreen", "minimal"):
        return f"there is no display (QT_QPA_PLATFORM is {platform})"
    if sys.platform in ("win32", "darwin") or platform not in ("", "xcb"):
        return ""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return "there is no display to open a window on"
    if os.environ.get("WAYLAND_DISPLAY") and not platform:
        return ""
    missing = [package for library, package in X11_LIBRARIES.items() if not _can_load(library)]
    if not missing:
        return ""
    return f"Qt cannot use the X11 display without these system packages: {' '.join(missing)}"


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
