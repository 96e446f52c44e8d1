"""The volume of a finding, from its boxes or from its masks."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import pi

import numpy as np

from lesion_viewer.ct.study import Series
from lesion_viewer.geometry.stack import doubled_slices
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.measurements.pixel_grid import PixelGrid
from lesion_viewer.review.outlines import outlines

MM3_PER_ML = 1000
FEWEST_SLICES = 2


class Outline(StrEnum):
    """What a volume is taken from."""

    BOXES = "boxes"  #: the ellipses that fill the boxes
    MASK = "mask"  #: the pixels that a reader outlined
    DETECTOR = "detector"  #: the pixels that the detector marked
    MIXED = "mixed"  #: the reader's on some slices, the detector's on others


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
    outlined = outlines(finding)
    pixels = {i: float(one.mask.count) for i, one in outlined.items()}
    sources = {one.is_model for one in outlined.values()}
    by = Outline.MIXED if len(sources) > 1 else Outline.DETECTOR if True in sources else None
    found = (
        _volume(in_boxes, series, Outline.BOXES),
        _volume(pixels, series, by or Outline.MASK),
    )
    return tuple(volume for volume in found if volume is not None)


def stack_ml(areas_px: Mapping[int, float], series: Series) -> float | None:
    """The volume of what fills so many pixels on each slice.

    Parameters
    ----------
    areas_px : Mapping[int, float]
        Slice index -> area in pixels.
    series : Series
        The series; each slice's share reaches half-way to the slices beside it.

    Returns
    -------
    float | None
        In ml; None where millimetres are unknown, or two of the slices lie at one position.
    """
    shares = _shares_mm(series)
    if shares is None:
        return None
    if doubled_slices([source.location_mm for source in series.slices]) & set(areas_px):
        return None
    mm3 = (area * PixelGrid.of(series, i).pixel_area * shares[i] for i, area in areas_px.items())
    return sum(mm3) / MM3_PER_ML


def ml_text(ml: float) -> str:
    """A volume with three digits or more.

    Parameters
    ----------
    ml : float
        In millilitres.

    Returns
    -------
    str
        Without the unit.
    """
    return f"{ml:.2f}" if ml < 10 else f"{ml:.1f}" if ml < 100 else f"{ml:.0f}"


def _volume(
    areas_px: Mapping[int, float], series: Series, outline: Outline
) -> FindingVolume | None:
    slices = sorted(areas_px)
    if len(slices) < FEWEST_SLICES or slices[-1] - slices[0] + 1 > len(slices):
        return None
    ml = stack_ml(areas_px, series)
    return None if ml is None else FindingVolume(ml, outline, len(slices))


def _shares_mm(series: Series) -> list[float] | None:
    """How much of the stack's height each slice stands for."""
    count = series.shape[0]
    if series.geometry is not None and count > 1:
        steps = np.abs(np.diff(series.geometry.locations_mm))
        before, after = np.append(steps[0], steps), np.append(steps, steps[-1])
        return [float(mm) for mm in (before + after) / 2]
    return None if series.spacing_mm is None else [series.spacing_mm[0]] * count
