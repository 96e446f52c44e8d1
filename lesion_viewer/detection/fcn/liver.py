"""The liver of a volume, by the first network of the cascade."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.checkpoints.checkpoint import Card
from lesion_viewer.detection.fcn.chances import (
    HALF,
    Array,
    Chances,
    chances_of,
    on_image,
    through_slices,
)
from lesion_viewer.detection.fcn.crf import CrfOptions, refined
from lesion_viewer.detection.identity import SegmenterInfo
from lesion_viewer.detection.runtimes.network import Network
from lesion_viewer.detection.segmenter import Masks

LIVER = "liver"

THROUGH_MM = 2.5
"""Standard deviation in mm of the smoothing through the slices."""

FIELD = CrfOptions(alike=4.0, near=1.0, alike_mm=15.0, alike_hu=12.0, near_mm=4.0)

LEAST_SHARE = 0.1
"""Parts of the liver that are smaller, as a share of the largest one, are none of it."""

LEAST_CM2 = 4.0
"""A slice whose part of the liver is smaller shows none."""

LOOKED_AT = 0.02
"""Where the probability is under this everywhere round, the field is not computed."""

ROUND_PX = 4


@dataclass(frozen=True, slots=True)
class LiverNetwork:
    """The first network of the cascade, with what makes one liver of its probabilities.

    Attributes
    ----------
    network : Network
        What gives the probability of liver of an input.
    card : Card
        Its card.
    """

    network: Network
    card: Card

    def shares(self, volume: CTVolume, on_progress: Callable[[float], None]) -> Array:
        """The share of the network's pixels that is liver.

        Probabilities are smoothed through the slices and refined by the field. Of what is likely
        the large connected parts are kept, and holes in a slice are filled, such as lesions that
        the network missed.

        Parameters
        ----------
        volume : CTVolume
            Volume in which every slice was read, or is recorded in ``failures``.
        on_progress : Callable[[float], None]
            Called with the share that is done; may raise, which ends the work.

        Returns
        -------
        Array
            float32 (slices, rows, columns) of the network's input, 0 to 1; 0 outside the liver.

        Raises
        ------
        DetectionError
            A number of the network is not finite.
        """
        found = chances_of(
            self.network, self.card, volume, LIVER, lambda share: on_progress(0.8 * share)
        )
        return one_liver(found, volume.failures, lambda: on_progress(0.8))


class LiverSegmenter:
    """Marks the liver with what lies in it; implements ``segmenter.Segmenter``.

    Parameters
    ----------
    liver : LiverNetwork
        The network.

    Attributes
    ----------
    info : SegmenterInfo
        What it is.
    """

    def __init__(self, liver: LiverNetwork) -> None:
        card = liver.card
        self.info = SegmenterInfo(card.name, card.version, card.sha256, (LIVER,))
        self._liver = liver

    def segment(self, volume: CTVolume, on_progress: Callable[[float], None]) -> Masks:
        """The liver; see ``segmenter.Segmenter``.

        Parameters
        ----------
        volume : CTVolume
            Volume in which every slice was read, or is recorded in ``failures``.
        on_progress : Callable[[float], None]
            Called with the share that is done.

        Returns
        -------
        Masks
            Label ``liver``.
        """
        shares = self._liver.shares(volume, on_progress)
        values = np.stack([on_image(of_slice, volume) for of_slice in shares])
        on_progress(1.0)
        return Masks(values.astype(np.uint8), self.info.labels)


def one_liver(found: Chances, failures: dict[int, str], on_step: Callable[[], None]) -> Array:
    """The share of each pixel that is liver, of a network's probabilities.

    Parameters
    ----------
    found : Chances
        Probabilities of the whole volume.
    failures : dict[int, str]
        Slices that were not read, which show no liver.
    on_step : Callable[[], None]
        Called as often as the work can be ended: whoever ends it raises there.

    Returns
    -------
    Array
        float32 (slices, rows, columns), 0 to 1; 0 outside the liver.
    """
    from scipy import ndimage

    chances = through_slices(found, THROUGH_MM, failures)
    box = _box(chances > LOOKED_AT)
    if box is None:
        return np.zeros_like(chances)
    shares = np.zeros_like(chances)
    shares[box] = refined(chances[box], found.hu[box], found.spacing_mm, FIELD, on_step)
    kept = _large(shares >= HALF, found)
    for index in failures:
        kept[index] = False
    filled = np.stack([ndimage.binary_fill_holes(of_slice) for of_slice in kept])
    shares[filled & ~kept] = 1
    # At the edge the shares fall off, so that a finer grid finds it between the pixels.
    shares[~ndimage.binary_dilation(filled, np.ones((1, 3, 3)))] = 0
    shares[list(failures)] = 0
    return shares


def _box(mask: NDArray[np.bool_]) -> tuple[slice, ...] | None:
    """What contains all that is true and its surroundings on the slices; None where nothing is."""
    ends = []
    for axis, more in enumerate((0, ROUND_PX, ROUND_PX)):
        others = tuple(a for a in range(3) if a != axis)
        there = np.flatnonzero(mask.any(axis=others))
        if not len(there):
            return None
        ends.append(slice(max(int(there[0]) - more, 0), int(there[-1]) + 1 + more))
    return tuple(ends)


def _large(mask: NDArray[np.bool_], found: Chances) -> NDArray[np.bool_]:
    """The large connected parts of a mask, without slices that show next to nothing of them."""
    from scipy import ndimage

    parts, _ = ndimage.label(mask)
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    kept: NDArray[np.bool_] = (sizes >= max(LEAST_SHARE * sizes.max(), 1))[parts]
    pixel_cm2 = found.spacing_mm[1] * found.spacing_mm[2] / 100
    kept[kept.sum(axis=(1, 2)) * pixel_cm2 < LEAST_CM2] = False
    return kept
