"""Layers of voxels in one: blended, averaged, the highest or lowest of each pixel."""

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.planes.layers import Layers
from lesion_viewer.ct.planes.slabs import Projection

# Voxels that are worked on at once, so that they stay in a core's cache.
AT_ONCE = 2**17

Layer = NDArray[np.int16] | NDArray[np.float32]
Voxels = NDArray[np.int16]


def projected(voxels: Voxels, layers: Layers, projection: Projection) -> Layer:
    """What a picture shows of layers of voxels.

    Parameters
    ----------
    voxels : Voxels
        (layers, rows, columns).
    layers : Layers
        Layers that are shown.
    projection : Projection
        What is shown of them.

    Returns
    -------
    Layer
        (rows, columns); whole numbers, and a view where it is one layer as it is.
    """
    first, last = int(layers.indices[0]), int(layers.indices[-1])
    if len(layers.indices) == 1:
        layer: Voxels = voxels[first]
        return layer
    block = voxels[first : last + 1]
    if len(block) > len(layers.indices):
        block = block[layers.indices - first]
    if abs(block.strides[1]) < abs(block.strides[2]):
        return _by_rows(block.swapaxes(1, 2), layers, projection).T
    return _by_rows(block, layers, projection)


def blended(
    lower: Layer, upper: Layer, share: np.float32 | NDArray[np.float32]
) -> NDArray[np.float32]:
    """Values between two layers.

    Parameters
    ----------
    lower, upper : Layer
        Of one shape.
    share : np.float32 | NDArray[np.float32]
        How much of ``upper`` goes in, 0 to 1; one for all, or one for each row or column.

    Returns
    -------
    NDArray[np.float32]
        Of the same shape.
    """
    between = np.subtract(upper, lower, dtype=np.float32)
    between *= share
    between += lower
    return between


def _by_rows(block: Voxels, layers: Layers, projection: Projection) -> Layer:
    """A few rows at a time; layers that lie beside one another in memory are read only once."""
    count, rows, columns = block.shape
    furthest = np.maximum if projection is Projection.MAXIMUM else np.minimum
    is_beside = abs(block.strides[0]) < abs(block.strides[2])
    if projection is not Projection.MEAN and not is_beside:
        values: Voxels = furthest.reduce(block, axis=0)
        return values
    at_once = max(AT_ONCE // (count * columns), 1)
    parts = ((r, block[:, r : r + at_once]) for r in range(0, rows, at_once))
    if projection is Projection.MEAN:
        weights, mean = layers.weights.astype(np.float32), np.empty((rows, columns), np.float32)
        for r, part in parts:
            if is_beside:
                layers_last = part.transpose(1, 2, 0).astype(np.float32, order="C")
                np.matmul(layers_last, weights, out=mean[r : r + at_once])
            else:
                rows_first = part.transpose(1, 0, 2).astype(np.float32, order="C")
                np.matmul(weights, rows_first, out=mean[r : r + at_once])
        return mean
    found = np.empty((rows, columns), np.int16)
    for r, part in parts:
        found[r : r + at_once] = _furthest_of_runs(part.transpose(1, 2, 0), furthest)
    return found


def _furthest_of_runs(values: Voxels, furthest: np.ufunc) -> Voxels:
    """The highest or lowest along the last axis, which is short.

    All windows of 2, 4, 8... neighbours in memory are compared at once, which is several times as
    fast as one run after the other; those that reach into the next run are never taken.
    """
    length = values.shape[-1]
    windows = np.ascontiguousarray(values).reshape(-1)
    width = 1
    while width * 2 <= length:
        windows = furthest(windows[:-width], windows[width:])
        width *= 2
    if width < length:
        windows = furthest(windows[: width - length], windows[length - width :])
    found: Voxels = windows[::length].reshape(values.shape[:-1])
    return found
