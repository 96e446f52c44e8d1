"""Slices to learn from: phantoms, rendered once into a memory-mapped file."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from lesion_viewer.ct.phantom import PhantomScene
from lesion_viewer.detection.inputs import InputDefinition, model_input
from training.recipe import PhantomData

EXTENT_MM = 240.0
LEVELS = 255
Sample = tuple[torch.Tensor, torch.Tensor]


class CachedSlices:
    """Model inputs and their boxes.

    Parameters
    ----------
    images : uint8 array (n, channels, rows, columns), 255 is 1
    boxes : per image float32 (lesions, 4), in input pixels
    """

    def __init__(self, images: NDArray[np.uint8], boxes: list[NDArray[np.float32]]) -> None:
        self._images, self._boxes = images, boxes

    def __len__(self) -> int:
        return len(self._boxes)

    def __getitem__(self, index: int) -> Sample:
        """Image float32 (channels, rows, columns), 0 to 1, and boxes float32 (lesions, 4)."""
        image = torch.from_numpy(np.array(self._images[index])).to(torch.float32) / LEVELS
        return image, torch.from_numpy(self._boxes[index]).reshape(-1, 4)


def phantom_slices(
    data: PhantomData,
    seeds: tuple[int, int],
    definition: InputDefinition,
    cache: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> CachedSlices:
    """The slices of the phantoms from the first seed up to the last one, exclusive.

    They are rendered where ``cache`` does not hold them yet; ``progress`` is told phantoms done
    and in total.
    """
    said = {"data": asdict(data), "seeds": seeds, "input": definition.to_dict()}
    name = sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
    images_file, boxes_file = cache / f"{name}.npy", cache / f"{name}.json"
    if not boxes_file.is_file():
        _render(data, seeds, definition, images_file, boxes_file, progress)
    boxes = json.loads(boxes_file.read_text(encoding="utf-8"))
    return CachedSlices(
        np.load(images_file, mmap_mode="r"),
        [np.asarray(b, np.float32).reshape(-1, 4) for b in boxes],
    )


def _render(
    data: PhantomData,
    seeds: tuple[int, int],
    definition: InputDefinition,
    images_file: Path,
    boxes_file: Path,
    progress: Callable[[int, int], None],
) -> None:
    images_file.parent.mkdir(parents=True, exist_ok=True)
    size = definition.size_of(data.rows, data.rows, (1.0, data.pixel_mm, data.pixel_mm))
    count = (seeds[1] - seeds[0]) * data.slices_of_each
    images = np.lib.format.open_memmap(
        images_file, "w+", np.uint8, (count, definition.slices, *size)
    )
    all_boxes: list[list[list[float]]] = []
    for done, seed in enumerate(range(*seeds), 1):
        for image, boxes in _slices_of(seed, data, definition):
            images[len(all_boxes)] = image
            all_boxes.append(boxes.tolist())
        progress(done, seeds[1] - seeds[0])
    images.flush()
    new = boxes_file.with_suffix(".new")
    new.write_text(json.dumps(all_boxes), encoding="utf-8")
    os.replace(new, boxes_file)


def _slices_of(
    seed: int, data: PhantomData, definition: InputDefinition
) -> list[tuple[NDArray[np.uint8], NDArray[np.float32]]]:
    """Inputs of neighbouring slices somewhere in the phantom, and the boxes on them."""
    rng = np.random.default_rng([seed, 1])
    spacing = (float(rng.choice(data.slice_mm)), data.pixel_mm, data.pixel_mm)
    lesions = int(rng.integers(data.lesions[0], data.lesions[1], endpoint=True))
    depth = max(round(EXTENT_MM / spacing[0]), data.slices_of_each)
    scene = PhantomScene(seed, (depth, data.rows, data.rows), spacing, lesions)
    half = definition.slices // 2
    first = int(rng.integers(0, depth - data.slices_of_each, endpoint=True))
    start = max(first - half, 0)
    stop = min(first + data.slices_of_each + half, depth)
    rendered: list[Any] = [scene.slice_at(i) for i in range(start, stop)]
    voxels = np.stack([hu for hu, _ in rendered])
    samples = []
    for index in range(first - start, first - start + data.slices_of_each):
        seen = model_input(voxels, index, spacing, definition)
        boxes = seen.boxes_to_input(np.array(list(rendered[index][1].values()), np.float32))
        samples.append(((seen.image * LEVELS + 0.5).to(torch.uint8).numpy(), boxes))
    return samples
