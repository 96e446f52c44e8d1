"""Pictures of any section of any stack: tilted, sheared, turned from slice to slice."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.planes.between_voxels import values_at
from lesion_viewer.ct.planes.grids import PlaneGrid
from lesion_viewer.ct.planes.picture import NO_HU, Pixels, Shows
from lesion_viewer.ct.planes.slabs import Projection, Slab
from lesion_viewer.ct.planes.taps import taps_across_slices
from lesion_viewer.ct.planes.voxel_stack import VoxelStack
from lesion_viewer.geometry.between_slices import LEAST_STEP_MM
from lesion_viewer.geometry.sections import Section
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.geometry.stack_positions import Positions, positions_in

# Pixels that are worked on at once, so that they stay in a core's cache.
AT_ONCE = 2**14
AT_POINT = np.zeros(1)
# A position is on a slice where it is off by no more than this share of a step.
ON_SLICE = 1e-3

Marked = NDArray[np.uint8]
Values = NDArray[np.float32]
Sampled = tuple[Values, Marked]


def oblique_pixels(
    stack: VoxelStack, section: Section, grid: PlaneGrid, slab: Slab, is_interpolated: bool
) -> Pixels:
    """The pixels of a picture, each at its own place between the voxels.

    Parameters
    ----------
    stack : VoxelStack
        Slices, some of which may still have to be read.
    section : Section
        Plane in the patient.
    grid : PlaneGrid
        Pixels of the picture.
    slab : Slab
        What is shown of which thickness; it is sampled so that no voxel is passed over.
    is_interpolated : bool
        Whether what lies between voxels is interpolated.

    Returns
    -------
    Pixels
        Rounded to whole HU.
    """
    offsets = _offsets_mm(_step_mm(stack.geometry, section), slab)
    sample = _sampling(stack, is_interpolated)
    hu = np.empty((grid.rows, grid.columns), np.int16)
    shows = np.empty(hu.shape, np.uint8)
    is_partial = False
    at_once = max(AT_ONCE // grid.columns, 1)
    for first in range(0, grid.rows, at_once):
        down_mm = grid.down_mm[first : first + at_once]
        samples = [
            sample(positions_in(stack.geometry, section, grid.across_mm, down_mm, off))
            for off in offsets
        ]
        values, marked = samples[0]
        if len(samples) > 1:
            values, marked, is_partial_here = _projected(samples, slab.projection)
            is_partial |= is_partial_here
        np.rint(values, out=values)
        if marked.any():
            values[marked != Shows.VOXELS] = NO_HU
        here = slice(first, first + len(down_mm))
        hu[here] = values.reshape(-1, grid.columns)
        shows[here] = marked.reshape(-1, grid.columns)
    return Pixels(hu, shows, not shows.any(), True, is_partial)


def _sampling(stack: VoxelStack, is_interpolated: bool) -> Callable[[Positions], Sampled]:
    """What gives the values at positions, and what they show."""
    _, rows, columns = stack.voxels.shape

    def sample(at: Positions) -> Sampled:
        whole = np.rint(at.slices)
        is_on_slices = np.abs(at.slices - whole).max() < ON_SLICE  # half of the voxels are enough
        taps = taps_across_slices(stack, whole if is_on_slices else at.slices, is_interpolated)
        for along, count in ((at.rows, rows), (at.columns, columns)):
            if along.min() < 0 or along.max() > count - 1:
                taps.shows[(along < -0.5) | (along > count - 0.5)] = Shows.OUTSIDE
                np.clip(along, 0, count - 1, out=along)
        slices = taps.lower.astype(np.int64, copy=False), taps.share
        values = values_at(stack.voxels, slices, at.rows, at.columns, is_interpolated)
        return values, taps.shows

    return sample


def _step_mm(geometry: SeriesGeometry, section: Section) -> float:
    """The distance along a section's normal within which no voxel is passed over."""
    here, there = (
        positions_in(geometry, section, AT_POINT, AT_POINT, off_mm) for off_mm in (0.0, 1.0)
    )
    steps = np.diff(geometry.locations_mm)
    shortest = float(steps[steps > LEAST_STEP_MM].min(initial=np.inf))
    voxels_per_mm = (
        abs(float(section.normal @ geometry.normal)) / shortest,
        abs(float(there.rows[0] - here.rows[0])),
        abs(float(there.columns[0] - here.columns[0])),
    )
    return 1 / max(voxels_per_mm)


def _offsets_mm(step_mm: float, slab: Slab) -> list[float]:
    """Distances from the plane at which a slab is sampled."""
    count = max(math.ceil(slab.mm / step_mm), 1)
    return [((index + 0.5) / count - 0.5) * slab.mm for index in range(count)]


def _projected(samples: list[Sampled], projection: Projection) -> tuple[Values, Marked, bool]:
    """Samples in one, and whether some were left out of it.

    What lies outside is no part of it, and what is unread leaves it unread.
    """
    values, shows = (np.stack(parts) for parts in zip(*samples, strict=True))
    is_there = shows == Shows.VOXELS
    marked = np.where(is_there.any(0), np.uint8(Shows.VOXELS), shows.max(0))
    marked[(shows == Shows.UNREAD).any(0)] = Shows.UNREAD
    is_partial = bool(((shows > Shows.UNREAD).any(0) & (marked == Shows.VOXELS)).any())
    if projection is not Projection.MEAN:
        furthest = np.maximum if projection is Projection.MAXIMUM else np.minimum
        values[~is_there] = -np.inf if projection is Projection.MAXIMUM else np.inf
        return furthest.reduce(values, axis=0), marked, is_partial
    values[~is_there] = 0
    return values.sum(0) / np.maximum(is_there.sum(0), 1, dtype=np.float32), marked, is_partial
