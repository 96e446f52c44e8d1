"""Scans of phantoms."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from lesion_viewer.ct.phantom.abdomen import PhantomScene

from ..recipe.scan_data import PhantomData
from ..scan import Scan

EXTENT_MM = 240.0


class PhantomSource:
    """Scans of phantoms, one of each seed, at a random height.

    Parameters
    ----------
    data : PhantomData
        As the recipe has it.
    seeds : tuple[int, int]
        First seed, and the one after the last.
    """

    def __init__(self, data: PhantomData, seeds: tuple[int, int]) -> None:
        self._data, self._seeds = data, seeds

    @property
    def identity(self) -> Mapping[str, Any]:
        """What decides every scan."""
        return {"kind": "phantoms", "data": asdict(self._data), "seeds": self._seeds}

    def __len__(self) -> int:
        return self._seeds[1] - self._seeds[0]

    def scan(self, number: int) -> Scan:
        """Consecutive slices of a phantom, with their neighbours.

        Parameters
        ----------
        number : int
            From 0, added to the first seed.

        Returns
        -------
        Scan
            The scan; its lesions are all known.
        """
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
