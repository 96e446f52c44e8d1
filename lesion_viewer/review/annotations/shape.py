"""What every kind of shape can do: be written and read, and say where it lies on its slice."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Self

Position = tuple[float, float]
"""x, y in pixel edges, as boxes count them."""
SHAPES: dict[str, "type[Shape]"] = {}
"""Kind -> its class, of all that were defined."""


class Shape(ABC):
    """A shape on one slice, in stored pixels.

    A kind is a frozen dataclass that derives from this and names its ``kind``. Defining it in
    ``shapes`` makes it known: journals keep it, and undo knows it.

    Attributes
    ----------
    kind : ClassVar[str]
        Its name in journals, which never changes.
    """

    __slots__ = ()
    kind: ClassVar[str]

    def __init_subclass__(cls) -> None:
        """Make a kind known.

        Raises
        ------
        TypeError
            Where another class has the same kind.
        """
        known = SHAPES.setdefault(cls.kind, cls)
        if known.__qualname__ != cls.__qualname__:
            raise TypeError(f"{known.__qualname__} and {cls.__qualname__} are both {cls.kind}")
        SHAPES[cls.kind] = cls  # a dataclass with slots is a class of its own

    @property
    @abstractmethod
    def points(self) -> Sequence[Position]:
        """The positions that define it, or go round it."""

    @abstractmethod
    def encode(self) -> Any:
        """It as JSON."""

    @classmethod
    @abstractmethod
    def decode(cls, value: Any) -> Self:
        """The shape of what ``encode`` made of it.

        Parameters
        ----------
        value : Any
            As ``encode`` gives it.

        Raises
        ------
        ValueError
            Where it is no shape of this kind.
        """
