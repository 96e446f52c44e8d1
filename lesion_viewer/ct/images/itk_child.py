"""The child process of ``image_files``: SimpleITK reads headers and voxels here.

On damaged files its readers may crash or never come back.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK
from numpy.typing import NDArray

from lesion_viewer.ct.images.nifti.header import axes_apart_mm, has_transform, refuse_cut_off
from lesion_viewer.ct.values.hounsfield import MAX_SLICE_PIXELS, MAX_VOXELS, rounded_hu
from lesion_viewer.errors import CTError
from lesion_viewer.system.child_server import MEMORY_BYTES, limit_memory, serve

sitk: Any = SimpleITK  # it has no types
# ITK's names of its readers.
NIFTI, NRRD = "NiftiImageIO", "NrrdImageIO"
ADDRESS = re.compile(r"\(0x[0-9a-f]+\)")
# For a voxel of another type than int16: itself, its rounded self and a mask of it.
BYTES_A_VOXEL = 32


def answer(request: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], NDArray[Any] | None]:
    """The header of a file, or its voxels where the request names the order of the axes."""
    path = Path(request["path"])
    if "order" not in request:
        return _header(path), None
    return {}, _voxels(path, request["order"], request["flips"])


def _header(path: Path) -> dict[str, Any]:
    """Size, spacing, direction, origin, and what the file says of how the patient lies in it.

    Raises
    ------
    CTError
        Where the file is no 3D image of numbers or cannot be read; names the file.
    """
    reader = sitk.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        reader.ReadImageInformation()
    except RuntimeError as error:
        raise CTError(f"{path.name} cannot be read: {_reason(error)}") from error
    size, components = reader.GetSize(), reader.GetNumberOfComponents()
    dimensions = " x ".join(map(str, size))
    if len(size) != 3 or components != 1:
        raise CTError(f"{path.name} is no volume: {dimensions}, {components} values each")
    if np.prod(size, dtype=float) > MAX_VOXELS or max(size) ** 2 > MAX_SLICE_PIXELS:
        raise CTError(f"{path.name} is too large: {dimensions} voxels")
    apart_mm = 0.0
    if _format(reader) == NIFTI:
        refuse_cut_off(path, reader)
        apart_mm = axes_apart_mm(path, _grid(reader), size)
    return {
        "size": list(size),
        "spacing": list(reader.GetSpacing()),
        "direction": list(reader.GetDirection()),
        "origin": list(reader.GetOrigin()),
        "is_placed": _is_placed(reader),
        "apart_mm": apart_mm,
    }


def _grid(header: Any) -> NDArray[np.float64]:
    """The affine, voxel to LPS millimetres."""
    grid = np.eye(4)
    grid[:3, :3] = np.reshape(header.GetDirection(), (3, 3)) * header.GetSpacing()
    grid[:3, 3] = header.GetOrigin()
    return grid


def _is_placed(header: Any) -> bool:
    """Whether the file says how its axes lie in the patient; an NRRD does by its space."""
    if _format(header) == NIFTI:
        return has_transform(header)
    return _format(header) != NRRD or "NRRD_space" in header.GetMetaDataKeys()


def _format(header: Any) -> str:
    return str(header.GetImageIOFromFileName(header.GetFileName()))


def _voxels(path: Path, order: list[int], flips: list[int]) -> NDArray[np.int16]:
    """The volume in HU, slices first, with the axes in the new order."""
    size = _header(path)["size"]
    limit_memory(MEMORY_BYTES + int(np.prod(size, dtype=float)) * BYTES_A_VOXEL)
    try:
        image = sitk.ReadImage(str(path))
    except RuntimeError as error:
        raise CTError(f"{path.name} cannot be read: {_reason(error)}") from error
    voxels = sitk.GetArrayFromImage(image).transpose(2, 1, 0).transpose(order)
    voxels = np.flip(voxels, tuple(flips)).transpose(2, 1, 0)
    if voxels.dtype == np.int16:
        return np.ascontiguousarray(voxels)
    return np.ascontiguousarray(rounded_hu(voxels))


def _reason(error: RuntimeError) -> str:
    """The last line of ITK's report that says what is wrong; errno tells of another file."""
    lines = [line.strip() for line in str(error).splitlines()]
    lines = [ADDRESS.sub("", line) for line in lines if line and not line.startswith("Reason:")]
    return lines[-1].removeprefix("ITK ERROR: ") if lines else "unknown reason"


if __name__ == "__main__":
    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    serve(answer)
