"""How far two readers of one project agree, and on what they do not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.volume.picture_identity import compare
from lesion_viewer.detection.boxes import Box, pairwise_iou
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.finding import Finding, OriginKind, Place, Status
from lesion_viewer.review.session import Session

LESION = (Status.ACCEPTED, Status.CORRECTED, Status.ADDED)


@dataclass(frozen=True, slots=True)
class Pair:
    """What two readers decided on one place of a slice.

    Attributes
    ----------
    place : Place
        Series UID and slice index.
    first : Finding | None
        The first reader's finding; None for none.
    second : Finding | None
        The second reader's finding; None for none.
    iou : float
        Of the two boxes; 0 where one is missing.
    """

    place: Place
    first: Finding | None
    second: Finding | None
    iou: float

    @property
    def says(self) -> tuple[Status | None, Status | None]:
        """The status that each reader gave; None where the reader has no finding there."""
        return (
            self.first.status if self.first else None,
            self.second.status if self.second else None,
        )

    @property
    def is_of_one_type(self) -> bool:
        """Whether both readers gave one lesion type, or one of them has no finding there."""
        types = {f.lesion_type for f in (self.first, self.second) if f is not None}
        return len(types) < 2

    @property
    def presence(self) -> tuple[bool, bool] | None:
        """Whether each reader saw a lesion; None where one was unsure or has not decided."""
        open_statuses = (Status.UNSURE, Status.UNDECIDED)
        if any(status in open_statuses for status in self.says):
            return None
        first, second = self.says
        return first in LESION, second in LESION


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two readings compared.

    Attributes
    ----------
    readers : tuple[str, str]
        Names of the two.
    min_iou : float
        From this IoU two boxes are of one lesion, unless both are of one label.
    pairs : tuple[Pair, ...]
        Every place that either reader decided on.
    """

    readers: tuple[str, str]
    min_iou: float
    pairs: tuple[Pair, ...]

    @property
    def table(self) -> tuple[int, int, int, int]:
        """Places where both saw a lesion, only the first, only the second, neither."""
        seen = [pair.presence for pair in self.pairs]
        kinds = ((True, True), (True, False), (False, True), (False, False))
        both, first, second, neither = (seen.count(kind) for kind in kinds)
        return both, first, second, neither

    @property
    def kappa(self) -> float:
        """Cohen's kappa on whether there is a lesion; NaN where agreement by chance is certain."""
        both, first, second, neither = self.table
        total = both + first + second + neither
        if not total:
            return float("nan")
        observed = (both + neither) / total
        yes = (both + first) * (both + second) / total**2
        no = (second + neither) * (first + neither) / total**2
        return (observed - yes - no) / (1 - yes - no) if yes + no < 1 else float("nan")

    @property
    def matched(self) -> tuple[Pair, ...]:
        """Lesions that both saw and whose boxes overlap enough."""
        return tuple(p for p in self.pairs if p.presence == (True, True) and self._meets(p))

    @property
    def mean_iou(self) -> float:
        """Mean IoU of all lesions that both saw; NaN where there is none."""
        ious = [pair.iou for pair in self.pairs if pair.presence == (True, True)]
        return float(np.mean(ious)) if ious else float("nan")

    @property
    def disagreements(self) -> tuple[Pair, ...]:
        """Places where the readers part: on a lesion, its boxes or type, or one was unsure."""
        return tuple(
            p
            for p in self.pairs
            if p.presence is None
            or p.presence[0] != p.presence[1]
            or (p.presence == (True, True) and not (self._meets(p) and p.is_of_one_type))
        )

    def _meets(self, pair: Pair) -> bool:
        return pair.iou >= self.min_iou


