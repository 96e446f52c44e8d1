"""Labels on the grid of a CT: their values, and the voxels of each value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.images.label_images import LabelImage
from lesion_viewer.ct.labels.grids import turn_between
from lesion_viewer.ct.study import Series
from lesion_viewer.errors import CTError

Region = tuple[slice, ...]
MAX_VALUES = 1000


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of the voxels of a series.

    Attributes
    ----------
    voxels : Mapping[int, int]
        Value to number of its voxels, over 0.
    names : Mapping[int, str]
        Value to name, for the values that have a name.
    regions : Mapping[int, Region]
        Value to the (slices, rows, columns) that contain all its voxels.
    mask : Callable[[int, Region], NDArray[np.bool_]]
        Gives the voxels of a value in a region of the series.
    lesions, organs : frozenset[int]
        Values that the file marks as altered or as normal structures.
    notices : tuple[str, ...]
        Sentences about frames that were left out.
    """

    voxels: Mapping[int, int]
    names: Mapping[int, str]
    regions: Mapping[int, Region]
    mask: Callable[[int, Region], NDArray[np.bool_]]
    lesions: frozenset[int] = frozenset()
    organs: frozenset[int] = frozenset()
    notices: tuple[str, ...] = field(default=())


def labels_of_image(series: Series, image: LabelImage) -> Labels:
    """The labels of a NIfTI, NRRD or MetaImage volume on the voxels of a series.

    Parameters
    ----------
    series : Series
        Series whose voxels the volume labels; the order of the axes may differ.
    image : LabelImage
        The answer of ``read_label_image``.

    Returns
    -------
    Labels
        Labels without marks for lesions and organs.

    Raises
    ------
    CTError
        The grid of the volume is not that of the series; the message says what differs.
    """
    if series.affine is None:
        raise CTError("cannot be laid over the CT, which does not say how the patient lies in it")
    slices, rows, columns = series.shape
    size = image.values.shape[::-1]
    turn = turn_between(image.grid[:3], series.affine[:3], (size, (columns, rows, slices)))
    values = turn.applied(image.values)
    counts = _counts(values)
    if len(counts) > MAX_VALUES:
        raise CTError(f"is no label volume: it holds {len(counts)} values")
    return Labels(
        counts,
        {v: image.names[v] for v in counts if image.names.get(v)},
        _regions(values, counts),
        lambda value, region: values[region] == value,
    )


def _counts(values: NDArray[np.generic]) -> dict[int, int]:
    """Number of voxels of each value except 0."""
    total = np.zeros(2**16, np.int64)
    for plane in values:
        total += np.bincount(plane.ravel(), minlength=2**16)
    total[0] = 0
    return {int(value): int(total[value]) for value in np.flatnonzero(total)}


def _regions(values: NDArray[np.generic], counts: Mapping[int, int]) -> dict[int, Region]:
    from scipy import ndimage

    # ``find_objects`` returns an entry for each number up to the largest: values are renumbered.
    known = np.array([0, *counts], np.int64)
    places = np.zeros(2**16, np.uint16)
    places[known] = np.arange(len(known), dtype=np.uint16)
    first: dict[int, list[int]] = {}
    for z, plane in enumerate(values):
        for place, found in enumerate(ndimage.find_objects(places[plane]), 1):
            if found is None:
                continue
            (rows, columns), value = found, int(known[place])
            ends = first.setdefault(
                value, [z, z, rows.start, rows.stop, columns.start, columns.stop]
            )
            ends[1] = z
            ends[2], ends[3] = min(ends[2], rows.start), max(ends[3], rows.stop)
            ends[4], ends[5] = min(ends[4], columns.start), max(ends[5], columns.stop)
    return {
        value: (slice(e[0], e[1] + 1), slice(e[2], e[3]), slice(e[4], e[5]))
        for value, e in first.items()
    }
