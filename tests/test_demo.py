"""The demonstration without a display: the whole loop, after one that was killed, and its files."""

import csv
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lesion_viewer.ct.phantom.abdomen import make_phantom
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.checkpoints.checkpoint import bundled_checkpoints
from lesion_viewer.ui.shell.demo_study import LESIONS, SEED

DEMO = (sys.executable, "-m", "lesion_viewer", "demo", "--output")


def run_demo(folder: Path) -> list[Path]:
    done = subprocess.run([*DEMO, str(folder)], capture_output=True, text=True, timeout=800)
    assert done.returncode == 0, done.stderr
    return [Path(line) for line in done.stdout.splitlines()]


def begin_demo(folder: Path) -> None:
    """What a demonstration leaves that is killed once its review is there, and one before it."""
    run = subprocess.Popen([*DEMO, str(folder)], stdout=subprocess.DEVNULL)
    while not (folder / "demo.review").exists():
        assert run.poll() is None
        time.sleep(0.05)
    run.kill()
    run.wait()
    for name in ("candidates.csv", "reviewed.csv", "window.png"):
        (folder / name).write_text("of an earlier one")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
@pytest.mark.skipif(not bundled_checkpoints(), reason="no detector is bundled")
@pytest.mark.timeout(600)
def test_the_demo_finds_reviews_exports_and_can_be_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    begin_demo(tmp_path)
    written = run_demo(tmp_path)
    assert all(path.exists() for path in written)
    names = [path.name for path in written]
    assert names == ["study", "candidates.csv", "reviewed.csv", "window.png", "demo.review"]

    lesions = make_phantom(SEED, lesions=LESIONS).lesions
    boxes = [
        (int(row["slice_index"]), Box(*(float(row[c]) for c in ("x1", "y1", "x2", "y2"))))
        for row in rows_of(tmp_path / "candidates.csv")
    ]
    found = [
        any(i in lesion.boxes and Box(*lesion.boxes[i]).iou(box) > 0.3 for i, box in boxes)
        for lesion in lesions
    ]
    assert sum(found) >= 1

    statuses = {row["Status"] for row in rows_of(tmp_path / "reviewed.csv")}
    assert {"accepted", "rejected", "added"} <= statuses
