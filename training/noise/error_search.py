"""Planted errors found by a labelling project's queue, and its first half corrected."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.exchange.imports.changing import correct_slices
from lesion_viewer.exchange.worklists.project_files import open_project
from lesion_viewer.exchange.worklists.proposals_csv import save_predictions, take_predictions
from lesion_viewer.exchange.worklists.queue_csv import work_list

from ..evaluation.results import LOWEST_SCORE

READER = "simulated reader"
ORDER = "disagreement"


def predict(
    images: Path, annotations: Path, checkpoint: Path, patients: Iterable[str], output: Path
) -> None:
    """Write a detector's boxes on the slices of some patients, as ``lesion-viewer detect`` does.

    Parameters
    ----------
    images : Path
        Folder of numbered PNG slices.
    annotations : Path
        CSV of annotations of the slices.
    checkpoint : Path
        Folder of the detector's checkpoint.
    patients : Iterable[str]
        ``Patient_index`` of those whose slices are searched.
    output : Path
        The CSV of boxes; replaced where it exists.
    """
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
    """Correct the first half of a project's queue in place of a reader who knows the truth.

    An existing journal in ``review`` is replaced.

    Parameters
    ----------
    images : Path
        Folder of numbered PNG slices.
    annotations : Path
        CSV of annotations to correct.
    predictions : Sequence[Path]
        CSVs of a detector's boxes, which order the queue.
    truth : Mapping[str, Sequence[Box]]
        Slice name -> its true lesions.
    review : Path
        The journal of the project.

    Returns
    -------
    list[str]
        Names of the slices in the first half, in the order of the queue.
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
