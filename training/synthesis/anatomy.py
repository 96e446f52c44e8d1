"""Label volumes of patients, and random poses in which they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray
from scipy import ndimage

from lesion_viewer.errors import TrainingError

from .image_noise import Array, Field, enlarged
from .tissues import BODY, BONE, FIRST_LESION, LIVER, PORTAL, VEIN

COARSE = 4
"""In-plane step, in pixels, of the maps that need no more detail."""

DOME_SLOPE = 1.1
"""Steepest slope of the diaphragm beside the liver's dome, mm down per mm aside."""

LEAST_LIVER_ROUND = 0.25
"""Lowest share of liver round a lesion of the liver; an adrenal mass has less."""

Labels = NDArray[np.uint8]
Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Anatomy:
    """A patient's label volume, cropped to the body.

    Attributes
    ----------
    name : str
        Name of its file, without an ending.
    labels : Labels
        uint8 (slices, rows, columns), values of ``tissues``; feet first, the patient's left at high
        columns.
    spacing_mm : Point
        Distances in mm of (slices, rows, columns).
    skin_mm : Array
        float32 (slices, rows / COARSE, columns / COARSE), depth under the skin in mm.
    over_diaphragm_mm : Array
        As ``skin_mm``, height over the diaphragm in mm; below 0 under it.
    wall_mm : float
        Depth in mm under the skin at which the liver begins.
    spine_mm : tuple[float, float]
        Row and column of the middle of the vertebrae, in mm.
    liver_mm : tuple[float, float]
        Heights of the liver's lowest and highest slice, in mm.
    under_liver_mm : Array
        float32 (n, 3), places in mm beside the liver's lower half where a gallbladder may lie.
    beside_liver_mm : Array
        float32 (n, 3), places in mm in the soft tissue round the liver.
    lesion_mm : Mapping[int, float]
        Label of a liver lesion -> diameter in mm of a ball of its volume.
    """

    name: str
    labels: Labels
    spacing_mm: Point
    skin_mm: Array
    over_diaphragm_mm: Array
    wall_mm: float
    spine_mm: tuple[float, float]
    liver_mm: tuple[float, float]
    under_liver_mm: Array
    beside_liver_mm: Array
    lesion_mm: Mapping[int, float]

    @property
    def size_mm(self) -> Point:
        """Extent in mm along slices, rows and columns."""
        z, y, x = (n * d for n, d in zip(self.labels.shape, self.spacing_mm, strict=True))
        return z, y, x

    def has_label(self, label: int) -> bool:
        """Whether the structure was labelled in this patient.

        Parameters
        ----------
        label : int
            A value of the label volume.
        """
        return bool((self.labels[::2, ::4, ::4] == label).any())


def anatomy_files(folder: Path) -> list[Path]:
    """The label volumes of a folder, in the order of their names.

    Parameters
    ----------
    folder : Path
        Folder with files ``case*.nii.gz``.

    Returns
    -------
    list[Path]
        The files, at least one.

    Raises
    ------
    TrainingError
        Where there are none.
    """
    files = sorted(folder.glob("case*.nii.gz"))
    if not files:
        raise TrainingError(f"{folder} holds no label volumes named case*.nii.gz")
    return files


@lru_cache(maxsize=32)
def load_anatomy(file: Path) -> Anatomy:
    """The label volume in a file, with maps that are derived from it.

    Parameters
    ----------
    file : Path
        NIfTI, or another format that SimpleITK reads.

    Returns
    -------
    Anatomy
        The anatomy; the last 32 are kept in memory.

    Raises
    ------
    TrainingError
        Where the file cannot be read or shows no liver.
    """
    try:
        image = sitk.ReadImage(file)
    except RuntimeError as error:
        raise TrainingError(f"{file} cannot be read as a label volume") from error
    x, y, z = image.GetSpacing()  # type: ignore[no-untyped-call]
    labels = sitk.GetArrayFromImage(image).astype(np.uint8)
    return prepared(labels, (z, y, x), file.name.split(".")[0])


