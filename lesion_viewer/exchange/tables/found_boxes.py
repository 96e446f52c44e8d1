"""Boxes that a file holds for the slices of a study, as findings that nobody has decided."""

from collections.abc import Mapping
from dataclasses import dataclass

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.finding import Finding, Origin, OriginKind


@dataclass(frozen=True, slots=True)
class FoundBoxes:
    """The findings of a file, and what could not be taken.

    Attributes
    ----------
    sha256 : str
        Of the file and of what was chosen of it.
    findings : tuple[Finding, ...]
        Undecided, of the origin "label file".
    absent : tuple[str, ...]
        Names of the images in the file that are not in the study, one for each of its rows.
    unusable : tuple[str, ...]
        A sentence for each box that cannot be used.
    notices : tuple[str, ...]
        Sentences about what was taken, and how.
    clipped : int
        Boxes that were cut at the border of their image.
    """

    sha256: str
    findings: tuple[Finding, ...]
    absent: tuple[str, ...] = ()
    unusable: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    clipped: int = 0


def labelled(
    file_name: str,
    series_uid: str,
    boxes: Mapping[int, Box],
    lesion_type: str,
    scores: Mapping[int, float] | None = None,
) -> Finding:
    """A finding of a label file, as it came.

    Parameters
    ----------
    file_name : str
        Of the label file.
    series_uid : str
        Of the series that it lies in.
    boxes : Mapping[int, Box]
        Slice index -> box in stored pixels.
    lesion_type : str
        As ``lesion_type_in`` gives it.
    scores : Mapping[int, float] | None
        Slice index -> score, where the file has any.
    """
    return Finding(
        id="",
        series_uid=series_uid,
        origin=Origin(OriginKind.LABEL, file_name),
        boxes=boxes,
        original_boxes=boxes,
        scores=scores or {},
        lesion_type=lesion_type,
        original_type=lesion_type,
    )
