"""Slabs: how many millimetres a picture is made of, and how."""

import math
from dataclasses import dataclass
from enum import Enum


class Projection(Enum):
    """What a pixel shows of the values behind one another in a slab."""

    MEAN = "mean"
    MAXIMUM = "maximum"  #: maximum intensity projection, MIP
    MINIMUM = "minimum"  #: minimum intensity projection, MinIP


@dataclass(frozen=True, slots=True)
class Slab:
    """A thickness that is shown in one picture, half of it on each side of the plane.

    Attributes
    ----------
    mm : float
        Thickness; 0 for the plane alone.
    projection : Projection
        What is shown of it.

    Raises
    ------
    ValueError
        The thickness is negative or not finite.
    """

    mm: float = 0.0
    projection: Projection = Projection.MEAN

    def __post_init__(self) -> None:
        if not 0 <= self.mm < math.inf:
            raise ValueError(f"a slab of {self.mm} mm")


THIN = Slab()
"""The plane alone."""
