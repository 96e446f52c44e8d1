"""A plane and a slab of 512 x 512 x 1000 beside pyqtgraph's, SimpleITK's and napari's ways."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import pyqtgraph as pg
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.planes.grids import grid_of
from lesion_viewer.ct.planes.reslicing import reslice
from lesion_viewer.ct.planes.slabs import THIN, Projection, Slab
from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.geometry.sections import Cut, Section, section_at
from lesion_viewer.geometry.series_geometry import geometry_of_grid
from lesion_viewer.ui.planes.plane_canvas import PlaneCanvas
from lesion_viewer.viewing.viewer_model import ViewerModel
from lesion_viewer.viewing.views.plane_view import PlaneView

NAPARI_PYTHON = os.environ.get("LESION_VIEWER_NAPARI", "")
"""A Python in whose environment napari is: it does not share one with this program."""

SHAPE, SPACING_MM, SLAB_MM = (1000, 512, 512), 0.7, 10.0
ROUNDS, PICTURES, SIDE_PX = 3, 12, 700
WINDOW = Window(400, 40)
COS, SIN = float(np.cos(np.radians(20))), float(np.sin(np.radians(20)))

NAPARI = """
import statistics, time
import numpy as np
from napari.components import ViewerModel
rng = np.random.default_rng(0)
voxels = np.empty({shape}, np.int16)
few = rng.integers(-1000, 2000, (20, *{shape}[1:])).astype(np.int16)
for index in range({shape}[0]):
    voxels[index] = few[index % 20]
viewer = ViewerModel()
layer = viewer.add_image(voxels, contrast_limits=(-160, 240))
for name, axis in (("coronal", 1), ("sagittal", 2)):
    viewer.dims.order = (axis, *(a for a in range(3) if a != axis))
    for kind in ("plane", "maximum", "mean"):
        layer.projection_mode = dict(plane="none", maximum="max", mean="mean")[kind]
        half = 0.0 if kind == "plane" else {half}
        viewer.dims.margin_left = viewer.dims.margin_right = (half,) * 3
        times = []
        for index in range({pictures}):
            started = time.process_time()
            viewer.dims.set_point(axis, 60.0 + index * 31)
            np.asarray(layer._data_view)
            times.append(time.process_time() - started)
        print(name, kind, statistics.median(times) * 1000)
"""

Picture = Callable[[int], object]


def test_a_plane_and_a_slab(qtbot: QtBot) -> None:
    volume = noise_volume()
    viewer = ViewerModel(WINDOW)
    viewer.show_volume(volume)
    for cut in (Cut.CORONAL, Cut.SAGITTAL):
        straight(volume, cut)
        on_screen(qtbot, viewer, cut)
    oblique(volume)
    napari()


def straight(volume: CTVolume, cut: Cut) -> None:
    """Planes and slabs along the voxels."""
    layers = np.moveaxis(volume.voxels, 2 - int(cut), 0)
    compare(
        f"{cut.name.lower()} plane",
        {
            "ours": lambda i: seen(volume, plane(cut, i)),
            "a copy of a sliced array": lambda i: layers[layer(i)].copy(),
        },
    )
    for projection, reduce in ((Projection.MAXIMUM, np.max), (Projection.MEAN, np.mean)):
        slab = Slab(SLAB_MM, projection)
        compare(
            f"{cut.name.lower()} slab of {SLAB_MM:g} mm, {projection.value}",
            {
                "ours": partial(slab_seen, volume, cut, slab),
                "numpy on a sliced array": partial(reduced, layers, reduce),
            },
        )


def on_screen(qtbot: QtBot, viewer: ViewerModel, cut: Cut) -> None:
    """A step to another plane, windowed and painted."""
    assert viewer.volume is not None
    layers = np.moveaxis(viewer.volume.voxels, 2 - int(cut), 0)
    canvas = PlaneCanvas(PlaneView(viewer, cut))
    bare, item = image_item()
    smooth, smooth_item = image_item()
    smooth.setRenderHint(smooth.renderHints().SmoothPixmapTransform)
    for widget in (canvas, bare, smooth):
        qtbot.addWidget(widget)
        widget.resize(SIDE_PX, SIDE_PX)
        widget.show()
    QApplication.processEvents()

    def ours(index: int) -> None:
        viewer.look_at_mm(plane(cut, index).point_mm)
        QApplication.processEvents()

    compare(
        f"{cut.name.lower()} plane, windowed and painted at {SIDE_PX} x {SIDE_PX}",
        {
            "ours": ours,
            "ImageItem": lambda i: painted(item, layers[layer(i)]),
            "ImageItem, smooth": lambda i: painted(smooth_item, layers[layer(i)]),
        },
    )
    for widget in (canvas, bare, smooth):
        widget.hide()


def slab_seen(volume: CTVolume, cut: Cut, slab: Slab, index: int) -> object:
    return seen(volume, plane(cut, index), slab)


def reduced(layers: NDArray[np.int16], reduce: Callable[..., object], index: int) -> object:
    return reduce(layers[layer(index) - 7 : layer(index) + 8], axis=0)


def oblique(volume: CTVolume) -> None:
    """A coronal plane turned by 20 degrees; pyqtgraph's cuts along a line of the axial image."""
    grid = grid_of(volume.series.geometry, turned_plane(0)) if volume.series.geometry else None
    assert grid is not None
    image = sitk.GetImageFromArray(volume.voxels)
    image.SetSpacing((SPACING_MM,) * 3)

    def itk(index: int) -> object:
        section = turned_plane(index)
        first = section.points(np.array([(grid.across_mm[0], grid.down_mm[0])]))[0]
        directions = np.column_stack((section.right, section.down, section.normal))
        return sitk.Resample(
            image,
            (grid.columns, grid.rows, 1),
            sitk.Transform(),
            sitk.sitkLinear,
            first.tolist(),
            (grid.column_mm, grid.row_mm, 1.0),
            directions.ravel().tolist(),
            -1024.0,
        )

    def line(index: int) -> object:
        u = grid.across_mm / SPACING_MM
        middle = layer(index)
        return pg.affineSlice(
            volume.voxels,
            shape=(SHAPE[0], grid.columns),
            origin=(0, middle + SIN * u[0], 256 + COS * u[0]),
            vectors=((1, 0, 0), (0, SIN, COS)),
            axes=(0, 1, 2),
            order=1,
        )

    compare(
        "plane turned by 20 degrees",
        {
            "ours": lambda i: seen(volume, turned_plane(i)),
            "SimpleITK's Resample": itk,
            "pyqtgraph's affineSlice": line,
        },
        rounds=1,
    )


