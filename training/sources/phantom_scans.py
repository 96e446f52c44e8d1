"""Scans of phantoms."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lesion_viewer.ct.phantom.abdomen import PhantomScene
from training.scan import Scan

EXTENT_MM = 240.0


@dataclass(frozen=True, slots=True)
class PhantomData:
    """Which phantoms to learn from.

    Attributes
    ----------
    seeds, validation_seeds : first, and the one after the last
    slice_mm : slice distances, one drawn for each phantom
    pixel_mm, rows : in-plane pixel size; rows and columns of a slice
    slices_of_each : neighbouring slices taken from each phantom, anywhere in it
    lesions : fewest and most in a phantom
    neighbours : slices beyond each end, for the outermost ones' inputs
    """

    seeds: tuple[int, int]
    validation_seeds: tuple[int, int]
    slice_mm: tuple[float, ...]
    pixel_mm: float
    rows: int
    slices_of_each: int
    lesions: tuple[int, int]
    neighbours: int = 1


class PhantomSource:
    """A scan somewhere in each phantom of the seeds from the first up to the last, exclusive."""

    def __init__(self, data: PhantomData, seeds: tuple[int, int]) -> None:
        self._data, self._seeds = data, seeds

    @property
    def identity(self) -> Mapping[str, Any]:
        """What decides every scan."""
        return {"kind": "phantoms", "data": asdict(self._data), "seeds": self._seeds}

    def __len__(self) -> int:
        return self._seeds[1] - self._seeds[0]

    def scan(self, number: int) -> Scan:
        """Neighbouring slices of the ``number``-th phantom, with their neighbours."""
        data, seed = self._data, self._seeds[0] + number
        rng = np.random.default_rng([seed, 1])
        spacing = (float(rng.choice(data.slice_mm)), data.pixel_mm, data.pixel_mm)
        lesions = int(rng.integers(data.lesions[0], data.lesions[1], endpoint=True))
        depth = max(round(EXTENT_MM / spacing[0]), data.slices_of_each)
        scene = PhantomScene(seed, (depth, data.rows, data.rows), spacing, lesions)
        first = int(rng.integers(0, depth - data.slices_of_each, endpoint=True))
        start = max(first - data.neighbours, 0)
        stop = min(first + data.slices_of_each + data.neighbours, depth)
        painted = [scene.slice_at(i) for i in range(start, stop)]
        boxes = {
            k: np.array(list(found.values()), np.float32).reshape(-1, 4)
            for k, (_, found) in enumerate(painted)
        }
        wanted = range(first - start, first - start + data.slices_of_each)
        voxels = np.stack([hu for hu, _ in painted])
        return Scan(voxels, spacing, boxes, {}, wanted, f"phantom {seed}")
