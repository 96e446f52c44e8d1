"""The child process of ``itk_volumes``: headers and voxels of image files are read here.

NIfTI and Analyze are read by ``nifti``, NRRD and MetaImage by SimpleITK, whose readers may crash or
hang on damaged files. ``detached_files`` has checked before which files a header refers to.
"""

import re
from collections.abc import Iterable
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK
from numpy.typing import NDArray

from lesion_viewer.ct.images.detached_files import META_SUFFIXES, NRRD_SUFFIXES
from lesion_viewer.ct.images.nifti.axes import grid_of
from lesion_viewer.ct.images.nifti.header import read_nifti_header
from lesion_viewer.ct.images.nifti.voxels import nifti_slabs
from lesion_viewer.ct.images.stated_units import scale_of
from lesion_viewer.ct.values.hounsfield import HU_LIMITS, MAX_SLICE_PIXELS, MAX_VOXELS, rounded_hu
from lesion_viewer.errors import CTError
from lesion_viewer.system.child_server import MEMORY_BYTES, limit_memory, serve

sitk: Any = SimpleITK  # it has no types
# ITK's reader by file name, so that ITK does not choose another one by content.
READERS = {NRRD_SUFFIXES: "NrrdImageIO", META_SUFFIXES: "MetaImageIO"}
ADDRESS = re.compile(r"\(0x[0-9a-f]+\)")
# Memory for a voxel of another type than int16: stored value, rounded value and masks.
BYTES_A_VOXEL = 32
MAX_PARTS = 1000
MAX_LABEL = 2**16 - 1
# A scale in float32 gives 0.99999 for 1 (NIfTI); what is further off was averaged.
SAME_LABEL = 0.01
MAX_SEGMENTS, MAX_NAME, MAX_DIGITS = 500, 64, 5

Answer = tuple[dict[str, Any], NDArray[Any] | None]


def answer(request: dict[str, Any], payload: bytes) -> Answer:
    """The header of a file, its voxels in HU, or its voxels as labels.

    Parameters
    ----------
    request : dict[str, Any]
        ``path`` of the header and ``data`` of the file with the voxels. ``order`` and ``flips`` of
        the axes ask for HU, ``labels`` asks for labels.
    payload : bytes
        Unused.

    Returns
    -------
    Answer
        Header entries or facts about the voxels; the voxels, None for a header.
    """
    path = Path(request["path"])
    if request.get("labels"):
        return _labels(path, Path(request["data"]))
    if "order" not in request:
        return _header(path), None
    return _voxels(path, Path(request["data"]), request["order"], request["flips"])


def _header(path: Path) -> dict[str, Any]:
    """Size, volumes in time, spacing, direction, origin, and whether the axes agree.

    Raises
    ------
    CTError
        Where the file is no 3D image of numbers or cannot be read; names the file.
    """
    reader = _reader_of(path)
    header = _itk_header(path, reader) if reader else _nifti_header(path)
    size, parts = header["size"], header["parts"]
    dimensions = " x ".join(map(str, size if parts == 1 else (*size, parts)))
    too_many = np.prod([*size, parts], dtype=float) > MAX_VOXELS
    if too_many or max(size) ** 2 > MAX_SLICE_PIXELS:
        raise CTError(f"{path.name} is too large: {dimensions} voxels")
    if parts > MAX_PARTS:
        raise CTError(f"{path.name} holds {parts} volumes in time, more than {MAX_PARTS}")
    return header


def _nifti_header(path: Path) -> dict[str, Any]:
    header = read_nifti_header(path)
    grid, apart_mm = grid_of(path, header)
    spacing = np.linalg.norm(grid[:3, :3], axis=0)
    return {
        "kind": header.kind,
        "size": list(header.size),
        "parts": header.parts,
        "spacing": spacing.tolist(),
        "direction": (grid[:3, :3] / spacing).ravel().tolist(),
        "origin": grid[:3, 3].tolist(),
        "is_placed": header.quaternion is not None or header.rows is not None,
        "apart_mm": apart_mm,
        "data_bytes": header.offset + prod(header.size) * header.parts * header.dtype.itemsize,
    }


def _itk_header(path: Path, reader: str) -> dict[str, Any]:
    image = sitk.ImageFileReader()
    image.SetImageIO(reader)
    image.SetFileName(str(path))
    try:
        image.ReadImageInformation()
    except RuntimeError as error:
        raise CTError(f"{path.name} cannot be read: {_reason(error)}") from error
    size, components = image.GetSize(), image.GetNumberOfComponents()
    axes, dimensions = len(size), " x ".join(map(str, size))
    if axes not in (3, 4) or components != 1:
        text = f"{dimensions}, {components} values each"
        raise CTError(f"{path.name} is no volume, nor volumes in time: {text}")
    # ITK calls a type "16-bit signed integer", or "vector of 16-bit signed integer".
    kind = sitk.GetPixelIDValueAsString(image.GetPixelID())
    bits = int(kind.removeprefix("vector of ").partition("-")[0])
    direction = np.reshape(image.GetDirection(), (axes, axes))
    if axes == 4 and (direction[3, :3].any() or direction[:3, 3].any()):
        raise CTError(f"{path.name} has unusable axes: the time axis has a direction in space")
    return {
        "kind": reader.removesuffix("ImageIO"),
        "size": list(size[:3]),
        "parts": size[3] if axes == 4 else 1,
        "spacing": list(image.GetSpacing()[:3]),
        "direction": direction[:3, :3].ravel().tolist(),
        "origin": list(image.GetOrigin()[:3]),
        "is_placed": True,
        "apart_mm": 0.0,
        "data_bytes": prod(size) * bits // 8,
    }


