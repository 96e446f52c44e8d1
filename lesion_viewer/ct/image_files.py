"""NIfTI, NRRD and MetaImage volumes, read by SimpleITK and turned to LPS axes.

These formats do not say what their values are: they are taken for HU.
"""

import threading
from collections.abc import Callable
from hashlib import file_digest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.hounsfield import MAX_SLICE_PIXELS, MAX_VOXELS, rounded_hu
from lesion_viewer.ct.nifti import has_transform, refuse_cut_off
from lesion_viewer.ct.study import Fault, Series, SliceSource
from lesion_viewer.errors import CTError

SUFFIXES = (".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd")
# ITK's names of its readers.
NIFTI, NRRD = "NiftiImageIO", "NrrdImageIO"


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
    grid, order, flips = _turned_to_lps(*_grid_of(header))
    size = np.array(header.GetSize())[order]
    columns, rows, slices = (int(n) for n in size)
    is_placed = _is_placed(header)
    spacing = np.linalg.norm(grid[:3, :3], axis=0)
    voxels = _on_first_use(lambda: _read_voxels(path, order, flips))
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
        shape=(slices, rows, columns),
        spacing_mm=(float(spacing[2]), float(spacing[1]), float(spacing[0])),
        affine=grid if is_placed else None,
        faults=() if is_placed else (_NO_ORIENTATION,),
        decode=lambda slice_index: voxels()[slice_index],
    )


def content_key(path: Path) -> str:
    """What names a file wherever it lies: the SHA-256 of its bytes."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


_NO_ORIENTATION = Fault("missing_orientation", "The file does not say how the patient lies in it.")


def _read_header(path: Path) -> Any:
    """SimpleITK's reader with the header read."""
    import SimpleITK as sitk

    itk: Any = sitk  # it has no types
    itk.ProcessObject.SetGlobalWarningDisplay(False)
    reader = itk.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        reader.ReadImageInformation()
    except RuntimeError as error:
        raise CTError(f"{path.name} cannot be read: {_reason(error)}") from error
    size = reader.GetSize()
    if len(size) != 3 or reader.GetNumberOfComponents() != 1:
        dimensions = " x ".join(map(str, size))
        raise CTError(
            f"{path.name} is no volume: {dimensions}, {reader.GetNumberOfComponents()} values each"
        )
    if np.prod(size, dtype=float) > MAX_VOXELS or max(size) ** 2 > MAX_SLICE_PIXELS:
        raise CTError(f"{path.name} is too large: {' x '.join(map(str, size))} voxels")
    if _format(reader) == NIFTI:
        refuse_cut_off(path, reader)
    return reader


def _grid_of(header: Any) -> tuple[NDArray[np.float64], tuple[int, ...]]:
    """The file's affine, voxel to LPS millimetres (ITK's own axes), and its size."""
    grid = np.eye(4)
    directions = np.array(header.GetDirection()).reshape(3, 3)
    grid[:3, :3] = directions * np.array(header.GetSpacing())
    grid[:3, 3] = header.GetOrigin()
    return grid, header.GetSize()


def _turned_to_lps(
    grid: NDArray[np.float64], size: tuple[int, ...]
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


def _is_placed(header: Any) -> bool:
    """Whether the file says how its axes lie in the patient; an NRRD does by its space."""
    if _format(header) == NIFTI:
        return has_transform(header)
    return _format(header) != NRRD or "NRRD_space" in header.GetMetaDataKeys()


def _format(header: Any) -> str:
    return str(header.GetImageIOFromFileName(header.GetFileName()))


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


def _read_voxels(path: Path, order: list[int], flips: list[int]) -> NDArray[np.int16]:
    """The volume in HU, slices first, with the axes in the new order."""
    import SimpleITK as sitk

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
    lines = [line for line in lines if line and not line.startswith("Reason:")]
    return lines[-1].removeprefix("ITK ERROR: ") if lines else "unknown reason"
