"""Reviews in which a detector has marked pixels."""

from pathlib import Path

import numpy as np

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.review.finding import Finding, Origin, OriginKind
from lesion_viewer.review.session import Session

MODEL = Origin(OriginKind.MODEL, "net", "1", "a" * 64)
LEFT, TOP = 20, 30


def disc(radius: int) -> np.ndarray:
    """A disc that touches the edges of its square, which is no rectangle."""
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return np.asarray(x**2 + y**2 <= radius**2)


def mask(radius: int = 5, left: int = LEFT, top: int = TOP) -> SliceMask:
    found = SliceMask.of(disc(radius), left, top)
    assert found is not None
    return found


def marked(radius: int = 5, left: int = LEFT, top: int = TOP, score: float = 0.9) -> Detection:
    """A box of odd sides with a disc in it."""
    side = 2 * radius + 1
    return Detection(Box(left, top, left + side, top + side), score, "", mask(radius, left, top))


def marked_review(path: Path, slices: range = range(2, 5), name: str = "ann") -> Session:
    """A review with one candidate, which is marked on these slices."""
    session = Session.open(path, "study", name)
    propose(session, slices)
    return session


def propose(session: Session, slices: range, series: str = "S1") -> Finding:
    run = session.proposals.begin_run(series, MODEL)
    session.proposals.record_detections(run, [SliceDetections(i, (marked(),)) for i in slices])
    (finding,) = (f for f in session.findings.values() if f.origin == MODEL)
    return finding
