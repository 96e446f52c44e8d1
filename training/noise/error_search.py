"""Planted errors found by a labelling project's queue, and its first half corrected."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.exchange.reviews.external_labels import correct_slices
from lesion_viewer.exchange.reviews.project_files import open_project
from lesion_viewer.exchange.reviews.proposals_csv import save_predictions, take_predictions
from lesion_viewer.exchange.tables.queue_csv import work_list
from training.evaluation.results import LOWEST_SCORE

READER = "simulated reader"
ORDER = "disagreement"


def predict(
    images: Path, annotations: Path, checkpoint: Path, patients: Iterable[str], output: Path
) -> None:
    """Write what a detector finds on these patients' slices, as ``lesion-viewer detect`` does."""
    review = output.with_suffix(".review")
    project, session = open_project(images, annotations, review, READER)
    session.close()
    review.unlink()
    detector = load_detector(checkpoint, "cpu", LOWEST_SCORE)
    save_predictions(project, detector, frozenset(patients), output)


def correct_first_half(
    images: Path,
    annotations: Path,
    predictions: Sequence[Path],
    truth: Mapping[str, Sequence[Box]],
    review: Path,
) -> list[str]:
    """Have a project's queue worked through to its half by a reader who knows the truth.

    The journal in ``review`` is begun anew; names of the slices that were seen.
    """
    for file in (review, *(review.with_name(review.name + end) for end in ("-wal", "-shm"))):
        file.unlink(missing_ok=True)
    project, session = open_project(images, annotations, review, READER)
    try:
        for file in predictions:
            take_predictions(project, session, file)
        order = work_list(project, session, ORDER)
        seen = order[: len(order) // 2]
        correct_slices(session, "truth", {name: truth[name] for name in seen})
    finally:
        session.close()
    return seen
