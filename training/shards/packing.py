"""A scan as the files of one WebDataset sample, and back."""

import io
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..scan import Boxes, Scan

MASKS = ("liver", "lesion")


class Packed(NamedTuple):
    """A scan as files.

    Attributes
    ----------
    files : dict[str, bytes]
        Ending -> content: ``json`` with boxes and geometry, ``voxels.npy`` with the slices that
        are not missing in HU, and, where they are known, masks in bits.
    lesions : tuple[int, ...]
        Number of lesions on each slice that is learned from.
    """

    files: dict[str, bytes]
    lesions: tuple[int, ...]


def packed(scan: Scan) -> Packed:
    """A scan as files.

    Parameters
    ----------
    scan : Scan
        Any.

    Returns
    -------
    Packed
        From which ``unpacked`` gives an equal scan; missing slices are 0.
    """
    there = [i for i in range(len(scan.voxels)) if i not in scan.missing]
    said = {
        "slices": len(scan.voxels),
        "missing": sorted(scan.missing),
        "spacing_mm": scan.spacing_mm,
        "wanted": list(scan.wanted),
        "patient": scan.patient,
        "boxes": _listed(scan.boxes),
        "ignored": _listed(scan.ignored),
        "types": {str(index): list(of) for index, of in scan.types.items()},
    }
    files = {"json": json.dumps(said).encode(), "voxels.npy": _saved(scan.voxels[there])}
    for name in MASKS:
        if (mask := getattr(scan, name)) is not None:
            files[f"{name}.npy"] = _saved(np.packbits(mask[there]))
    return Packed(files, tuple(len(scan.boxes.get(i, ())) for i in scan.wanted))


def unpacked(files: Mapping[str, bytes]) -> Scan:
    """The scan in files.

    Parameters
    ----------
    files : Mapping[str, bytes]
        As ``packed`` gives them.

    Returns
    -------
    Scan
        The scan.
    """
    said: dict[str, Any] = json.loads(files["json"])
    missing = frozenset(said["missing"])
    there = [i for i in range(said["slices"]) if i not in missing]
    read = _loaded(files["voxels.npy"])

    def whole(part: NDArray[Any]) -> NDArray[Any]:
        if not missing:
            return part
        every = np.zeros((said["slices"], *part.shape[1:]), part.dtype)
        every[there] = part
        return every

    masks = {
        name: whole(np.unpackbits(bits, count=read.size).reshape(read.shape).astype(bool))
        for name in MASKS
        if f"{name}.npy" in files
        for bits in [_loaded(files[f"{name}.npy"])]
    }
    return Scan(
        whole(read),
        tuple(said["spacing_mm"]) if said["spacing_mm"] else None,
        _boxes(said["boxes"]),
        _boxes(said["ignored"]),
        tuple(said["wanted"]),
        said["patient"],
        missing,
        {int(index): tuple(of) for index, of in said["types"].items()},
        **masks,
    )


def _listed(boxes: Boxes) -> dict[str, list[list[float]]]:
    return {str(index): of.tolist() for index, of in boxes.items()}


def _boxes(listed: Mapping[str, list[list[float]]]) -> Boxes:
    return {int(i): np.array(of, np.float32).reshape(-1, 4) for i, of in listed.items()}


def _saved(array: NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()


def _loaded(content: bytes) -> NDArray[Any]:
    array: NDArray[Any] = np.load(io.BytesIO(content), allow_pickle=False)
    return array
