"""Whether two studies are of one patient."""

from dataclasses import replace

import pytest

from lesion_viewer.ct.study import Series, SliceSource, Study, StudyHeader
from lesion_viewer.review.followup.identity import identity_of


def study(*headers: tuple[str, str]) -> Study:
    """A study with a series for each Patient ID and issuer."""
    plain = Series(
        "1", "2", "CT", "", 1, (SliceSource("f"),), (1, 2, 2), None, None, (), NotImplemented
    )
    series = [replace(plain, uid=str(n), study=StudyHeader(*h)) for n, h in enumerate(headers)]
    return Study("key", tuple(series))


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        (("17", ""), ("17", ""), "same"),
        (("17 ", "A"), ("17", ""), "same"),
        (("17", "A"), ("17", "B"), "different"),
        (("17", ""), ("18", ""), "different"),
        (("", ""), ("18", ""), "unknown"),
        (("", ""), ("", ""), "unknown"),
    ],
)
def test_the_patient_id_and_its_issuer_decide(
    first: tuple[str, str], second: tuple[str, str], says: str
) -> None:
    assert identity_of(study(first), study(second)).value == says


def test_one_series_without_a_patient_leaves_the_study_with_one() -> None:
    assert identity_of(study(("17", ""), ("", "")), study(("17", ""))).value == "same"
