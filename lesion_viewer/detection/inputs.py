"""The one place where Hounsfield units become what a model sees; training and viewing share it."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.values.window import Window
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
    window : HU at its lower limit become 0, at its upper 1; beyond is clipped
    slices : channels, an odd number; the middle one is the slice itself
    step_mm : distance between the channels' slices, each the nearest that exists; None takes
        neighbouring slices whatever their distance
    pixel_mm : in-plane pixel size that the image is resampled to; None keeps its pixels
    max_side : an image that would be larger than this many pixels is shrunk to it

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
    image : float32 tensor (channels, rows, columns), 0 to 1
    scale_x, scale_y : input pixels per image pixel; edges map to edges
    """

    image: torch.Tensor
    scale_x: float
    scale_y: float

    def boxes_to_input(self, boxes: NDArray[Any]) -> NDArray[np.float32]:
        """Boxes (n, 4) on the image, in pixels of the input."""
        return np.asarray(boxes, np.float32).reshape(-1, 4) * self._scales()

    def boxes_to_image(self, boxes: NDArray[Any]) -> NDArray[np.float32]:
        """Boxes (n, 4) on the input, in pixels of the image."""
        return np.divide(
            np.asarray(boxes, np.float32).reshape(-1, 4), self._scales(), dtype=np.float32
        )

    def _scales(self) -> NDArray[np.float32]:
        return np.array([self.scale_x, self.scale_y] * 2, np.float32)


def model_input(
    voxels: NDArray[np.int16],
    slice_index: int,
    spacing_mm: Spacing | None,
    definition: InputDefinition,
    missing: Collection[int] = (),
) -> ModelInput:
    """What a model sees of slice ``slice_index``.

    Parameters
    ----------
    voxels : int16 array (slices, rows, columns), HU
    slice_index : from 0
    spacing_mm : distances of (slices, rows, columns); where unknown, channels are neighbouring
        slices and pixels measure ``ASSUMED_PIXEL_MM``
    definition : window, channels and resampling
    missing : slices that could not be read; the nearest one that could takes their place

    Notes
    -----
    Windowed first, then resampled with an antialiased bilinear filter, as a reader sees it shrunk.
    """
    import torch

    count, rows, columns = voxels.shape
    chosen = definition.slices_around(slice_index, count, spacing_mm, missing)
    image = torch.from_numpy(voxels[list(chosen)]).to(torch.float32)
    image.sub_(definition.window.lower).div_(definition.window.width).clamp_(0, 1)
    size = definition.size_of(rows, columns, spacing_mm)
    if size != (rows, columns):
        image = torch.nn.functional.interpolate(
            image[None], size, mode="bilinear", align_corners=False, antialias=True
        )[0]
    return ModelInput(image, scale_x=size[1] / columns, scale_y=size[0] / rows)
