"""The next and the previous finding that still waits for a decision."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lesion_viewer.review.finding import Finding, Status

Rank = tuple[int, int, float, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reader is: a slice of a series, and the finding that is picked there, if any."""

    series_uid: str
    slice_index: int
    finding: Finding | None = None


def next_undecided(
    findings: Iterable[Finding],
    series_uids: Sequence[str],
    place: Place,
    threshold: float | None = None,
) -> Finding | None:
    """The first undecided finding after ``place`` in reading order; after the last, the first.

    Parameters
    ----------
    findings : to choose from; those with a score under ``threshold`` are passed over
    series_uids : the series in the order in which they are read
    place : the reader's; without a picked finding those on the slice itself come next

    Returns
    -------
    None where none is left. The order is by series, key slice, then best score first.
    """
    ranked = _ranked(findings, series_uids, threshold)
    here = _rank_of(place, series_uids)
    after = [pair for pair in ranked if pair[0] > here]
    return min(after or ranked, key=_rank, default=_NONE)[1]


def previous_undecided(
    findings: Iterable[Finding],
    series_uids: Sequence[str],
    place: Place,
    threshold: float | None = None,
) -> Finding | None:
    """The last undecided finding before ``place`` in reading order; before the first, the last."""
    ranked = _ranked(findings, series_uids, threshold)
    here = _rank_of(place, series_uids)
    before = [pair for pair in ranked if pair[0] < here]
    return max(before or ranked, key=_rank, default=_NONE)[1]


_NONE: tuple[Rank, Finding | None] = (0, 0, 0.0, 0), None


def _ranked(
    findings: Iterable[Finding], series_uids: Sequence[str], threshold: float | None
) -> list[tuple[Rank, Finding | None]]:
    order = {uid: n for n, uid in enumerate(series_uids)}
    return [
        (_rank_in(order, finding), finding)
        for finding in findings
        if finding.status is Status.UNDECIDED
        and finding.series_uid in order
        and (threshold is None or finding.score is None or finding.score >= threshold)
    ]


def _rank_of(place: Place, series_uids: Sequence[str]) -> Rank:
    order = {uid: n for n, uid in enumerate(series_uids)}
    picked = place.finding
    if picked and picked.series_uid == place.series_uid and place.slice_index in picked.boxes:
        return _rank_in(order, picked)
    return order.get(place.series_uid, 0), place.slice_index, -float("inf"), 0


def _rank_in(order: dict[str, int], finding: Finding) -> Rank:
    score = 0.0 if finding.score is None else finding.score
    return order[finding.series_uid], finding.key_slice, -score, int(finding.id[1:])


def _rank(pair: tuple[Rank, object]) -> Rank:
    return pair[0]
