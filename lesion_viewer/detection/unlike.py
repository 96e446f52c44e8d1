"""How a CT looks, against the CT that a detector has seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.identity import DetectorInfo, SeenRange
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.text import Text

ACROSS_MM = 100.0
"""Side of the square about the liver's middle that is looked at."""

EDGE_MM = 4.0
"""So much of the liver's edge is left out: it is part fat."""

TREND_MM = 4.0
"""Standard deviation of the weights of a mean; what is left of a pixel above it is noise."""

FINE_MM = 1.0
"""Standard deviation of the weights under which fine noise is averaged away."""

LEAST_PIXELS = 150
ENOUGH = 5
"""Slices whose liver tells how a series looks."""

OF_DEVIATION = 1.4826
"""Standard deviations in a median of absolute deviations, for normal noise."""

Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Trait:
    """What is said of a value under the range and over it, and how far off is like it.

    ``under`` or ``over`` is None where that side does no harm.
    """

    under: Callable[..., Text] | None
    over: Callable[..., Text] | None
    slack: Callable[[float], float]


def look_of(volume: CTVolume, slice_index: int, liver: SliceMask) -> dict[str, float] | None:
    """What the liver of a slice tells: its attenuation, its noise, and how fine the noise is.

    Parameters
    ----------
    volume : CTVolume
        Volume in which the slice was read.
    slice_index : int
        Index from 0.
    liver : SliceMask
        The liver on the slice.

    Returns
    -------
    dict[str, float] | None
        ``liver_hu``, the median; ``noise_hu``, the standard deviation of what is left of the pixels
        above a mean of their surroundings, by the median of absolute deviations; ``grain``, the
        share of it that a mean over ``FINE_MM`` leaves, small for a sharp kernel. None where there
        is too little liver.
    """
    from scipy import ndimage

    _, row_mm, column_mm = volume.series.spacing_mm or (0.0, 0.8, 0.8)
    mm = (row_mm * column_mm) ** 0.5
    half = int(ACROSS_MM / 2 / mm)
    there = liver.pixels
    y, x = (int(np.median(at)) for at in np.nonzero(there))
    rows, columns = slice(max(y - half, 0), y + half), slice(max(x - half, 0), x + half)
    top, left = liver.top + rows.start, liver.left + columns.start
    inner = ndimage.binary_erosion(there[rows, columns], iterations=max(round(EDGE_MM / mm), 1))
    if np.count_nonzero(inner) < LEAST_PIXELS:
        return None
    high, wide = inner.shape
    hu = volume.voxels[slice_index, top : top + high, left : left + wide].astype(np.float32)
    above = hu - ndimage.gaussian_filter(hu, TREND_MM / mm)
    coarse = ndimage.gaussian_filter(above, FINE_MM / mm)
    noise, left_over = (
        OF_DEVIATION * float(np.median(np.abs(a[inner] - np.median(a[inner]))))
        for a in (above, coarse)
    )
    return {
        "liver_hu": float(np.median(hu[inner])),
        "noise_hu": noise,
        "grain": left_over / noise if noise else 1.0,
    }


def geometry_of(series: Series) -> dict[str, float]:
    """What the headers tell: distances and field of view.

    Parameters
    ----------
    series : Series
        Series of a CT.

    Returns
    -------
    dict[str, float]
        ``slice_mm`` between slices, ``pixel_mm`` and the shorter side ``field_mm`` of the picture;
        empty where distances are unknown.
    """
    if series.spacing_mm is None:
        return {}
    slice_mm, row_mm, column_mm = series.spacing_mm
    _, rows, columns = series.shape
    return {
        **({"slice_mm": slice_mm} if len(series.slices) > 1 else {}),
        "pixel_mm": max(row_mm, column_mm),
        "field_mm": min(rows * row_mm, columns * column_mm),
    }


def typical(looks: Sequence[Values]) -> dict[str, float]:
    """The median of each value over slices.

    Parameters
    ----------
    looks : Sequence[Values]
        What each slice tells; see ``look_of``.

    Returns
    -------
    dict[str, float]
        Empty without slices.
    """
    names = looks[0] if looks else ()
    return {name: median(look[name] for look in looks) for name in names}


def spread(indices: Iterable[int], most: int = ENOUGH) -> list[int]:
    """Slices to look at, from the first to the last.

    Parameters
    ----------
    indices : Iterable[int]
        Slices with liver.
    most : int
        How many at most.

    Returns
    -------
    list[int]
        In order, evenly taken.
    """
    known = sorted(indices)
    if len(known) <= most:
        return known
    # Not the first and last ones, where the liver is a dome or a tip.
    places = (np.arange(most) + 0.5) * len(known) / most
    return [known[int(place)] for place in places]


