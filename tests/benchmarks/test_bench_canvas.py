"""A new slice, and a step of the window, against pyqtgraph's own ways; processor time."""

import statistics
import time
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ui.canvas.slice_view import SliceView

SLICES, SIDE_PX, ROUNDS = 40, 900, 5


Action = Callable[[int], object]


def test_a_new_slice_and_a_step_of_the_window(qtbot: QtBot) -> None:
    volume = noise_volume()
    window = Window(400, 40)
    levels = (window.lower, window.upper)
    ours = SliceView()
    ours.show_volume(volume)
    ours.set_window(window)
    bare, item = bare_image_item(volume)
    with_smooth, smooth_item = bare_image_item(volume, is_smooth=True)
    image_view = pg.ImageView()
    image_view.setImage(volume.voxels, axes={"t": 0, "y": 1, "x": 2}, autoLevels=False)
    image_view.setLevels(*levels)
    slices: dict[str, tuple[QWidget, Action]] = {
        "ours": (ours, ours.show_slice),
        "ImageItem": (bare, lambda i: item.setImage(volume.voxels[i], levels=levels)),
        "ImageItem, smooth": (
            with_smooth,
            lambda i: smooth_item.setImage(volume.voxels[i], levels=levels),
        ),
        "ImageView": (image_view, image_view.setCurrentIndex),
    }
    windows: dict[str, tuple[QWidget, Action]] = {
        "ours": (ours, lambda i: ours.set_window(Window(400 + i, 40))),
        "ImageItem": (bare, lambda i: item.setLevels((levels[0], levels[1] + i))),
        "ImageItem, smooth": (
            with_smooth,
            lambda i: smooth_item.setLevels((levels[0], levels[1] + i)),
        ),
        "ImageView": (image_view, lambda i: image_view.setLevels(levels[0], levels[1] + i)),
    }
    compare("a new slice", slices)
    compare("a step of the window", windows)


def compare(title: str, ways: dict[str, tuple[QWidget, Action]]) -> None:
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, (widget, show) in ways.items():
            widget.resize(SIDE_PX, SIDE_PX)
            widget.show()
            QApplication.processEvents()
            times[name].append(ms_per_step(show))
            widget.hide()
    medians = {name: statistics.median(found) for name, found in times.items()}
    print(f"\n{title} on screen, {SIDE_PX} x {SIDE_PX}:")
    for name, ms in medians.items():
        print(f"  {name:18s} {ms:6.2f} ms   {ms / medians['ours']:5.2f} x ours")


def ms_per_step(show: Action) -> float:
    start = time.process_time()
    for i in range(SLICES):
        show(i)
        QApplication.processEvents()
    return (time.process_time() - start) * 1000 / SLICES


def bare_image_item(
    volume: CTVolume, is_smooth: bool = False
) -> tuple[pg.GraphicsLayoutWidget, pg.ImageItem]:
    view = pg.GraphicsLayoutWidget()
    if is_smooth:
        view.setRenderHint(view.renderHints().SmoothPixmapTransform)
    box = view.addViewBox(lockAspect=True, invertY=True)
    item = pg.ImageItem(volume.voxels[0], axisOrder="row-major")
    box.addItem(item)
    return view, item


def noise_volume() -> CTVolume:
    rng = np.random.default_rng(0)
    series = Series(
        uid="noise",
        study_uid="",
        modality="CT",
        description="",
        number=None,
        slices=tuple(SliceSource(f"{i}") for i in range(SLICES)),
        shape=(SLICES, 512, 512),
        spacing_mm=(5.0, 0.8, 0.8),
        geometry=None,
        faults=(),
        decode=lambda i: volume.voxels[i],
    )
    volume = CTVolume(series)
    for i in range(SLICES):
        volume.put(i, rng.normal(40, 120, (512, 512)).astype(np.int16))
    return volume
