"""A window over real DICOM files of a small phantom, and a fake detector."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import Phantom, make_phantom
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.checkpoints.checkpoint import Card
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.identity import OperatingPoint
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.detection.installed import InstalledDetector
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.errors import DetectionError
from lesion_viewer.ui.settings import Settings
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.style import apply_style
from lesion_viewer.ui.workers import stop_all_workers

SHAPE = (24, 128, 128)
SPACING_MM = (10.0, 3.0, 3.0)

PATIENCE_MS = 120_000

MakeWindow = Callable[..., MainWindow]


@pytest.fixture
def qtbot(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QtBot:
    """pytest-qt's, but patient: on a machine with other work 5 s are soon over."""
    monkeypatch.setattr(qtbot, "waitUntil", partial(qtbot.waitUntil, timeout=PATIENCE_MS))
    monkeypatch.setattr(qtbot, "waitSignal", partial(qtbot.waitSignal, timeout=PATIENCE_MS))
    return qtbot


def fake_card(name: str) -> Card:
    return Card(
        name=name,
        version="1",
        architecture="fake",
        options={},
        input=InputDefinition(Window(400, 40), slices=3),
        classes=("lesion",),
        training_data="nothing",
        terms="none",
        default_threshold=0.5,
        measured_on="ten scans",
        operating_points=(OperatingPoint(0.2, 0.9, 1.0, 20.0), OperatingPoint(0.8, 0.5, 0.1, 2.0)),
        gate="1234",
        sha256=name * 4,
    )


def fake_installed(name: str) -> InstalledDetector:
    """A detector in the list; the window asks the fixture ``detectors`` for the fake itself."""
    card = fake_card(name)
    return InstalledDetector(name, card.info, card.without_gate().info, load_detector)  # type: ignore[arg-type]


class FakeDetector:
    """Fake for timing and failures: knows its boxes, and waits or fails as it is told.

    It finds a lesion on the slices 10 to 12 (best score .9) and one on 15 (score .6), and a weak
    one on 18 (score .3).
    """

    def __init__(self, name: str = "fake") -> None:
        self.info = fake_card(name).info
        self.device_name = ""
        self.why = "made for tests"
        self.batch_size = 1
        self.is_closed = False
        self.is_gated = True
        self.on_notice: Callable[[str], None] = print
        self.fails_on: int | None = None
        self.wait: Callable[[int], object] = lambda slice_index: None
        self.found_on = self._find
        self.has_liver: Callable[[int], bool | None] = lambda slice_index: None
        self.liver_on: Callable[[int], SliceMask | None] = lambda slice_index: None
        self.asked: list[int] = []

    def gated(self, is_gated: bool) -> "FakeDetector":
        """Itself, searching only in the liver or everywhere."""
        self.is_gated, self.is_closed = is_gated, False
        return self

    def start(self) -> None:
        self.device_name = "fake device"

    def close(self) -> None:
        self.is_closed = True

    def detect(self, volume: CTVolume, slice_indices: Sequence[int]) -> Iterator[SliceDetections]:
        for i in slice_indices:
            self.wait(i)
            self.asked.append(i)
            if i == self.fails_on:
                raise DetectionError("the fake detector was told to fail")
            yield SliceDetections(i, self.found_on(i), self.has_liver(i), self.liver_on(i))

    @staticmethod
    def _find(slice_index: int) -> tuple[Detection, ...]:
        if slice_index in (10, 11, 12):
            return (Detection(Box(40, 40, 56, 52), 0.9 - abs(slice_index - 11) / 10),)
        if slice_index == 15:
            return (Detection(Box(60, 70, 70, 80), 0.6),)
        if slice_index == 18:
            return (Detection(Box(80, 30, 90, 40), 0.3),)
        return ()


@pytest.fixture(scope="session")
def phantom() -> Phantom:
    return make_phantom(7, SHAPE, SPACING_MM, lesions=3)


@pytest.fixture(scope="session")
def study_folder(tmp_path_factory: pytest.TempPathFactory, phantom: Phantom) -> Path:
    folder = tmp_path_factory.mktemp("study")
    write_series(folder, phantom.hu, phantom.spacing_mm, seed=7)
    return folder


@pytest.fixture
def detectors(monkeypatch: pytest.MonkeyPatch) -> dict[str, FakeDetector]:
    """The detectors that windows will have: two fakes; made anew each time one is asked for."""
    made: dict[str, FakeDetector] = {
        "first": FakeDetector("first"),
        "second": FakeDetector("second"),
    }
    installed = tuple(fake_installed(name) for name in made)
    monkeypatch.setattr(
        "lesion_viewer.ui.detector.chosen_detector.installed_detectors", lambda: installed
    )
    monkeypatch.setattr(
        "lesion_viewer.ui.detector.chosen_detector.why_unavailable", lambda installed: ""
    )
    monkeypatch.setattr(
        "lesion_viewer.ui.detector.chosen_detector.ChildDetector",
        lambda chosen, device, is_gated, runtime: made[chosen.key].gated(is_gated),
    )
    return made


@pytest.fixture
def make_window(
    qtbot: QtBot, qapp: QApplication, detectors: dict[str, FakeDetector]
) -> Iterator[MakeWindow]:
    """Makes windows that do not detect on opening, and closes them at the end."""
    apply_style(qapp)
    windows: list[MainWindow] = []

    def make(**settings: Any) -> MainWindow:
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
    """Makes a window with the phantom study, or another one, open and all slices read."""

    def make(path: Path = study_folder, **settings: Any) -> MainWindow:
        window = make_window(**settings)
        window.open(path)

        def is_read() -> None:
            volume = window.viewer.volume
            assert volume is not None
            assert all(volume.is_settled(i) for i in range(len(volume)))

        qtbot.waitUntil(is_read)
        return window

    return make


@pytest.fixture
def window(open_window: MakeWindow) -> MainWindow:
    """A window with the phantom study open."""
    return open_window()


@pytest.fixture
def swept_window(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window in which the fake detector has answered every slice."""
    qtbot.keyClick(window.canvas, "d")
    qtbot.waitUntil(lambda: window.sweep.is_complete)
    return window
