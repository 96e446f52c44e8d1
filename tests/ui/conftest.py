"""A window over real DICOM files of a small phantom."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.dicom_writing import write_series
from lesion_viewer.ct.phantom import Phantom, make_phantom
from lesion_viewer.ui.main_window import MainWindow
from lesion_viewer.ui.settings import Settings
from lesion_viewer.ui.style import apply_style
from lesion_viewer.ui.workers import stop_all_workers

SHAPE = (24, 128, 128)
SPACING_MM = (10.0, 3.0, 3.0)

MakeWindow = Callable[..., MainWindow]


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["lesion-viewer"]


@pytest.fixture(scope="session")
def phantom() -> Phantom:
    return make_phantom(7, SHAPE, SPACING_MM, lesions=3)


@pytest.fixture(scope="session")
def study_folder(tmp_path_factory: pytest.TempPathFactory, phantom: Phantom) -> Path:
    folder = tmp_path_factory.mktemp("study")
    write_series(folder, phantom.hu, phantom.spacing_mm, seed=7)
    return folder


@pytest.fixture
def make_window(qtbot: QtBot, qapp: QApplication) -> Iterator[MakeWindow]:
    """Makes windows that do not detect on opening, and closes them at the end."""
    apply_style(qapp)
    windows: list[MainWindow] = []

    def make(**settings: object) -> MainWindow:
        chosen = {"reader": "tester", "notice_accepted": True, "detect_on_opening": False}
        window = MainWindow(Settings(**{**chosen, **settings}))
        windows.append(window)
        qtbot.addWidget(window)
        window.show()
        return window

    yield make
    for window in windows:
        window.close()
    stop_all_workers()


@pytest.fixture
def open_window(make_window: MakeWindow, qtbot: QtBot, study_folder: Path) -> MakeWindow:
    """Makes a window with the phantom study open and all slices read."""

    def make(path: Path = study_folder, **settings: object) -> MainWindow:
        window = make_window(**settings)
        window.open(path)
        wait_until_read(window, qtbot)
        return window

    return make


@pytest.fixture
def window(open_window: MakeWindow) -> MainWindow:
    return open_window()


def wait_until_read(window: MainWindow, qtbot: QtBot) -> None:
    def is_read() -> None:
        volume = window.volume.volume
        assert volume is not None
        assert all(volume.is_settled(i) for i in range(len(volume)))

    qtbot.waitUntil(is_read, timeout=20_000)
