"""A part grown to the whole lesion: from its core, up to where liver begins."""

from __future__ import annotations

import numpy as np

from lesion_viewer.detection.geometric.liver_picture import LiverPicture, Mask, Picture
from lesion_viewer.detection.geometric.mean_shift import cluster_peaks
from lesion_viewer.detection.geometric.parts import Part

AROUND_MM = 10.0
"""Liver that is clustered with the part, on each side of it."""

BANDWIDTH_HU = 8.0
CORE_SHARE = 0.25
"""The pixels that differ most from liver: the seeds."""

HALF = 0.5
"""A pixel belongs to the lesion from this share of the core's difference to liver on: the border as
it is seen through the blur of the picture."""

MOST_GROWTH = 2.5
"""A region of more than this many times the part has leaked."""


def grown(part: Part, picture: LiverPicture) -> tuple[int, int, Mask]:
    """The region of a part: first row, first column, and its pixels from there on.

    Mean shift clusters the attenuations in and around the part. Where its core and liver are
    different clusters, the region grows from the core up to half of the core's own contrast.

    Parameters
    ----------
    part : Part
        Part of the picture.
    picture : LiverPicture
        The liver on a slice.

    Returns
    -------
    tuple[int, int, Mask]
        The part itself, where core and liver are one cluster, or the region leaks into the liver.

    Notes
    -----
    Region growing and mean shift after Ben-Cohen et al., J Med Imaging 2 (2015), 034502, and, for
    mean shift in the liver of a slice, Afifi and Nakaguchi, EMBC 2015.
    """
    from scipy import ndimage

    margin = int(AROUND_MM / picture.pixel_mm)
    rows, columns = part.mask.shape
    top, left = max(part.top - margin, 0), max(part.left - margin, 0)
    there = slice(top, part.top + rows + margin), slice(left, part.left + columns + margin)
    # Bright parts are grown upside down, so that lesions are the lower side.
    away = -picture.away[there] if part.is_bright else picture.away[there]
    region = picture.region[there]
    inside = np.zeros(away.shape, bool)
    y, x = part.top - top, part.left - left
    inside[y : y + rows, x : x + columns] = part.mask
    core = inside & (away <= np.quantile(away[inside], CORE_SHARE))
    if not _is_apart(away, region, core):
        return part.top, part.left, part.mask
    area = inside | _region_growing(away, region, core)
    area = ndimage.binary_fill_holes(area) & region
    if np.count_nonzero(area) > MOST_GROWTH * np.count_nonzero(part.mask):
        return part.top, part.left, part.mask
    taken_rows, taken_columns = (np.flatnonzero(area.any(axis=axis)) for axis in (1, 0))
    y, x = int(taken_rows[0]), int(taken_columns[0])
    return top + y, left + x, area[y : taken_rows[-1] + 1, x : taken_columns[-1] + 1]


def _is_apart(away: Picture, region: Mask, core: Mask) -> bool:
    """Whether the core lies in another cluster than liver."""
    values = away[region].astype(float)
    peaks = cluster_peaks(values, BANDWIDTH_HU)
    return bool(np.median(peaks[core[region]]) < peaks[np.abs(values).argmin()])


def _region_growing(away: Picture, region: Mask, core: Mask) -> Mask:
    """What is connected to the core and nearer to it than to liver."""
    import SimpleITK as sitk

    limit = HALF * float(away[core].mean())
    barred = np.where(region, away, 1e4).astype(np.float32)
    found = sitk.ConnectedThreshold(  # type: ignore[no-untyped-call]
        sitk.GetImageFromArray(barred),
        seedList=[(int(x), int(y)) for y, x in np.argwhere(core)],
        lower=-1e4,
        upper=limit,
    )
    grown_region: Mask = sitk.GetArrayFromImage(found).astype(bool)
    return grown_region
