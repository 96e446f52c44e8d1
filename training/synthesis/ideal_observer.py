"""How many lesions of painted scans an ideal observer finds, as a limit of any detector.

The observer knows the shape and attenuation of the lesion that it looks for, and the spectrum of
what hides it, but not the place: it filters the slices with the lesion's matched filter and marks
maxima in the liver.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .image_noise import frequencies
from .painting import Scene, attenuation, blurred, shown_lesions
from .synthetic_scans import SynthesisSource, are_alone, wanted_slices
from .tissues import LIVER, PORTAL, VEIN

NOISE, CLUTTER = "noise", "noise and clutter"
OBSERVERS = (NOISE, CLUTTER)
"""The first knows the slices but for noise and lesion; the second knows of the liver's texture and
of what is painted into it only how strong it is at each spatial frequency."""

ROUNDING_HU2 = (1 + (300 / 255) ** 2) / 12
"""Variance by rounding to whole HU, and to 255 levels of the detector's window."""

UNKNOWN_MM, UNKNOWN_HU2 = 50.0, 1e6
"""Waves longer than this tell nothing: the level of the liver is not known."""

PATCH_PX = 48
NEAR_PX = 2
LEAST_APART_MM = 5.0

Map = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sought:
    """A lesion on a slice, and what ideal observers make of it.

    Attributes
    ----------
    scan, slice_index : int
        Number of the scan in its source, and index of the slice.
    diameter_mm : float
        Longer side of its box.
    contrast_hu : float
        Its strongest difference from the same slice without it, blurred as the scanner does.
    detectability : Mapping[str, float]
        Observer -> its signal in units of the deviation, on the slice and its neighbours.
    is_found : Mapping[str, bool]
        Observer -> whether its filter's maximum there is above those on the scan's slices without
        lesions, but for one for each slice.
    """

    scan: int
    slice_index: int
    diameter_mm: float
    contrast_hu: float
    detectability: Mapping[str, float]
    is_found: Mapping[str, bool]


def sought_lesions(
    source: SynthesisSource,
    under_mm: float,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Sought]:
    """The lesion boxes of painted scans that are smaller than a diameter.

    Parameters
    ----------
    source : SynthesisSource
        The scans.
    under_mm : float
        Diameter in mm that the boxes stay under.
    progress : Callable[[int], None]
        Called with the number of scans done.

    Returns
    -------
    list[Sought]
        One for each box, in the order of the scans.
    """
    found: list[Sought] = []
    for number in range(len(source)):
        found.extend(_sought(source.scene(number), number, under_mm))
        progress(number + 1)
    return found


def detectability(signal: Sequence[Map], power: Map) -> float:
    """A known signal in units of the deviation, as the best linear filter sees it.

    Parameters
    ----------
    signal : Sequence[Map]
        The signal on each slice (rows, columns); noise of the slices is independent.
    power : Map
        Power of the noise at the frequencies of ``rfft2``; its mean is the variance of a pixel.

    Returns
    -------
    float
        Barrett and Myers, Foundations of Image Science, 13.2.8: the square root of the signal's
        power over the noise's, summed over frequencies.
    """
    rows, columns = signal[0].shape
    ratio = sum(np.abs(np.fft.rfft2(one)) ** 2 for one in signal) / power
    return float(np.sqrt((ratio * _counted(columns)).sum() / (rows * columns)))


