"""Where the liver is on a slice: what lies elsewhere is no candidate, and is not looked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.checkpoints.checkpoint import GATE, Card, load_model
from lesion_viewer.detection.inputs import ASSUMED_PIXEL_MM, ModelInput, volume_input
from lesion_viewer.errors import DetectionError

LIKELY = 0.5
MARGIN_MM = 8.0
"""So far from what was taken for liver a lesion's middle may lie: at its edge a lesion is easily
not taken for liver."""

LEAST_CM2 = 4.0
"""Less than this is taken for something else."""


@dataclass(frozen=True, slots=True)
class LiverOnSlice:
    """The liver with its margin.

    Attributes
    ----------
    mask : NDArray[np.bool_]
        bool array (rows, columns) of the gate's input.
    seen : ModelInput
        That input; images and boxes are in stored pixels.
    """

    mask: NDArray[np.bool_]
    seen: ModelInput

    @property
    def is_there(self) -> bool:
        """Whether the slice shows any liver."""
        return bool(self.mask.any())

    def on_image(self) -> NDArray[np.bool_]:
        """The mask in pixels of the image as it is stored (rows, columns)."""
        seen = self.seen
        rows, columns = seen.turn.size(seen.rows, seen.columns)
        y = ((np.arange(rows) + 0.5) * seen.scale_y).astype(int).clip(max=len(self.mask) - 1)
        x = ((np.arange(columns) + 0.5) * seen.scale_x).astype(int)
        found: NDArray[np.bool_] = self.mask[np.ix_(y, x.clip(max=self.mask.shape[1] - 1))]
        return seen.turn.inverse.apply(found)

    def contains(self, box: Box) -> bool:
        """Whether the middle of a box on the stored image lies in it."""
        seen = self.seen
        x, y = seen.turn.point(*box.centre, seen.rows, seen.columns)
        row, column = int(y * seen.scale_y), int(x * seen.scale_x)
        rows, columns = self.mask.shape
        return bool(self.mask[min(row, rows - 1), min(column, columns - 1)])


def gate_of(folder: Path, card: Card) -> Gate:
    """The gate that belongs to the checkpoint in ``folder``.

    Raises
    ------
    DetectionError
        Where it is missing, cannot be used or is another one than the card says.
    """
    gate = Gate(folder / GATE)
    if gate.sha256 != card.gate:
        raise DetectionError(f"{folder / GATE} is another gate than the card of {card.name} names")
    return gate


class Gate:
    """The network of a checkpoint of the architecture ``liver_gate``, on the CPU.

    Raises
    ------
    DetectionError
        Where the checkpoint cannot be used or is of another architecture.
    """

    def __init__(self, folder: Path) -> None:
        model, self._card = load_model(folder)
        if self._card.architecture != "liver_gate":
            raise DetectionError(f"{folder} is no liver gate but of {self._card.architecture}")
        self._model = model.requires_grad_(False)

    @property
    def sha256(self) -> str:
        """Of its weights."""
        return self._card.sha256

    @torch.inference_mode()
    def locate(
        self, volume: CTVolume, slice_index: int, margin_mm: float = MARGIN_MM
    ) -> LiverOnSlice:
        """The liver on slice ``slice_index``, which was read.

        Holes are filled, for lesions and vessels are less like liver; then it grows by the margin.
        """
        seen = volume_input(volume, slice_index, self._card.input)
        spacing = seen.turn.spacing(volume.series.spacing_mm)
        liver = self._model([seen.image])[0]["liver"].numpy() >= LIKELY
        row_mm, column_mm = spacing[1:] if spacing else (ASSUMED_PIXEL_MM, ASSUMED_PIXEL_MM)
        pixel_mm = (row_mm / seen.scale_y * column_mm / seen.scale_x) ** 0.5
        parts, _ = ndimage.label(liver)
        areas_cm2 = np.bincount(parts.ravel()) * pixel_mm**2 / 100
        areas_cm2[0] = 0
        mask = ndimage.binary_fill_holes((areas_cm2 >= LEAST_CM2)[parts])
        if mask.any():
            mask = ndimage.distance_transform_edt(~mask) * pixel_mm <= margin_mm
        return LiverOnSlice(mask, seen)
