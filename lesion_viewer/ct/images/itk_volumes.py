"""NIfTI, Analyze, NRRD and MetaImage volumes, turned to LPS axes.

These formats do not state a unit. Their values are taken for HU, with a fault where they probably
are not. Files are read in a child process that can be stopped.
"""

from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.images.detached_files import TextHeader
from lesion_viewer.ct.images.image_paths import ImagePaths, image_paths
from lesion_viewer.ct.images.stated_units import is_spacing_stated, mm_a_unit, quantized_from
from lesion_viewer.ct.study import Fault, Series, SliceSource
from lesion_viewer.ct.volume.hu_plausibility import not_hu_fault
from lesion_viewer.errors import CTError
from lesion_viewer.geometry.series_geometry import geometry_of_grid
from lesion_viewer.geometry.stack import MAX_POSITION_MM
from lesion_viewer.geometry.turn import plane_normal, standard_normal, standard_turn
from lesion_viewer.system.child_pool import ask

CHILD = "lesion_viewer.ct.images.itk_child"
# A gzip of 512 x 512 x 300 voxels takes a tenth of this.
SECONDS_A_FILE = 4.0
SECONDS_A_MEGAVOXEL = 1.0
SECONDS_A_MEGABYTE = 0.5
# Voxels of a CT are not smaller or larger.
VOXEL_LIMITS_MM = 1e-3, 1e3
# Fields of a text header with the voxel size; of a MetaImage with the orientation.
SPACING_FIELDS = {"spacings", "spacedirections", "elementspacing", "elementsize"}
ORIENTATION_FIELDS = {"transformmatrix", "rotation", "orientation"}
# Spaces of an NRRD that ITK converts to LPS; other spaces are not those of a patient.
PATIENT_SPACES = {
    *("left-posterior-superior", "lps", "right-anterior-superior", "ras"),
    *("left-anterior-superior", "las"),
}
# Rounding of a quaternion in float32 stays below this.
SAME_PLACE_MM = 0.5


def read_image(path: Path) -> tuple[Series, ...]:
    """The volumes in a file, with image columns towards the patient's left and rows to the back.

    Voxels are not resampled: axes are swapped and mirrored until they are as close to LPS as
    possible. All voxels are read at once, because faults of their values are part of the series.

    Parameters
    ----------
    path : Path
        The file; for a detached header either the header or the file with the voxels.

    Returns
    -------
    tuple[Series, ...]
        One series, or one for each volume in time.

    Raises
    ------
    CTError
        The file contains no 3D images of numbers, cannot be read, or refers to a file outside its
        folder; the message names the file.
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
    is_known = is_placed and is_sized
    # All volumes in time share one geometry, and with it a frame of reference.
    geometry = geometry_of_grid(grid, shape) if is_known else None
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
            geometry=geometry,
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
    """The slices, with their locations along the normal where the orientation is known."""
    if grid is None:
        return tuple(SliceSource(path.name, frame=k) for k in range(slices))
    normal = plane_normal(grid)
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
    """Faults of the values of a volume, of which some were not finite or beyond int16."""
    faults = []
    if no_numbers:
        text = f"Voxels that are no number (NaN or infinite) and are shown as air: {no_numbers:,}."
        faults.append(Fault("no_numbers", text))
    if clipped:
        text = f"Voxels outside the range of int16, shown as -32768 or 32767: {clipped:,}."
        faults.append(Fault("clipped_values", text))
    return (*faults, *not_hu_fault(hu))


def read_header(files: ImagePaths) -> dict[str, Any]:
    """The header of an image as the child process reads it.

    Parameters
    ----------
    files : ImagePaths
        Header and voxels of the image.

    Returns
    -------
    dict[str, Any]
        The entries of ``itk_child``; ``is_sized`` where a spacing is stated, and ``is_too_long``
        where the data file is longer than stated.

    Raises
    ------
    CTError
        The header cannot be read; the message names the file.
    """
    seconds = SECONDS_A_FILE + SECONDS_A_MEGABYTE * files.data.stat().st_size / 1e6
    header: dict[str, Any] = _ask(files, {}, seconds, 0)[0]
    header["is_sized"] = True
    if files.stated is not None:  # ITK uses defaults for what a text header omits
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
    """The affine of a file, voxel to patient mm (LPS, the axes of ITK).

    Parameters
    ----------
    path : Path
        The file, for messages.
    header : dict[str, Any]
        The answer of ``read_header``.

    Returns
    -------
    NDArray[np.float64]
        4 x 4.

    Raises
    ------
    CTError
        The axes are not usable; the message names the file.
    """
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
    """The affine in standard orientation, the file's axes in the new order, and flipped axes.

    The slice axis is the one closest to the head direction. Flipped are those of the new axes
    that run against the stored direction.
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
    """What the child process reports about a label volume, and its values.

    Parameters
    ----------
    files : ImagePaths
        Header and voxels.
    count : int
        Number of voxels that the header states.

    Returns
    -------
    tuple[Any, bytes]
        The head of the answer, with ``names``; values as uint16, slices first.

    Raises
    ------
    CTError
        The values are not labels or cannot be read; the message names the file.
    """
    return _ask_voxels(files, {"labels": True}, count)


def _read_voxels(
    files: ImagePaths, shape: tuple[int, int, int, int], order: list[int], flips: list[int]
) -> tuple[NDArray[np.int16], tuple[list[int], list[int]]]:
    """The volumes in HU, slices first, with the axes in the new order, and counts of lost values.

    The counts are those of voxels that are not finite, and of voxels beyond int16.
    """
    head, data = _ask_voxels(files, {"order": order, "flips": flips}, prod(shape))
    return np.frombuffer(data, np.int16).reshape(shape), (head["no_numbers"], head["clipped"])


def _ask_voxels(files: ImagePaths, request: dict[str, Any], count: int) -> tuple[Any, bytes]:
    """The answer to a request for ``count`` voxels of two bytes."""
    seconds = SECONDS_A_FILE + SECONDS_A_MEGAVOXEL * count / 1e6
    head, data = _ask(files, request, seconds, count * 2)
    if len(data) != count * 2:
        raise CTError(f"{files.header.name} has changed while it was read")
    return head, data
