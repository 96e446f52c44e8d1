"""What the CT was like that a detector learned from, for its card."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from lesion_viewer.detection.checkpoints.checkpoint import CARD, Card, load_card
from lesion_viewer.detection.gate import Gate
from lesion_viewer.detection.identity import SeenRange
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.detection.unlike import geometry_of, look_of
from lesion_viewer.errors import TrainingError
from lesion_viewer.system.atomic_files import save_bytes

from .evaluation.cases import volume_of
from .scan import Scan, Source

MIDDLE = (5, 95)
"""Percentiles between which values count as seen: what few scans show was not learned."""


def measure_seen(
    source: Source, gate: Gate, count: int, progress: Callable[[int], None] = lambda done: None
) -> tuple[SeenRange, ...]:
    """The range of each trait in the middle 90 % of scans.

    Parameters
    ----------
    source : Source
        Scans to learn from.
    gate : Gate
        Marks the liver, as it does where the detector searches.
    count : int
        Number of scans, evenly taken; each gives the middle one of its wanted slices.
    progress : Callable[[int], None]
        Called with the number of scans done.

    Returns
    -------
    tuple[SeenRange, ...]
        One for each trait that was measured.

    Raises
    ------
    TrainingError
        Where no liver was found.
    """
    values: dict[str, list[float]] = {}
    for done, place in enumerate(np.linspace(0, len(source) - 1, min(count, len(source))), 1):
        for trait, value in _values_of(source.scan(int(place)), gate).items():
            values.setdefault(trait, []).append(value)
        progress(done)
    if "liver_hu" not in values:
        raise TrainingError("the liver was found on none of the scans")
    return tuple(
        SeenRange(trait, *(round(float(n), 3) for n in np.percentile(all_of, MIDDLE)))
        for trait, all_of in values.items()
    )


def write_seen(checkpoint: Path, seen: tuple[SeenRange, ...]) -> Card:
    """Write what a detector has seen into its card.

    Parameters
    ----------
    checkpoint : Path
        Folder of the card.
    seen : tuple[SeenRange, ...]
        As measured.

    Returns
    -------
    Card
        The new card.

    Raises
    ------
    DetectionError, ExchangeError
        Where the card cannot be read or written.
    """
    card = replace(load_card(checkpoint), seen=seen)
    save_bytes(checkpoint / CARD, card.to_json())
    return card


def _values_of(scan: Scan, gate: Gate) -> dict[str, float]:
    index = scan.wanted[len(scan.wanted) // 2]
    volume = volume_of("scan", scan.voxels, scan.spacing_mm)
    liver = gate.locate(volume, index)
    mask = SliceMask.of(liver.on_image()) if liver.is_there else None
    look = look_of(volume, index, mask) if mask is not None else None
    geometry = geometry_of(volume.series)
    if len(scan.wanted) == len(scan.voxels):
        # Slices on their own, however far the next ones are.
        geometry.pop("slice_mm", None)
    return {**(look or {}), **geometry}
