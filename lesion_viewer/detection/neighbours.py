"""Which slices a detector looks at to answer for one."""

import math
from collections.abc import Collection
from dataclasses import dataclass

HALFWAY = 1e-3
"""Share of a slice distance by which a header may round it.

Halfway between two slices the nearer one is taken, so that slices of 1.6 and 1.60000002 mm give the
same input for a step of 4 mm.
"""

Spacing = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The slices that a detector looks at, as places beside the one it answers for.

    Attributes
    ----------
    slices : int | None
        Number of slices, odd, the middle one being the slice itself; None for all slices of the
        volume.
    step_mm : float | None
        Distance between them in mm, each rounded to an existing slice; None for slices side by side
        at any distance.
    """

    slices: int | None = 1
    step_mm: float | None = None

    def around(
        self,
        slice_index: int,
        slice_count: int,
        spacing_mm: Spacing | None,
        missing: Collection[int] = (),
    ) -> tuple[int, ...]:
        """The slices to look at: for each place the one nearest to it that was read.

        Parameters
        ----------
        slice_index : int
            The slice that is answered for, from 0.
        slice_count : int
            Number of slices of the volume.
        spacing_mm : Spacing | None
            Distances of (slices, rows, columns) in mm; None where unknown.
        missing : Collection[int]
            Slices that must not be used.

        Returns
        -------
        tuple[int, ...]
            One index for each place, in their order.
        """
        if self.slices is None:
            return tuple(i for i in range(slice_count) if i == slice_index or i not in missing)
        step = 1.0
        if self.step_mm is not None and spacing_mm is not None:
            step = self.step_mm / spacing_mm[0]
        half = self.slices // 2
        existing: list[int] = []
        chosen = []
        for place in range(-half, half + 1):
            away = math.floor(abs(place) * step + 0.5 - HALFWAY)
            wanted = min(max(slice_index + int(math.copysign(away, place)), 0), slice_count - 1)
            if wanted in missing:
                existing = existing or [i for i in range(slice_count) if i not in missing]
                wanted = min(
                    existing,
                    key=lambda i: (abs(i - wanted), abs(i - slice_index)),
                    default=wanted,
                )
            chosen.append(wanted)
        return tuple(chosen)
