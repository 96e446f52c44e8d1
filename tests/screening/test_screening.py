"""Archives that are screened: one row for each series, whoever searches it, however often."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lesion_viewer.cli import main
from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.study import Series
from lesion_viewer.detection.running import read_volume
from lesion_viewer.screening import searching
from lesion_viewer.screening.lock import alone_in
from lesion_viewer.screening.plan import Plan
from lesion_viewer.screening.rows import SERIES, UNITS
from lesion_viewer.screening.running import Screening
from lesion_viewer.screening.searching import Searcher, Tally, Task, Work
from lesion_viewer.screening.sources import units_of
from lesion_viewer.screening.table import Table
from lesion_viewer.screening.timings import timings_of
from lesion_viewer.screening.workers import Workers
from tests.screening.phantom_archives import write_studies

MODEL = "phantom-small"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three studies, a copy of one, a file that is none, and a slice that is damaged."""
    folder = tmp_path_factory.mktemp("archive")
    first, second, _ = write_studies(folder, 3)
    shutil.copytree(first, folder / "copy")
    (folder / "notes.txt").write_text("no image")
    damaged = second / "IM0002.dcm"
    damaged.write_bytes(damaged.read_bytes()[:-4000])
    return folder


@pytest.fixture(scope="module")
def screened(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("screened") / "results"
    run = ["screen", str(archive), "--output", str(output), "--model", MODEL, "--min-score", "0.05"]
    assert main([*run, "--workers", "2"]) == 0
    return output


class Here:
    """A worker in this process; a crew of one."""

    def __init__(self, work: Work) -> None:
        self._searcher = Searcher(work)
        self._said: list[tuple[str, Tally | str | None]] = []

    def room(self) -> int:
        return 1

    def start(self) -> str:
        self._said.append(("here", None))
        return "here"

    def give(self, worker: str, task: Task) -> None:
        self._said.append((worker, self._searcher.do(task)))

    def heard(self, timeout_s: float) -> list[tuple[str, Tally | str | None]]:
        said, self._said = self._said, []
        return said

    def end(self, worker: str) -> None:
        """Nothing to end."""

    def close(self) -> None:
        """Nothing to end."""


def table(output: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(output / "series.parquet").to_pylist()
    return rows


def test_each_series_has_a_row_with_what_became_of_it(screened: Path) -> None:
    outcomes = {row["unit"]: (row["outcome"], row["reason"]) for row in table(screened)}
    assert outcomes == {
        "0000": ("searched", ""),
        "0001": ("searched", ""),
        "0002": ("searched", ""),
        "copy": ("duplicate", "the same images lie in 0000"),
    }
    (notes,) = [u for u in pq.read_table(screened / "units.parquet").to_pylist() if u["reason"]]
    assert notes["unit"] == "notes.txt" and "notes.txt" in notes["reason"]


def test_a_damaged_slice_is_named_in_its_row(screened: Path) -> None:
    (row,) = [row for row in table(screened) if row["unit"] == "0001"]
    assert [one["slice_index"] for one in row["skipped"]] == [1]
    assert row["slices_searched"] == 3


def test_boxes_are_those_of_detect_to_the_bit(
    archive: Path, screened: Path, tmp_path: Path
) -> None:
    file = tmp_path / "boxes.csv"
    detect = ["detect", str(archive / "0002"), "--output", str(file), "--model", MODEL]
    assert main([*detect, "--min-score", "0.05", "--runtime", "onnx"]) == 0
    (row,) = [row for row in table(screened) if row["unit"] == "0002"]
    with file.open(newline="", encoding="utf-8") as stream:
        written = list(csv.DictReader(stream))
    assert written, "the phantom has boxes"
    for box, line in zip(row["boxes"], written, strict=True):
        for name in ("x1", "y1", "x2", "y2", "score", "location_mm"):
            assert repr(box[name]) == line[name]
        for name in ("source", "sop_instance_uid", "lesion_type"):
            assert box[name] == line[name]
        assert (str(box["candidate"]), str(box["slice_index"])) == (
            line["candidate"],
            line["slice_index"],
        )
    assert row["series_uid"] == written[0]["series_uid"]
    assert row["model_sha256"] == written[0]["model_sha256"]


def test_a_second_run_searches_nothing_and_a_new_study_alone(
    archive: Path, screened: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    grown, output = tmp_path / "archive", tmp_path / "results"
    shutil.copytree(archive, grown, copy_function=shutil.copy2)
    shutil.copytree(screened, output)
    (output / "screening.json").unlink()
    plan = Plan.of(MODEL, 0.05)
    plan.keep(output.parent / "other", [str(grown)])
    shutil.copy(output.parent / "other" / "screening.json", output)
    before = (output / "series.parquet").read_bytes()

    run = ["screen", str(grown), "--output", str(output), "--model", MODEL, "--min-score", "0.05"]
    assert main([*run, "--workers", "1"]) == 0
    assert (output / "series.parquet").read_bytes() == before
    write_studies(grown, 1, first=7)
    capsys.readouterr()
    assert main([*run, "--dry-run"]) == 0
    assert capsys.readouterr().out == "0007\n"
    assert main([*run, "--workers", "1"]) == 0
    assert "1 series, 4 slices" in capsys.readouterr().err
    assert [row["unit"] for row in table(output)] == ["0000", "0001", "0002", "0007", "copy"]


def test_other_results_are_not_mixed(
    archive: Path, screened: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ["screen", str(archive), "--output", str(screened), "--model", MODEL]
    assert main([*run, "--min-score", "0.4"]) == 1
    assert "min_score 0.05 and not 0.4" in capsys.readouterr().err


def test_a_row_is_whole_or_not_there_where_the_disk_is_full(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run goes on from what was written."""
    output = tmp_path / "results"
    plan = Plan.of(MODEL, 0.05)
    here = Workers(Here(Work(plan, output)), 300)
    write, written = pq.write_table, []

    def full(rows: pa.Table, path: Path, **options: Any) -> None:
        written.append(path)
        if len(written) == 8:
            Path(path).write_bytes(b"PAR1")
            raise OSError(28, "No space left on device")
        write(rows, path, **options)

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(Exception, match="No space left on device"):
        Screening([str(archive)], output, plan).run(here, lambda *_: None)
    keys = Table(output, "series", SERIES).keys()
    assert len(keys) == 2 and len(Table(output, "units", UNITS).keys()) == 5
    Screening([str(archive)], output, plan).run(here, lambda *_: None)
    assert len(written) == 8 + 2 + 2, "two rows, and two tables"
    assert len(table(output)) == 4


def test_sources(tmp_path: Path) -> None:
    for name in ("a/b/one", "a/b/two"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "list.txt").write_text("a/b/two\n\na/b/one\na/b/two\n")
    assert [u.name for u in units_of([str(tmp_path / "a")])] == ["one", "two"]
    assert [u.name for u in units_of([str(tmp_path / "list.txt")])] == ["a/b/one", "a/b/two"]
    both = units_of([str(tmp_path / "a"), str(tmp_path / "list.txt")])
    assert [u.name for u in both] == ["1/one", "1/two", "2/a/b/one", "2/a/b/two"]
    with pytest.raises(Exception, match="does not exist"):
        units_of([str(tmp_path / "nothing")])


def test_a_second_run_at_the_same_time_is_one_line(
    archive: Path, screened: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ["screen", str(archive), "--output", str(screened), "--model", MODEL]
    with alone_in(screened):
        assert main([*run, "--min-score", "0.05", "--workers", "1"]) == 1
    assert "another run writes into it" in capsys.readouterr().err


def test_what_waits_for_its_search_is_said_by_a_dry_run(
    archive: Path, screened: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As after a run that was killed between listing and searching."""
    output = tmp_path / "results"
    shutil.copytree(screened, output)
    (output / "series.parquet").unlink()
    run = ["screen", str(archive), "--output", str(output), "--model", MODEL]
    assert main([*run, "--min-score", "0.05", "--dry-run"]) == 0
    said = capsys.readouterr()
    assert sorted(said.out.split()) == ["0000", "0001", "0002"]
    assert "of 5 units 0 with 0 files are new or changed" in said.err
    assert "3 with 12 slices are known and wait" in said.err
    assert not list((output / "series").iterdir()), "nothing is written"


def test_what_failed_is_tried_again_on_demand(archive: Path, tmp_path: Path) -> None:
    output, source = tmp_path / "results", [str(archive / "0000")]
    plan = Plan.of(MODEL, 0.05)
    here = Workers(Here(Work(plan, output)), 300)

    def run(redone: bool = False) -> list[dict[str, Any]]:
        Screening(source, output, plan, redone).run(here, lambda *_: None)
        return table(output)

    (row,) = run()
    failed = {**row, "outcome": "failed", "reason": "its process died, 3 times"}
    Table(output, "series", SERIES).write(row["key"], failed)
    assert run() == [failed]
    assert run(redone=True) == [row]


def test_the_summary_says_how_fast_each_machine_was(
    screened: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = json.loads((screened / "runs.jsonl").read_text().splitlines()[0])
    ((series, slices, seconds, cpu_s),) = first["searched"].values()
    assert (series, slices) == (3, 11)
    assert (
        0 < cpu_s
        and 0 < seconds
        and set(first["phases"])
        == {
            "listing",
            "searching",
            "merging",
        }
    )
    tasks = list(timings_of(screened))
    assert sorted(one.unit for one in tasks if one.what == "searching") == ["0000", "0001", "0002"]
    assert sum(one.what == "listing" for one in tasks) == 5
    assert sum(one.loading_s > 0 for one in tasks) in (1, 2), "once in each worker that searched"


def test_a_study_at_which_the_program_fails_is_one_row_and_the_others_are_searched(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "results"
    plan = Plan.of(MODEL, 0.05)

    def odd(series: Series, neighbours: Any) -> Any:
        if series.uid == bad:
            raise ZeroDivisionError("odd")
        return read_volume(series, neighbours)

    bad = open_collection(archive / "0001").studies[0].series[0].uid
    monkeypatch.setattr(searching, "read_volume", odd)
    here = Workers(Here(Work(plan, output)), 300)
    Screening([str(archive)], output, plan).run(here, lambda *_: None)
    outcomes = {row["unit"]: (row["outcome"], row["reason"]) for row in table(output)}
    assert outcomes["0001"] == ("failed", "the program failed: ZeroDivisionError: odd, 3 times")
    assert outcomes["0000"] == outcomes["0002"] == ("searched", "")
