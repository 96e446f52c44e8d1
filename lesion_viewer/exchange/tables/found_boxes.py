"""The boxes of a label file as undecided findings."""

from collections.abc import Mapping
from dataclasses import dataclass

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.finding import Finding, Origin, OriginKind


@dataclass(frozen=True, slots=True)
class FoundBoxes:
    """The findings in a label file, and what could not be used.

    Attributes
    ----------
    sha256 : str
        Hash of the file's content and of the labels chosen from it.
    findings : tuple[Finding, ...]
        Undecided findings with the origin ``LABEL``.
    absent : tuple[str, ...]
        Names of the images in the file that are not in the study, one for each row.
    unusable : tuple[str, ...]
        One sentence for each box that cannot be used.
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
    """An undecided finding of a label file.

    Parameters
    ----------
    file_name : str
        Name of the label file.
    series_uid : str
        UID of the series with the finding.
    boxes : Mapping[int, Box]
        Slice index -> box in stored pixels.
    lesion_type : str
        Lesion type as ``lesion_type_in`` gives it; empty where there is none.
    scores : Mapping[int, float] | None
        Slice index -> score, where the file has scores.

    Returns
    -------
    Finding
        Finding without an id, whose original boxes and type are the present ones.
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
