"""The numbers of slices in their files, which may differ from their index in the stack.

Reports quote the Instance Number. It may run against the stack, not begin at 1, or continue over
several phases. In a multi-frame file the number of the frame is quoted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lesion_viewer.ct.study import SliceSource
from lesion_viewer.text import Text


@dataclass(frozen=True, slots=True)
class SliceNumbers:
    """Numbers of the slices of a series as reports and other programs quote them.

    Attributes
    ----------
    word : str
        Kind of number: "instance" or "frame"; empty where the files give none.
    numbers : tuple[int | None, ...]
        Number of each slice; None where its file gives none.
    """

    word: str
    numbers: tuple[int | None, ...]

    @classmethod
    def of(cls, slices: Sequence[SliceSource]) -> "SliceNumbers":
        """The numbers of the slices of one series.

        Parameters
        ----------
        slices : Sequence[SliceSource]
            Sources of the slices, in order.

        Returns
        -------
        SliceNumbers
            Instance Numbers; frame numbers from 1 where one file holds several slices.
        """
        if all(source.instance_number is None for source in slices):
            return cls("", (None,) * len(slices))
        if len({source.file for source in slices}) < len(slices):
            return cls(Text("frame"), tuple(source.frame + 1 for source in slices))
        return cls(Text("instance"), tuple(source.instance_number for source in slices))

    @property
    def differ(self) -> bool:
        """Whether any number differs from the slice's number on screen."""
        return any(n not in (None, i) for i, n in enumerate(self.numbers, 1))

    def beside(self, slice_index: int) -> str:
        """The number of a slice with its kind; empty where it is the same on screen or missing.

        Parameters
        ----------
        slice_index : int
            Index from 0.

        Returns
        -------
        str
            For example "instance 98".
        """
        number = self.numbers[slice_index]
        if number in (None, slice_index + 1):
            return ""
        return Text("{word} {number}", word=self.word, number=number)

    def find(self, number: int) -> tuple[int, ...]:
        """The slices that have a number.

        Parameters
        ----------
        number : int
            Number as quoted.

        Returns
        -------
        tuple[int, ...]
            Indices from 0; several where slices share the number.
        """
        return tuple(i for i, n in enumerate(self.numbers) if n == number)

    @property
    def span(self) -> str:
        """The lowest and the highest number as text, or "none"."""
        known = [n for n in self.numbers if n is not None]
        if not known:
            return Text("none")
        return Text("{first} to {last}", first=min(known), last=max(known))
