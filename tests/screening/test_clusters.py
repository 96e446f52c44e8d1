"""The same rows from a Ray cluster, and of an archive that answers by DICOMweb."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from lesion_viewer.cli import main
from tests.exchange.orthanc import needs_orthanc, running
from tests.screening.phantom_archives import write_studies

OPTIONS = ("--model", "phantom-small", "--min-score", "0.05")


def screened(output: Path, *source: str) -> list[dict[str, Any]]:
    assert main(["screen", *source, "--output", str(output), *OPTIONS]) == 0
    rows: list[dict[str, Any]] = pq.read_table(output / "series.parquet").to_pylist()
    return rows


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    write_studies(folder, 2)
    return folder


@pytest.fixture(scope="module")
def alone(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The rows of one process."""
    return screened(tmp_path_factory.mktemp("alone") / "results", str(archive), "--workers", "1")


@pytest.mark.slow
def test_a_ray_cluster_gives_the_rows_of_one_process(
    archive: Path, alone: list[dict[str, Any]], tmp_path: Path
) -> None:
    by_ray = screened(tmp_path / "ray", str(archive), "--ray", "local", "--workers", "2")
    assert len(alone) == 2 and by_ray == alone


@needs_orthanc
def test_studies_of_a_dicomweb_archive_are_screened(
    archive: Path, alone: list[dict[str, Any]], tmp_path: Path
) -> None:
    here = alone[0]
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
