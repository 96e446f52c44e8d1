"""The lesions of a review with their pixels, as files of masks hold them."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.followup.lesion import LESIONS
from lesion_viewer.review.outlines import outlines
from lesion_viewer.review.session import Session


def lesions_by_series(session: Session) -> dict[str, list[Finding]]:
    """The lesions that a reader accepted, corrected or added.

    Parameters
    ----------
    session : Session
        The review.

    Returns
    -------
    dict[str, list[Finding]]
        UID of a series -> its lesions, in the order of their arrival.

    Raises
    ------
    ExchangeError
        Where there is none.
    """
    found: dict[str, list[Finding]] = {}
    for finding in sorted(session.findings.values(), key=lambda f: f.arrival):
        if finding.status in LESIONS and finding.boxes:
            found.setdefault(finding.series_uid, []).append(finding)
    if not found:
        raise ExchangeError(f"{session.path}: no finding is accepted, corrected or added yet")
    return found


def numbered_paths(output: Path, count: int) -> list[Path]:
    """A path for each of several files: ``name.dcm``, or ``name-1.dcm``, ``name-2.dcm`` ...

    Parameters
    ----------
    output : Path
        The path that was asked for.
    count : int
        How many files there are.

    Returns
    -------
    list[Path]
        In their order.
    """
    if count == 1:
        return [output]
    return [output.with_name(f"{output.stem}-{n}{output.suffix}") for n in range(1, count + 1)]


def pixels_of(finding: Finding, shape: tuple[int, int]) -> dict[int, NDArray[np.bool_]]:
    """The pixels of a lesion: those outlined or marked, else those whose centre its box holds.

    Parameters
    ----------
    finding : Finding
        A lesion.
    shape : tuple[int, int]
        Rows and columns.

    Returns
    -------
    dict[int, NDArray[np.bool_]]
        Index of each slice with a box -> (rows, columns), at least one of them true.
    """
    outlined = outlines(finding)
    found: dict[int, NDArray[np.bool_]] = {}
    for index, box in sorted(finding.boxes.items()):
        found[index] = np.zeros(shape, bool)
        if index in outlined:
            found[index] = outlined[index].mask.on(*shape)
        if not found[index].any():
            left, top, right, bottom = _centres_in(box)
            found[index][top:bottom, left:right] = True
    return found


def drawn_by(finding: Finding) -> str:
    """What the pixels of a lesion are, in a few words.

    Parameters
    ----------
    finding : Finding
        A lesion.

    Returns
    -------
    str
        ``mask`` of a reader's outlines, ``detector's mask``, ``mask, in part the detector's``, or
        ``box``; with the number of slices that have no mask, whose box is filled.
    """
    outlined = [one for i, one in outlines(finding).items() if i in finding.boxes]
    if not outlined:
        return "box"
    of_model = {one.is_model for one in outlined}
    text = "mask, in part the detector's" if len(of_model) > 1 else "mask"
    text = "detector's mask" if of_model == {True} else text
    boxes = len(finding.boxes) - len(outlined)
    return f"{text}; box on {boxes} of {len(finding.boxes)} slices" if boxes else text


def _centres_in(box: Box) -> tuple[int, int, int, int]:
    """Columns and rows of the pixels whose centres a box holds; at least one."""
    left, top = round(box.x1), round(box.y1)
    return left, top, max(round(box.x2), left + 1), max(round(box.y2), top + 1)
