"""The segments of a DICOM segmentation on the voxels of a CT; frames may be turned."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.labels.grids import turn_between
from lesion_viewer.ct.labels.label_volume import Labels, Region
from lesion_viewer.ct.labels.segmentation import Frame, Segmentation
from lesion_viewer.ct.study import Series
from lesion_viewer.errors import CTError
from lesion_viewer.geometry.turn import plane_normal

SAME_LOCATION = 0.1
"""Largest distance of a frame from its slice, as a share of the slice distance."""


def labels_of_segmentation(series: Series, found: Segmentation) -> Labels:
    """The segments of a segmentation on the voxels of a series.

    A frame is assigned to a slice by its position, or by its source image where it has no position.

    Parameters
    ----------
    series : Series
        Series whose slices the frames lie on.
    found : Segmentation
        The answer of ``read_segmentation``.

    Returns
    -------
    Labels
        Labels by segment number; notices give the number of frames outside the series.

    Raises
    ------
    CTError
        No frame lies on a slice, or the pixel grid of a frame is not that of its slice.
    """
    placed: dict[int, list[_Patch]] = defaultdict(list)
    outside = 0
    places = _Places(series)
    for frame in found.frames:
        pixels = found.plane(frame.number)
        if not pixels.any():
            continue
        index = places.index_of(frame)
        if index is None:
            outside += 1
            continue
        turned = places.turned(frame, index, pixels)
        for segment in (frame.segment,) if frame.segment else map(int, np.unique(turned)):
            if segment:
                is_segment = turned != 0 if frame.segment else turned == segment
                placed[segment].append(_patch(index, is_segment))
    if not placed:
        said = f"none of its {outside} frames lies on a slice of it" if outside else "it is empty"
        raise CTError(f"does not fit the CT: {said}")
    text = f"{outside} frames do not lie on a slice of the CT and were left out"
    return _labels(series, found, placed, (text,) if outside else ())


@dataclass(frozen=True, slots=True)
class _Patch:
    """The voxels of a segment on a slice, cropped to their bounding box."""

    slice_index: int
    row: int
    column: int
    voxels: NDArray[np.bool_]


def _patch(index: int, plane: NDArray[np.bool_]) -> _Patch:
    rows, columns = (np.flatnonzero(plane.any(axis)) for axis in (1, 0))
    cut = plane[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return _Patch(index, int(rows[0]), int(columns[0]), cut.copy())


def _labels(
    series: Series,
    found: Segmentation,
    placed: Mapping[int, Sequence[_Patch]],
    notices: tuple[str, ...],
) -> Labels:
    regions: dict[int, Region] = {}
    for segment, patches in placed.items():
        ends = [
            (
                p.slice_index,
                p.row,
                p.column,
                p.row + p.voxels.shape[0],
                p.column + p.voxels.shape[1],
            )
            for p in patches
        ]
        z, row, column, bottom, right = zip(*ends, strict=True)
        regions[segment] = (
            slice(min(z), max(z) + 1),
            slice(min(row), max(bottom)),
            slice(min(column), max(right)),
        )

    def mask(segment: int, region: Region) -> NDArray[np.bool_]:
        """The voxels of a segment within a region."""
        bounds = [part.indices(size) for part, size in zip(region, series.shape, strict=True)]
        z, row, column = (low for low, _, _ in bounds)
        full = np.zeros([high - low for low, high, _ in bounds], bool)
        for patch in placed.get(segment, ()):
            _lay(full, patch, (z, row, column))
        return full

    voxels = {segment: int(mask(segment, region).sum()) for segment, region in regions.items()}
    names = {segment: found.names[segment] for segment in placed if found.names.get(segment)}
    return Labels(voxels, names, regions, mask, found.lesions, found.organs, notices)


def _lay(full: NDArray[np.bool_], patch: _Patch, corner: tuple[int, int, int]) -> None:
    """Add a patch to an array whose first voxel is at ``corner``; the patch is cropped to it."""
    z = patch.slice_index - corner[0]
    if not 0 <= z < len(full):
        return
    starts = patch.row - corner[1], patch.column - corner[2]
    there, here = [], []
    for start, size, most in zip(starts, patch.voxels.shape, full.shape[1:], strict=True):
        low, high = max(start, 0), min(start + size, most)
        if low >= high:
            return
        there.append(slice(low, high))
        here.append(slice(low - start, high - start))
    full[z][tuple(there)] |= patch.voxels[tuple(here)]


class _Places:
    """The slices of a series on which frames lie."""

    def __init__(self, series: Series) -> None:
        self._series = series
        uids = [source.sop_instance_uid for source in series.slices]
        counts = Counter(uids)
        self._of_uid = {uid: n for n, uid in enumerate(uids) if uid and counts[uid] == 1}
        if series.affine is not None:
            self._normal = plane_normal(series.affine)
            self._locations = self._slice_locations(series.affine)

    def index_of(self, frame: Frame) -> int | None:
        """The slice on which a frame lies; None where it lies on no slice."""
        named = {self._of_uid[uid] for uid in frame.sources if uid in self._of_uid}
        if frame.grid is None or self._series.affine is None:
            return next(iter(named)) if len(named) == 1 else None
        at = float(frame.grid[:, 2] @ self._normal)
        apart = np.abs(self._locations - at)
        nearest = int(np.argmin(apart))
        step = (self._series.spacing_mm or (1.0,))[0]
        index = nearest if apart[nearest] <= SAME_LOCATION * max(step, 0.1) else None
        if len(named) == 1 and index is not None and index not in named:
            same = np.flatnonzero(apart <= SAME_LOCATION * max(step, 0.1))
            if not named & set(map(int, same)):
                raise CTError(f"contradicts itself: frame {frame.number + 1} lies on another slice")
            return next(iter(named))
        return index

    def turned(self, frame: Frame, index: int, pixels: NDArray[np.generic]) -> NDArray[np.generic]:
        """The pixels of a frame on the pixel grid of its slice."""
        _, rows, columns = self._series.shape
        if frame.grid is None or self._series.affine is None:
            if pixels.shape != (rows, columns):
                seen = " x ".join(map(str, pixels.shape[::-1]))
                raise CTError(f"does not fit the CT: {seen} pixels, and the CT {columns} x {rows}")
            return pixels
        target = np.column_stack([self._series.affine[:3, 0], self._series.affine[:3, 1],
                                  self._series.affine[:3] @ (0, 0, index, 1)])  # fmt: skip
        grid = frame.grid.copy()
        # The distance along the normal was checked by ``index_of``.
        grid[:, 2] -= self._normal * float((grid[:, 2] - target[:, 2]) @ self._normal)
        sizes = pixels.shape[::-1], (columns, rows)
        try:
            return turn_between(grid, target, sizes).applied(pixels)
        except CTError as error:
            raise CTError(f"does not fit the CT: frame {frame.number + 1} {error}") from error

    def _slice_locations(self, affine: NDArray[np.float64]) -> NDArray[np.float64]:
        """Locations of the slices along the normal, from their own positions where known."""
        steps = np.arange(self._series.shape[0])
        by_grid = (affine[:3, 3] + np.outer(steps, affine[:3, 2])) @ self._normal
        told = [source.location_mm for source in self._series.slices]
        if any(location is None for location in told):
            return by_grid
        own = np.array(told, float)
        for sign in (1.0, -1.0):
            if np.allclose(sign * own[[0, -1]], by_grid[[0, -1]], atol=0.05):
                return sign * own
        return by_grid
