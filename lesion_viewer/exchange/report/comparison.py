"""How lesions compare with an earlier study, in the sentences of a report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lesion_viewer.review.followup.growth import Fate, Growth, Row
from lesion_viewer.review.followup.identity import Identity

NOT_MARKED = "new, or not marked then"
PATIENTS = {
    Identity.SAME: "",
    Identity.DIFFERENT: "two patients: the Patient IDs differ",
    Identity.UNKNOWN: "whether it is the same patient is unknown",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a report says of an earlier study.

    Attributes
    ----------
    prior : str
        Which study it is.
    changes : Mapping[str, str]
        Finding UID -> how the lesion compares, as a sentence.
    summary : tuple[str, ...]
        Sentences on sums, and on lesions of the earlier study that are not reported now.
    """

    prior: str
    changes: Mapping[str, str] = field(default_factory=dict)
    summary: tuple[str, ...] = ()


def comparison_of(
    growth: Growth, date: str, days_before: int | None, identity: Identity
) -> Comparison:
    """What a report says of a follow-up; it is arithmetic, and judges nothing.

    Parameters
    ----------
    growth : Growth
        The lesions at both times.
    date : str
        Of the earlier study, YYYY-MM-DD; empty where it is unknown.
    days_before : int | None
        How many days it was made before; None where a date is missing.
    identity : Identity
        Whether both studies are of one patient.

    Returns
    -------
    Comparison
        Of each lesion that is there now.
    """
    when = date or "the prior (its date is unknown)"
    told = [
        when,
        f"{days_before} days before" if days_before is not None else "",
        PATIENTS[identity],
    ]
    changes = {row.current.id: _change(row, when) for row in growth.rows if row.current}
    return Comparison(", ".join(filter(None, told)), changes, tuple(_summary(growth, when)))


def _change(row: Row, when: str) -> str:
    if row.fate is Fate.NEW:
        return f"New against {when}, as the reader said."
    if row.fate is Fate.NOT_MARKED_THEN:
        return f"Not marked on {when}: {NOT_MARKED}."
    by = "paired by the reader" if row.fate is Fate.PAIRED else "matched by place"
    if row.prior_mm is None or row.current_mm is None:
        return f"There on {when} as well ({by}); not measured in mm both times."
    share = "" if row.change is None else f" ({row.change * 100:+.0f} %)"
    measured = ", then ".join(one.value for one in row.measured_by)
    return (
        f"Compared with {when}: {row.prior_mm:.0f} mm then, {row.current_mm:.0f} mm now{share};"
        f" {measured}, {by}."
    )


def _summary(growth: Growth, when: str) -> Iterator[str]:
    if growth.sums is not None:
        sums, share = growth.sums, growth.sums.from_baseline
        percent = "" if share is None else f" ({share * 100:+.0f} %)"
        yield (
            f"Sum of target diameters: {sums.baseline_mm:.0f} mm on {when},"
            f" {sums.now_mm:.0f} mm now{percent}."
        )
    gone = sum(row.fate is Fate.GONE for row in growth.rows)
    if gone:
        yield f"{_lesions(gone)} of {when} no longer there, as the reader said."
    lost = sum(row.fate is Fate.NOT_MARKED_NOW for row in growth.rows)
    if lost:
        yield f"{_lesions(lost)} of {when} not marked now: gone, or still to be marked."


def _lesions(count: int) -> str:
    return "1 lesion" if count == 1 else f"{count} lesions"
