"""A row of a file that annotates numbered slices, whatever its form is."""

from collections.abc import Mapping
from dataclasses import dataclass

from lesion_viewer.ct.values.window import Window

SIDE_PX = 512
"""Rows and columns of an image where nothing says how large it is."""

MAX_SIDE_PX = 2**13
"""Larger numbers in a file are ignored: no CT has them."""

AROUND = 10
"""Slices on each side of an annotated one that belong to its row where no range is given."""


@dataclass(frozen=True, slots=True)
class NumberedRow:
    """A row that annotates a slice of a folder of numbered slices, without its box.

    Attributes
    ----------
    row : int
        0-based data row of the annotation file; -1 for an image without a label.
    name : str
        Name of the slice in the annotations.
    folder : str
        Folder of the slice.
    number : int
        Number of the slice in its folder.
    numbers : range
        Numbers of the slices around it that belong to the row; includes ``number``.
    patient : str
        Pseudonym of the patient, as the file has it.
    lesion_type : str
        Lesion type, where it is one that the program knows; else empty.
    groups : Mapping[str, str]
        Name of a group of the list -> the row's value.
    shape : tuple[int, int]
        Rows and columns of the image; ``SIDE_PX`` each where the file does not say.
    spacing_mm : tuple[float, float, float] | None
        Distance of slices, rows and columns; None where the file does not say.
    window : Window | None
        Window that the file gives; None where it gives none.
    """

    row: int
    name: str
    folder: str
    number: int
    numbers: range
    patient: str
    lesion_type: str
    groups: Mapping[str, str]
    shape: tuple[int, int]
    spacing_mm: tuple[float, float, float] | None
    window: Window | None
