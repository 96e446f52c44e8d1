"""Organs as bent ellipsoids, with a wall and what they hold."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .anatomy import Labels, Point, View
from .image_noise import Array
from .tissues import OTHER

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Blob:
    """A bent ellipsoid of one attenuation, with a shell of another one if ``shell_mm`` is over 0.

    Attributes
    ----------
    middle_mm, radii_mm : Point
        Along slices, rows and columns of the anatomy, in mm.
    hu : float
        Attenuation inside the shell.
    turn : float
        Angle in the plane of the slices, in radians.
    shell_mm : float
        Thickness of the shell; 0 for none.
    shell_hu : float
        Attenuation of the shell.
    gas_over : float
        Height over the middle from which it holds gas, as a share of the radius, -1 to 1; over 1
        for none.
    is_thoracic : bool
        Whether it lies above the diaphragm.
    tissue : int
        What it is, a value of ``tissues``.
    folds : float
        How far folds reach in from the shell, as a share of the radius; 0 for none.
    rough_hu : float
        Unevenness of what is inside.
    bubbles_over : float
        Value of the random field from which the inside holds bubbles of gas; infinite for none.
    """

    middle_mm: Point
    radii_mm: Point
    hu: float
    turn: float = 0.0
    shell_mm: float = 0.0
    shell_hu: float = 0.0
    gas_over: float = 2.0
    is_thoracic: bool = False
    tissue: int = OTHER
    folds: float = 0.0
    rough_hu: float = 0.0
    bubbles_over: float = math.inf


def paint_blob(
    hu: Array,
    tissue: Labels,
    view: View,
    blob: Blob,
    room: Mask,
    fields: tuple[Array, Array],
    gas_hu: float,
) -> None:
    """Paint an organ where there is room for it.

    Parameters
    ----------
    hu : Array
        float32 (slices, rows, columns), HU; changed in place.
    tissue : Labels
        uint8 like ``hu``, the tissues; changed in place.
    view : View
        The anatomy in the image, of the same shape.
    blob : Blob
        The organ.
    room : Mask
        Where it may lie.
    fields : tuple[Array, Array]
        Random fields like ``hu``: a coarse one, by which it is bent, and a fine one.
    gas_hu : float
        Attenuation of gas.
    """
    box = _box_round(view, blob)
    if box is None:
        return
    bend, fine = (of[box] for of in fields)
    dz, dy, dx = (
        (p[box] - m).astype(np.float32)
        for p, m in zip((view.z_mm, view.y_mm, view.x_mm), blob.middle_mm, strict=True)
    )
    c, s = np.float32(np.cos(blob.turn)), np.float32(np.sin(blob.turn))
    along, across = c * dx + s * dy, c * dy - s * dx
    rz, ry, rx = blob.radii_mm
    f = np.sqrt((dz / rz) ** 2 + (across / ry) ** 2 + (along / rx) ** 2) + 0.13 * bend
    is_in = (f < 1) & room[box]
    tissue[box][is_in] = blob.tissue
    part = hu[box]
    part[is_in] = blob.shell_hu if blob.shell_mm > 0 else blob.hu
    core = is_in
    if blob.shell_mm > 0:
        if blob.folds:
            f += blob.folds * np.maximum(fine, 0)
        core = is_in & (f < 1 - blob.shell_mm / min(ry, rx))
        part[core] = blob.hu
    if blob.rough_hu:
        part[core] += blob.rough_hu * fine[core]
    if blob.bubbles_over < math.inf:
        part[core & (fine > blob.bubbles_over)] = gas_hu
    if blob.shell_mm > 0:
        part[core & (dy < -blob.gas_over * ry)] = gas_hu


def _box_round(view: View, blob: Blob) -> tuple[slice, slice, slice] | None:
    step, reach = 8, 1.25 * max(blob.radii_mm[1:])
    near = np.abs(view.y_mm[:, ::step, ::step] - blob.middle_mm[1]) < reach
    near &= np.abs(view.x_mm[:, ::step, ::step] - blob.middle_mm[2]) < reach
    near &= np.abs(view.z_mm[:, ::step, ::step] - blob.middle_mm[0]) < 1.25 * blob.radii_mm[0]
    if not near.any():
        return None
    i, j = np.flatnonzero(near.any((0, 2))), np.flatnonzero(near.any((0, 1)))
    return (
        slice(None),
        slice(max(0, (i[0] - 1) * step), (i[-1] + 2) * step),
        slice(max(0, (j[0] - 1) * step), (j[-1] + 2) * step),
    )
