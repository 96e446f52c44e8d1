"""The one place where Hounsfield units become what a model sees; training and viewing share it."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.geometry.turn import AS_STORED, Turn
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.errors import DetectionError

if TYPE_CHECKING:
    import torch

ASSUMED_PIXEL_MM = 0.8
"""Pixel size where a file gives none (a PNG without its CSV): about DeepLesion's median."""

Spacing = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class InputDefinition:
    """How a slice and its neighbours become the channels of a model.

    Attributes
    ----------
    window : Window
        HU at its lower limit become 0, at its upper 1; beyond is clipped.
    slices : int
        Channels, an odd number; the middle one is the slice itself.
    step_mm : float | None
        Distance between the channels' slices, each the nearest that exists; None takes neighbouring
        slices whatever their distance.
    pixel_mm : float | None
        In-plane pixel size that the image is resampled to; None keeps its pixels.
    max_side : int
        An image that would be larger than this many pixels is shrunk to it.

    Raises
    ------
    DetectionError
        For an even number of slices or a size that is not positive.
    """

    window: Window
    slices: int = 3
    step_mm: float | None = None
    pixel_mm: float | None = None
    max_side: int = 1024

    def __post_init__(self) -> None:
        if self.slices < 1 or self.slices % 2 == 0:
            raise DetectionError(f"a model input has an odd number of slices, not {self.slices}")
        for name in ("step_mm", "pixel_mm", "max_side"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value > 0):
                raise DetectionError(f"a model input's {name} is over 0, not {value}")

    @classmethod
    def from_dict(cls, entries: Mapping[str, Any]) -> Self:
        """The definition that ``to_dict`` wrote.

        Raises
        ------
        DetectionError
            Where an entry is missing, unknown or of the wrong kind.
        """
        try:
            window = Window(entries["window"]["width"], entries["window"]["level"])
            return cls(**{**entries, "window": window})
        except (KeyError, TypeError, ValueError) as error:
            raise DetectionError(f"the input definition cannot be used: {error!r}") from error

    def to_dict(self) -> dict[str, Any]:
        """The definition in plain types, for a card or a recipe."""
        return {
            "window": {"width": self.window.width, "level": self.window.level},
            "slices": self.slices,
            "step_mm": self.step_mm,
            "pixel_mm": self.pixel_mm,
            "max_side": self.max_side,
        }

    def slices_around(
        self,
        slice_index: int,
        slice_count: int,
        spacing_mm: Spacing | None,
        missing: Collection[int] = (),
    ) -> tuple[int, ...]:
        """Slice of each channel: the nearest to where it is wanted that exists and was read."""
        step = 1.0
        if self.step_mm is not None and spacing_mm is not None:
            step = self.step_mm / spacing_mm[0]
        half = self.slices // 2
        existing = [i for i in range(slice_count) if i not in missing] if missing else None
        chosen = []
        for channel in range(-half, half + 1):
            away = math.floor(abs(channel) * step + 0.5)
            wanted = min(max(slice_index + int(math.copysign(away, channel)), 0), slice_count - 1)
            if existing and wanted in missing:
                wanted = min(existing, key=lambda i: (abs(i - wanted), abs(i - slice_index)))
            chosen.append(wanted)
        return tuple(chosen)

    def size_of(self, rows: int, columns: int, spacing_mm: Spacing | None) -> tuple[int, int]:
        """Rows and columns of the input that an image of ``rows`` x ``columns`` becomes."""
        row_scale = column_scale = 1.0
        if self.pixel_mm is not None:
            row_mm, column_mm = spacing_mm[1:] if spacing_mm else (ASSUMED_PIXEL_MM,) * 2
            row_scale, column_scale = row_mm / self.pixel_mm, column_mm / self.pixel_mm
        shrink = min(1.0, self.max_side / max(rows * row_scale, columns * column_scale))
        return (
            max(1, round(rows * row_scale * shrink)),
            max(1, round(columns * column_scale * shrink)),
        )


