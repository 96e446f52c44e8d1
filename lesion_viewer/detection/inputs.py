"""The conversion of HU to model inputs, which training and viewer share."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.neighbours import Neighbours, Shares, Spacing
from lesion_viewer.errors import DetectionError
from lesion_viewer.geometry.turn import AS_STORED, Turn

if TYPE_CHECKING:
    from scipy.sparse import csr_array

ASSUMED_PIXEL_MM = 0.8
"""Pixel size where a file gives none (a PNG without its CSV): about the median of DeepLesion."""

KEPT_BYTES = 32 * 2**20
"""Memory for channels that later slices may share: 80 of the liver detector's."""

Channel = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class InputDefinition:
    """How a slice and its neighbours become the channels of a model.

    Attributes
    ----------
    window : Window
        HU at its lower limit become 0, at its upper limit 1; values outside are clipped.
    slices : int
        Number of channels, odd; the middle channel is the slice itself.
    step_mm : float | None
        Distance between the slices of the channels in mm, each rounded to an existing slice; None
        uses neighbouring slices at any distance.
    is_interpolated : bool
        Whether a channel between two slices is made of both, in HU, each by its distance; the
        shares of each channel follow from the slice distance of the CT.
    pixel_mm : float | None
        In-plane pixel size in mm that the image is resampled to; None keeps the pixels.
    max_side : int
        Larger images are reduced to this number of pixels.

    Raises
    ------
    DetectionError
        The number of slices is even, or a size is not positive.
    """

    window: Window
    slices: int = 3
    step_mm: float | None = None
    pixel_mm: float | None = None
    max_side: int = 1024
    is_interpolated: bool = False

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

        Parameters
        ----------
        entries : Mapping[str, Any]
            Entries of a card or a recipe.

        Raises
        ------
        DetectionError
            An entry is missing, unknown or of the wrong type.
        """
        try:
            window = Window(entries["window"]["width"], entries["window"]["level"])
            return cls(**{**entries, "window": window})
        except (KeyError, TypeError, ValueError) as error:
            raise DetectionError(f"the input definition cannot be used: {error!r}") from error

    def to_dict(self) -> dict[str, Any]:
        """The definition in JSON types, for a card or a recipe."""
        # Only where it is used: what was rendered before the entry existed keeps its name.
        between = {"is_interpolated": True} if self.is_interpolated else {}
        return {
            "window": {"width": self.window.width, "level": self.window.level},
            "slices": self.slices,
            "step_mm": self.step_mm,
            "pixel_mm": self.pixel_mm,
            "max_side": self.max_side,
            **between,
        }

    @property
    def neighbours(self) -> Neighbours:
        """The slices of the channels."""
        return Neighbours(self.slices, self.step_mm, self.is_interpolated)

    def size_of(self, rows: int, columns: int, spacing_mm: Spacing | None) -> tuple[int, int]:
        """Rows and columns of the input that an image becomes.

        Parameters
        ----------
        rows, columns : int
            Size of the turned image.
        spacing_mm : Spacing | None
            Distances of (slices, rows, columns) of the turned image in mm; None where unknown.

        Returns
        -------
        tuple[int, int]
            (rows, columns).
        """
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
    """The input of a model, and the transform back to the stored image.

    Attributes
    ----------
    image : NDArray[np.float32]
        (channels, rows, columns), 0 to 1.
    scale_x, scale_y : float
        Input pixels per pixel of the turned image; edges map to edges.
    rows, columns : int
        Size of the stored image.
    turn : Turn
        Turn from the stored image to the one that the model sees.
    """

    image: NDArray[np.float32]
    scale_x: float
    scale_y: float
    rows: int
    columns: int
    turn: Turn = AS_STORED

    def boxes_to_input(self, boxes: NDArray[Any]) -> NDArray[np.float32]:
        """Boxes on the stored image, in pixels of the input.

        Parameters
        ----------
        boxes : NDArray[Any]
            (n, 4), x1, y1, x2, y2 in pixel edges of the stored image.

        Returns
        -------
        NDArray[np.float32]
            (n, 4), in pixel edges of the input.
        """
        stored = np.asarray(boxes, np.float32).reshape(-1, 4)
        turned = self.turn.boxes(stored, self.rows, self.columns)
        boxes_in: NDArray[np.float32] = np.multiply(turned, self._scales(), dtype=np.float32)
        return boxes_in

    def boxes_to_image(self, boxes: NDArray[Any]) -> NDArray[np.float32]:
        """Boxes on the input, in pixels of the stored image.

        Parameters
        ----------
        boxes : NDArray[Any]
            (n, 4), x1, y1, x2, y2 in pixel edges of the input.

        Returns
        -------
        NDArray[np.float32]
            (n, 4), in pixel edges of the stored image.
        """
        turned: NDArray[np.float32] = np.divide(
            np.asarray(boxes, np.float32).reshape(-1, 4), self._scales(), dtype=np.float32
        )
        size = self.turn.size(self.rows, self.columns)
        stored = self.turn.inverse.boxes(turned, *size)
        return np.asarray(stored, np.float32)

    def _scales(self) -> NDArray[np.float32]:
        return np.array([self.scale_x, self.scale_y] * 2, np.float32)


class Channels:
    """The channels that were made of one volume's slices, for the slices that share them.

    Without it a sweep makes three channels of each slice. The oldest are forgotten.
    """

    def __init__(self) -> None:
        self._made: dict[Shares, Channel] = {}

    def of(self, made_of: Shares, make: Callable[[], Channel]) -> Channel:
        """The channel of a slice, or of a place between two.

        Parameters
        ----------
        made_of : Shares
            The slices with their shares.
        make : Callable[[], Channel]
            Makes it, where that was not done before.

        Returns
        -------
        Channel
            (rows, columns) of the input; to be read only.
        """
        # What floats hold of equal shares differs by the place that they were computed for.
        key = tuple((index, round(share, 6)) for index, share in made_of)
        if key in self._made:
            return self._made[key]
        channel = make()
        while self._made and (len(self._made) + 1) * channel.nbytes > KEPT_BYTES:
            del self._made[next(iter(self._made))]
        self._made[key] = channel
        return channel


def model_input(
    voxels: NDArray[np.int16],
    slice_index: int,
    spacing_mm: Spacing | None,
    definition: InputDefinition,
    missing: Collection[int] = (),
    turn: Turn = AS_STORED,
    made: Channels | None = None,
) -> ModelInput:
    """The input of a model for one slice.

    Parameters
    ----------
    voxels : NDArray[np.int16]
        (slices, rows, columns) in HU.
    slice_index : int
        Index from 0.
    spacing_mm : Spacing | None
        Distances of (slices, rows, columns) in mm; where unknown, channels are neighbouring slices
        and pixels have ``ASSUMED_PIXEL_MM``.
    definition : InputDefinition
        Window, channels and resampling.
    missing : Collection[int]
        Slices that must not be used; the nearest other slice takes their place.
    turn : Turn
        Turn to the orientation that the model was trained with.
    made : Channels | None
        Those of the same volume for the same definition; none when left out.

    Returns
    -------
    ModelInput
        Channels, scales and turn.

    Notes
    -----
    The window is applied first, then an antialiased bilinear filter, as on the reduced image on
    screen.
    """
    count, rows, columns = voxels.shape
    chosen = definition.neighbours.shares(slice_index, count, spacing_mm, missing)
    made = Channels() if made is None else made
    seen_rows, seen_columns = turn.size(rows, columns)
    size = definition.size_of(seen_rows, seen_columns, turn.spacing(spacing_mm))
    image = np.stack(
        [
            made.of(place, partial(_channel, voxels, place, turn, definition.window, size))
            for place in chosen
        ]
    )
    return ModelInput(image, size[1] / seen_columns, size[0] / seen_rows, rows, columns, turn)


def _channel(
    voxels: NDArray[np.int16], made_of: Shares, turn: Turn, window: Window, size: tuple[int, int]
) -> Channel:
    """What is seen of a slice, or of a place between two, whose HU are mixed."""
    (first, share), *others = made_of
    channel = np.array(turn.apply(voxels[first]), np.float32, order="C")
    if others:
        channel *= share
        for index, other_share in others:
            channel += np.float32(other_share) * turn.apply(voxels[index])
    channel -= window.lower
    channel /= window.width
    np.clip(channel, 0, 1, out=channel)
    return channel if channel.shape == size else resampled(channel, *size)


def resampled(channel: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    """A channel of another size; edges lie on edges.

    Parameters
    ----------
    channel : NDArray[np.float32]
        (rows, columns) as they are.
    rows, columns : int
        Size that is wanted.

    Returns
    -------
    NDArray[np.float32]
        (rows, columns) as wanted, filtered bilinearly; smaller ones are antialiased.
    """
    tall, wide = _filter(len(channel), rows), _filter(channel.shape[1], columns)
    changed: NDArray[np.float32] = (wide @ (tall @ channel).T).T
    return changed


@lru_cache(maxsize=16)
def _filter(before: int, after: int) -> csr_array:
    """The share of each of ``before`` pixels in each of ``after`` pixels, float32.

    A triangle as wide as two pixels, of the input or the output, whichever are larger: the filter
    of Pillow's ``BILINEAR`` and of torch's ``interpolate(antialias=True)``.
    """
    from scipy.sparse import csr_array  # slow to import, and not needed to show a CT

    step = before / after
    centres = (np.arange(after) + 0.5) * step
    distances = np.abs(np.arange(before) + 0.5 - centres[:, None])
    shares = np.clip(1 - distances / max(step, 1), 0, None)
    return csr_array((shares / shares.sum(axis=1, keepdims=True)).astype(np.float32))


def volume_input(
    volume: CTVolume, slice_index: int, definition: InputDefinition, made: Channels | None = None
) -> ModelInput:
    """The input of a model for one slice of a CT, in standard orientation.

    Slices that share their position with another one, or were not read, are not used as neighbours.

    Parameters
    ----------
    volume : CTVolume
        Volume in which the slice and its neighbours were read, or are recorded in ``failures``.
    slice_index : int
        Index from 0.
    definition : InputDefinition
        Window, channels and resampling.
    made : Channels | None
        Those of this volume for this definition; none when left out.

    Returns
    -------
    ModelInput
        Channels, scales and turn.
    """
    series = volume.series
    unusable = volume.unusable_beside(slice_index, volume.failures.copy())
    return model_input(
        volume.voxels, slice_index, series.spacing_mm, definition, unusable, series.turn, made
    )


def is_alone(neighbours: Neighbours, volume: CTVolume, slice_index: int) -> bool:
    """Whether a slice has no neighbours to be looked at, where several are wanted.

    Parameters
    ----------
    neighbours : Neighbours
        Which slices are looked at.
    volume : CTVolume
        Volume in which the slice and its neighbours were read, or are recorded in ``failures``.
    slice_index : int
        Index from 0.

    Returns
    -------
    bool
        True where all that is seen is the slice itself.
    """
    if neighbours.slices == 1:
        return False
    unusable = volume.unusable_beside(slice_index, volume.failures.copy())
    spacing_mm = volume.series.spacing_mm
    return set(neighbours.around(slice_index, len(volume), spacing_mm, unusable)) == {slice_index}