def unlike_seen(
    volume: CTVolume, livers: Mapping[int, SliceMask], detector: DetectorInfo
) -> Text | None:
    """One line that says in what a series is unlike what a detector has seen.

    Parameters
    ----------
    volume : CTVolume
        Volume in which the slices with liver were read.
    livers : Mapping[int, SliceMask]
        Slice index -> the liver there.
    detector : DetectorInfo
        The detector, with what its card says that it has seen.

    Returns
    -------
    Text | None
        None where nothing is unlike, or the card does not say.
    """
    if not detector.seen:
        return None
    looks = [look_of(volume, i, livers[i]) for i in spread(livers)]
    values = {**typical([look for look in looks if look]), **geometry_of(volume.series)}
    return line_of(values, detector.name, detector.seen)


def line_of(values: Values, detector: str, seen: Sequence[SeenRange]) -> Text | None:
    """The line for what was measured.

    Parameters
    ----------
    values : Values
        Of ``look_of`` and ``geometry_of``.
    detector : str
        Name of the detector.
    seen : Sequence[SeenRange]
        What it has seen.

    Returns
    -------
    Text | None
        The differences, the largest against its range first; None where there is none.
    """
    found: list[tuple[float, Text]] = []
    for one in seen:
        trait, value = _TRAITS.get(one.trait), values.get(one.trait)
        if trait is None or value is None:
            continue
        low, high = one.low - trait.slack(one.low), one.high + trait.slack(one.high)
        say = trait.under if value < low else trait.over if value > high else None
        if say is not None:
            off = max(low - value, value - high) / max(high - low, 1e-6)
            found.append((off, say(value=value, low=one.low, high=one.high)))
    if not found:
        return None
    found.sort(key=lambda pair: -pair[0])
    differences = found[0][1]
    for _, other in found[1:]:
        differences = Text("{one}; {other}", one=differences, other=other)
    return Text(
        "Unlike what {detector} has seen: {differences}.",
        detector=detector,
        differences=differences,
    )


def _no_contrast(value: float, low: float, high: float) -> Text:
    return Text(
        "no contrast agent, or little: liver {value} HU, learned on {low} to {high} HU",
        value=round(value),
        low=round(low),
        high=round(high),
    )


def _bright(value: float, low: float, high: float) -> Text:
    return Text(
        "bright: liver {value} HU, learned on {low} to {high} HU",
        value=round(value),
        low=round(low),
        high=round(high),
    )


def _noisy(value: float, low: float, high: float) -> Text:
    return Text(
        "noisy: {value} HU in the liver, learned on {low} to {high} HU",
        value=round(value),
        low=round(low),
        high=round(high),
    )


def _sharp(value: float, low: float, high: float) -> Text:
    return Text(
        "sharp kernel: {value} % of the noise is coarse, learned on {low} to {high} %",
        value=round(100 * value),
        low=round(100 * low),
        high=round(100 * high),
    )


def _smooth(value: float, low: float, high: float) -> Text:
    return Text(
        "smooth kernel: {value} % of the noise is coarse, learned on {low} to {high} %",
        value=round(100 * value),
        low=round(100 * low),
        high=round(100 * high),
    )


def _far_apart(value: float, low: float, high: float) -> Text:
    return Text(
        "slices {value} mm apart, learned on up to {high} mm", value=f"{value:g}", high=f"{high:g}"
    )


def _coarse(value: float, low: float, high: float) -> Text:
    return Text(
        "pixels of {value} mm, learned on {low} to {high} mm",
        value=f"{value:.2f}",
        low=f"{low:.2f}",
        high=f"{high:.2f}",
    )


def _small_field(value: float, low: float, high: float) -> Text:
    return Text(
        "field of view {value} mm, learned on {low} to {high} mm",
        value=round(value),
        low=round(low),
        high=round(high),
    )


_TRAITS: Mapping[str, _Trait] = {
    "liver_hu": _Trait(_no_contrast, _bright, lambda limit: 0.0),
    "noise_hu": _Trait(None, _noisy, lambda limit: 0.25 * limit),
    "grain": _Trait(_sharp, _smooth, lambda limit: 0.05),
    "slice_mm": _Trait(None, _far_apart, lambda limit: 0.4 * limit),
    "pixel_mm": _Trait(None, _coarse, lambda limit: 0.25 * limit),
    "field_mm": _Trait(_small_field, None, lambda limit: 0.2 * limit),
}
