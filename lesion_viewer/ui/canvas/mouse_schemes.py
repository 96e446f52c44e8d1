"""Which button drags what."""

from PySide6.QtCore import Qt

LEFT, MIDDLE, RIGHT = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.MiddleButton,
    Qt.MouseButton.RightButton,
)
SCHEMES: dict[str, dict[Qt.MouseButton, str]] = {
    "default": {LEFT: "window", MIDDLE: "pan", RIGHT: "zoom"},
    "pacs": {LEFT: "scroll", MIDDLE: "pan", RIGHT: "window"},
}
"""Scheme -> button -> what its drag does; with ``pacs`` the right button changes the window."""
