"""NIfTI, NRRD and MetaImage volumes, read by SimpleITK and turned to LPS axes.

These formats do not say what their values are: they are taken for HU. SimpleITK runs in a child
process that can be stopped.
"""

import threading
from collections.abc import Callable
from hashlib import file_digest
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.study import Fault, Series, SliceSource
from lesion_viewer.errors import CTError
from lesion_viewer.system.child_pool import ask

CHILD = "lesion_viewer.ct.images.itk_child"
SUFFIXES = (".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd")
# A volume of 512 x 512 x 300 from a gzip takes a tenth of that.
SECONDS_A_FILE = 4.0
SECONDS_A_MEGAVOXEL = 1.0
SECONDS_A_MEGABYTE = 0.5
# Beyond these no voxel of a CT is that small or large, and no patient lies.
VOXEL_LIMITS_MM = 1e-3, 1e3
MAX_POSITION_MM = 1e5
# A quaternion of float32 is as exact as that.
SAME_PLACE_MM = 0.5


def is_image_file(name: str) -> bool:
    """Whether a file is NIfTI, NRRD or MetaImage by its name."""
    return name.lower().endswith(SUFFIXES)


def read_image(path: Path) -> Series:
    """The volume in a file, with image columns towards the patient's left and rows to the back.

    Voxels are not resampled: axes are swapped and turned until they are as close to LPS as they
    get. The file is read whole when the first slice is asked for.

    Raises
    ------
    CTError
        Where the file is no 3D image of numbers or cannot be read; names the file.
    """
    header = _read_header(path)
    file_size: list[int] = header["size"]
    grid, order, flips = _turned_to_lps(_grid_of(path, header), file_size)
    columns, rows, slices = (file_size[axis] for axis in order)
    is_placed = bool(header["is_placed"])
    spacing = np.linalg.norm(grid[:3, :3], axis=0)
    shape = slices, rows, columns
    voxels = _on_first_use(lambda: _read_voxels(path, shape, order, flips))
    normal = np.cross(grid[:3, 0], grid[:3, 1])
    normal /= np.linalg.norm(normal)
    locations = [float((grid @ (0, 0, k, 1))[:3] @ normal) for k in range(slices)]
    return Series(
        uid=path.name,
        study_uid="",
        modality="CT",
        description=path.name,
        number=None,
        slices=tuple(
            SliceSource(path.name, frame=k, location_mm=locations[k] if is_placed else None)
            for k in range(slices)
        ),
        shape=shape,
        spacing_mm=(float(spacing[2]), float(spacing[1]), float(spacing[0])),
        affine=grid if is_placed else None,
        faults=_faults_of(header),
        decode=lambda slice_index: voxels()[slice_index],
    )


def content_key(path: Path) -> str:
    """What names a file wherever it lies: the SHA-256 of its bytes."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


_NO_ORIENTATION = Fault("missing_orientation", "The file does not say how the patient lies in it.")


def _faults_of(header: dict[str, Any]) -> tuple[Fault, ...]:
    if not header["is_placed"]:
        return (_NO_ORIENTATION,)
    if not header["apart_mm"] > SAME_PLACE_MM:
        return ()
    text = (
        "What the file says of its axes (voxel size, qform, sform) does not agree:"
        f" {header['apart_mm']:.1f} mm apart at a corner."
    )
    return (Fault("conflicting_axes", text),)


def _read_header(path: Path) -> dict[str, Any]:
    """The header as ``image_child`` gives it."""
    seconds = SECONDS_A_FILE + SECONDS_A_MEGABYTE * path.stat().st_size / 1e6
    header: dict[str, Any] = _ask(path, {"path": str(path)}, seconds, 0)[0]
    return header


def _ask(path: Path, request: dict[str, Any], seconds: float, most: int) -> tuple[Any, bytes]:
    try:
        return ask(CHILD, request, b"", seconds, most)
    except CTError as error:
        reason = str(error)
        raise CTError(reason if path.name in reason else f"{path.name} {reason}") from error


def _grid_of(path: Path, header: dict[str, Any]) -> NDArray[np.float64]:
    """The file's affine, voxel to LPS millimetres (ITK's own axes)."""
    grid = np.eye(4)
    spacing, origin = np.array(header["spacing"]), np.array(header["origin"])
    directions = np.array(header["direction"]).reshape(3, 3)
    least, most = VOXEL_LIMITS_MM
    is_usable = np.isfinite(spacing).all() and least <= spacing.min() <= spacing.max() <= most
    lengths = np.abs(directions).max(axis=0)
    is_usable = is_usable and np.isfinite(directions).all() and (0.1 < lengths).all()
    if not (is_usable and (lengths < 10).all() and (np.abs(origin) <= MAX_POSITION_MM).all()):
        raise CTError(f"{path.name} has unusable axes: spacing {spacing}, origin {origin}")
    if abs(np.linalg.det(directions)) < 0.1:
        raise CTError(f"{path.name} has axes that lie in one plane")
    grid[:3, :3] = directions * spacing
    grid[:3, 3] = origin
    return grid


def _turned_to_lps(
    grid: NDArray[np.float64], size: list[int]
) -> tuple[NDArray[np.float64], list[int], list[int]]:
    """The affine with its axes closest to L, P and H, the file's axes in that order, and flips.

    The flips are those among the new axes that run against their old direction.
    """
    cosines = grid[:3, :3] / np.linalg.norm(grid[:3, :3], axis=0)
    order: list[int] = []
    for patient_axis in (2, 0, 1):  # the slices' axis has the first choice
        free = [a for a in range(3) if a not in order]
        order.append(max(free, key=lambda a: abs(cosines[patient_axis, a])))
    order = [order[1], order[2], order[0]]
    turned = grid[:, [*order, 3]]
    flips = [k for k in range(3) if turned[k, k] < 0]
    for k in flips:
        turned[:, 3] += turned[:, k] * (size[order[k]] - 1)
        turned[:, k] *= -1
    return turned, order, flips


def _on_first_use(read: Callable[[], NDArray[np.int16]]) -> Callable[[], NDArray[np.int16]]:
    """The result of ``read``, called once, whichever threads ask for it."""
    lock = threading.Lock()
    result: list[NDArray[np.int16]] = []

    def get() -> NDArray[np.int16]:
        with lock:
            if not result:
                result.append(read())
            return result[0]

    return get


def _read_voxels(
    path: Path, shape: tuple[int, int, int], order: list[int], flips: list[int]
) -> NDArray[np.int16]:
    """The volume in HU, slices first, with the axes in the new order."""
    request = {"path": str(path), "order": order, "flips": flips}
    count = prod(shape)
    seconds = SECONDS_A_FILE + SECONDS_A_MEGAVOXEL * count / 1e6
    _, data = _ask(path, request, seconds, count * 2)
    if len(data) != count * 2:
        raise CTError(f"{path.name} has changed while it was read")
    return np.frombuffer(data, np.int16).reshape(shape)
