"""Scans of DeepLesion: each is a key slice between those of its neighbours that are there."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.inputs import InputDefinition, Spacing
from lesion_viewer.errors import TrainingError
from lesion_viewer.exchange.deeplesion.annotation_rows import Annotation
from training.deeplesion.row_selection import Rows, folder_and_number, numbers_in, read_rows
from training.deeplesion.slice_images import SliceImages
from training.recipe.deeplesion_data import DeepLesionData
from training.scan import Scan

FAR = 10_000
"""More slices than any neighbour is away."""


@dataclass(frozen=True, slots=True)
class KeySlice:
    """A slice with labelled lesions, which may be more than one.

    Attributes
    ----------
    folder, number : where it is
    spacing_mm : of (slices, rows, columns); neighbouring numbers are the first apart
    boxes, unsure : float32 (n, 4), tight; lesions, and what a reader could not tell
    is_reviewed : whether a reader's marks say all that is to be ignored, whatever the recipe says
    """

    folder: str
    number: int
    spacing_mm: Spacing
    boxes: NDArray[np.float32]
    unsure: NDArray[np.float32]
    patient: str
    is_reviewed: bool = False


class DeepLesionSource:
    """The key slices of some rows, each with the neighbours that an input needs.

    Parameters
    ----------
    data : the recipe's
    definition : decides which neighbours are read
    rows, images : as ``open_rows`` gives them
    part : ``train``, ``validation`` or ``test``
    chosen : in place of the slices of the part's rows
    """

    def __init__(
        self,
        data: DeepLesionData,
        definition: InputDefinition,
        rows: Rows,
        images: SliceImages,
        part: str,
        chosen: Sequence[KeySlice] | None = None,
    ) -> None:
        self._data, self._definition, self._images = data, definition, images
        self.key_slices = key_slices(rows, part) if chosen is None else tuple(chosen)
        self._part = part

    @property
    def identity(self) -> Mapping[str, Any]:
        """What decides every scan; that the images are DeepLesion's is taken for granted."""
        digest = hashlib.sha256()
        for key in self.key_slices:
            there = sorted(self._images.numbers(key.folder))
            known = (key.folder, key.number, key.spacing_mm, key.boxes.tolist(), there)
            said = (*known, key.unsure.tolist(), *([True] if key.is_reviewed else []))
            digest.update(repr(said).encode())
        chosen = {k: v for k, v in asdict(self._data).items() if k != "folder"}
        return {
            "kind": "deeplesion",
            "data": chosen,
            "part": self._part,
            "slices": digest.hexdigest(),
        }

    def __len__(self) -> int:
        return len(self.key_slices)

    def scan(self, number: int) -> Scan:
        """The ``number``-th key slice; of its surroundings only what the input takes is there."""
        key = self.key_slices[number]
        there = self._images.numbers(key.folder)
        # No neighbour is further away than twice the reach: the key slice itself is nearer.
        far = self._definition.slices_around(FAR, 2 * FAR + 1, key.spacing_mm)
        reach = 2 * (max(far) - FAR)
        count, first = 2 * reach + 1, key.number - reach
        absent = frozenset(i for i in range(count) if first + i not in there)
        chosen = set(self._definition.slices_around(reach, count, key.spacing_mm, absent))
        slices = self._images.read(key.folder, [first + i for i in chosen])
        shape = slices[key.number].shape
        if any(one.shape != shape for one in slices.values()):
            raise TrainingError(f"the slices in {key.folder} have not one size")
        voxels = np.zeros((count, *shape), np.int16)
        for of_slice, hu in slices.items():
            voxels[of_slice - first] = hu
        ignored = key.unsure
        if self._data.unlabelled == "ignored" and not key.is_reviewed:
            ignored = np.concatenate((ignored, around(key.boxes, shape)))
        return Scan(
            voxels,
            key.spacing_mm,
            {reach: key.boxes},
            {reach: ignored},
            (reach,),
            key.patient,
            frozenset(range(count)) - chosen,
        )


def open_rows(data: DeepLesionData) -> tuple[Rows, SliceImages]:
    """The rows of a recipe and the images they speak of; raises as ``read_rows``."""
    images = SliceImages(data.path(data.images))
    return read_rows(data, images), images


def key_slices(rows: Rows, part: str) -> tuple[KeySlice, ...]:
    """The slices of a part's rows, in the order of the CSV; rows on one slice come together."""
    of_file: dict[str, list[Annotation]] = {}
    for one in rows.parts[part]:
        of_file.setdefault(one.file_name, []).append(one)
    return tuple(_key_slice(on, rows.unsure.get(name, ())) for name, on in of_file.items())


def around(boxes: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """What lies round the lesions and their surroundings, as up to four boxes (n, 4).

    The surroundings reach as far from a lesion as it is large: that far it was looked at.
    """
    rows, columns = shape
    sides = boxes[:, 2:] - boxes[:, :2]
    x1, y1 = np.maximum((boxes[:, :2] - sides).min(0), 0)
    x2, y2 = np.minimum((boxes[:, 2:] + sides).max(0), (columns, rows))
    parts = [(0, 0, columns, y1), (0, y2, columns, rows), (0, y1, x1, y2), (x2, y1, columns, y2)]
    return np.array(
        [part for part in parts if part[2] > part[0] and part[3] > part[1]], np.float32
    ).reshape(-1, 4)


def _key_slice(on: Sequence[Annotation], unsure: Sequence[Annotation]) -> KeySlice:
    folder, number = folder_and_number(on[0].file_name)
    x_mm, y_mm, slice_mm = numbers_in(on[0].values["Spacing_mm_px_"])
    return KeySlice(
        folder,
        number,
        (slice_mm, y_mm, x_mm),
        _boxes(on),
        _boxes(unsure),
        f"DeepLesion {on[0].values['Patient_index']}",
    )


def _boxes(rows: Sequence[Annotation]) -> NDArray[np.float32]:
    boxes = [one.box.as_tuple() for one in rows if one.box is not None]
    return np.array(boxes, np.float32).reshape(-1, 4)
