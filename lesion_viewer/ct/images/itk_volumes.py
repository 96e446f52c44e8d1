"""NIfTI, Analyze, NRRD and MetaImage volumes, turned to LPS axes.

These formats do not say what their values are: they are taken for HU, with a fault where they are
probably not. Files are read in a child process that can be stopped.
"""

from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.geometry.turn import standard_normal, standard_turn
from lesion_viewer.ct.images.detached_files import TextHeader
from lesion_viewer.ct.images.image_paths import ImagePaths, image_paths
from lesion_viewer.ct.images.stated_units import is_spacing_stated, mm_a_unit, quantized_from
from lesion_viewer.ct.study import Fault, Series, SliceSource
from lesion_viewer.ct.volume.hu_plausibility import not_hu_fault
from lesion_viewer.errors import CTError
from lesion_viewer.system.child_pool import ask

CHILD = "lesion_viewer.ct.images.itk_child"
# A volume of 512 x 512 x 300 from a gzip takes a tenth of that.
SECONDS_A_FILE = 4.0
SECONDS_A_MEGAVOXEL = 1.0
SECONDS_A_MEGABYTE = 0.5
# Beyond these no voxel of a CT is that small or large, and no patient lies.
VOXEL_LIMITS_MM = 1e-3, 1e3
MAX_POSITION_MM = 1e5
# Fields of a text header that say how large a voxel is; of a MetaImage, how the patient lies.
SPACING_FIELDS = {"spacings", "spacedirections", "elementspacing", "elementsize"}
ORIENTATION_FIELDS = {"transformmatrix", "rotation", "orientation"}
# Spaces of an NRRD that ITK turns to LPS; the others do not speak of a patient.
PATIENT_SPACES = {
    *("left-posterior-superior", "lps", "right-anterior-superior", "ras"),
    *("left-anterior-superior", "las"),
}
# A quaternion of float32 is as exact as that.
SAME_PLACE_MM = 0.5


def read_image(path: Path) -> tuple[Series, ...]:
    """The volumes in a file, with image columns towards the patient's left and rows to the back.

    Voxels are not resampled: axes are swapped and turned until they are as close to LPS as they
    get. The file is read whole at once, as what is wrong about its values is known only then.

    Parameters
    ----------
    path : of the file; of a header whose voxels lie in another file, or of that one

    Returns
    -------
    One series; of a file of several volumes in time, one for each.

    Raises
    ------
    CTError
        Where the file holds no 3D images of numbers, cannot be read, or refers to a file outside
        of its folder; names the file.
    """
    files = image_paths(path)
    header = read_header(files)
    file_size: list[int] = header["size"]
    grid, order, flips = _turned(grid_of(path, header), file_size)
    columns, rows, slices = (file_size[axis] for axis in order)
    shape, parts = (slices, rows, columns), int(header["parts"])
    volumes, lost = _read_voxels(files, (parts, *shape), order, flips)
    spacing = np.linalg.norm(grid[:3, :3], axis=0)
    is_placed, is_sized = bool(header["is_placed"]), bool(header["is_sized"])
    return tuple(
        Series(
            uid=path.name if parts == 1 else f"{path.name}#time {part + 1}",
            study_uid="",
            modality="CT",
            description=path.name if parts == 1 else f"{path.name} time {part + 1} of {parts}",
            number=None,
            slices=_sources(path, slices, grid if is_placed else None),
            shape=shape,
            spacing_mm=(float(spacing[2]), float(spacing[1]), float(spacing[0]))
            if is_sized
            else None,
            affine=grid if is_placed and is_sized else None,
            faults=(
                *_part_fault(part, parts),
                *_faults_of(header),
                *_value_faults(volumes[part], *(counts[part] for counts in lost)),
            ),
            decode=volumes[part].__getitem__,
        )
        for part in range(parts)
    )


def _sources(path: Path, slices: int, grid: NDArray[np.float64] | None) -> tuple[SliceSource, ...]:
    """The slices, with their places along the normal where the patient's are known."""
    if grid is None:
        return tuple(SliceSource(path.name, frame=k) for k in range(slices))
    normal = np.cross(grid[:3, 0], grid[:3, 1])
    normal /= np.linalg.norm(normal)
    return tuple(
        SliceSource(path.name, frame=k, location_mm=float((grid @ (0, 0, k, 1))[:3] @ normal))
        for k in range(slices)
    )


_NO_ORIENTATION = Fault("missing_orientation", "The file does not say how the patient lies in it.")


_NO_SPACING = Fault("missing_spacing", "The file does not say how far apart its voxels are.")


def _part_fault(part: int, parts: int) -> tuple[Fault, ...]:
    if parts == 1:
        return ()
    text = (
        f"The file holds {parts} volumes in time, each shown by itself: this is number {part + 1}."
    )
    return (Fault("parted_series", text),)


def _faults_of(header: dict[str, Any]) -> tuple[Fault, ...]:
    faults = []
    if not header["is_sized"]:
        faults.append(_NO_SPACING)
    if header["kind"].startswith("Analyze"):
        text = "The file is Analyze 7.5, which cannot say how the patient lies in it."
        faults.append(Fault("missing_orientation", text))
    elif not header["is_placed"]:
        faults.append(_NO_ORIENTATION)
    if quantized := header.get("quantized"):
        text = (
            f"The file says that its values stood for {quantized} before they were quantized"
            " (old min, old max), which is not undone: they may be no HU."
        )
        faults.append(Fault("quantized_values", text))
    if header["is_too_long"]:
        text = "The file holds more voxels than its header says (wrong size or type?)."
        faults.append(Fault("excess_pixels", text))
    if header["apart_mm"] > SAME_PLACE_MM:
        text = (
            "What the file says of its axes (voxel size, qform, sform) does not agree:"
            f" {header['apart_mm']:.1f} mm apart at a corner."
        )
        faults.append(Fault("conflicting_axes", text))
    return tuple(faults)


