"""SimpleITK's search for the turn and shift that lay one grid on another."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.registration.rigid_map import RigidMap
from lesion_viewer.ct.registration.sampling import Grid, block_means, coarser
from lesion_viewer.errors import GeometryError

MARGIN_STEPS = 4
"""How far from the body voxels count: its surface is what shows a shift best."""
START_MM = 15.0
SHARED = 0.4
"""Least share of the shorter body, along it, that a start lays on the other one."""
SAMPLES = 60_000
"""Voxels that are compared: at even distances, each moved by less than one."""
SEED = 1
BINS = 32
STARTS, STEPS_AT_MOST = 3, 60


@dataclass(frozen=True, slots=True)
class _Level:
    """One resolution of the search: how coarse, and the first and last step of the optimizer."""

    times: int
    first_mm: float
    last_mm: float


LEVELS = (_Level(4, 6.0, 0.3), _Level(2, 2.0, 0.1), _Level(1, 0.5, 0.02))


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two CTs that are laid on each other.

    Attributes
    ----------
    grid : Grid
        Its values.
    body : NDArray[np.bool_]
        Which of them are the patient.
    """

    grid: Grid
    body: NDArray[np.bool_]

    @property
    def places(self) -> NDArray[np.float64]:
        """(n, 3), where the body's voxels lie in mm."""
        return self.grid.places(np.argwhere(self.body))


def aligned(first: Side, second: Side, keep_on: Callable[[], bool]) -> RigidMap | None:
    """The turn and shift from the first patient frame to the second.

    Parameters
    ----------
    first, second : Side
        The two CTs.
    keep_on : Callable[[], bool]
        Whether the work is still wanted, asked at each step.

    Returns
    -------
    RigidMap | None
        None where the work is no longer wanted.

    Raises
    ------
    GeometryError
        Where the two nowhere show the same part of a body.

    Notes
    -----
    Mattes' mutual information: contrast phases differ between studies. A few starts along the body
    are followed at the coarsest level, since scans of one patient begin at other heights.
    """
    search = _Search(first, second, keep_on)
    coarse = [search.improved(start, LEVELS[0]) for start in search.starts()]
    found = [one for one in coarse if one is not None]
    if not keep_on():
        return None
    if not found:
        raise GeometryError("The registration found no place at which the two studies overlap.")
    best = min(found, key=lambda one: one[0])
    for level in LEVELS[1:]:
        improved = search.improved(best[1], level)
        best = best if improved is None else improved
    return _map_of(best[1]) if keep_on() else None


class _Search:
    def __init__(self, first: Side, second: Side, keep_on: Callable[[], bool]) -> None:
        self._sides, self._keep_on = (first, second), keep_on
        self._images = {level: self._images_of(level.times) for level in LEVELS}

    def starts(self) -> list[Any]:
        """The best shifts that lay one body's middle on the other's, at several heights."""
        sitk, level = _sitk(), LEVELS[0]
        a, b = (side.places for side in self._sides)
        centre, shift = a.mean(0), b.mean(0) - a.mean(0)
        starts: list[tuple[float, int, Any]] = []
        for height in _heights(a[:, 2], b[:, 2]):
            start = sitk.Euler3DTransform()
            start.SetCenter(centre.tolist())
            start.SetTranslation([float(shift[0]), float(shift[1]), height])
            method = self._method(level)
            method.SetInitialTransform(start)
            with suppress(RuntimeError):  # the bodies do not overlap
                value = float(method.MetricEvaluate(*self._images[level][:2]))
                starts.append((value, len(starts), start))
            if not self._keep_on():
                return []
        return [start for _, _, start in sorted(starts)[:STARTS]]

    def improved(self, start: Any, level: _Level) -> tuple[float, Any] | None:
        """The metric and the transform after a level; None where the bodies do not overlap."""
        sitk = _sitk()
        found = sitk.Euler3DTransform(start)
        method = self._method(level)
        method.SetOptimizerAsRegularStepGradientDescent(
            level.first_mm,
            level.last_mm,
            STEPS_AT_MOST,
            relaxationFactor=0.5,
            gradientMagnitudeTolerance=1e-8,
        )
        method.SetOptimizerScalesFromPhysicalShift()
        method.SetInitialTransform(found, inPlace=True)

        def stop() -> None:
            if not self._keep_on():
                method.StopRegistration()

        method.AddCommand(sitk.sitkIterationEvent, stop)
        try:
            method.Execute(*self._images[level][:2])
        except RuntimeError:  # all samples map outside the moving image
            return None
        return float(method.GetMetricValue()), found

    def _images_of(self, times: int) -> list[Any]:
        """Values of both CTs, then where they are compared."""
        grids = [coarser(side.grid, times) for side in self._sides]
        masks = [(block_means(_compared(side), times) > 0.5) for side in self._sides]
        return [
            *(_image(grid, grid.values) for grid in grids),
            *(_image(g, mask.astype(np.uint8)) for g, mask in zip(grids, masks, strict=True)),
        ]

    def _method(self, level: _Level) -> Any:
        sitk = _sitk()
        first, _, *masks = self._images[level]
        method = sitk.ImageRegistrationMethod()
        method.SetMetricAsMattesMutualInformation(BINS)
        method.SetMetricFixedMask(masks[0])
        method.SetMetricMovingMask(masks[1])
        method.SetInterpolator(sitk.sitkLinear)
        method.SetMetricSamplingStrategy(method.REGULAR)
        voxels = first.GetNumberOfPixels()
        method.SetMetricSamplingPercentage(min(SAMPLES / voxels, 1.0), seed=SEED)
        method.SetNumberOfThreads(1)  # sums in one order, so that the answer is the same each time
        return method


def _sitk() -> Any:
    import SimpleITK  # takes as long as the rest of the program to import

    return SimpleITK


def _image(grid: Grid, values: NDArray[Any]) -> Any:
    image = _sitk().GetImageFromArray(values)
    image.SetSpacing([grid.step_mm] * 3)
    image.SetOrigin(grid.origin_mm.tolist())
    image.SetDirection(grid.axes.ravel().tolist())
    return image


def _compared(side: Side) -> NDArray[np.bool_]:
    from scipy import ndimage  # slow to import, and not needed to show a CT

    near = ndimage.binary_dilation(side.body, iterations=MARGIN_STEPS)
    return np.asarray(near & side.grid.is_known)


def _heights(first_mm: NDArray[np.float64], second_mm: NDArray[np.float64]) -> Iterator[float]:
    """Shifts along the body that lay enough of the shorter one on the longer one."""
    low, high = float(second_mm.min() - first_mm.max()), float(second_mm.max() - first_mm.min())
    shared = SHARED * float(min(np.ptp(first_mm), np.ptp(second_mm)))
    count = max(int((high - low - 2 * shared) // START_MM), 0)
    yield from np.linspace(low + shared, high - shared, count + 1).tolist()


def _map_of(found: Any) -> RigidMap:
    matrix, centre = np.eye(4), np.array(found.GetCenter())
    matrix[:3, :3] = np.array(found.GetMatrix()).reshape(3, 3)
    matrix[:3, 3] = centre + found.GetTranslation() - matrix[:3, :3] @ centre
    return RigidMap(matrix)
