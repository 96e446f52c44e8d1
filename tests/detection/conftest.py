"""Volumes and checkpoints that the detection tests share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.checkpoints.checkpoint import Card, write_checkpoint
from lesion_viewer.detection.identity import OperatingPoint
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.detection.models import build_model

TINY = {
    "width": 8,
    "norm": "batch",
    "levels": [2, 3],
    "out_channels": 16,
    "head_size": 32,
    "anchor_sizes": [[8], [16]],
    "proposals": 20,
}


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def make_volume() -> Callable[..., CTVolume]:
    """A volume of the given voxels; slices in ``unread`` are still to be read."""

    def make(
        voxels: NDArray[np.int16],
        spacing_mm: tuple[float, float, float] | None = (5.0, 1.0, 1.0),
        unread: tuple[int, ...] = (),
    ) -> CTVolume:
        slices = tuple(SliceSource(f"{i}.dcm") for i in range(len(voxels)))
        series = Series(
            "1.2", "1", "CT", "", 1, slices, voxels.shape, spacing_mm, None, (), lambda i: voxels[i]
        )
        volume = CTVolume(series)
        for i in set(range(len(voxels))) - set(unread):
            volume.put(i, voxels[i])
        return volume

    return make


def card_of(**changes: Any) -> Card:
    """A card of a tiny Faster R-CNN, with changes."""
    entries: dict[str, Any] = {
        "name": "tiny",
        "version": "1",
        "architecture": "faster_rcnn",
        "options": TINY,
        "input": InputDefinition(Window(450, 50)),
        "classes": ("lesion",),
        "training_data": "none",
        "terms": "Apache-2.0",
        "default_threshold": 0.5,
        "operating_points": (
            OperatingPoint(0.8, 0.6, 0.1, 2.0),
            OperatingPoint(0.2, 0.9, 0.5, 10.0),
        ),
    }
    return Card(**{**entries, **changes})


@pytest.fixture
def make_card() -> Callable[..., Card]:
    """A card of a tiny Faster R-CNN, with changes."""
    return card_of


@pytest.fixture
def checkpoint(tmp_path: Path, make_card: Callable[..., Card]) -> Path:
    """A checkpoint of the tiny Faster R-CNN, untrained."""
    torch.manual_seed(0)
    folder = tmp_path / "tiny"
    write_checkpoint(folder, build_model("faster_rcnn", TINY, slices=3), make_card())
    return folder
