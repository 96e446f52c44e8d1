"""What was exported is counted in the file that is there afterwards."""

import os
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest

from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.report.audit import export_report
from lesion_viewer.exchange.reviews.coco_export import export_coco
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.review.session import Session


@pytest.fixture
def session(open_review: Callable[[Study], Session], dicom_study: Study) -> Session:
    session = open_review(dicom_study)
    for n in range(3):
        session.add("1.2.3", n, Box(1, 2, 30 + n, 40))
    return session


def test_an_export_says_how_much_is_in_its_file(session: Session, tmp_path: Path) -> None:
    assert export_csv(session, tmp_path / "a.csv") == "3 rows"
    assert len((tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()) == 4
    assert export_coco(session, tmp_path / "a.json") == "3 boxes on 3 slices"
    assert export_report(session, tmp_path / "a.html") == "3 decisions"


def test_a_file_that_lacks_a_row_is_told(session: Session, tmp_path: Path) -> None:
    replace = os.replace

    def lose_the_last_row(source: Path, target: Path) -> None:
        lines = Path(source).read_bytes().splitlines(keepends=True)
        Path(source).write_bytes(b"".join(lines[:-1]))
        replace(source, target)

    with (
        mock.patch("os.replace", lose_the_last_row),
        pytest.raises(ExchangeError, match=r"a\.csv: holds 2 rows in place of 3; export again"),
    ):
        export_csv(session, tmp_path / "a.csv")