def agreement(first: Session, second: Session, min_iou: float = 0.5) -> Agreement:
    """Two readings of one project compared, place by place.

    Boxes of one finding, or of one label, are one place, wherever the readers moved them. Other
    boxes are one place where they overlap by ``min_iou``, the highest IoU first. Proposals of a
    model count where a reader decided on them.

    Parameters
    ----------
    first : Session
        The first reader's review.
    second : Session
        The second reader's review; its slices are renumbered as the first one's where they differ.
    min_iou : float
        From this IoU two boxes are of one lesion.

    Returns
    -------
    Agreement
        All places that either reader decided on.

    Raises
    ------
    ReviewError
        Where the two are not of one project.
    """
    if first.study_key != second.study_key:
        raise ReviewError(f"{first.path} and {second.path} are reviews of different projects")
    _count_alike(first, second)
    readings = _by_slice(first), _by_slice(second)
    places = sorted(readings[0].keys() | readings[1].keys())
    pairs = [
        pair
        for place in places
        for pair in _on_slice(
            place, readings[0].get(place, []), readings[1].get(place, []), min_iou
        )
    ]
    return Agreement((reader_of(first), reader_of(second)), min_iou, tuple(pairs))


def _count_alike(first: Session, second: Session) -> None:
    """Let the second review count its slices as the first does."""
    theirs = second.pictures.series()
    for uid, record in first.pictures.series().items():
        if uid not in theirs:
            continue
        comparison = compare(theirs[uid].picture, record.picture)
        if comparison.differences:
            what = ", ".join(comparison.differences)
            raise ReviewError(
                f"{second.path}: series {uid} is not the picture of {first.path}: other {what}"
            )
        if comparison.is_renumbered:
            second.pictures.renumber(record, [p for p in comparison.places if p is not None])


def reader_of(session: Session) -> str:
    """Name of who decided in a review.

    Parameters
    ----------
    session : Session
        The review.

    Returns
    -------
    str
        Several names, with commas, where there were several; the session's reader where there was
        none.
    """
    decided = (f.decision for f in session.findings.values())
    return ", ".join(sorted({d.reader for d in decided if d and d.reader})) or session.reader


def slices_left(session: Session) -> int:
    """How many slices, whose images are there, hold a label that is undecided.

    Parameters
    ----------
    session : Session
        The review.

    Returns
    -------
    int
        0 where all labels are decided.
    """
    absent = {(uid, i) for uid, record in session.pictures.series().items() for i in record.absent}
    left = {
        (finding.series_uid, i)
        for finding in session.findings.values()
        if finding.status is Status.UNDECIDED and finding.origin.kind is not OriginKind.MODEL
        for i in finding.boxes
    }
    return len(left - absent)


def _by_slice(session: Session) -> dict[Place, list[Finding]]:
    found: dict[Place, list[Finding]] = {}
    for finding in session.findings.values():
        if finding.decision is not None:
            for i in finding.boxes:
                found.setdefault((finding.series_uid, i), []).append(finding)
    return found


def _on_slice(
    place: Place, first: Sequence[Finding], second: Sequence[Finding], min_iou: float
) -> list[Pair]:
    index = place[1]
    by_id = {f.id: f for f in second}
    by_row = {f.origin.row: f for f in second if f.origin.row is not None}
    pairs, used = [], set()
    left = []
    for finding in first:
        row = finding.origin.row
        partner = by_id.get(finding.id) or (by_row.get(row) if row is not None else None)
        if partner is None:
            left.append(finding)
            continue
        used.add(partner.id)
        iou = finding.boxes[index].iou(partner.boxes[index])
        pairs.append(Pair(place, finding, partner, iou))
    others = [f for f in second if f.id not in used]
    overlaps = _overlaps([f.boxes[index] for f in left], [f.boxes[index] for f in others])
    partners: dict[int, int] = {}
    for n, m in sorted(np.argwhere(overlaps >= min_iou).tolist(), key=lambda k: -overlaps[*k]):
        if n not in partners and m not in partners.values():
            partners[n] = m
    for n, finding in enumerate(left):
        partner = others[partners[n]] if n in partners else None
        iou = float(overlaps[n, partners[n]]) if n in partners else 0.0
        pairs.append(Pair(place, finding, partner, iou))
    alone = [f for m, f in enumerate(others) if m not in partners.values()]
    return [*pairs, *(Pair(place, None, finding, 0.0) for finding in alone)]


def _overlaps(a: Sequence[Box], b: Sequence[Box]) -> NDArray[np.float64]:
    if not a or not b:
        return np.zeros((len(a), len(b)))
    return pairwise_iou(*(np.array([box.as_tuple() for box in of]) for of in (a, b)))
