"""A study of 300 slices from an Orthanc on loopback, against dcmtk's ``getscu``."""

import shutil
import statistics
import subprocess
import time
from pathlib import Path

import numpy as np
import pydicom
import pytest

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.exchange.pacs.archive import fetch_study
from lesion_viewer.exchange.pacs.dicomweb import WebArchive
from lesion_viewer.exchange.pacs.dimse import DimseArchive
from tests.exchange.orthanc import Orthanc, needs_orthanc, running

SLICES, SIDE, RUNS = 300, 512, 3
needs_getscu = pytest.mark.skipif(shutil.which("getscu") is None, reason="dcmtk is not installed")


def by_getscu(one: Orthanc, study: str, folder: Path) -> None:
    folder.mkdir(parents=True)
    command = ["getscu", "-aec", "ORTHANC", "-aet", "LESIONVIEWER", "-S", "-od", str(folder)]
    keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={study}"]
    subprocess.run([*command, *keys, "127.0.0.1", str(one.dicom)], check=True)


@needs_orthanc
@needs_getscu
def test_a_study_of_300_slices_over_loopback(tmp_path: Path) -> None:
    hu = np.random.default_rng(0).integers(-1000, 1500, (SLICES, SIDE, SIDE)).astype(np.int16)
    write_series(tmp_path / "images", hu, (2.0, 0.8, 0.8), seed=1)
    study = str(pydicom.dcmread(next((tmp_path / "images").iterdir())).StudyInstanceUID)
    taken: dict[str, list[float]] = {}
    with running(tmp_path / "orthanc") as one:
        one.store(tmp_path / "images")
        dimse, web = DimseArchive("ORTHANC", "127.0.0.1", one.dicom), WebArchive(one.url)
        ways = {
            "getscu": lambda folder: by_getscu(one, study, folder),
            "C-GET": lambda folder: fetch_study(dimse, study, folder),
            "DICOMweb": lambda folder: fetch_study(web, study, folder),
        }
        for run in range(RUNS):
            for name, fetch in ways.items():
                folder = tmp_path / f"{name}{run}"
                began = time.perf_counter()
                fetch(folder)
                taken.setdefault(name, []).append(time.perf_counter() - began)
                assert len([p for p in folder.rglob("*") if p.is_file()]) == SLICES
                shutil.rmtree(folder)
    peer = statistics.median(taken["getscu"])
    print(f"\n{SLICES} slices of {SIDE} x {SIDE} over loopback, against getscu, on the clock")
    for name, of in taken.items():
        median = statistics.median(of)
        print(f"  {name:10s} {median:6.2f} s ({peer / median:.1f} x ahead)")
