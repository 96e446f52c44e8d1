"""Whether the values of a volume can be HU, judged by the values alone.

A CT in HU contains air, or is a crop of tissue in which the lowest values are rare. Labels, grey
levels of an image, and stored values without rescale have a background that is not air.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.study import Fault, Series
from lesion_viewer.errors import CTError

NOT_HU = "not_hu"
# Slices that are looked at, evenly spread.
MAX_SLICES = 32
# Values below the first are air, also in lungs and bowel; values below the second are padding.
AIR_FROM_HU, PADDING_BELOW_HU = -200, -1500
SOME_AIR = 1e-3
# Metal has values above the first, in at most the second share of the voxels.
METAL_ABOVE_HU, SOME_METAL = 10_000, 0.01
FEW_VALUES, MANY_VALUES = 16, 256
VOXELS_A_VALUE = 16
# Share of equal neighbours in a row: about a tenth with noise of 3 HU, all within a label.
EQUAL_NEIGHBOURS = 0.8
# A background reaches up to the first share of the range, on the second share of the border.
BACKGROUND_RANGE, BACKGROUND_BORDER = 0.1, 0.9
# In tissue the lowest value is an outlier of the noise and rarer than this share.
COMMON_LOWEST = 0.02
MIN_VOXELS = 1000
# Ranges of water and soft tissue, and of air, where 1000 or 1024 was not subtracted.
STORED_TISSUE, STORED_AIR_BELOW = (850, 1200), 200
STORED_TISSUE_SHARE, STORED_AIR_SHARE = 0.25, 0.05
# Tissue alone suffices from this share: padding may have replaced all air.
STORED_TISSUE_ALONE = 0.5


@dataclass(frozen=True, slots=True)
class ValueFacts:
    """Statistics of the values of a volume; values under ``PADDING_BELOW_HU`` are not counted.

    Attributes
    ----------
    voxels : int
        Number of voxels.
    air : float
        Share of values under ``AIR_FROM_HU``, 0 to 1.
    lowest, highest : int
        Extreme values.
    distinct : int
        Number of different values.
    at_lowest : float
        Share of voxels that have the lowest value.
    equal_neighbours : float
        Share of pairs of neighbours in a row that are equal.
    background : float
        Share of the outermost rows and columns whose values are near the lowest one.
    border_constant : float
        Share of the outermost rows and columns that has their most frequent value.
    metal : float
        Share of values over ``METAL_ABOVE_HU``.
    stored_tissue, stored_air : float
        Shares in the ranges where tissue and air lie in values without rescale.
    """

    voxels: int
    air: float
    lowest: int
    highest: int
    distinct: int
    at_lowest: float
    equal_neighbours: float
    background: float
    border_constant: float
    metal: float
    stored_tissue: float
    stored_air: float


def not_hu_fault(hu: NDArray[np.int16]) -> tuple[Fault, ...]:
    """The fault ``not_hu`` where values are probably not HU, else nothing.

    Parameters
    ----------
    hu : NDArray[np.int16]
        (slices, rows, columns), the values that were taken for HU.

    Returns
    -------
    tuple[Fault, ...]
        One fault or none.
    """
    facts = facts_of(hu)
    reason = why_not_hu(facts) if facts else f"all are under {PADDING_BELOW_HU}"
    return (Fault(NOT_HU, f"These values are probably not HU: {reason}."),) if reason else ()


def sampled_not_hu_fault(
    decode: Callable[[int], NDArray[np.int16]], slice_count: int, most: int
) -> tuple[Fault, ...]:
    """The fault ``not_hu`` where values are probably not HU, judged by a few slices.

    Slices that cannot be decoded are ignored: their error is reported when they are displayed.

    Parameters
    ----------
    decode : Callable[[int], NDArray[np.int16]]
        Slice index to HU (rows, columns), as ``Series.decode``.
    slice_count : int
        Number of slices, 1 or more.
    most : int
        Largest number of slices to decode, evenly spread.

    Returns
    -------
    tuple[Fault, ...]
        One fault or none.
    """
    decoded = []
    for index in spread(slice_count, most):
        with suppress(CTError):
            decoded.append(decode(index))
    return not_hu_fault(np.stack(decoded)) if decoded else ()


def why_not_hu(facts: ValueFacts) -> str:
    """Why values are probably not HU, as a clause; empty where they may be HU.

    Parameters
    ----------
    facts : ValueFacts
        The answer of ``facts_of``.

    Returns
    -------
    str
        Clause whose subject is the values, for example "they are 0 to 255, as the grey levels of
        ...".
    """
    if facts.metal > SOME_METAL:
        return f"{facts.metal:.0%} of them are over {METAL_ABOVE_HU}"
    if facts.air > SOME_AIR:
        return ""
    extent = f"{facts.lowest} to {facts.highest}"
    if _is_few(facts):
        return f"there are only {facts.distinct} different ones ({extent}), as in labels"
    if facts.lowest >= 0 and facts.highest <= 255 and _is_picture(facts):
        return f"they are {extent}, as the grey levels of a picture"
    if _is_stored(facts):
        return f"they are {extent}, as if no rescale had been applied"
    has_background = max(facts.background, facts.border_constant) >= BACKGROUND_BORDER
    if has_background and facts.voxels >= MIN_VOXELS:
        return f"they are {extent}, without air though there is a background"
    return ""


def facts_of(hu: NDArray[np.int16]) -> ValueFacts | None:
    """Statistics of the values of a volume; None where all of them are padding.

    Parameters
    ----------
    hu : NDArray[np.int16]
        (slices, rows, columns); at most ``MAX_SLICES`` slices are looked at.

    Returns
    -------
    ValueFacts | None
        Statistics over the slices that were looked at.
    """
    chosen = spread(len(hu), MAX_SLICES)
    counts, border = np.zeros(2**16, np.int64), np.zeros(2**16, np.int64)
    equal = pairs = 0
    for index in chosen:
        counts += _histogram(hu[index])
        border += _histogram(_border(hu[index]))
        equal += int((hu[index, :, 1:] == hu[index, :, :-1]).sum())
        pairs += hu[index, :, 1:].size
    counts[: PADDING_BELOW_HU + 2**15] = border[: PADDING_BELOW_HU + 2**15] = 0
    values = np.flatnonzero(counts) - 2**15
    if not len(values):
        return None
    lowest, highest, voxels = int(values[0]), int(values[-1]), int(counts.sum())
    reach = lowest + int(BACKGROUND_RANGE * (_percentile(counts, 0.99) - lowest))

    def share(least: int, below: int) -> float:
        return float(counts[least + 2**15 : below + 2**15].sum() / voxels)

    return ValueFacts(
        voxels=voxels,
        air=share(PADDING_BELOW_HU, AIR_FROM_HU),
        lowest=lowest,
        highest=highest,
        distinct=len(values),
        at_lowest=float(counts[lowest + 2**15] / voxels),
        equal_neighbours=equal / pairs if pairs else 0.0,
        background=float(border[: reach + 1 + 2**15].sum() / max(border.sum(), 1)),
        border_constant=float(border.max() / max(border.sum(), 1)),
        metal=share(METAL_ABOVE_HU, 2**15),
        stored_tissue=share(*STORED_TISSUE),
        stored_air=share(AIR_FROM_HU, STORED_AIR_BELOW),
    )


def not_hu_in(series: Series) -> Fault | None:
    """The fault of a series whose values are probably not HU; None where they may be HU.

    Parameters
    ----------
    series : Series
        A detector searches a series with this fault only on request.

    Returns
    -------
    Fault | None
        With the code ``not_hu``.
    """
    return next((fault for fault in series.faults if fault.code == NOT_HU), None)


def spread(count: int, most: int) -> tuple[int, ...]:
    """Indices of up to ``most`` of ``count`` things, evenly spread, with the first and the last.

    Parameters
    ----------
    count : int
        Number of things, 1 or more.
    most : int
        Largest number of indices; 1 gives the middle.

    Returns
    -------
    tuple[int, ...]
        Ascending indices from 0.
    """
    if most == 1:
        return (count // 2,)
    return tuple(np.unique(np.linspace(0, count - 1, min(count, most)).astype(int)).tolist())


def _is_few(facts: ValueFacts) -> bool:
    """Whether the values are as few as in labels."""
    if facts.distinct * VOXELS_A_VALUE > facts.voxels:
        return False
    is_flat = facts.distinct <= MANY_VALUES and facts.equal_neighbours >= EQUAL_NEIGHBOURS
    return facts.distinct <= FEW_VALUES or is_flat


def _is_picture(facts: ValueFacts) -> bool:
    """Whether values from 0 to 255 were clipped at 0, or at both ends."""
    is_cut_off = facts.voxels >= MIN_VOXELS and facts.at_lowest >= COMMON_LOWEST
    return is_cut_off or (facts.lowest, facts.highest) == (0, 255)


def _is_stored(facts: ValueFacts) -> bool:
    """Whether tissue has the values that it has before 1000 or 1024 is subtracted."""
    has_both = facts.stored_tissue >= STORED_TISSUE_SHARE and facts.stored_air >= STORED_AIR_SHARE
    return has_both or facts.stored_tissue >= STORED_TISSUE_ALONE


def _histogram(hu: NDArray[np.int16]) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = np.bincount(hu.ravel().astype(np.int64) + 2**15, minlength=2**16)
    return counts


def _border(hu: NDArray[np.int16]) -> NDArray[np.int16]:
    """The pixels of the outermost rows and columns of a slice."""
    return np.concatenate((hu[0], hu[-1], hu[1:-1, 0], hu[1:-1, -1]))


def _percentile(counts: NDArray[np.int64], share: float) -> int:
    return int(np.searchsorted(np.cumsum(counts), share * counts.sum())) - 2**15