def _reader_of(path: Path) -> str:
    """ITK's reader for a file; empty where ``nifti`` reads it."""
    name = path.name.lower()
    return next((reader for suffixes, reader in READERS.items() if name.endswith(suffixes)), "")


def _voxels(path: Path, data: Path, order: list[int], flips: list[int]) -> Answer:
    """The volumes in HU, slices first, with the axes in the new order; counts of lost values."""
    header = _header(path)
    size, parts = header["size"], header["parts"]
    limit_memory(MEMORY_BYTES + int(np.prod([*size, parts], dtype=float)) * BYTES_A_VOXEL)
    reader = _reader_of(path)
    slabs = _slabs(path, data, reader, size)
    columns, rows, slices = size
    stored = np.empty((parts * slices, rows, columns), np.int16)
    lost = np.zeros((parts * slices, 2), int)
    for number, values in enumerate(slabs):
        stored[number], lost[number] = _hu_of(values)
    volumes = stored.reshape(parts, slices, rows, columns).transpose(0, 3, 2, 1)
    volumes = volumes.transpose(0, *(axis + 1 for axis in order))
    volumes = np.flip(volumes, tuple(axis + 1 for axis in flips)).transpose(0, 3, 2, 1)
    lost_in = lost.reshape(parts, slices, 2).sum(axis=1)
    head = {"no_numbers": lost_in[:, 0].tolist(), "clipped": lost_in[:, 1].tolist()}
    return head, np.ascontiguousarray(volumes)


def _hu_of(values: NDArray[Any]) -> tuple[NDArray[np.int16], tuple[int, int]]:
    """Values as HU, and how many are not finite and how many are beyond int16."""
    if values.dtype.newbyteorder("=") == np.int16:
        return values.astype(np.int16, copy=False), (0, 0)
    is_number = np.isfinite(values)
    beyond = is_number & ((values < HU_LIMITS.min) | (values > HU_LIMITS.max))
    return rounded_hu(values), (int((~is_number).sum()), int(beyond.sum()))


def _slabs(path: Path, data: Path, reader: str, size: list[int]) -> Iterable[NDArray[Any]]:
    """The planes of the file's third axis, volume after volume."""
    if not reader:
        return nifti_slabs(data, read_nifti_header(path))
    try:
        image = sitk.ReadImage(str(path), imageIO=reader)
    except RuntimeError as error:
        raise CTError(f"{path.name} cannot be read: {_reason(error)}") from error
    columns, rows, _ = size
    voxels: NDArray[Any] = sitk.GetArrayFromImage(image).reshape(-1, rows, columns)
    slope, intercept = scale_of(path) if path.name.lower().endswith(META_SUFFIXES) else (1.0, 0.0)
    if (slope, intercept) == (1, 0):
        return voxels
    return (values * np.float64(slope) + np.float64(intercept) for values in voxels)


def _labels(path: Path, data: Path) -> Answer:
    """The values of a label volume as stored, slices first, and the names of the values."""
    header, reader = _header(path), _reader_of(path)
    columns, rows, slices = header["size"]
    if header["parts"] != 1:
        raise CTError(f"{path.name} holds {header['parts']} volumes in time, not one of labels")
    limit_memory(MEMORY_BYTES + columns * rows * slices * BYTES_A_VOXEL)
    values = np.stack(list(_slabs(path, data, reader, header["size"])))
    return {"names": _segment_names(path, reader)}, _labels_of(path, values)


def _labels_of(path: Path, values: NDArray[Any]) -> NDArray[np.uint16]:
    lowest, highest = values.min(), values.max()
    if not (lowest > -SAME_LABEL and highest < MAX_LABEL + SAME_LABEL):
        raise CTError(f"{path.name} is no label volume: its values are {lowest} to {highest}")
    if np.issubdtype(values.dtype, np.integer):
        return values.astype(np.uint16)
    labels: NDArray[np.uint16] = np.empty(values.shape, np.uint16)
    for number, plane in enumerate(values):
        whole = np.rint(plane)
        if not np.allclose(plane, whole, rtol=0, atol=SAME_LABEL):
            raise CTError(f"{path.name} is no label volume: its values are no whole numbers")
        labels[number] = whole
    return labels


def _segment_names(path: Path, reader: str) -> dict[str, str]:
    """Label value to name of each segment of 3D Slicer (``.seg.nrrd``)."""
    if not reader:
        return {}
    image, names = sitk.ImageFileReader(), {}
    image.SetImageIO(reader)
    image.SetFileName(str(path))
    image.ReadImageInformation()
    keys = set(image.GetMetaDataKeys())
    for n in range(MAX_SEGMENTS):
        value, name = f"Segment{n}_LabelValue", f"Segment{n}_Name"
        if value not in keys or name not in keys:
            break
        number = image.GetMetaData(value).strip()
        if number.isdecimal() and len(number) <= MAX_DIGITS:
            names[number] = image.GetMetaData(name)[:MAX_NAME]
    return names


def _reason(error: RuntimeError) -> str:
    """The last meaningful line of ITK's message; its errno line may be about another file."""
    lines = [line.strip() for line in str(error).splitlines()]
    lines = [ADDRESS.sub("", line) for line in lines if line and not line.startswith("Reason:")]
    return lines[-1].removeprefix("ITK ERROR: ") if lines else "unknown reason"


if __name__ == "__main__":
    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    serve(answer)
