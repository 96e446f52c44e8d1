"""The affine of a NIfTI file, and whether all transforms in its header agree."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.images.nifti.header import NiftiHeader
from lesion_viewer.errors import CTError

TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])  # NIfTI axes run to the right and to the front
RIGHT_ANGLE = 0.01


def grid_of(path: Path, header: NiftiHeader) -> tuple[NDArray[np.float64], float]:
    """The affine, voxel to patient mm (LPS), and its largest distance to other stated transforms.

    The sform is used; the qform where there is no sform or the sform is not orthogonal; the voxel
    sides alone where the file states no transform.

    Parameters
    ----------
    path : Path
        The file, for messages.
    header : NiftiHeader
        The answer of ``read_nifti_header``.

    Returns
    -------
    tuple[NDArray[np.float64], float]
        4 x 4 affine; the largest distance in mm at a corner of the volume between the affine and
        the other transform or the voxel sides.

    Raises
    ------
    CTError
        No stated transform is orthogonal; the message names the file.
    """
    stated = []
    if header.rows is not None:
        stated.append(np.vstack([np.reshape(header.rows, (3, 4)), (0, 0, 0, 1)]))
    if header.quaternion is not None:
        stated.append(_qform(header.qfac, header.sides_mm, header.quaternion))
    if not stated:
        return TO_LPS @ np.diag([*header.sides_mm, 1.0]), 0.0
    grid = next((one for one in stated if _has_right_angles(one)), None)
    if grid is None:
        raise CTError(f"{path.name} has unusable axes: they are not at right angles")
    lengths = np.linalg.norm(grid[:3, :3], axis=0)
    resized = grid @ np.diag([*np.divide(header.sides_mm, lengths), 1.0])
    last = np.subtract(header.size, 1)
    corners = np.array([(*np.multiply(at, last), 1) for at in np.ndindex(2, 2, 2)])
    apart = [(other - grid) @ corners.T for other in (*stated, resized)]
    return TO_LPS @ grid, max(float(np.linalg.norm(a[:3], axis=0).max()) for a in apart)


def _qform(
    qfac: float, sides: tuple[float, ...], quaternion: tuple[float, ...]
) -> NDArray[np.float64]:
    """The transform of a quaternion, as "METHOD 2" of nifti1.h."""
    b, c, d, *offset = quaternion
    a = max(1.0 - (b * b + c * c + d * d), 0.0) ** 0.5
    turn = [
        [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
        [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
        [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
    ]
    transform = np.eye(4)
    transform[:3, :3] = np.array(turn) * sides
    transform[:3, 2] *= qfac
    transform[:3, 3] = offset
    return transform


def _has_right_angles(transform: NDArray[np.float64]) -> bool:
    axes = transform[:3, :3]
    lengths = np.linalg.norm(axes, axis=0)
    if not lengths.all():
        return False
    cosines = (axes / lengths).T @ (axes / lengths)
    return bool((np.abs(cosines - np.eye(3)) < RIGHT_ANGLE).all())
