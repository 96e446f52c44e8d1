"""The same rows from a Ray cluster, and of an archive that answers by DICOMweb."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from lesion_viewer.cli import main
from lesion_viewer.screening.timings import Timing, timings_of
from tests.exchange.orthanc import needs_orthanc, running
from tests.screening.phantom_archives import write_studies
from tests.screening.ray_nodes import ENVIRONMENT, Nodes, namespaces_work, two_nodes

OPTIONS = ("--model", "phantom-small", "--min-score", "0.05")
STUDIES = 8
WITHIN_S = 240


def screened(output: Path, *source: str) -> list[dict[str, Any]]:
    assert main(["screen", *source, "--output", str(output), *OPTIONS]) == 0
    rows: list[dict[str, Any]] = pq.read_table(output / "series.parquet").to_pylist()
    return rows


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    write_studies(folder, STUDIES)
    return folder


@pytest.fixture(scope="module")
def alone(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The rows of one process."""
    return screened(tmp_path_factory.mktemp("alone") / "results", str(archive), "--workers", "1")


@pytest.mark.slow
def test_ray_on_this_machine_gives_the_rows_of_one_process(
    archive: Path, alone: list[dict[str, Any]], tmp_path: Path
) -> None:
    by_ray = screened(tmp_path / "ray", str(archive), "--ray", "local", "--workers", "2")
    assert len(alone) == STUDIES and by_ray == alone


def started(nodes: Nodes, archive: Path, output: Path) -> subprocess.Popen[bytes]:
    """A screening by a cluster, beside its head."""
    run = (sys.executable, "-m", "lesion_viewer", "screen", str(archive), "--output", str(output))
    return subprocess.Popen(
        [*nodes.prefix, *run, *OPTIONS, "--ray", nodes.address],
        env={**os.environ, **ENVIRONMENT},
    )


def searches(output: Path) -> list[Timing]:
    if not (output / "timings.jsonl").exists():
        return []
    return [one for one in timings_of(output) if one.what == "searching"]


@pytest.mark.slow
def test_two_nodes_give_the_rows_of_one_process_and_one_survives_the_other(
    archive: Path, alone: list[dict[str, Any]], tmp_path: Path
) -> None:
    """Each in a network of its own, where these can be made (Linux, as root, with iproute2)."""
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    with two_nodes(in_namespaces=namespaces_work()) as nodes:
        assert started(nodes, archive, whole).wait(WITHIN_S) == 0
        assert pq.read_table(whole / "series.parquet").to_pylist() == alone
        assert len({one.node for one in searches(whole)}) == 2, "each node searched"

        run = started(nodes, archive, killed)
        while not searches(killed) and run.poll() is None:
            time.sleep(0.05)
        nodes.kill(1)
        assert run.wait(WITHIN_S) == 0
        assert pq.read_table(killed / "series.parquet").to_pylist() == alone
        assert nodes.spilled() == []


def test_a_cluster_that_does_not_answer_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def refuse(**_: object) -> None:
        raise ConnectionError("Failed to connect to Ray cluster at nowhere:1")

    monkeypatch.delenv("RAY_AUTH_MODE", raising=False)
    monkeypatch.setattr("ray.init", refuse)
    write_studies(tmp_path / "archive", 1)
    run = ["screen", str(tmp_path / "archive"), "--output", str(tmp_path / "out"), *OPTIONS]
    assert main([*run, "--ray", "nowhere:1"]) == 1
    said = capsys.readouterr().err
    assert "Ray at nowhere:1 does not answer" in said and "set RAY_AUTH_MODE=token" in said


@needs_orthanc
def test_studies_of_a_dicomweb_archive_are_screened(
    archive: Path, alone: list[dict[str, Any]], tmp_path: Path
) -> None:
    here = alone[0]
    assert len(alone) == STUDIES
    with running(tmp_path / "orthanc") as orthanc:
        for study in sorted(archive.iterdir()):
            orthanc.store(study)
        source = f"{orthanc.url}?StudyInstanceUID={here['study_uid']}"
        (row,) = screened(tmp_path / "remote", source, "--workers", "1")
    of_files = ("key", "unit", "boxes")  # which name the files, here by their UIDs
    assert {k: v for k, v in row.items() if k not in of_files} == {
        k: v for k, v in here.items() if k not in of_files
    }
    of_row, of_here = (
        [{**box, "source": ""} for box in boxes] for boxes in (row["boxes"], here["boxes"])
    )
    assert of_here and of_row == of_here
