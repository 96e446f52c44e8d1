"""Slices to learn from: rendered once into a memory-mapped file."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.inputs import InputDefinition, model_input
from lesion_viewer.errors import TrainingError
from lesion_viewer.system.atomic_files import replaced_file, save_bytes

from ..scan import Scan, Source
from ..scan_processes import MOST_PROCESSES, of_scans

LEVELS = 255
MASKS = 2
AS_MASK: dict[str, Any] = {"window": Window(1, 0.5), "slices": 1}
"""Replaces parts of an input definition, so that a mask is resampled like the image, 0 to 1."""


class Sample(NamedTuple):
    """A slice as the model sees it, with its labels.

    Attributes
    ----------
    image : Tensor
        float32 (channels, rows, columns), 0 to 1.
    boxes : Tensor
        float32 (lesions, 4), in pixels of ``image``.
    ignored : Tensor
        float32 (n, 4), regions in pixels of ``image`` that are neither lesion nor background.
    masks : Tensor | None
        float32 (2, rows, columns), the share of each pixel that is liver with its lesions, and the
        share that is lesion; None where not known.
    types : tuple[str, ...]
        Type of each lesion, empty where that is unknown; none at all where no type is known.
    """

    image: Tensor
    boxes: Tensor
    ignored: Tensor
    masks: Tensor | None = None
    types: tuple[str, ...] = ()


class Rendered(NamedTuple):
    """A model input as it is stored in the cache.

    Attributes
    ----------
    image : NDArray[np.uint8]
        uint8 (channels, rows, columns), 255 is 1; where masks are known, those of the liver and of
        the lesions are the last planes.
    boxes, ignored : list[list[float]]
        Corners (n, 4) in input pixels of lesions and of ignored regions.
    has_masks : bool
        Whether the last planes are masks.
    types : list[str]
        Type of each lesion; empty where no type is known.
    """

    image: NDArray[np.uint8]
    boxes: list[list[float]]
    ignored: list[list[float]]
    has_masks: bool
    types: list[str]


class CachedSlices(Sequence[Sample]):
    """Samples, read from a cache.

    Parameters
    ----------
    images : NDArray[np.uint8]
        uint8 arrays (channels, rows, columns), one after the other in a flat array; 255 is 1.
    entries : list[dict[str, Any]]
        For each image its offset (``begin``), ``shape``, ``boxes``, ``ignored``, whether its last
        planes are masks (``has_masks``) and, where known, the lesions' ``types``.
    """

    def __init__(self, images: NDArray[np.uint8], entries: list[dict[str, Any]]) -> None:
        self._images, self._entries = images, entries

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> Sample:  # type: ignore[override]
        """The sample with an index, from 0."""
        entry = self._entries[index]
        begin, shape = int(entry["begin"][0]), tuple(map(int, entry["shape"]))
        image = np.array(self._images[begin : begin + int(np.prod(shape))]).reshape(shape)
        planes = torch.from_numpy(image).to(torch.float32) / LEVELS
        channels = len(planes) - (MASKS if entry.get("has_masks") else 0)
        return Sample(
            planes[:channels],
            torch.tensor(entry["boxes"], dtype=torch.float32).reshape(-1, 4),
            torch.tensor(entry["ignored"], dtype=torch.float32).reshape(-1, 4),
            planes[channels:] if channels < len(planes) else None,
            tuple(entry.get("types", ())),
        )


def cached_slices(
    source: Source,
    definition: InputDefinition,
    cache: Path,
    part: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
    most: int = MOST_PROCESSES,
) -> CachedSlices:
    """All wanted slices of a source, as the viewer would show them to a model.

    Slices are rendered where ``cache`` does not hold them for this definition and source. A
    rendering that was interrupted is started anew.

    Parameters
    ----------
    source : Source
        Scans to render.
    definition : InputDefinition
        How a slice and its neighbours become the model's input.
    cache : Path
        Folder of rendered slices; made where it does not exist.
    part : str
        What the slices are for; the files' names begin with it.
    progress : Callable[[int, int], None]
        Called with scans done and scans in total.
    most : int
        Most processes that render.

    Returns
    -------
    CachedSlices
        The slices, in the source's order.

    Raises
    ------
    TrainingError
        Where the cache cannot be written.
    """
    said = {"source": source.identity, "input": definition.to_dict()}
    name = f"{part}-{sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]}"
    images_file, entries_file = cache / f"{name}.u8", cache / f"{name}.json"
    if not entries_file.is_file():
        try:
            _render_all(source, definition, images_file, entries_file, progress, most)
        except OSError as error:
            raise TrainingError(f"{cache} cannot be written: {error.strerror or error}") from error
    entries = json.loads(entries_file.read_text(encoding="utf-8"))
    if not entries:
        return CachedSlices(np.zeros(0, np.uint8), [])
    return CachedSlices(np.memmap(images_file, np.uint8, "r"), entries)


def rendered(scan: Scan, definition: InputDefinition) -> list[Rendered]:
    """Model inputs of a scan's wanted slices.

    Parameters
    ----------
    scan : Scan
        Voxels and labels.
    definition : InputDefinition
        How a slice and its neighbours become the model's input.

    Returns
    -------
    list[Rendered]
        One for each wanted slice, in their order, with boxes in input pixels.
    """
    slices = []
    nothing = np.zeros((0, 4), np.float32)
    for index in scan.wanted:
        seen = model_input(scan.voxels, index, scan.spacing_mm, definition, scan.missing)
        planes = torch.from_numpy(seen.image)
        masks = [mask[index][None] for mask in (scan.liver, scan.lesion) if mask is not None]
        for mask in masks:
            seen_mask = model_input(
                mask.astype(np.int16), 0, scan.spacing_mm, replace(definition, **AS_MASK)
            )
            planes = torch.cat((planes, torch.from_numpy(seen_mask.image)))
        slices.append(
            Rendered(
                (planes * LEVELS + 0.5).to(torch.uint8).numpy(),
                seen.boxes_to_input(scan.boxes.get(index, nothing)).tolist(),
                seen.boxes_to_input(scan.ignored.get(index, nothing)).tolist(),
                len(masks) == MASKS,
                list(scan.types.get(index, ())),
            )
        )
    return slices


def _render_all(
    source: Source,
    definition: InputDefinition,
    images_file: Path,
    entries_file: Path,
    progress: Callable[[int, int], None],
    most: int,
) -> None:
    """Write the images, then, once all are on the disk, the entries that make them valid."""
    entries, begin = [], 0
    work = partial(rendered, definition=definition)
    with replaced_file(images_file) as new, new.open("wb") as stream:
        for done, slices in enumerate(of_scans(source, work, range(len(source)), most), 1):
            for one in slices:
                shape = list(one.image.shape)
                where = {"begin": [begin], "shape": shape}
                known = {"boxes": one.boxes, "ignored": one.ignored, "types": one.types}
                entries.append({**where, **known, "has_masks": one.has_masks})
                stream.write(one.image.tobytes())
                begin += one.image.size
            progress(done, len(source))
    save_bytes(entries_file, json.dumps(entries).encode())
