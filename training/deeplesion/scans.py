"""Scans of DeepLesion: each is a key slice between those of its neighbours that exist."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.detection.neighbours import Spacing
from lesion_viewer.errors import TrainingError
from lesion_viewer.exchange.deeplesion.annotation_rows import Annotation, lesion_type_of

from ..recipe.deeplesion_data import DeepLesionData
from ..scan import Scan
from .row_selection import Rows, folder_and_number, numbers_in, read_rows
from .slice_images import SliceImages

FAR = 10_000
"""A distance in slices that no neighbour exceeds."""


@dataclass(frozen=True, slots=True)
class KeySlice:
    """A slice with its labelled lesions; only a reviewed slice may have none.

    Attributes
    ----------
    folder : str
        Folder of the series, ``000001_01_01``.
    number : int
        Number of the slice in its folder.
    spacing_mm : Spacing
        Distances in mm of (slices, rows, columns); consecutive numbers are one slice distance
        apart.
    boxes, unsure : NDArray[np.float32]
        float32 (n, 4), tight boxes in pixels: lesions, and boxes that a reader marked as unsure.
    patient : str
        Identifies the patient; the same for all slices of one.
    types : tuple[str, ...]
        Type of each lesion, empty where it is unknown, as in all of DeepLesion's training part.
    is_reviewed : bool
        Whether ``unsure`` holds all regions to ignore, so that the recipe's ``unlabelled`` does not
        apply.
    """

    folder: str
    number: int
    spacing_mm: Spacing
    boxes: NDArray[np.float32]
    unsure: NDArray[np.float32]
    patient: str
    types: tuple[str, ...] = ()
    is_reviewed: bool = False


class DeepLesionSource:
    """The key slices of some rows, each with the neighbours that an input needs.

    Parameters
    ----------
    data : DeepLesionData
        As the recipe has it.
    definition : InputDefinition
        The model's input, which decides which neighbours are read.
    rows : Rows
        As ``open_rows`` gives them.
    images : SliceImages
        As ``open_rows`` gives them.
    part : str
        ``train``, ``validation`` or ``test``.
    chosen : Sequence[KeySlice] | None
        Slices in place of those of the part's rows.
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
        """What decides every scan, without the pixels: the images are taken to be DeepLesion's."""
        digest = hashlib.sha256()
        for key in self.key_slices:
            there = sorted(self._images.numbers(key.folder))
            known = (key.folder, key.number, key.spacing_mm, key.boxes.tolist(), there)
            said = (*known, key.unsure.tolist(), *([True] if key.is_reviewed else []), key.types)
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
        """A key slice with the neighbours that the model's input takes; all others are missing.

        Parameters
        ----------
        number : int
            Index in ``key_slices``.

        Returns
        -------
        Scan
            The scan; the key slice is its middle one.

        Raises
        ------
        TrainingError
            Where the slices differ in size, or one is no 16-bit CT slice.
        CTError
            Where a slice cannot be decoded.
        """
        key = self.key_slices[number]
        there = self._images.numbers(key.folder)
        # No neighbour is further away than twice the reach: the key slice itself is nearer.
        far = self._definition.neighbours.around(FAR, 2 * FAR + 1, key.spacing_mm)
        reach = 2 * (max(far) - FAR)
        count, first = 2 * reach + 1, key.number - reach
        absent = frozenset(i for i in range(count) if first + i not in there)
        chosen = set(self._definition.neighbours.around(reach, count, key.spacing_mm, absent))
        slices = self._images.read(key.folder, [first + i for i in chosen])
        shape = slices[key.number].shape
        if any(one.shape != shape for one in slices.values()):
            raise TrainingError(f"the slices in {key.folder} differ in size")
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
            {reach: key.types},
        )


def open_rows(data: DeepLesionData) -> tuple[Rows, SliceImages]:
    """The rows of a recipe and the images that they name.

    Parameters
    ----------
    data : DeepLesionData
        As the recipe has it.

    Returns
    -------
    tuple[Rows, SliceImages]
        The rows, and the images.

    Raises
    ------
    TrainingError
        Where the folder of images, a column or a tag is missing.
    ExchangeError
        Where the CSV cannot be used.
    """
    images = SliceImages(data.path(data.images))
    return read_rows(data, images), images


def key_slices(rows: Rows, part: str) -> tuple[KeySlice, ...]:
    """The slices of a part's rows, in the order of the CSV; rows of one slice are joined.

    Parameters
    ----------
    rows : Rows
        As ``open_rows`` gives them.
    part : str
        ``train``, ``validation`` or ``test``.

    Returns
    -------
    tuple[KeySlice, ...]
        One for each slice.
    """
    of_file: dict[str, list[Annotation]] = {}
    for one in rows.parts[part]:
        of_file.setdefault(one.file_name, []).append(one)
    return tuple(_key_slice(on, rows.unsure.get(name, ())) for name, on in of_file.items())


def around(boxes: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Regions of a slice outside its lesions and their surroundings, as up to four boxes.

    The surroundings reach as far from a lesion as it is large: readers are taken to have looked
    there.

    Parameters
    ----------
    boxes : NDArray[np.float32]
        (n, 4), n > 0, tight boxes in pixels.
    shape : tuple[int, ...]
        Rows and columns of the slice.

    Returns
    -------
    NDArray[np.float32]
        float32 (0 to 4, 4), in pixels; they do not overlap.
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
        tuple(lesion_type_of(one.values) for one in on if one.box is not None),
    )


def _boxes(rows: Sequence[Annotation]) -> NDArray[np.float32]:
    boxes = [one.box.as_tuple() for one in rows if one.box is not None]
    return np.array(boxes, np.float32).reshape(-1, 4)
