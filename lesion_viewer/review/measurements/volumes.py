"""The volume of a finding, from its boxes or from its mask."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import pi

import numpy as np

from lesion_viewer.ct.study import Series
from lesion_viewer.geometry.stack import doubled_slices
from lesion_viewer.review.annotations.shapes import Mask
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.measurements.pixel_grid import PixelGrid

MM3_PER_ML = 1000
FEWEST_SLICES = 2


class Outline(StrEnum):
    """What a volume is taken from."""

    BOXES = "boxes"  #: the ellipses that fill the boxes
    MASK = "mask"  #: the pixels of the masks


@dataclass(frozen=True, slots=True)
class FindingVolume:
    """The volume of a finding.

    Attributes
    ----------
    ml : float
        In millilitres.
    outline : Outline
        What it is taken from.
    slices : int
        On how many slices that is.
    """

    ml: float
    outline: Outline
    slices: int


def volumes_of(finding: Finding, series: Series) -> tuple[FindingVolume, ...]:
    """The volumes of a finding that can be told.

    A slice's share reaches half-way to the slices beside it. None is told where millimetres are
    unknown, where slices between the first and the last have no outline, where two slices lie at
    one position, and of one slice alone, whose lesion may reach any way beyond it.

    Parameters
    ----------
    finding : Finding
        Any finding of the series.
    series : Series
        Its series.

    Returns
    -------
    tuple[FindingVolume, ...]
        From its boxes, then from its masks.
    """
    in_boxes = {i: pi / 4 * box.area for i, box in finding.boxes.items()}
    found = (
        _volume(in_boxes, series, Outline.BOXES),
        _volume(_mask_areas(finding), series, Outline.MASK),
    )
    return tuple(volume for volume in found if volume is not None)


def _mask_areas(finding: Finding) -> dict[int, float]:
    """Slice index -> pixels of the finding's masks there, each counted once."""
    pixels: dict[int, set[tuple[int, int]]] = {}
    for one in finding.annotations.values():
        if isinstance(one.shape, Mask):
            x, y = one.shape.corner
            there = np.argwhere(one.shape.pixels) + (y, x)
            pixels.setdefault(one.slice_index, set()).update(map(tuple, there.tolist()))
    return {i: float(len(there)) for i, there in pixels.items()}


def _volume(
    areas_px: Mapping[int, float], series: Series, outline: Outline
) -> FindingVolume | None:
    slices = sorted(areas_px)
    shares = _shares_mm(series)
    if len(slices) < FEWEST_SLICES or slices[-1] - slices[0] + 1 > len(slices) or shares is None:
        return None
    if doubled_slices([source.location_mm for source in series.slices]) & set(slices):
        return None
    mm3 = (areas_px[i] * PixelGrid.of(series, i).pixel_area * shares[i] for i in slices)
    return FindingVolume(sum(mm3) / MM3_PER_ML, outline, len(slices))


def _shares_mm(series: Series) -> list[float] | None:
    """How much of the stack's height each slice stands for."""
    count = series.shape[0]
    if series.geometry is not None and count > 1:
        steps = np.abs(np.diff(series.geometry.locations_mm))
        before, after = np.append(steps[0], steps), np.append(steps, steps[-1])
        return [float(mm) for mm in (before + after) / 2]
    return None if series.spacing_mm is None else [series.spacing_mm[0]] * count