def prepared(labels: Labels, spacing_mm: Point, name: str) -> Anatomy:
    """A label volume with maps that are derived from it.

    Parameters
    ----------
    labels : Labels
        uint8 (slices, rows, columns), values of ``tissues``, 0 outside the body.
    spacing_mm : Point
        Distances in mm of (slices, rows, columns).
    name : str
        Name of the patient's file.

    Returns
    -------
    Anatomy
        The anatomy, cropped to the body.

    Raises
    ------
    TrainingError
        Where there is no liver.
    """
    inside = labels > 0
    rows, columns = np.flatnonzero(inside.any((0, 2))), np.flatnonzero(inside.any((0, 1)))
    if not (labels == LIVER).any():
        raise TrainingError(f"{name} shows no liver")
    labels = np.ascontiguousarray(labels[:, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    small = labels[:, COARSE // 2 :: COARSE, COARSE // 2 :: COARSE]
    small_mm = (spacing_mm[0], spacing_mm[1] * COARSE, spacing_mm[2] * COARSE)
    spine = _spine(small, small_mm)
    liver = np.flatnonzero((small == LIVER).any((1, 2))) * spacing_mm[0]
    skin = _depth(small, small_mm)
    return Anatomy(
        name=name,
        labels=labels,
        spacing_mm=spacing_mm,
        skin_mm=skin,
        over_diaphragm_mm=_over_diaphragm(small, small_mm, spine),
        wall_mm=float(np.percentile(skin[small == LIVER], 5)),
        spine_mm=spine,
        liver_mm=(float(liver[0]), float(liver[-1])),
        under_liver_mm=_under_liver(small, small_mm),
        beside_liver_mm=_beside_liver(small, small_mm),
        lesion_mm=_lesions(labels, spacing_mm),
    )


def _lesions(labels: Labels, spacing_mm: Point) -> dict[int, float]:
    counts = np.bincount(labels.ravel(), minlength=256)
    voxel = spacing_mm[0] * spacing_mm[1] * spacing_mm[2]
    boxes = ndimage.find_objects(labels)
    return {
        label: float(np.cbrt(6 / np.pi * counts[label] * voxel))
        for label, box in enumerate(boxes, 1)
        if box is not None and label >= FIRST_LESION and _lies_in_liver(labels, label, box)
    }


def _lies_in_liver(labels: Labels, label: int, box: tuple[slice, ...]) -> bool:
    wide = tuple(slice(max(0, s.start - 3), s.stop + 3) for s in box)
    part = labels[wide]
    ring = ndimage.binary_dilation(part == label, iterations=3) & (part < FIRST_LESION)
    near: float = np.isin(part[ring], (LIVER, VEIN, PORTAL)).mean() if ring.any() else 1.0
    return near > LEAST_LIVER_ROUND


def _spine(labels: Labels, spacing_mm: Point) -> tuple[float, float]:
    """Middle of the bones in the middle third of the columns and lower two thirds of the rows."""
    rows, columns = labels.shape[1:]
    part = labels[:, rows // 3 :, columns // 3 : columns - columns // 3] == BONE
    if not part.any():
        return rows * 0.72 * spacing_mm[1], columns / 2 * spacing_mm[2]
    middle = ndimage.center_of_mass(part)
    return (middle[1] + rows // 3) * spacing_mm[1], (middle[2] + columns // 3) * spacing_mm[2]


def _depth(labels: Labels, spacing_mm: Point) -> Array:
    padded = np.pad(labels > 0, ((0, 0), (1, 1), (1, 1)))
    depth = [ndimage.distance_transform_edt(s, sampling=spacing_mm[1:]) for s in padded]
    return np.stack(depth)[:, 1:-1, 1:-1].astype(np.float32)


def _under_liver(labels: Labels, spacing_mm: Point) -> Array:
    """Places in the soft tissue within two coarse pixels of the liver, towards the midline."""
    is_liver = labels == LIVER
    places = np.argwhere(_near_liver(labels))
    middle = np.array(ndimage.center_of_mass(is_liver))
    is_inner = (places[:, 0] < middle[0]) & (places[:, 2] > 0.8 * middle[2])
    is_inner &= places[:, 1] < middle[1] + 0.1 * labels.shape[1]
    under: Array = (places[is_inner] * np.array(spacing_mm)).astype(np.float32)
    return under


def _beside_liver(labels: Labels, spacing_mm: Point) -> Array:
    beside: Array = (np.argwhere(_near_liver(labels)) * np.array(spacing_mm)).astype(np.float32)
    return beside


def _near_liver(labels: Labels) -> NDArray[np.bool_]:
    """Soft tissue without a label within two coarse pixels of the liver."""
    wide = ndimage.binary_dilation(labels == LIVER, np.ones((3, 5, 5)))
    near: NDArray[np.bool_] = wide & (labels == BODY)
    return near


def _over_diaphragm(labels: Labels, spacing_mm: Point, spine: tuple[float, float]) -> Array:
    """Height over the diaphragm: the top of the liver, mirrored to the other side."""
    is_liver = (labels == LIVER) | (labels >= FIRST_LESION)
    count = len(labels)
    top = np.where(is_liver.any(0), count - 1 - is_liver[::-1].argmax(0), -1e3) * spacing_mm[0]
    axis = round(spine[1] / spacing_mm[2])
    columns = np.clip(2 * axis - np.arange(labels.shape[2]), 0, labels.shape[2] - 1)
    dome = np.maximum(top, top[:, columns] - 15)
    reach = 40
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    cone = -DOME_SLOPE * np.hypot(y * spacing_mm[1], x * spacing_mm[2])
    dome = ndimage.grey_dilation(dome, structure=cone, mode="nearest")
    dome = ndimage.gaussian_filter(dome, 1.5)
    heights = np.arange(count)[:, None, None] * spacing_mm[0]
    over: Array = (heights - dome).astype(np.float32)
    return over


@dataclass(frozen=True, slots=True)
class View:
    """Slices of an anatomy in a pose.

    Attributes
    ----------
    labels : Labels
        uint8 (slices, rows, columns).
    skin_mm, over_diaphragm_mm : Array
        float32 like ``labels``, depth under the skin and height over the diaphragm in mm.
    z_mm, y_mm, x_mm : Array
        float32 like ``labels``, place of each pixel in the anatomy in mm.
    """

    labels: Labels
    skin_mm: Array
    over_diaphragm_mm: Array
    z_mm: Array
    y_mm: Array
    x_mm: Array


class Pose:
    """A random affine and elastic map from an image to an anatomy.

    Parameters
    ----------
    rng : np.random.Generator
        Source of all random numbers.
    anatomy : Anatomy
        The patient.
    middle_mm : float
        Height in the anatomy in mm that is shown at height 0 of the image.
    shape : tuple[int, int]
        Rows and columns of the image.
    pixel_mm : float
        In-plane pixel size in mm.
    depth_mm : float
        Distance in mm of the image's lowest and highest point that will be asked for.
    elastic_mm : float
        Size of the elastic part's shifts in mm, before it is varied by pose.
    deform : float
        Factor of the random turns, sizes and elastic shifts.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        anatomy: Anatomy,
        middle_mm: float,
        shape: tuple[int, int],
        pixel_mm: float,
        depth_mm: float,
        elastic_mm: float = 4.0,
        deform: float = 1.0,
    ) -> None:
        self._anatomy, self._shape, self._pixel = anatomy, shape, pixel_mm
        size = anatomy.size_mm
        self._middle = np.array([middle_mm, size[1] / 2, size[2] / 2])
        turn = deform * np.deg2rad(rng.normal(0, (5, 2, 2)))
        scale = rng.uniform((0.85, 0.9, 0.9), (1.15, 1.12, 1.12)) ** deform
        self._matrix = _rotation(turn) @ np.diag(1 / scale)
        self._elastic = deform * elastic_mm * rng.uniform(0.3, 1.3)
        extent = (depth_mm, shape[0] * pixel_mm, shape[1] * pixel_mm)
        self._fields = [Field(rng, 65.0, extent) for _ in range(3)]
        self._depth = depth_mm

    def view_at(self, z_mm: NDArray[np.float64]) -> View:
        """The anatomy in thin slices of the image.

        Parameters
        ----------
        z_mm : NDArray[np.float64]
            Heights over the image's middle in mm (slices,).

        Returns
        -------
        View
            One slice for each height.
        """
        rows, columns = self._shape
        # The map is smooth: it is computed at every 8th pixel and enlarged.
        few = (rows // 8 + 1, columns // 8 + 1)
        y, x = (
            np.linspace(-(n - 1) / 2, (n - 1) / 2, k) * self._pixel
            for n, k in zip(self._shape, few, strict=True)
        )
        grid = np.stack(np.meshgrid(z_mm, y, x, indexing="ij"))
        places = np.tensordot(self._matrix, grid, 1) + self._middle[:, None, None, None]
        bent = [f.at(z_mm + self._depth / 2, *few) for f in self._fields]
        places += self._elastic * np.stack(bent) * np.array([0.5, 1, 1])[:, None, None, None]
        places = places.astype(np.float32)
        z, y_, x_ = (enlarged(p, rows, columns) for p in places)
        steps = np.array(self._anatomy.spacing_mm) * (1, COARSE, COARSE)
        coarse = [p / d for p, d in zip(places, steps, strict=True)]
        maps = [
            enlarged(ndimage.map_coordinates(m, coarse, order=1, mode="nearest"), rows, columns)
            for m in (self._anatomy.skin_mm, self._anatomy.over_diaphragm_mm)
        ]
        return View(self._labels_at(z, y_, x_), maps[0], maps[1], z, y_, x_)

    def _labels_at(self, z: Array, y: Array, x: Array) -> Labels:
        labels, (dz, dy, dx) = self._anatomy.labels, self._anatomy.spacing_mm
        n, rows, columns = labels.shape
        k, i, j = (
            np.floor(p * np.float32(1 / d) + 0.5).astype(np.int32)
            for p, d in zip((z, y, x), (dz, dy, dx), strict=True)
        )
        is_inside = (i >= 0) & (i < rows) & (j >= 0) & (j < columns)
        np.clip(k, 0, n - 1, out=k)
        flat = (k * rows + i) * columns + j
        flat[~is_inside] = 0
        seen: Labels = labels.reshape(-1)[flat]
        seen[~is_inside] = 0
        return seen


def _rotation(turn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Matrix of rotations about the axes of slices, rows and columns, by angles in radians."""
    matrix = np.eye(3)
    for axis, angle in enumerate(turn):
        a, b = [k for k in range(3) if k != axis]
        one = np.eye(3)
        one[a, a] = one[b, b] = np.cos(angle)
        one[a, b], one[b, a] = -np.sin(angle), np.sin(angle)
        matrix = matrix @ one
    return matrix