@dataclass(frozen=True, slots=True)
class ModelInput:
    """A model's input and the way back from it.

    Attributes
    ----------
    image : torch.Tensor
        float32 tensor (channels, rows, columns), 0 to 1.
    scale_x, scale_y : float
        Input pixels per pixel of the turned image; edges map to edges.
    rows, columns : int
        Of the image as it is stored.
    turn : Turn
        From the stored image to the one that the model sees.
    """

    image: torch.Tensor
    scale_x: float
    scale_y: float
    rows: int
    columns: int
    turn: Turn = AS_STORED

    def boxes_to_input(self, boxes: NDArray[Any]) -> NDArray[np.float32]:
        """Boxes (n, 4) on the stored image, in pixels of the input."""
        stored = np.asarray(boxes, np.float32).reshape(-1, 4)
        turned = self.turn.boxes(stored, self.rows, self.columns)
        boxes_in: NDArray[np.float32] = np.multiply(turned, self._scales(), dtype=np.float32)
        return boxes_in

    def boxes_to_image(self, boxes: NDArray[Any]) -> NDArray[np.float32]:
        """Boxes (n, 4) on the input, in pixels of the stored image."""
        turned: NDArray[np.float32] = np.divide(
            np.asarray(boxes, np.float32).reshape(-1, 4), self._scales(), dtype=np.float32
        )
        size = self.turn.size(self.rows, self.columns)
        stored = self.turn.inverse.boxes(turned, *size)
        return np.asarray(stored, np.float32)

    def _scales(self) -> NDArray[np.float32]:
        return np.array([self.scale_x, self.scale_y] * 2, np.float32)


def model_input(
    voxels: NDArray[np.int16],
    slice_index: int,
    spacing_mm: Spacing | None,
    definition: InputDefinition,
    missing: Collection[int] = (),
    turn: Turn = AS_STORED,
) -> ModelInput:
    """What a model sees of slice ``slice_index``.

    Parameters
    ----------
    voxels : NDArray[np.int16]
        int16 array (slices, rows, columns), HU.
    slice_index : int
        From 0.
    spacing_mm : Spacing | None
        Distances of (slices, rows, columns); where unknown, channels are neighbouring slices and
        pixels measure ``ASSUMED_PIXEL_MM``.
    definition : InputDefinition
        Window, channels and resampling.
    missing : Collection[int]
        Slices that could not be read; the nearest one that could takes their place.
    turn : Turn
        To the orientation in which a model sees the slices.

    Notes
    -----
    Windowed first, then resampled with an antialiased bilinear filter, as a reader sees it shrunk.
    """
    import torch

    count, rows, columns = voxels.shape
    chosen = definition.slices_around(slice_index, count, spacing_mm, missing)
    seen = np.ascontiguousarray(turn.apply(voxels[list(chosen)]))
    image = torch.from_numpy(seen).to(torch.float32)
    image.sub_(definition.window.lower).div_(definition.window.width).clamp_(0, 1)
    seen_rows, seen_columns = seen.shape[1:]
    size = definition.size_of(seen_rows, seen_columns, turn.spacing(spacing_mm))
    if size != (seen_rows, seen_columns):
        image = torch.nn.functional.interpolate(
            image[None], size, mode="bilinear", align_corners=False, antialias=True
        )[0]
    return ModelInput(image, size[1] / seen_columns, size[0] / seen_rows, rows, columns, turn)


def volume_input(volume: CTVolume, slice_index: int, definition: InputDefinition) -> ModelInput:
    """What a model sees of a slice of a CT: in standard orientation, however it is stored.

    Slices that lie where another one does, or were not read, are none of its neighbours.

    Parameters
    ----------
    volume : CTVolume
        The slice and those beside it were read, or are known to be unreadable.
    slice_index : int
        From 0.
    definition : InputDefinition
        Window, channels and resampling.
    """
    series = volume.series
    unusable = volume.unusable_beside(slice_index, volume.failures.copy())
    return model_input(
        volume.voxels, slice_index, series.spacing_mm, definition, unusable, series.turn
    )