def napari() -> None:
    if not NAPARI_PYTHON:
        print("\nnapari: not measured, LESION_VIEWER_NAPARI names no Python")
        return
    code = NAPARI.format(shape=SHAPE, pictures=PICTURES, half=SLAB_MM / SPACING_MM / 2)
    done = subprocess.run([NAPARI_PYTHON, "-c", code], capture_output=True, text=True, check=True)
    print("\nnapari's slicing, without a window and without painting, processor ms:")
    print(done.stdout)


def compare(title: str, ways: dict[str, Picture], rounds: int = ROUNDS) -> None:
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):  # In turn, so that a busy machine slows all alike.
        for name, show in ways.items():
            for index in range(PICTURES):
                started = time.process_time()
                show(index)
                times[name].append((time.process_time() - started) * 1000)
    medians = {name: statistics.median(found) for name, found in times.items()}
    print(f"\n{title}, processor time:")
    for name, found in times.items():
        high = float(np.percentile(found, 99))
        ratio = medians[name] / medians["ours"]
        print(f"  {name:28s} {medians[name]:7.2f} ms, p99 {high:7.2f}   {ratio:5.2f} x ours")


def layer(index: int) -> int:
    return 60 + index * 31


def plane(cut: Cut, index: int) -> Section:
    at = [180.0, 180.0, 350.0]
    at[cut] = layer(index) * SPACING_MM
    return section_at((at[0], at[1], at[2]), cut)


def turned_plane(index: int) -> Section:
    point = 256 * SPACING_MM, layer(index) * SPACING_MM, SHAPE[0] / 2 * SPACING_MM
    return Section(point, (COS, SIN, 0.0), (0.0, 0.0, -1.0))


def seen(volume: CTVolume, section: Section, slab: Slab = THIN) -> NDArray[np.int16]:
    picture = reslice(volume, section, slab=slab)
    assert picture is not None
    return picture.hu


def painted(item: pg.ImageItem, image: NDArray[np.int16]) -> None:
    item.setImage(image, levels=(WINDOW.lower, WINDOW.upper))
    QApplication.processEvents()


def image_item() -> tuple[pg.GraphicsLayoutWidget, pg.ImageItem]:
    view = pg.GraphicsLayoutWidget()
    box = view.addViewBox(lockAspect=True, invertY=True)
    item = pg.ImageItem(np.zeros((SHAPE[0], SHAPE[1]), np.int16), axisOrder="row-major")
    box.addItem(item)
    return view, item


def noise_volume() -> CTVolume:
    affine = np.diag((SPACING_MM, SPACING_MM, SPACING_MM, 1.0))
    series = Series(
        uid="noise",
        study_uid="",
        modality="CT",
        description="",
        number=None,
        slices=tuple(SliceSource(f"{i}") for i in range(SHAPE[0])),
        shape=SHAPE,
        spacing_mm=(SPACING_MM,) * 3,
        geometry=geometry_of_grid(affine, SHAPE),
        faults=(),
        decode=lambda i: volume.voxels[i],
    )
    volume = CTVolume(series)
    few = np.random.default_rng(0).integers(-1000, 2000, (20, *SHAPE[1:])).astype(np.int16)
    for index in range(SHAPE[0]):
        volume.put(index, few[index % 20])
    return volume
