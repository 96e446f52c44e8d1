"""RECIST 1.1's arithmetic on sums of diameters: an arithmetic, not a diagnosis.

Eisenhauer et al., New response evaluation criteria in solid tumours: revised RECIST guideline
(version 1.1), European Journal of Cancer 45 (2009) 228-247; sections 3.1 and 4.3.1.
"""

from dataclasses import dataclass
from enum import StrEnum

from lesion_viewer.text import Text

SOURCE = "RECIST 1.1, Eisenhauer et al., Eur J Cancer 45 (2009) 228-247"
PARTIAL_SHARE, PROGRESS_SHARE = 0.30, 0.20
PROGRESS_MM = 5.0
NORMAL_NODE_MM = 10.0
"""Under this short axis a lymph node is none that counts."""
MEASURABLE_MM, MEASURABLE_NODE_MM = 10.0, 15.0
THICK_SLICE_MM = 5.0
MOST_TARGETS, MOST_OF_ORGAN = 5, 2
# Sums are of measured numbers; what is equal to a limit must count as reaching it.
ROUNDING = 1e-9


class Category(StrEnum):
    """What the sums come to."""

    COMPLETE = "CR"
    PARTIAL = "PR"
    STABLE = "SD"
    PROGRESSIVE = "PD"
    NOT_EVALUABLE = "NE"


@dataclass(frozen=True, slots=True)
class Response:
    """A category, and the numbers that give it.

    Attributes
    ----------
    category : Category
        What they come to.
    reason : Text
        The rule with its numbers, as a sentence.
    """

    category: Category
    reason: Text


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of the diameters of target lesions.

    Attributes
    ----------
    baseline_mm : float
        Of the study with which all others are compared.
    nadir_mm : float
        The smallest sum before now, the baseline's included.
    now_mm : float
        Of the present study.
    """

    baseline_mm: float
    nadir_mm: float
    now_mm: float

    @property
    def from_baseline(self) -> float | None:
        """Change as a share of the baseline; None where that is 0."""
        return (self.now_mm - self.baseline_mm) / self.baseline_mm if self.baseline_mm else None

    @property
    def from_nadir(self) -> float | None:
        """Change as a share of the nadir; None where that is 0."""
        return (self.now_mm - self.nadir_mm) / self.nadir_mm if self.nadir_mm else None


def response(sums: Sums | None, are_all_gone: bool, new_lesions: int) -> Response:
    """The category of target lesions and new lesions.

    Parameters
    ----------
    sums : Sums | None
        None where there is no target lesion, or one of them is not measured.
    are_all_gone : bool
        Whether no target lesion is left: none but lymph nodes of a short axis under
        ``NORMAL_NODE_MM``.
    new_lesions : int
        How many there are.

    Returns
    -------
    Response
        Without non-target lesions, which have no numbers.
    """
    if new_lesions:
        said = (
            Text("1 new lesion: progressive whatever the sums.")
            if new_lesions == 1
            else Text("{n} new lesions: progressive whatever the sums.", n=new_lesions)
        )
        return Response(Category.PROGRESSIVE, said)
    if sums is None:
        return Response(Category.NOT_EVALUABLE, Text("The sum of diameters is not known."))
    grown_mm = sums.now_mm - sums.nadir_mm
    if grown_mm >= PROGRESS_MM - ROUNDING and (
        sums.now_mm >= (1 + PROGRESS_SHARE) * sums.nadir_mm - ROUNDING
    ):
        return Response(
            Category.PROGRESSIVE,
            Text("{mm:+.1f} mm from the nadir: at least 20 % and at least 5 mm.", mm=grown_mm),
        )
    if are_all_gone:
        return Response(
            Category.COMPLETE, Text("No target lesion is left; lymph nodes are under 10 mm.")
        )
    if sums.now_mm <= (1 - PARTIAL_SHARE) * sums.baseline_mm + ROUNDING:
        return Response(
            Category.PARTIAL,
            Text("At least 30 % less than the baseline, and no progress from the nadir."),
        )
    return Response(
        Category.STABLE,
        Text("Neither 30 % less than the baseline nor 20 % and 5 mm over the nadir."),
    )


def least_measurable_mm(is_node: bool, slice_mm: float | None) -> float:
    """The diameter from which a lesion can be a target.

    Parameters
    ----------
    is_node : bool
        Whether it is a lymph node, whose short axis counts.
    slice_mm : float | None
        Distance of slices; None where it is unknown.

    Returns
    -------
    float
        10 mm, of nodes 15 mm; twice the distance of slices where that is over 5 mm.
    """
    thick = 2 * slice_mm if slice_mm is not None and slice_mm > THICK_SLICE_MM else 0.0
    return max(MEASURABLE_NODE_MM if is_node else MEASURABLE_MM, thick)
