"""The study that is shown beside the one on show, and when it was made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lesion_viewer.ct.study import Collection, Study
from lesion_viewer.review.followup.identity import Identity, identity_of
from lesion_viewer.review.study_reviews import StudyReviews


@dataclass(frozen=True, slots=True)
class Prior:
    """A study beside the one on show.

    Attributes
    ----------
    study : Study
        The study.
    reviews : StudyReviews | None
        Copies of its reviews; None where there is none, or it cannot be read.
    identity : Identity
        Whether it is of the same patient.
    days_before : int | None
        How many days it was made before the study on show, negative for after; None where a study
        has no date.
    """

    study: Study
    reviews: StudyReviews | None
    identity: Identity
    days_before: int | None

    @property
    def is_later(self) -> bool:
        """Whether it was made after the study on show."""
        return self.days_before is not None and self.days_before < 0


def days_between(earlier: Study, later: Study) -> int | None:
    """Days from one study to another.

    Parameters
    ----------
    earlier, later : Study
        Two studies.

    Returns
    -------
    int | None
        Negative where the first was made after the second; None where a date is missing.
    """
    try:
        return (date.fromisoformat(later.date) - date.fromisoformat(earlier.date)).days
    except ValueError:
        return None


def chosen_prior(found: Collection, current: Study) -> Study | None:
    """The study of a collection that is wanted beside the one on show.

    Parameters
    ----------
    found : Collection
        What a path holds.
    current : Study
        The study on show.

    Returns
    -------
    Study | None
        Of the same patient where there is one, and of those the last one before; None where the
        collection holds no other study.
    """
    others = [study for study in found.studies if not _is_same(study, current)]
    order = list(Identity)

    def rank(study: Study) -> tuple[int, bool, int]:
        days = days_between(study, current)
        is_before = days is not None and days >= 0
        return order.index(identity_of(study, current)), not is_before, abs(days or 0)

    known: Sequence[Study] = sorted(others, key=rank)
    return known[0] if known else None


def _is_same(study: Study, current: Study) -> bool:
    own = {series.uid for series in current.series}
    return study.key == current.key and bool(own & {series.uid for series in study.series})
