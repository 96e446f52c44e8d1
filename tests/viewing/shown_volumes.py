"""Small volumes to put on show, and what a model told meanwhile."""

from collections.abc import Sequence
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.geometry.series_geometry import geometry_of_grid
from lesion_viewer.viewing.signals import Signal

SHAPE = (10, 40, 60)
SPACING_MM = (5.0, 0.5, 0.8)


def affine(tilt_degrees: float = 0.0) -> NDArray[np.float64]:
    """Voxel (column, row, slice) to patient mm; the first voxel lies at (-100, -80, 30)."""
    across, along = cos(radians(tilt_degrees)), sin(radians(tilt_degrees))
    placed = np.eye(4)
    placed[:3, 0] = 0.8, 0, 0
    placed[:3, 1] = 0, 0.5 * across, 0.5 * along
    placed[:3, 2] = 0, -5.0 * along, 5.0 * across
    placed[:3, 3] = -100, -80, 30
    return placed


def shown_volume(
    uid: str = "1.2",
    affine: NDArray[np.float64] | None = None,
    shape: tuple[int, int, int] = SHAPE,
) -> CTVolume:
    return CTVolume(
        Series(
            uid=uid,
            study_uid="1",
            modality="CT",
            description="",
            number=None,
            slices=tuple(SliceSource(f"{i}.dcm") for i in range(shape[0])),
            shape=shape,
            spacing_mm=SPACING_MM,
            geometry=None if affine is None else geometry_of_grid(affine, shape),
            faults=(),
            decode=lambda i: np.zeros(shape[1:], np.int16),
        )
    )


class Told:
    """The events of a model, in the order in which they came."""

    def __init__(self, model: object, names: Sequence[str]) -> None:
        self.events: list[tuple[str, object]] = []
        for name in names:
            signal = getattr(model, name)
            assert isinstance(signal, Signal)
            signal.connect(lambda *values, name=name: self.events.append((name, *values)))

    @property
    def names(self) -> list[str]:
        return [event[0] for event in self.events]
