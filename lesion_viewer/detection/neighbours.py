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

Shares = tuple[tuple[int, float], ...]
"""Slices that a place is made of, each with its share; the shares add up to 1."""


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
    is_interpolated : bool
        Whether a place between two slices is made of both, by their distances from it, in place of
        the nearer one.
    """

    slices: int | None = 1
    step_mm: float | None = None
    is_interpolated: bool = False

    def around(
        self,
        slice_index: int,
        slice_count: int,
        spacing_mm: Spacing | None,
        missing: Collection[int] = (),
    ) -> tuple[int, ...]:
        """The slices to look at: for each place those that it is made of.

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
            Indices by place, in their order; one for each place without interpolation.
        """
        if self.slices is None:
            return tuple(i for i in range(slice_count) if i == slice_index or i not in missing)
        places = self.shares(slice_index, slice_count, spacing_mm, missing)
        return tuple(i for place in places for i, _ in place)

    def shares(
        self,
        slice_index: int,
        slice_count: int,
        spacing_mm: Spacing | None,
        missing: Collection[int] = (),
    ) -> tuple[Shares, ...]:
        """For each place the slices that it is made of, and how much of each.

        Parameters
        ----------
        slice_index : int
            The slice that is answered for, from 0.
        slice_count : int
            Number of slices of the volume.
        spacing_mm : Spacing | None
            Distances of (slices, rows, columns) in mm; None where unknown.
        missing : Collection[int]
            Slices that must not be used; the nearest one that was read takes the place of each.

        Returns
        -------
        tuple[Shares, ...]
            One slice for each place, or the two on both sides of it; a place beyond the volume's
            end is its outermost slice.
        """
        assert self.slices is not None, "all slices have no places"
        step = 1.0
        if self.step_mm is not None and spacing_mm is not None:
            step = self.step_mm / spacing_mm[0]
        half = self.slices // 2
        existing: list[int] = []
        chosen: list[Shares] = []
        for place in range(-half, half + 1):
            made_of: dict[int, float] = {}
            for wanted, share in self._beside(slice_index, place * step):
                wanted = min(max(wanted, 0), slice_count - 1)
                if wanted in missing:
                    existing = existing or [i for i in range(slice_count) if i not in missing]
                    wanted = _nearest(existing, wanted, slice_index)
                made_of[wanted] = made_of.get(wanted, 0.0) + share
            chosen.append(tuple(made_of.items()))
        return tuple(chosen)

    def _beside(self, slice_index: int, steps: float) -> Shares:
        """What a place is made of that lies ``steps`` slice distances above a slice."""
        below = math.floor(steps + HALFWAY)
        above = steps - below
        if self.is_interpolated and above > HALFWAY:
            return (slice_index + below, 1 - above), (slice_index + below + 1, above)
        away = math.floor(abs(steps) + 0.5 - HALFWAY)
        return ((slice_index + int(math.copysign(away, steps)), 1.0),)


def _nearest(existing: Collection[int], wanted: int, slice_index: int) -> int:
    """Of the slices that exist the one next to ``wanted``, of two the one next to the middle."""
    return min(existing, key=lambda i: (abs(i - wanted), abs(i - slice_index)), default=wanted)
