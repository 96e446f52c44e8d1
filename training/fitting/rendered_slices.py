"""Slices to learn from: rendered once into a memory-mapped file."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.inputs import InputDefinition, model_input
from lesion_viewer.errors import TrainingError
from lesion_viewer.system.atomic_files import save_bytes
from training.scan import Scan, Source

LEVELS = 255
AS_MASK: dict[str, Any] = {"window": Window(1, 0.5), "slices": 1}
"""A mask is resampled as the image is; its 0 and 1 stay."""

MOST_PROCESSES = 8


class Sample(NamedTuple):
    """A slice with what is known of it.

    Attributes
    ----------
    image : float32 (channels, rows, columns), 0 to 1
    boxes : float32 (lesions, 4), in input pixels
    ignored : float32 (n, 4), regions that are neither lesion nor background
    liver : float32 (rows, columns), the share of each pixel that is liver; None where not known
    """

    image: Tensor
    boxes: Tensor
    ignored: Tensor
    liver: Tensor | None = None


class Rendered(NamedTuple):
    """A model input as it lies in the cache, with its boxes and ignored regions (n, 4).

    Where the liver is known it is the image's last plane.
    """

    image: NDArray[np.uint8]
    boxes: list[list[float]]
    ignored: list[list[float]]
    has_liver: bool


class CachedSlices(Sequence[Sample]):
    """Model inputs and their boxes.

    Parameters
    ----------
    images : uint8 arrays (channels, rows, columns) one after the other in a flat array; 255 is 1
    entries : per image where it begins, its shape, its boxes and its ignored regions, and whether
        its last plane is the liver
    """

    def __init__(self, images: NDArray[np.uint8], entries: list[dict[str, list[float]]]) -> None:
        self._images, self._entries = images, entries

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> Sample:  # type: ignore[override]
        """The sample at a place, from 0."""
        entry = self._entries[index]
        begin, shape = int(entry["begin"][0]), tuple(map(int, entry["shape"]))
        image = np.array(self._images[begin : begin + int(np.prod(shape))]).reshape(shape)
        planes = torch.from_numpy(image).to(torch.float32) / LEVELS
        channels = len(planes) - (1 if entry.get("has_liver") else 0)
        return Sample(
            planes[:channels],
            torch.tensor(entry["boxes"], dtype=torch.float32).reshape(-1, 4),
            torch.tensor(entry["ignored"], dtype=torch.float32).reshape(-1, 4),
            planes[channels] if channels < len(planes) else None,
        )


def cached_slices(
    source: Source,
    definition: InputDefinition,
    cache: Path,
    part: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> CachedSlices:
    """All wanted slices of a source as the viewer would show them to a model.

    They are rendered where ``cache`` does not hold them yet: by the definition and the source's
    identity. A rendering that was stopped is begun anew.

    Parameters
    ----------
    part : what the slices are for; begins the names of the files
    progress : told scans done and in total

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
            _render_all(source, definition, images_file, entries_file, progress)
        except OSError as error:
            raise TrainingError(f"{cache} cannot be written: {error.strerror or error}") from error
    entries = json.loads(entries_file.read_text(encoding="utf-8"))
    if not entries:
        return CachedSlices(np.zeros(0, np.uint8), [])
    return CachedSlices(np.memmap(images_file, np.uint8, "r"), entries)


def rendered(scan: Scan, definition: InputDefinition) -> list[Rendered]:
    """Inputs of the wanted slices, with boxes in input pixels."""
    slices = []
    nothing = np.zeros((0, 4), np.float32)
    for index in scan.wanted:
        seen = model_input(scan.voxels, index, scan.spacing_mm, definition, scan.missing)
        planes = seen.image
        if scan.liver is not None:
            mask = scan.liver[index][None].astype(np.int16)
            liver = model_input(mask, 0, scan.spacing_mm, replace(definition, **AS_MASK))
            planes = torch.cat((planes, liver.image))
        slices.append(
            Rendered(
                (planes * LEVELS + 0.5).to(torch.uint8).numpy(),
                seen.boxes_to_input(scan.boxes.get(index, nothing)).tolist(),
                seen.boxes_to_input(scan.ignored.get(index, nothing)).tolist(),
                scan.liver is not None,
            )
        )
    return slices


def _render_all(
    source: Source,
    definition: InputDefinition,
    images_file: Path,
    entries_file: Path,
    progress: Callable[[int, int], None],
) -> None:
    """Write the images, then, once all are on the disk, the entries that make them valid."""
    images_file.parent.mkdir(parents=True, exist_ok=True)
    new_images = images_file.with_name(f"{images_file.name}.{os.getpid()}")
    entries, begin = [], 0
    try:
        with new_images.open("wb") as stream:
            for done, slices in enumerate(_in_processes(source, definition), 1):
                for one in slices:
                    shape = list(one.image.shape)
                    where = {"begin": [begin], "shape": shape}
                    known = {"boxes": one.boxes, "ignored": one.ignored}
                    entries.append({**where, **known, "has_liver": one.has_liver})
                    stream.write(one.image.tobytes())
                    begin += one.image.size
                progress(done, len(source))
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(new_images, images_file)
    finally:
        new_images.unlink(missing_ok=True)
    save_bytes(entries_file, json.dumps(entries).encode())


def _in_processes(source: Source, definition: InputDefinition) -> Iterator[list[Rendered]]:
    """Slices of each scan in its turn; a few scans are not worth a process."""
    processes = min(MOST_PROCESSES, os.cpu_count() or 1, len(source) // 4)
    if processes < 2:
        for number in range(len(source)):
            yield rendered(source.scan(number), definition)
        return
    context = get_context("spawn")
    with context.Pool(processes, _begin_process, (source, definition)) as pool:
        yield from pool.imap(_render_number, range(len(source)))


_work: tuple[Source, InputDefinition]


def _begin_process(source: Source, definition: InputDefinition) -> None:
    global _work
    torch.set_num_threads(1)
    _work = source, definition


def _render_number(number: int) -> list[Rendered]:
    source, definition = _work
    return rendered(source.scan(number), definition)
