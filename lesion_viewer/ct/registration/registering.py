"""The rigid registration of two CTs of one patient, and how far it may be off."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lesion_viewer.ct.registration.aligning import Side, aligned
from lesion_viewer.ct.registration.body import body_of
from lesion_viewer.ct.registration.residual import Residual, residual
from lesion_viewer.ct.registration.rigid_map import RigidMap
from lesion_viewer.ct.registration.sampling import sampled
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.errors import GeometryError
from lesion_viewer.text import Text

STEP_MM = 3.0
POINTS = 2000
WORST_MM = 10.0
LEAST_CORRELATION = 0.5


@dataclass(frozen=True, slots=True)
class Registration:
    """A rigid map between two patient frames, and what was measured of its error.

    Attributes
    ----------
    map : RigidMap
        From the first CT's patient frame to the second's.
    disagreement_mm : tuple[float, float]
        Mean and largest distance of the body's places from where they come back to, by this
        registration and another one made from the second CT to the first.
    residual : Residual
        What is left between the two CTs.
    """

    map: RigidMap
    disagreement_mm: tuple[float, float]
    residual: Residual

    @property
    def summary(self) -> Text:
        """The main numbers of its error, for a narrow place."""
        left, forth = self.residual, self.disagreement_mm[0]
        if not left.apart_mm:
            return Text(
                "Registered (rigid): residual not measurable, back and forth {mm:.1f} mm.", mm=forth
            )
        return Text(
            "Registered (rigid): residual {median:.1f} mm, 95 % within {largest:.1f} mm; back and"
            " forth {mm:.1f} mm.",
            median=left.median_mm,
            largest=left.largest_mm,
            mm=forth,
        )

    @property
    def text(self) -> Text:
        """All that was measured of its error, as sentences."""
        left = self.residual
        apart = (
            Text(
                "residual {median:.1f} mm (median of {n} blocks; 95 % within {largest:.1f} mm)",
                median=left.median_mm,
                largest=left.largest_mm,
                n=len(left.apart_mm),
            )
            if left.apart_mm
            else Text("residual not measurable")
        )
        return Text(
            "Rigid registration: {apart}; forward and backward differ by {mean:.1f} mm (at most"
            " {most:.1f} mm); correlation {correlation:.2f}; overlap {overlap:.0f} %. Organs that"
            " breathing moves are further apart.",
            apart=apart,
            mean=self.disagreement_mm[0],
            most=self.disagreement_mm[1],
            correlation=left.correlation,
            overlap=left.overlap * 100,
        )


def register(
    first: CTVolume,
    second: CTVolume,
    progress: Callable[[str, float], object],
    keep_on: Callable[[], bool],
) -> Registration | None:
    """The rigid map from one CT to another, searched forward and backward.

    Waits for slices that are still being read. Equal CTs give equal answers, to some nanometres.

    Parameters
    ----------
    first, second : CTVolume
        Two CTs, each placed in its own patient frame.
    progress : Callable[[str, float], object]
        Called with what is being done, and the share that is done, 0 to 1.
    keep_on : Callable[[], bool]
        Whether the answer is still wanted, asked often.

    Returns
    -------
    Registration | None
        None where the answer is no longer wanted.

    Raises
    ------
    GeometryError
        Where a CT is not placed in the patient or shows no body, and where the result is no
        registration: forward and backward differ by over ``WORST_MM`` at the mean, or the
        correlation is under ``LEAST_CORRELATION``.
    """
    sides = []
    for number, volume in enumerate((first, second)):
        progress(Text("Reading the slices"), 0.1 * number)
        grid = sampled(volume, STEP_MM, keep_on)
        if not keep_on():
            return None
        sides.append(Side(grid, body_of(grid)))
    progress(Text("Registering"), 0.2)
    there = aligned(sides[0], sides[1], keep_on)
    progress(Text("Registering backward"), 0.55)
    back = aligned(sides[1], sides[0], keep_on) if there is not None else None
    if there is None or back is None:
        return None
    progress(Text("Measuring the error"), 0.9)
    found = Registration(
        there, _disagreement(sides[0], there, back), residual(sides[0], sides[1], there)
    )
    _refuse_failed(found)
    return found


def _disagreement(side: Side, there: RigidMap, back: RigidMap) -> tuple[float, float]:
    places = side.places
    places = places[:: max(len(places) // POINTS, 1)]
    apart = np.linalg.norm(back.points(there.points(places)) - places, axis=1)
    return float(apart.mean()), float(apart.max())


def _refuse_failed(found: Registration) -> None:
    mean, left = found.disagreement_mm[0], found.residual
    if mean > WORST_MM or left.correlation < LEAST_CORRELATION:
        raise GeometryError(
            "The registration failed and is not used: forward and backward differ by"
            f" {mean:.1f} mm, correlation {left.correlation:.2f},"
            f" overlap {left.overlap * 100:.0f} %. Couple slices by hand instead."
        )
