"""The probabilities of a network over the slices of a volume."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.body import may_hold_body
from lesion_viewer.detection.checkpoints.checkpoint import Card
from lesion_viewer.detection.inputs import ASSUMED_PIXEL_MM, Channels, resampled, volume_input
from lesion_viewer.detection.neighbours import Spacing
from lesion_viewer.detection.runtimes.network import Network
from lesion_viewer.errors import DetectionError

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]
Part = tuple[slice, slice]

ASSUMED_SLICE_MM = 5.0
"""Slice distance where a file gives none: that of most of DeepLesion."""

HALF = 0.5
LEAST_KNOWN = 1e-3
"""Share of known slices under which smoothing says nothing."""

ALL: Part = (slice(None), slice(None))


@dataclass(frozen=True, slots=True, eq=False)
class Chances:
    """Probabilities on a network's pixels, in standard orientation.

    Attributes
    ----------
    values : Array
        float32 (slices, rows, columns), 0 to 1; 0 on slices that were not looked at.
    hu : Array
        float32 of the same shape, Hounsfield units within the network's window.
    spacing_mm : Spacing
        Distances of (slices, rows, columns) in mm.
    """

    values: Array
    hu: Array
    spacing_mm: Spacing

    @property
    def voxel_ml(self) -> float:
        """Volume of a voxel in ml."""
        return float(np.prod(self.spacing_mm)) / 1000


def spacing_of(volume: CTVolume) -> Spacing:
    """Distances of the turned images in mm, assumed where they are not known.

    Parameters
    ----------
    volume : CTVolume
        The volume.

    Returns
    -------
    Spacing
        Distances of (slices, rows, columns).
    """
    assumed = (ASSUMED_SLICE_MM, ASSUMED_PIXEL_MM, ASSUMED_PIXEL_MM)
    return volume.series.turn.spacing(volume.series.spacing_mm) or assumed


def grid_of(volume: CTVolume, card: Card) -> tuple[int, int]:
    """Rows and columns of a network's input for a slice of the volume.

    Parameters
    ----------
    volume : CTVolume
        The volume.
    card : Card
        Card of the network.

    Returns
    -------
    tuple[int, int]
        (rows, columns).
    """
    series = volume.series
    seen = series.turn.size(*series.shape[1:])
    return card.input.size_of(*seen, series.turn.spacing(series.spacing_mm))


def chances_of(
    network: Network,
    card: Card,
    volume: CTVolume,
    label: str,
    on_progress: Callable[[float], None],
    part: Part = ALL,
    wanted: Mask | None = None,
) -> Chances:
    """The probabilities of a network on each slice that holds a body.

    Parameters
    ----------
    network : Network
        What gives the probabilities of an input.
    card : Card
        Its card.
    volume : CTVolume
        Volume in which every slice was read, or is recorded in ``failures``.
    label : str
        Name of the network's output.
    on_progress : Callable[[float], None]
        Called after each slice with the share that is done; may raise, which ends the work.
    part : Part
        Rows and columns of the input that are looked at.
    wanted : Mask | None
        (slices,), the slices that are looked at; all when left out.

    Returns
    -------
    Chances
        Of the part.

    Raises
    ------
    DetectionError
        A number of the network is not finite.
    """
    rows, columns = grid_of(volume, card)
    seen_rows, seen_columns = volume.series.turn.size(*volume.series.shape[1:])
    slice_mm, row_mm, column_mm = spacing_of(volume)
    window = card.input.window
    empty = np.zeros((rows, columns), np.float32)[part]
    values = np.zeros((len(volume), *empty.shape), np.float32)
    hu = np.full_like(values, window.lower)
    made = Channels()
    for index in range(len(volume)):
        is_wanted = wanted is None or wanted[index]
        if is_wanted and index not in volume.failures and may_hold_body(volume, index):
            image = volume_input(volume, index, card.input, made).image[(slice(None), *part)]
            values[index] = network.run([np.ascontiguousarray(image)])[0][label]
            hu[index] = image[len(image) // 2] * window.width + window.lower
        on_progress((index + 1) / len(volume))
    if not np.isfinite(values).all():
        raise DetectionError(f"{card.name} gave a number that is not finite")
    spacing = (slice_mm, row_mm * seen_rows / rows, column_mm * seen_columns / columns)
    return Chances(values, hu, spacing)


def through_slices(found: Chances, width_mm: float, missing: Collection[int] = ()) -> Array:
    """Probabilities smoothed through the slices that were looked at.

    Parameters
    ----------
    found : Chances
        Probabilities.
    width_mm : float
        Standard deviation in mm.
    missing : Collection[int]
        Slices of which nothing is known, which make the others no less likely.

    Returns
    -------
    Array
        float32 (slices, rows, columns).
    """
    from scipy import ndimage

    def smoothed(values: Array) -> Array:
        width = width_mm / found.spacing_mm[0]
        result: Array = ndimage.gaussian_filter1d(values, width, 0, mode="nearest")
        return result

    known = np.ones((len(found.values), 1, 1), np.float32)
    known[list(missing)] = 0
    share = np.maximum(smoothed(known), LEAST_KNOWN).astype(np.float32)
    return (smoothed(found.values * known) / share).astype(np.float32)


def on_image(shares: Array, volume: CTVolume) -> Mask:
    """Where the share of a network's pixels is at least a half, on a stored slice.

    Parameters
    ----------
    shares : Array
        float32 (rows, columns) of the network's input, 0 to 1.
    volume : CTVolume
        The volume.

    Returns
    -------
    Mask
        (rows, columns) of the stored slice.
    """
    series = volume.series
    seen = resampled(shares, *series.turn.size(*series.shape[1:]))
    return series.turn.inverse.apply(seen >= HALF)