def _counted(columns: int) -> Map:
    """How often the columns of ``rfft2`` occur in the whole transform."""
    counts = np.full(columns // 2 + 1, 2.0)
    counts[0] = 1.0
    if columns % 2 == 0:
        counts[-1] = 1.0
    return counts


def _sought(scene: Scene, number: int, under_mm: float) -> Iterator[Sought]:
    layout = scene.layout
    empty = replace(scene, lesions=())
    small = {
        (i, k): box
        for i in wanted_slices(layout)
        for k, box in shown_lesions(scene, attenuation(scene, i)).items()
        if max(box[2] - box[0], box[3] - box[1]) * layout.pixel_mm < under_mm
    }
    if not small:
        return
    ground = _Ground(empty)
    for (i, k), box in small.items():
        without = replace(scene, lesions=tuple(x for n, x in enumerate(scene.lesions) if n != k))
        beside = (i,) if are_alone(layout) else (i - 1, i, i + 1)
        signal = {
            j: blurred(scene, attenuation(scene, j).hu - attenuation(without, j).hu).astype(float)
            for j in beside
        }
        middle = (box[1] + box[3]) // 2, (box[0] + box[2]) // 2
        noise_hu = ground.noise_hu(i, middle)
        diameter = max(box[2] - box[0], box[3] - box[1]) * layout.pixel_mm
        apart = round(max(diameter, LEAST_APART_MM) / layout.pixel_mm) | 1
        found = {
            name: ground.search(name, signal, i, middle, noise_hu, apart) for name in OBSERVERS
        }
        inside = signal[i][box[1] : box[3], box[0] : box[2]]
        yield Sought(
            number,
            i,
            diameter,
            float(inside.flat[np.abs(inside).argmax()]),
            {name: one[0] for name, one in found.items()},
            {name: one[1] for name, one in found.items()},
        )


class _Ground:
    """A scan without its lesions: noise, clutter in the liver, and the power of both."""

    def __init__(self, empty: Scene) -> None:
        layout, scanner = empty.layout, empty.scanner
        self._scene = empty
        self._shape = layout.rows, layout.columns
        self._seen = [attenuation(empty, i) for i in range(len(layout.z_mm))]
        self._frequencies = frequencies(*self._shape, layout.pixel_mm)
        power = scanner.power(self._frequencies).astype(float)
        variance = (power * _counted(layout.columns)).sum() / (layout.rows * layout.columns)
        self._power = power / variance
        self._liver: list[NDArray[np.bool_]] = []
        self._clutter: list[Map] = []
        self._noise: list[Map] = []
        of_liver = [LIVER, *empty.anatomy.lesion_mm]
        patches: list[Map] = []
        for i, seen in enumerate(self._seen):
            labels = empty.pose.view_at(np.array(layout.grid(i).z_mm)).labels
            self._liver.append(np.isin(labels[len(labels) // 2], [*of_liver, VEIN, PORTAL]))
            inner = ndimage.binary_erosion(np.isin(labels, of_liver).all(0), iterations=2)
            flat = blurred(empty, seen.hu)
            level = np.median(flat[inner]) if inner.any() else 0.0
            self._clutter.append((flat - level) * ndimage.gaussian_filter(inner.astype(float), 0.7))
            patches += _patches(self._clutter[-1], inner)
            rng = np.random.default_rng([empty.noise_seed, i, 1])
            white = np.fft.rfft2(rng.standard_normal(self._shape))
            self._noise.append(np.fft.irfft2(white * np.sqrt(self._power), self._shape))
        self._cluttered = _spread(patches, self._shape, layout.pixel_mm)

    def noise_hu(self, index: int, middle: tuple[int, int]) -> float:
        """Deviation of the noise at a place."""
        rows, columns = self._shape
        place = min(middle[0], rows - 1), min(middle[1], columns - 1)
        scanner, depth = self._scene.scanner, self._seen[index].depth
        return scanner.noise_hu * float(scanner.noise_share(depth)[place])

    def search(
        self,
        observer: str,
        signal: Mapping[int, Map],
        index: int,
        middle: tuple[int, int],
        noise_hu: float,
        apart: int,
    ) -> tuple[float, bool]:
        """Detectability of a signal, and whether the observer finds it."""
        shape, has_clutter = self._shape, observer == CLUTTER
        is_long = self._frequencies * UNKNOWN_MM < 1
        power = self._power * noise_hu**2 + ROUNDING_HU2 + UNKNOWN_HU2 * is_long
        if has_clutter:
            power = power + self._cluttered
        d = detectability(list(signal.values()), power)

        def answer(shift: int, has_lesion: bool) -> Map:
            total = np.zeros((shape[0], shape[1] // 2 + 1), complex)
            for j, one in signal.items():
                k = j if has_lesion else j + shift
                if not 0 <= k < len(self._noise):
                    continue
                image = self._noise[k] * noise_hu + has_clutter * self._clutter[k]
                if has_lesion:
                    image = image + one
                total += np.conj(np.fft.rfft2(one)) / power * np.fft.rfft2(image)
            return np.roll(np.fft.irfft2(total, shape) / max(d, 1e-9), middle, (0, 1))

        near = tuple(slice(max(0, m - NEAR_PX), m + NEAR_PX + 1) for m in middle)
        lesion = float(answer(0, True)[near].max())
        above, slices = 0, wanted_slices(self._scene.layout)
        for k in slices:
            other = answer(k - index, False)
            is_peak = (other == ndimage.maximum_filter(other, apart)) & self._liver[k]
            above += int((other[is_peak] >= lesion).sum())
        return d, above <= len(slices)


def _patches(picture: Map, inner: NDArray[np.bool_]) -> list[Map]:
    """Power of the patches that lie in the liver."""
    window = np.outer(np.hanning(PATCH_PX), np.hanning(PATCH_PX))
    found = []
    for i in range(0, picture.shape[0] - PATCH_PX, PATCH_PX // 3):
        for j in range(0, picture.shape[1] - PATCH_PX, PATCH_PX // 3):
            part = np.s_[i : i + PATCH_PX, j : j + PATCH_PX]
            if inner[part].mean() > 0.75:
                values = np.where(inner[part], picture[part], picture[part][inner[part]].mean())
                values = (values - (values * window).sum() / window.sum()) * window
                found.append(np.abs(np.fft.rfft2(values)) ** 2 / (window**2).sum())
    return found


def _spread(patches: list[Map], shape: tuple[int, int], pixel_mm: float) -> Map:
    """Mean power of patches, at the frequencies of a whole slice."""
    whole = frequencies(*shape, pixel_mm)
    if not patches:
        return np.zeros(whole.shape)
    small = frequencies(PATCH_PX, PATCH_PX, pixel_mm).ravel()
    ring = np.digitize(small, np.arange(0, small.max() + 0.03, 0.02))
    power = np.mean(patches, 0).ravel()
    places = [small[ring == k].mean() for k in np.unique(ring)]
    values = [power[ring == k].mean() for k in np.unique(ring)]
    spread: Map = np.exp(np.interp(whole, places, np.log(np.array(values) + 1e-6)))
    return spread
