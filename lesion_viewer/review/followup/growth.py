"""The table of growth: each lesion at two times, and the sums of diameters."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lesion_viewer.review.followup.lesion import Lesion, MeasuredBy
from lesion_viewer.review.followup.matching import Pair
from lesion_viewer.review.followup.response import (
    MOST_OF_ORGAN,
    MOST_TARGETS,
    NORMAL_NODE_MM,
    Response,
    Sums,
    least_measurable_mm,
    response,
)
from lesion_viewer.review.followup.statements import Statements
from lesion_viewer.text import Text


class Fate(StrEnum):
    """What became of a lesion between two studies."""

    MATCHED = "matched"  # by its place
    PAIRED = "paired"  # a reader said that it is the same
    GONE = "gone"  # a reader said that it is there no longer
    NEW = "new"  # a reader said that it was not there
    NOT_MARKED_NOW = "not marked now"  # gone, or not marked: nobody said which
    NOT_MARKED_THEN = "not marked then"  # new, or not marked in the prior: nobody said which


@dataclass(frozen=True, slots=True)
class Row:
    """One lesion at two times.

    Attributes
    ----------
    prior, current : Lesion | None
        In the earlier and in the present study; one of them at least.
    fate : Fate
        What became of it.
    apart_mm : float | None
        Distance of the two places; None where there are not two that can be compared.
    is_target : bool
        Whether its diameters are summed.
    """

    prior: Lesion | None
    current: Lesion | None
    fate: Fate
    apart_mm: float | None = None
    is_target: bool = False

    @property
    def prior_mm(self) -> float | None:
        """Diameter in the earlier study."""
        return _mm(self.prior)

    @property
    def current_mm(self) -> float | None:
        """Diameter in the present study: 0 for a lesion that is gone."""
        return 0.0 if self.fate is Fate.GONE else _mm(self.current)

    @property
    def change_mm(self) -> float | None:
        """By how much it grew."""
        if self.prior_mm is None or self.current_mm is None:
            return None
        return self.current_mm - self.prior_mm

    @property
    def change(self) -> float | None:
        """By which share of its former diameter it grew."""
        return (
            self.change_mm / self.prior_mm
            if self.change_mm is not None and self.prior_mm
            else (None)
        )

    @property
    def measured_by(self) -> tuple[MeasuredBy, ...]:
        """What its diameters were taken from; two where that differs between the studies."""
        both = [x.diameter.by for x in (self.prior, self.current) if x and x.diameter]
        return tuple(dict.fromkeys(both))


@dataclass(frozen=True, slots=True)
class Growth:
    """All lesions at two times, and what their diameters come to.

    Attributes
    ----------
    rows : tuple[Row, ...]
        Lesions of the earlier study in their order, then those without a counterpart there.
    sums : Sums | None
        None where there is no target, or one of them has no diameter now.
    response : Response
        RECIST's arithmetic.
    remarks : tuple[Text, ...]
        What the numbers leave open, as sentences.
    """

    rows: tuple[Row, ...]
    sums: Sums | None
    response: Response
    remarks: tuple[Text, ...]


def growth(
    prior: Sequence[Lesion],
    current: Sequence[Lesion],
    pairs: Sequence[Pair],
    stated: Statements,
    earlier_sums_mm: Sequence[float] = (),
) -> Growth:
    """The table of two studies, of which the earlier one is the baseline.

    Parameters
    ----------
    prior, current : Sequence[Lesion]
        Lesions of the two studies.
    pairs : Sequence[Pair]
        Which are the same.
    stated : Statements
        What the reader said.
    earlier_sums_mm : Sequence[float]
        Sums of the same targets in studies between the two, for the nadir.

    Returns
    -------
    Growth
        Rows, sums, category and what is open.
    """
    followed = {pair.prior.id: pair for pair in pairs}
    targets = _targets(prior, stated)
    rows = [_row(one, followed.get(one.id), stated, one.id in targets) for one in prior]
    known = {pair.current.id for pair in pairs}
    for one in current:
        if one.id not in known:
            fate = Fate.NEW if one.id in stated.new else Fate.NOT_MARKED_THEN
            rows.append(Row(None, one, fate))
    sums = _sums(rows, earlier_sums_mm)
    summed = [row for row in rows if row.is_target]
    said = response(
        sums,
        bool(summed) and all(map(_is_gone, summed)),
        sum(row.fate is Fate.NEW for row in rows),
    )
    return Growth(tuple(rows), sums, said, tuple(_remarks(rows, summed)))


def _row(lesion: Lesion, pair: Pair | None, stated: Statements, is_target: bool) -> Row:
    if pair is not None:
        fate = Fate.PAIRED if pair.is_stated else Fate.MATCHED
        return Row(lesion, pair.current, fate, pair.apart_mm, is_target)
    fate = Fate.GONE if lesion.id in stated.gone else Fate.NOT_MARKED_NOW
    return Row(lesion, None, fate, is_target=is_target)


def _targets(prior: Sequence[Lesion], stated: Statements) -> set[str]:
    """UIDs of the targets: those that a reader chose, then the largest that RECIST allows."""
    chosen = [x for x in prior if stated.targets.get(x.id)]
    open_ = [x for x in prior if x.id not in stated.targets and _is_measurable(x)]
    organs = Counter(x.lesion_type for x in chosen if x.lesion_type)
    targets = {x.id for x in chosen}
    for lesion in sorted(open_, key=lambda x: -(_mm(x) or 0.0)):
        is_full = bool(lesion.lesion_type) and organs[lesion.lesion_type] >= MOST_OF_ORGAN
        if len(targets) < MOST_TARGETS and not is_full:
            targets.add(lesion.id)
            organs[lesion.lesion_type] += 1
    return targets


def _is_measurable(lesion: Lesion) -> bool:
    mm = _mm(lesion)
    return mm is not None and mm >= least_measurable_mm(lesion.is_node, lesion.slice_mm)


def _sums(rows: Sequence[Row], earlier_mm: Sequence[float]) -> Sums | None:
    targets = [row for row in rows if row.is_target]
    before = [row.prior_mm for row in targets]
    now = [row.current_mm for row in targets]
    if not targets or None in before or None in now:
        return None
    baseline = sum(mm for mm in before if mm is not None)
    return Sums(baseline, min([baseline, *earlier_mm]), sum(mm for mm in now if mm is not None))


def _is_gone(row: Row) -> bool:
    mm = row.current_mm
    if row.prior is not None and row.prior.is_node:
        return mm is not None and mm < NORMAL_NODE_MM
    return row.fate is Fate.GONE


def _remarks(rows: Sequence[Row], targets: Sequence[Row]) -> Iterator[Text]:
    if not targets:
        yield Text("No lesion of the prior is measurable by RECIST 1.1: there is no target.")
    if len(targets) > MOST_TARGETS:
        yield Text("RECIST 1.1 sums five targets at most, two of an organ.")
    lost = sum(row.fate is Fate.NOT_MARKED_NOW for row in targets)
    if lost == 1:
        yield Text("1 target is not marked now: gone, or still to be marked.")
    elif lost:
        yield Text("{n} targets are not marked now: gone, or still to be marked.", n=lost)
    if any(row.current is not None and row.current_mm is None for row in targets):
        yield Text("A target has no diameter in mm now.")
    extra = sum(row.fate is Fate.NOT_MARKED_THEN for row in rows)
    if extra == 1:
        yield Text(
            "1 lesion has no counterpart in the prior: PD if it is new, nothing if it was not"
            " marked there."
        )
    elif extra:
        yield Text(
            "{n} lesions have no counterpart in the prior: PD if one is new, nothing if they were"
            " not marked there.",
            n=extra,
        )
    if any(len(row.measured_by) > 1 for row in targets):
        yield Text("A target was measured by an axis once and by a box once.")


def _mm(lesion: Lesion | None) -> float | None:
    return lesion.diameter.mm if lesion is not None and lesion.diameter is not None else None
