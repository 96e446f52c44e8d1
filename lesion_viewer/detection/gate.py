"""The liver on a slice; candidates outside it are discarded."""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.checkpoints.checkpoint import GATE, Card, load_card
from lesion_viewer.detection.inputs import (
    ASSUMED_PIXEL_MM,
    Channels,
    InputDefinition,
    ModelInput,
    volume_input,
)
from lesion_viewer.detection.runtimes.choice import load_network
from lesion_viewer.detection.runtimes.network import Network
from lesion_viewer.errors import DetectionError

LIKELY = 0.5
MARGIN_MM = 5.0
"""Largest distance of a lesion's centre from the segmented liver, which often lacks lesions at the
edge."""

LEAST_SHARE = 0.25
"""Share of a box in the liver from which its centre may lie farther outside: large lesions at the
liver's edge, which the mask leaves out."""

LEAST_CM2 = 4.0
"""Smaller regions are not taken for liver."""


@dataclass(frozen=True, slots=True)
class LiverOnSlice:
    """The liver on a slice, and with a margin.

    Attributes
    ----------
    mask : NDArray[np.bool_]
        (rows, columns) of the gate's input; True in the liver and its margin.
    liver : NDArray[np.bool_]
        (rows, columns) of the gate's input; True in the liver.
    seen : ModelInput
        The gate's input, which relates the masks to the stored image.
    """

    mask: NDArray[np.bool_]
    liver: NDArray[np.bool_]
    seen: ModelInput

    @property
    def is_there(self) -> bool:
        """Whether the slice contains any liver."""
        return bool(self.mask.any())

    def on_image(self) -> NDArray[np.bool_]:
        """The liver in pixels of the stored image (rows, columns), without the margin."""
        seen = self.seen
        rows, columns = seen.turn.size(seen.rows, seen.columns)
        y = ((np.arange(rows) + 0.5) * seen.scale_y).astype(int).clip(max=len(self.liver) - 1)
        x = ((np.arange(columns) + 0.5) * seen.scale_x).astype(int)
        found: NDArray[np.bool_] = self.liver[np.ix_(y, x.clip(max=self.liver.shape[1] - 1))]
        return seen.turn.inverse.apply(found)

    def contains(self, box: Box) -> bool:
        """Whether a box is of the liver: by its centre, or by its share in the liver.

        Parameters
        ----------
        box : Box
            Box in pixels of the stored image.

        Returns
        -------
        bool
            False where the centre lies outside the liver and its margin, and less than
            ``LEAST_SHARE`` of the box in the liver.
        """
        corners = self.seen.boxes_to_input(np.array([box.as_tuple()], np.float32))[0]
        x1, y1, x2, y2 = map(float, corners)
        rows, columns = self.mask.shape
        row, column = int((y1 + y2) / 2), int((x1 + x2) / 2)
        if self.mask[min(row, rows - 1), min(column, columns - 1)]:
            return True
        covered = self.liver[int(y1) : math.ceil(y2), int(x1) : math.ceil(x2)]
        return covered.size > 0 and float(covered.mean()) >= LEAST_SHARE


def gate_of(
    folder: Path,
    card: Card,
    on_notice: Callable[[str], None] = lambda notice: None,
    runtime: str = "auto",
    threads: int | None = None,
) -> Gate:
    """The gate of a checkpoint.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.
    card : Card
        Card of the checkpoint, which names the gate.
    on_notice : Callable[[str], None]
        Called with a sentence when another runtime must be used.
    runtime : str
        One of ``choice.RUNTIMES``.
    threads : int | None
        Threads of the CPU; as many as it has when left out.

    Returns
    -------
    Gate
        Gate with loaded weights.

    Raises
    ------
    DetectionError
        The gate is missing, cannot be used, is not the one that the card names, or sees slices that
        the detector does not.
    """
    gate = load_gate(folder / GATE, on_notice, runtime, threads)
    if gate.sha256 != card.gate:
        raise DetectionError(f"{folder / GATE} is another gate than the card of {card.name} names")
    if gate.seen.slices > 1 and gate.seen.neighbours != card.input.neighbours:
        raise DetectionError(f"{folder / GATE} looks at other slices than {card.name}")
    return gate


def load_gate(
    folder: Path,
    on_notice: Callable[[str], None] = lambda notice: None,
    runtime: str = "auto",
    threads: int | None = None,
) -> Gate:
    """The gate of a folder, on the CPU.

    Parameters
    ----------
    folder : Path
        Folder of the gate's checkpoint.
    on_notice : Callable[[str], None]
        Called with a sentence when another runtime must be used.
    runtime : str
        One of ``choice.RUNTIMES``.
    threads : int | None
        Threads of the CPU; as many as it has when left out.

    Returns
    -------
    Gate
        Gate with loaded weights.

    Raises
    ------
    DetectionError
        The checkpoint cannot be used or has another architecture.
    """
    card = load_card(folder)
    if card.architecture != "liver_gate" and card.marks != ("liver",):
        raise DetectionError(f"{folder} is no liver gate but of {card.architecture}")
    return Gate(load_network(folder, card, "cpu", on_notice, runtime, threads), card)


class Gate:
    """The liver segmentation of a network of the architecture ``liver_gate``, or ``fcn``.

    Parameters
    ----------
    network : Network
        What gives the liver of an input.
    card : Card
        Card of the gate's checkpoint.
    """

    def __init__(self, network: Network, card: Card) -> None:
        self._network = network
        self._card = card
        self._channels = Channels()
        self._channels_of: weakref.ref[CTVolume] | None = None

    @property
    def sha256(self) -> str:
        """SHA-256 of its weights."""
        return self._card.sha256

    @property
    def seen(self) -> InputDefinition:
        """What it sees of a slice."""
        return self._card.input

    def locate(self, volume: CTVolume, slice_index: int) -> LiverOnSlice:
        """The liver on a slice.

        Holes are filled, because the network often misses lesions and vessels; the mask is what
        lies within the margin of it.

        Parameters
        ----------
        volume : CTVolume
            Volume in which the slice and its neighbours were read, or are recorded in
            ``failures``.
        slice_index : int
            Index from 0.

        Returns
        -------
        LiverOnSlice
            Empty where the slice contains no liver.

        Raises
        ------
        DetectionError
            A number of the network is not finite.
        """
        from scipy import ndimage  # slow to import, and not needed to show a CT

        if self._channels_of is None or self._channels_of() is not volume:
            self._channels, self._channels_of = Channels(), weakref.ref(volume)
        seen = volume_input(volume, slice_index, self._card.input, self._channels)
        spacing = seen.turn.spacing(volume.series.spacing_mm)
        chances = self._network.run([seen.image])[0]["liver"]
        if not np.isfinite(chances).all():
            raise DetectionError(f"{self._card.name} gave a number that is not finite")
        liver = chances >= LIKELY
        row_mm, column_mm = spacing[1:] if spacing else (ASSUMED_PIXEL_MM, ASSUMED_PIXEL_MM)
        pixel_mm = (row_mm / seen.scale_y * column_mm / seen.scale_x) ** 0.5
        parts, _ = ndimage.label(liver)
        areas_cm2 = np.bincount(parts.ravel()) * pixel_mm**2 / 100
        areas_cm2[0] = 0
        liver = mask = ndimage.binary_fill_holes((areas_cm2 >= LEAST_CM2)[parts])
        if liver.any():
            mask = ndimage.distance_transform_edt(~liver) * pixel_mm <= MARGIN_MM
        return LiverOnSlice(mask, liver, seen)
