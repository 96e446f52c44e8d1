"""How well masks agree: overlap, volume, and the distance of their surfaces."""

import math
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from lesion_viewer.detection.neighbours import Spacing
from lesion_viewer.errors import TrainingError

Mask = NDArray[np.bool_]

ALL_NEIGHBOURS = np.ones((3, 3, 3), bool)


@dataclass(frozen=True, slots=True)
class MaskMeasures:
    """How well a mask agrees with the true one.

    Attributes
    ----------
    dice : float
        Twice what both mark, as a share of the sum of both; 0 to 1.
    overlap_error : float
        1 less what both mark as a share of what either marks; 0 to 1.
    volume_difference : float
        Volume as a share of the true one, less 1; below 0 where too little is marked.
    mean_distance_mm, largest_distance_mm : float
        Of each surface's voxels from the other surface, both ways; infinite where nothing is
        marked.
    found_ml, true_ml : float
        Volumes in ml.

    Notes
    -----
    As in Heimann et al., IEEE TMI 2009, but for shares in place of percent.
    """

    dice: float
    overlap_error: float
    volume_difference: float
    mean_distance_mm: float
    largest_distance_mm: float
    found_ml: float
    true_ml: float

    def to_dict(self) -> dict[str, float | None]:
        """The measures by name; None where one is not finite."""
        return {k: v if math.isfinite(v) else None for k, v in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class LesionMeasures:
    """The lesions of a volume, each with what was marked of it.

    Attributes
    ----------
    lesions : tuple[MaskMeasures, ...]
        For each true lesion, a connected part of the true mask, the largest first: all marked parts
        that touch it against it.
    false_parts : int
        Connected parts that were marked and touch no true lesion.
    """

    lesions: tuple[MaskMeasures, ...]
    false_parts: int

    @property
    def found(self) -> int:
        """Number of true lesions that a marked part touches."""
        return sum(one.found_ml > 0 for one in self.lesions)


def compared(found: Mask, true: Mask, spacing_mm: Spacing) -> MaskMeasures:
    """How well a mask agrees with the true one.

    Parameters
    ----------
    found, true : Mask
        (slices, rows, columns).
    spacing_mm : Spacing
        Distances of (slices, rows, columns) in mm.

    Returns
    -------
    MaskMeasures
        The measures.

    Raises
    ------
    TrainingError
        The true mask is empty, or of another shape.
    """
    if found.shape != true.shape or not true.any():
        raise TrainingError("a mask is measured against another one of its shape that is not empty")
    box = _box(found | true)
    found, true = found[box], true[box]
    both, either = int((found & true).sum()), int((found | true).sum())
    marked, wanted = int(found.sum()), int(true.sum())
    apart = _distances(found, true, spacing_mm)
    voxel_ml = float(np.prod(spacing_mm)) / 1000
    return MaskMeasures(
        dice=2 * both / (marked + wanted),
        overlap_error=1 - both / either,
        volume_difference=marked / wanted - 1,
        mean_distance_mm=float(apart.mean()) if len(apart) else math.inf,
        largest_distance_mm=float(apart.max()) if len(apart) else math.inf,
        found_ml=marked * voxel_ml,
        true_ml=wanted * voxel_ml,
    )


def lesions_compared(found: Mask, true: Mask, spacing_mm: Spacing) -> LesionMeasures:
    """How well each lesion is marked.

    Parameters
    ----------
    found, true : Mask
        (slices, rows, columns); voxels that touch, also by a corner, are of one lesion.
    spacing_mm : Spacing
        Distances of (slices, rows, columns) in mm.

    Returns
    -------
    LesionMeasures
        By lesion.
    """
    parts, count = ndimage.label(found, ALL_NEIGHBOURS)
    lesions, _ = ndimage.label(true, ALL_NEIGHBOURS)
    touching = {n: np.unique(parts[lesions == n]) for n in range(1, lesions.max() + 1)}
    measures = [
        compared(np.isin(parts, numbers[numbers > 0]), lesions == n, spacing_mm)
        for n, numbers in touching.items()
    ]
    is_true = set().union(*(set(map(int, numbers)) for numbers in touching.values())) - {0}
    largest_first = sorted(measures, key=lambda one: -one.true_ml)
    return LesionMeasures(tuple(largest_first), count - len(is_true))


def _box(mask: Mask) -> tuple[slice, ...]:
    """What contains all that is true."""
    (box,) = ndimage.find_objects(mask.astype(np.uint8))
    assert box is not None
    return tuple(box)


def _distances(found: Mask, true: Mask, spacing_mm: Spacing) -> NDArray[np.float64]:
    """Of the voxels of each surface the distance from the other one; empty where one has none."""
    if not found.any():
        return np.empty(0)
    # What the picture's edge cuts off is a surface.
    sides = [np.pad(mask, 1) for mask in (found, true)]
    surfaces = [side & ~ndimage.binary_erosion(side) for side in sides]
    maps = [ndimage.distance_transform_edt(~one, spacing_mm) for one in surfaces]
    apart = np.concatenate([maps[1][surfaces[0]], maps[0][surfaces[1]]])
    distances: NDArray[np.float64] = apart
    return distances
