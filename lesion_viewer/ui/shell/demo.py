"""The demonstration: a phantom study, the bundled detector, and a whole review."""

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.linking import link
from lesion_viewer.errors import LesionViewerError
from lesion_viewer.exchange.tables.detections_csv import save_detections
from lesion_viewer.review.finding import Status
from lesion_viewer.ui.settings import Settings
from lesion_viewer.ui.shell.application import make_application, run_windows
from lesion_viewer.ui.shell.demo_study import write_demo_study
from lesion_viewer.ui.shell.display import why_no_window
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.workers import stop_all_workers

STUDY, REVIEW = "study", "demo.review"
PATIENCE_S = 900.0


def run_demo(output: Path) -> int:
    """Write the phantom study and open it; without a display review it by script.

    Parameters
    ----------
    output : Path
        Folder for the study and the results; a former demo's study and review are replaced.

    Returns
    -------
    int
        Exit status of the program.

    Raises
    ------
    LesionViewerError
        Where there is no detector, or it does not finish.
    """
    study, review = _prepare(output)
    print(study)
    reason = why_no_window()
    if not reason:
        return run_windows([study], session_file=review)
    print(f"No window: {reason}.", file=sys.stderr)
    for path in review_by_script(study, review, output):
        print(path)
    return 0


def review_by_script(study: Path, review: Path, output: Path) -> tuple[Path, ...]:
    """Review a study in a window without a display, and export the review.

    The first candidate is accepted, the second rejected, the third corrected, and a box is drawn.

    Parameters
    ----------
    study : Path
        Folder of the study.
    review : Path
        The review's file.
    output : Path
        Folder for the tables and the picture of the window.

    Returns
    -------
    tuple[Path, ...]
        The files that were written.

    Raises
    ------
    LesionViewerError
        Where there is no detector, or it does not finish, or the review is not written.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["LESION_VIEWER_HOME"] = str(output / "home")
    make_application()
    window = MainWindow(Settings(reader="demo", notice_accepted=True))
    if window.sweep.unavailable:
        raise LesionViewerError(window.sweep.unavailable)
    errors: list[str] = []
    found: list[SliceDetections] = []
    window.sweep.errored.connect(errors.append)
    window.study.errored.connect(errors.append)
    exported: list[str] = []
    window.exchange.errored.connect(errors.append)
    window.exchange.noticed.connect(exported.append)
    window.sweep.found.connect(found.extend)
    window.show()
    window.open(study, session_file=review)
    try:
        _wait(lambda: bool(errors) or window.sweep.is_complete, "the detector did not finish")
        if errors:
            raise LesionViewerError(errors[0])
        written = (output / "candidates.csv", output / "reviewed.csv", output / "window.png")
        _save_candidates(written[0], window, found)
        _decide(window)
        window.exchange.export(written[1])
        _wait(lambda: bool(errors or exported), "the review was not written")
        if errors:
            raise LesionViewerError(errors[0])
        window.message_bar.hide()
        QApplication.processEvents()
        window.grab().save(str(written[2]))
    finally:
        window.close()
        stop_all_workers()
    return (*written, review)


def _prepare(output: Path) -> tuple[Path, Path]:
    """The study's folder and the review's file, both new."""
    study, review = output / STUDY, output / REVIEW
    for leftover in output.glob(f"{REVIEW}*"):
        leftover.unlink()
    output.mkdir(parents=True, exist_ok=True)
    write_demo_study(study)
    return study, review


def _save_candidates(path: Path, window: MainWindow, found: Sequence[SliceDetections]) -> None:
    """Write what ``lesion-viewer detect`` would write of the same detections."""
    detector, series = window.sweep.info, window.viewer.series
    assert detector is not None and series is not None
    over_threshold = [
        SliceDetections(
            f.slice_index, tuple(d for d in f.detections if d.score >= detector.default_threshold)
        )
        for f in found
    ]
    candidates = [(series, link(over_threshold))]
    save_detections(path, candidates, detector)


def _decide(window: MainWindow) -> None:
    """Review as a reader would: by the window's own actions, on candidates as they come."""
    script = (
        ("finding.next", "finding.accept"),
        ("finding.next", "finding.reject"),
        ("finding.next", "finding.edit", "box.wider", "box.taller", "edit.cancel"),
        ("finding.next", "finding.unsure"),
    )
    for steps in script[: len(window.findings_table.shown_ids())]:
        for action_id in steps:
            window.actions_by_id[action_id].trigger()
        if "finding.reject" in steps:
            window.gestures.set_reason("normal structure")
    window.marks.take_drawn_box(Box(180, 180, 204, 200))
    window.gestures.set_note("drawn by the demonstration")
    window.actions_by_id["read.slice"].trigger()
    accepted = [f.id for f in window.review.findings().values() if f.status is Status.ACCEPTED]
    window.review.go_to(accepted[0] if accepted else window.review.selected_id or "")


def _wait(is_done: Callable[[], bool], problem: str) -> None:
    """Let the window work until it is done."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_done():
        if time.monotonic() > deadline:
            raise LesionViewerError(problem)
        QApplication.processEvents()
        time.sleep(0.01)