def _value_faults(hu: NDArray[np.int16], no_numbers: int, clipped: int) -> tuple[Fault, ...]:
    """What is wrong about the values of a volume.

    Parameters
    ----------
    no_numbers : voxels that were NaN or infinite in the file
    clipped : voxels whose value was beyond what int16 holds
    """
    faults = []
    if no_numbers:
        text = f"Voxels that are no number (NaN or infinite) and are shown as air: {no_numbers:,}."
        faults.append(Fault("no_numbers", text))
    if clipped:
        text = f"Voxels beyond what HU are held in, shown as -32768 or 32767: {clipped:,}."
        faults.append(Fault("clipped_values", text))
    return (*faults, *not_hu_fault(hu))


def read_header(files: ImagePaths) -> dict[str, Any]:
    """The header as ``itk_child`` gives it, and whether it states a spacing (``is_sized``)."""
    seconds = SECONDS_A_FILE + SECONDS_A_MEGABYTE * files.data.stat().st_size / 1e6
    header: dict[str, Any] = _ask(files, {}, seconds, 0)[0]
    header["is_sized"] = True
    if files.stated is not None:  # what a text header leaves away ITK fills up
        fields = set(files.stated.fields)
        header["is_sized"] = not fields.isdisjoint(SPACING_FIELDS)
        header["is_placed"] = not fields.isdisjoint(ORIENTATION_FIELDS) or (
            "spacedirections" in fields
            and files.stated.fields.get("space", "").lower() in PATIENT_SPACES
        )
        _take_units(files.header, files.stated, header)
    header["is_too_long"] = files.is_plain and files.data.stat().st_size > header["data_bytes"]
    return header


def _take_units(path: Path, stated: TextHeader, header: dict[str, Any]) -> None:
    """Put what ITK leaves out of a text header into the header: its unit of length, and more."""
    mm = mm_a_unit(path, stated)
    for name in ("spacing", "origin"):
        header[name] = [length * mm for length in header[name]]
    header["is_sized"] = header["is_sized"] and is_spacing_stated(stated)
    header["quantized"] = quantized_from(stated)


def _ask(
    files: ImagePaths, request: dict[str, Any], seconds: float, most: int
) -> tuple[Any, bytes]:
    paths = {"path": str(files.header), "data": str(files.data)}
    try:
        return ask(CHILD, paths | request, b"", seconds, most)
    except CTError as error:
        reason, names = str(error), (files.header.name, files.data.name)
        is_named = any(name in reason for name in names)
        raise CTError(reason if is_named else f"{names[0]} {reason}") from error


def grid_of(path: Path, header: dict[str, Any]) -> NDArray[np.float64]:
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


def _turned(
    grid: NDArray[np.float64], size: list[int]
) -> tuple[NDArray[np.float64], list[int], list[int]]:
    """The affine in standard orientation, the file's axes in the new order, and flips.

    The slices' axis is the one closest to the head. The flips are those among the new axes that
    run against their old direction.
    """
    cosines = grid[:3, :3] / np.linalg.norm(grid[:3, :3], axis=0)
    slices = max(range(3), key=lambda axis: abs(cosines[2, axis]))
    columns, rows = (axis for axis in range(3) if axis != slices)
    stored = grid[:, [columns, rows, slices, 3]]
    turn = standard_turn(stored)
    turned = turn.affine(stored, size[rows], size[columns])
    assert turned is not None
    flips = [
        axis for axis, is_flipped in enumerate((turn.flips_columns, turn.flips_rows)) if is_flipped
    ]
    if turned[:3, 2] @ standard_normal(np.cross(turned[:3, 0], turned[:3, 1])) < 0:
        turned[:, 3] += turned[:, 2] * (size[slices] - 1)
        turned[:, 2] *= -1
        flips.append(2)
    order = [rows, columns, slices] if turn.swaps_axes else [columns, rows, slices]
    return turned, order, flips


def request_labels(files: ImagePaths, count: int) -> tuple[Any, bytes]:
    """What the child process says of a label volume, and its values as uint16.

    Parameters
    ----------
    files : ImagePaths
        Header and voxels.
    count : int
        Voxels that the header tells of.

    Returns
    -------
    tuple[Any, bytes]
        The answer's head, with ``names``; two bytes a voxel, slices first.

    Raises
    ------
    CTError
        Where the values are no labels or cannot be read; names the file.
    """
    seconds = SECONDS_A_FILE + SECONDS_A_MEGAVOXEL * count / 1e6
    head, data = _ask(files, {"labels": True}, seconds, count * 2)
    if len(data) != count * 2:
        raise CTError(f"{files.header.name} has changed while it was read")
    return head, data


def _read_voxels(
    files: ImagePaths, shape: tuple[int, int, int, int], order: list[int], flips: list[int]
) -> tuple[NDArray[np.int16], tuple[list[int], list[int]]]:
    """The volumes in HU, slices first, with the axes in the new order, and what was lost of each.

    The second are the counts of voxels that are no number, and of those beyond int16.
    """
    count = prod(shape)
    seconds = SECONDS_A_FILE + SECONDS_A_MEGAVOXEL * count / 1e6
    head, data = _ask(files, {"order": order, "flips": flips}, seconds, count * 2)
    if len(data) != count * 2:
        raise CTError(f"{files.header.name} has changed while it was read")
    return np.frombuffer(data, np.int16).reshape(shape), (head["no_numbers"], head["clipped"])
