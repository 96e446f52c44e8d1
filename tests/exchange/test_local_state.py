"""How far studies of an archive are on this machine, and searches that are kept."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from lesion_viewer.cli import main
from lesion_viewer.ct.collecting import study_key
from lesion_viewer.ct.reading import open_study
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.pacs.addresses import Address, name_address
from lesion_viewer.exchange.pacs.archive import fetch_study
from lesion_viewer.exchange.pacs.dimse import DimseArchive
from lesion_viewer.exchange.pacs.local_state import LocalState, Stage, local_folder, local_state
from lesion_viewer.exchange.pacs.origins import keep_origin, keep_sent, origin_of, studies_folder
from lesion_viewer.exchange.pacs.work_lists import (
    WorkList,
    days,
    keep_work_list,
    kept_work_lists,
)
from lesion_viewer.review.on_screen import ViewState
from lesion_viewer.review.session import Session
from lesion_viewer.review.user_folders import journal_path
from tests.exchange.faulty_pacs import STUDY, Faulty
from tests.exchange.reports import SLICES, review_of, write_study


@pytest.fixture
def review(tmp_path: Path) -> Iterator[Session]:
    """A review with 6 findings, of which 5 are decided; its last candidate has a score of 0.5."""
    journal = journal_path(study_key(STUDY))
    journal.parent.mkdir(parents=True)
    session = review_of(write_study(tmp_path / "images"), journal)
    yield session
    session.close()


def test_a_study_that_nobody_touched_is_not_begun() -> None:
    assert local_state(STUDY) == LocalState()
    assert local_state("../../etc") == local_state("") == LocalState()
    assert not local_state(STUDY).is_done and local_state(STUDY).text == "not begun"


def test_an_open_review_counts_as_it_stands_by_now(review: Session) -> None:
    state = local_state(STUDY)
    assert (state.stage, state.text) == (Stage.BEGUN, "5 of 6 decided")
    (left,) = (f for f in review.findings.values() if f.status == "undecided")
    review.accept(left.id)
    assert local_state(STUDY).text == "6 of 6 decided"
    review.mark_read_in_full(left.series_uid, None, True)
    assert local_state(STUDY).stage is Stage.DONE and local_state(STUDY).is_done
    review.reset(left.id)
    assert local_state(STUDY).text == "5 of 6 decided"


def test_candidates_under_the_threshold_last_on_screen_do_not_count(review: Session) -> None:
    (left,) = (f for f in review.findings.values() if f.status == "undecided")
    review.views.save_view(ViewState(left.series_uid, 0, None, (left.score or 0) + 0.01))
    assert local_state(STUDY).text == "5 of 5 decided"


def test_a_review_is_sent_until_it_changes(review: Session) -> None:
    keep_origin(local_folder(STUDY), "ward")
    keep_sent(local_folder(STUDY), review.revision)
    assert local_state(STUDY).stage is Stage.SENT
    assert origin_of(local_folder(STUDY)) == "ward"
    review.mark_unsure(next(iter(review.findings)))
    assert local_state(STUDY).stage is Stage.BEGUN


def test_a_damaged_review_is_named_and_is_not_done() -> None:
    journal = journal_path(study_key(STUDY))
    journal.parent.mkdir(parents=True)
    journal.write_bytes(b"no journal")
    assert local_state(STUDY).text == "cannot be read" and not local_state(STUDY).is_done


def test_a_work_list_is_kept_and_names_days_by_today(own_home: Path) -> None:
    week = WorkList("ward", "-7", "", "CT", "liver*")
    keep_work_list("this week", week)
    keep_work_list("other", WorkList("ward", "2024-05-01", "20240531"))
    assert kept_work_lists()["this week"] == week
    assert kept_work_lists()["other"].query().date == "20240501-20240531"
    ago = datetime.date.today() - datetime.timedelta(7)
    assert week.query().date == f"{ago:%Y%m%d}-" and days("", "") == ""
    keep_work_list("other", None)
    assert list(kept_work_lists()) == ["this week"]
    with pytest.raises(ExchangeError, match="A date is written as"):
        keep_work_list("bad", WorkList("ward", "31.5.2024"))
    (own_home / "worklists.json").write_text("{")
    assert kept_work_lists() == {}


def test_commands_say_what_is_here_and_what_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Faulty(write_study(tmp_path / "images"), "whole")
    try:
        name_address("ward", Address(f"FAULTY@127.0.0.1:{server.port}"))
        assert main(["query", "ward", "--days", "7", "--keep", "week"]) == 0
        assert "not here  not begun" in capsys.readouterr().out
        folder = fetch_study(
            DimseArchive("FAULTY", "127.0.0.1", server.port), STUDY, studies_folder()
        )
        assert local_state(STUDY).images == SLICES
        study = open_study(folder)
        journal_path(study.key).parent.mkdir(parents=True)
        session = Session.open(journal_path(study.key), study.key, "ann")
        session.pictures.describe(study)
        session.mark_read_in_full(study.series[0].uid, None, True)
        session.close()
        assert main(["worklist", "week"]) == 0
        assert "  here  done" in capsys.readouterr().out
        assert main(["worklist", "week", "--not-done"]) == 0
        said = capsys.readouterr()
        assert STUDY not in said.out and "0 studies, 1 done" in said.err
    finally:
        server.close()
    assert main(["worklist"]) == 0 and capsys.readouterr().out == "week  ward\n"
    assert main(["worklist", "month"]) == 1
    assert "'month' is no work list" in capsys.readouterr().err
    assert main(["query", "ward", "--patient-id", "4711", "--keep", "one"]) == 1
    assert "names no patient" in capsys.readouterr().err and list(kept_work_lists()) == ["week"]
