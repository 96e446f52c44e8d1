"""Whether a window can be opened, and what is said where it can't."""

import sys

import pytest

from lesion_viewer.ui.shell import display
from lesion_viewer.ui.shell.display import why_no_window

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="X11 libraries are Linux's")


@pytest.fixture(autouse=True)
def x11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":0")


def test_a_missing_x11_library_is_named_before_qt_ends_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(display, "X11_LIBRARIES", {"libnot-there.so.0": "libnot-there0"})
    assert "system packages: libnot-there0" in why_no_window()


def test_a_window_can_be_opened_where_all_libraries_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "X11_LIBRARIES", {"libc.so.6": "libc6"})
    assert why_no_window() == ""


def test_without_any_display_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY")
    assert "no display" in why_no_window()
