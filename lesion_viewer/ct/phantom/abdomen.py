"""A synthetic abdominal CT from a seed, with liver lesions whose boxes are known."""

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from lesion_viewer.ct.phantom.body import AIR_HU, Body
from lesion_viewer.ct.phantom.canvas import Array, Bend, Canvas, Point, pixel_positions
from lesion_viewer.ct.phantom.lesions import Lesion, PixelBox, draw_lesions
from lesion_viewer.ct.phantom.liver import Liver
from lesion_viewer.ct.phantom.organs import draw_organs
from lesion_viewer.ct.phantom.shapes import paint_all

MAX_LESIONS = 8


@dataclass(frozen=True, slots=True)
class PhantomLesion:
    """What is known about a lesion.

    Attributes
    ----------
    kind : str
        ``cyst``, ``hypodense metastasis`` or ``hyperdense metastasis``.
    hu : float
        HU of its outer part, before noise.
    boxes : dict[int, PixelBox]
        Slice index to x1, y1, x2, y2 in 0-based pixel edges; tight, on every slice on which the
        lesion is visible.
    """

    kind: str
    hu: float
    boxes: dict[int, PixelBox]


@dataclass(frozen=True, slots=True)
class Phantom:
    """The voxels and lesions of a phantom.

    Attributes
    ----------
    hu : NDArray[np.int16]
        (slices, rows, columns) in HU; slices run to the head, columns to the patient's left and
        rows to the back.
    spacing_mm : Point
        Distances of (slices, rows, columns) in mm.
    lesions : tuple[PhantomLesion, ...]
        All lesions, in the order in which they were drawn.
    """

    hu: NDArray[np.int16]
    spacing_mm: Point
    lesions: tuple[PhantomLesion, ...]


def make_phantom(
    seed: int,
    shape: tuple[int, int, int] = (48, 512, 512),
    spacing_mm: Point = (5.0, 0.75, 0.75),
    lesions: int | None = None,
) -> Phantom:
    """The phantom of a seed: a contrast-enhanced upper abdomen with liver lesions.

    Parameters
    ----------
    seed : int
        Decides anatomy, lesions and noise.
    shape : tuple[int, int, int]
        (slices, rows, columns).
    spacing_mm : Point
        Distances of (slices, rows, columns) in mm.
    lesions : int | None
        Number of lesions; a random number from 0 to ``MAX_LESIONS`` when left out.

    Returns
    -------
    Phantom
        Equal arguments give equal phantoms.
    """
    scene = PhantomScene(seed, shape, spacing_mm, lesions)
    hu = np.empty(shape, np.int16)
    boxes: list[dict[int, PixelBox]] = [{} for _ in scene.lesions]
    for i in range(shape[0]):
        hu[i], seen = scene.slice_at(i)
        for number, box in seen.items():
            boxes[number][i] = box
    return Phantom(
        hu,
        spacing_mm,
        tuple(
            PhantomLesion(lesion.kind, lesion.hu, found)
            for lesion, found in zip(scene.lesions, boxes, strict=True)
        ),
    )


class PhantomScene:
    """A phantom whose slices are made one at a time, equal to those of ``make_phantom``.

    Parameters
    ----------
    seed : int
        Decides anatomy, lesions and noise.
    shape : tuple[int, int, int]
        (slices, rows, columns).
    spacing_mm : Point
        Distances of (slices, rows, columns) in mm.
    lesions : int | None
        Number of lesions; a random number from 0 to ``MAX_LESIONS`` when left out.
    """

    def __init__(
        self,
        seed: int,
        shape: tuple[int, int, int],
        spacing_mm: Point,
        lesions: int | None = None,
    ) -> None:
        rng = np.random.default_rng(seed)
        self._seed, self._shape, self._spacing = seed, shape, spacing_mm
        self._body = Body(rng)
        self._bend = Bend(rng, 5.0, self._body.spine_y)
        self._organs = draw_organs(rng, self._body)
        self._liver = Liver(rng, self._body, self._bend, self._organs.impressions)
        self._noise_hu = rng.uniform(9, 20)
        self._noise_filter = _noise_filter(shape[1:], spacing_mm, rng.uniform(0.22, 0.34))
        count = int(rng.integers(0, MAX_LESIONS + 1)) if lesions is None else lesions
        self.lesions: tuple[Lesion, ...] = draw_lesions(rng, self._liver, count)
        self._outline = self._body.outline(*pixel_positions(shape[1:], spacing_mm))

    def slice_at(self, index: int) -> tuple[NDArray[np.int16], dict[int, PixelBox]]:
        """A slice in HU, and the boxes of the lesions visible on it.

        Parameters
        ----------
        index : int
            Slice index from 0.

        Returns
        -------
        tuple[NDArray[np.int16], dict[int, PixelBox]]
            (rows, columns) in HU; lesion number to box.
        """
        z = (index - (self._shape[0] - 1) / 2) * self._spacing[0]
        canvas = Canvas(self._shape[1:], self._spacing, z, self._bend, AIR_HU)
        layers = self._body.layers_at(*self._outline, z)
        inside = layers[1]
        self._body.paint(canvas, layers)
        paint_all(self._organs.behind, canvas)
        self._liver.paint(canvas, inside)
        paint_all(self._organs.before, canvas)
        boxes = {}
        for number, lesion in enumerate(self.lesions):
            box = lesion.paint(canvas, self._liver, inside)
            if box is not None:
                boxes[number] = box
        canvas.hu += self._noise(index, layers[0])
        return np.clip(np.rint(canvas.hu), -1024, 3071).astype(np.int16), boxes

    def _noise(self, index: int, depth: Array) -> Array:
        """Noise of the slice; stronger in the centre of the body, where fewer photons arrive."""
        rng = np.random.default_rng([self._seed, index])
        parts = rng.standard_normal((*self._noise_filter.shape, 2), np.float32)
        spectrum = parts.view(np.complex64)[..., 0] * self._noise_filter
        noise: Array = scipy.fft.irfft2(spectrum, self._shape[1:])
        amplitude = np.float32(self._noise_hu) * (
            np.float32(0.75) + np.clip(depth / np.float32(300), -0.35, 0.4)
        )
        noise *= amplitude
        return noise


def _noise_filter(shape: tuple[int, int], spacing_mm: Point, cut_per_mm: float) -> Array:
    """Amplitudes of unit noise with the spectrum of a filtered back projection.

    The power rises with the frequency (ramp filter) up to the limit of the kernel.
    """
    rows, columns = shape
    fy = scipy.fft.fftfreq(rows, spacing_mm[1])[:, None]
    fx = scipy.fft.rfftfreq(columns, spacing_mm[2])[None, :]
    f = np.sqrt(fx * fx + fy * fy)
    amplitude = np.sqrt((f + 0.02) * np.exp(-((f / cut_per_mm) ** 2)))
    full = np.sqrt(2 * (amplitude**2).sum() * 2) / (rows * columns)
    unit: Array = (amplitude / full).astype(np.float32)
    return unit
