"""The line in the detector's panel for CT that is unlike what the detector has seen."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import Phantom
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.identity import SeenRange
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.ui.conftest import fake_installed

MakeWindow = Callable[..., MainWindow]

SEEN = (SeenRange("liver_hu", 67, 140), SeenRange("slice_mm", 3, 10))
LIVER_PX = (45, 85, 25, 60)
"""Rows and columns of the fake's liver."""


@pytest.fixture
def informed(detectors: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The first detector marks liver on some slices and has seen enhanced ones; the second not."""
    top, bottom, left, right = LIVER_PX
    liver = SliceMask.of(np.ones((bottom - top, right - left), bool), left, top)
    first = detectors["first"]

    def detect(volume: object, slice_indices: list[int]) -> Any:
        for i in slice_indices:
            yield SliceDetections(i, (), i in range(8, 16), liver if i in range(8, 16) else None)

    first.detect = detect
    first.info = replace(first.info, seen=SEEN)
    told = replace(fake_installed("first"), gated=first.info, everywhere=first.info)
    listed = "lesion_viewer.ui.detector.chosen_detector.installed_detectors"
    monkeypatch.setattr(listed, lambda: (told, fake_installed("second")))
    return detectors


def study_with_liver(folder: Path, phantom: Phantom, hu: int) -> Path:
    voxels = phantom.hu.copy()
    top, bottom, left, right = LIVER_PX
    voxels[:, top:bottom, left:right] = hu
    write_series(folder, voxels, phantom.spacing_mm, seed=hu)
    return folder


def test_a_line_stands_under_the_detector_and_goes_with_the_series(
    informed: dict[str, Any],
    open_window: MakeWindow,
    qtbot: QtBot,
    phantom: Phantom,
    tmp_path: Path,
) -> None:
    window = open_window(study_with_liver(tmp_path / "plain", phantom, 48))
    label = window.detection_panel.unlike
    assert not label.isVisible()
    qtbot.keyClick(window.canvas, "d")
    qtbot.waitUntil(lambda: bool(label.text()))
    assert label.isVisible()
    assert label.text() == (
        "Unlike what first has seen: no contrast agent, or little: liver 48 HU,"
        " learned on 67 to 140 HU."
    )
    # It blocks nothing.
    qtbot.waitUntil(lambda: window.sweep.is_complete)
    assert not window.message_bar.text
    # A detector whose card does not say what it has seen says nothing of it.
    window.sweep.choose(1)
    qtbot.waitUntil(lambda: not label.isVisible())
    # What was searched before is measured again from the review.
    window.sweep.choose(0)
    qtbot.waitUntil(label.isVisible)
    window.open(study_with_liver(tmp_path / "enhanced", phantom, 110))
    qtbot.waitUntil(lambda: not label.isVisible())
    qtbot.waitUntil(lambda: bool(window.viewer.volume and window.viewer.volume.is_loaded.all()))
    qtbot.keyClick(window.canvas, "d")
    qtbot.waitUntil(lambda: window.sweep.is_complete)
    qtbot.wait(100)
    assert not label.text()
