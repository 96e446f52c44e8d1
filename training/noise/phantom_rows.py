"""Phantoms as a small DeepLesion: numbered PNG slices, and rows of annotations in its columns."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lesion_viewer.ct.phantom.abdomen import PhantomScene
from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.csv_records import quoted
from lesion_viewer.exchange.deeplesion.annotation_rows import COLUMNS, box_text, numbers_text
from lesion_viewer.system.atomic_files import save_bytes

SLICE_MM, PIXEL_MM, SIDE_PX = 5.0, 2.0, 192
DEPTH, SLICES, LESIONS = 48, 6, (4, 14)
IMAGES = "Images_png"
BODY_HU = -200


@dataclass(frozen=True, slots=True)
class PhantomSlices:
    """The slices of phantoms by DeepLesion's name, with their lesions.

    Attributes
    ----------
    truth : Mapping[str, tuple[Box, ...]]
        Name of a slice -> its lesions, which may be none.
    seeds : Mapping[str, int]
        Name of a slice -> seed of its phantom, which is the patient's number.
    """

    truth: Mapping[str, tuple[Box, ...]]
    seeds: Mapping[str, int]


def write_slices(folder: Path, seeds: range, progress: Callable[[int, int], None]) -> PhantomSlices:
    """Write consecutive slices of each phantom as PNG files, unless they exist.

    Parameters
    ----------
    folder : Path
        Folder of the data; the files lie in its ``Images_png``.
    seeds : range
        Seeds of the phantoms.
    progress : Callable[[int, int], None]
        Called with phantoms done and phantoms in total.

    Returns
    -------
    PhantomSlices
        The slices and their lesions.

    Raises
    ------
    ExchangeError
        Where a file cannot be written.
    """
    truth: dict[str, tuple[Box, ...]] = {}
    patients: dict[str, int] = {}
    for done, seed in enumerate(seeds, 1):
        for name, boxes in _of_phantom(folder, seed).items():
            truth[name] = tuple(Box(*corners) for corners in boxes)
            patients[name] = seed
        progress(done, len(seeds))
    return PhantomSlices(truth, patients)


def body_of(folder: Path, name: str) -> NDArray[np.bool_]:
    """Mask of the body on a slice, without about 8 mm under the skin.

    Parameters
    ----------
    folder : Path
        As given to ``write_slices``.
    name : str
        DeepLesion's name of the slice.

    Returns
    -------
    NDArray[np.bool_]
        (rows, columns).
    """
    from scipy import ndimage

    series, number = place_of(name)
    with Image.open(folder / IMAGES / series / f"{number:03d}.png") as picture:
        hu = np.asarray(picture, np.int32) - 32768
    body: NDArray[np.bool_] = ndimage.binary_erosion(hu > BODY_HU, iterations=4)
    return body


def place_of(name: str) -> tuple[str, int]:
    """Folder and number of a slice.

    Parameters
    ----------
    name : str
        DeepLesion's name of the slice.

    Returns
    -------
    tuple[str, int]
        The number as the file's name has it.
    """
    folder, _, number = name.removesuffix(".png").rpartition("_")
    return folder, int(number)


def save_rows(
    path: Path,
    labels: Mapping[str, Sequence[Box]],
    slices: PhantomSlices,
    split_of: Callable[[int], str],
) -> None:
    """Write annotations as a CSV in DeepLesion's columns; a slice without a label has an empty row.

    Parameters
    ----------
    path : Path
        The CSV; replaced where it exists.
    labels : Mapping[str, Sequence[Box]]
        Name of a slice -> its labels.
    slices : PhantomSlices
        The slices.
    split_of : Callable[[int], str]
        Gives a phantom's ``Train_Val_Test`` by its seed; rows are left out where it is empty.
    """
    lines = [",".join(COLUMNS)]
    for name, boxes in labels.items():
        seed = slices.seeds[name]
        if split := split_of(seed):
            lines += [_row(name, box, seed, split) for box in boxes or (None,)]
    save_bytes(path, ("\n".join(lines) + "\n").encode())


def _of_phantom(folder: Path, seed: int) -> dict[str, list[list[float]]]:
    """The lesions of a phantom's slices by name; what was written before is read again."""
    series = f"{seed:06d}_01_01"
    known = folder / IMAGES / series / "lesions.json"
    if known.is_file():
        found: dict[str, list[list[float]]] = json.loads(known.read_text(encoding="utf-8"))
        return found
    rng = np.random.default_rng([seed, 1])
    lesions = int(rng.integers(LESIONS[0], LESIONS[1], endpoint=True))
    scene = PhantomScene(seed, (DEPTH, SIDE_PX, SIDE_PX), (SLICE_MM, PIXEL_MM, PIXEL_MM), lesions)
    first = int(rng.integers(1, DEPTH - SLICES - 1))
    boxes: dict[str, list[list[float]]] = {}
    for index in range(first - 1, first + SLICES + 1):
        hu, found_here = scene.slice_at(index)
        (folder / IMAGES / series).mkdir(parents=True, exist_ok=True)
        picture = (hu.astype(np.int32) + 32768).astype(np.uint16)
        Image.fromarray(picture).save(folder / IMAGES / series / f"{index:03d}.png")
        if first <= index < first + SLICES:
            boxes[f"{series}_{index:03d}.png"] = [
                [float(v) for v in corners] for corners in found_here.values()
            ]
    save_bytes(known, json.dumps(boxes).encode())
    return boxes


def _row(name: str, box: Box | None, seed: int, split: str) -> str:
    _, number = place_of(name)
    cells = {
        "File_name": name,
        "Patient_index": str(seed),
        "Study_index": "1",
        "Series_ID": "1",
        "Key_slice_index": str(number),
        "Bounding_boxes": box_text(box) if box else "",
        "Coarse_lesion_type": "4",
        "Possibly_noisy": "0",
        "Slice_range": f"{number - 1}, {number + 1}",
        "Spacing_mm_px_": numbers_text((PIXEL_MM, PIXEL_MM, SLICE_MM)),
        "Image_size": f"{SIDE_PX}, {SIDE_PX}",
        "DICOM_windows": "-175, 275",
        "Train_Val_Test": split,
    }
    return ",".join(quoted(cells.get(column, "")) for column in COLUMNS)
