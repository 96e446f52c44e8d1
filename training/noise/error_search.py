"""Planted errors found by a labelling project's queue, and its first half corrected.

As anyone would do it: with the commands of ``lesion-viewer``.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from lesion_viewer.ct.images.numbered_slices import NumberedSlices, numbered_series
from lesion_viewer.ct.study import Series
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.linking import link
from lesion_viewer.detection.running import Sweep, read_volume
from lesion_viewer.exchange.csv_records import read_table
from lesion_viewer.exchange.deeplesion.image_files import list_slices
from lesion_viewer.exchange.tables.detections_csv import save_detections
from lesion_viewer.system.atomic_files import save_bytes

from ..evaluation.results import LOWEST_SCORE
from ..viewer_commands import run_viewer
from .phantom_rows import IMAGES, PIXEL_MM, SIDE_PX, SLICE_MM, PhantomSlices, place_of

READER = "simulated reader"
ORDER = "disagreement"


def predict(
    data: Path, slices: PhantomSlices, seeds: Collection[int], checkpoint: Path, output: Path
) -> None:
    """Write a detector's boxes on the slices of some phantoms, as ``lesion-viewer detect`` does.

    Parameters
    ----------
    data : Path
        As given to ``write_slices``.
    slices : PhantomSlices
        The slices of all phantoms.
    seeds : Collection[int]
        Of the phantoms that are searched.
    checkpoint : Path
        Folder of the detector's checkpoint.
    output : Path
        The CSV of boxes; replaced where it exists.
    """
    detector = load_detector(checkpoint, "cpu", LOWEST_SCORE)
    found = []
    for series, indices in _series_of(data / IMAGES, slices, seeds):
        volume = read_volume(series, detector.info.neighbours, indices)
        # Each by itself, as a project's proposals are found: no candidate spans slices.
        found += [(series, link(Sweep(detector, volume, [index]))) for index in indices]
    save_detections(output, found, detector.info)


def correct_first_half(
    images: Path,
    annotations: Path,
    predictions: Sequence[Path],
    truth: Mapping[str, Sequence[Box]],
    review: Path,
) -> list[str]:
    """Correct the first half of a project's queue in place of a reader who knows the truth.

    An existing review is replaced.

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
        The review of the project.

    Returns
    -------
    list[str]
        Names of the slices in the first half, in the order of the queue.
    """
    for file in (review, *(review.with_name(review.name + end) for end in ("-wal", "-shm"))):
        file.unlink(missing_ok=True)
    project = ("--annotations", annotations, "--session", review)
    answers = [word for file in predictions for word in ("--predictions", str(file))]
    with TemporaryDirectory() as folder:
        queue, corrected = Path(folder) / "queue.csv", Path(folder) / "truth.json"
        order = ("--order", ORDER, "--work-list", queue)
        run_viewer("project", *project, *answers, *order, "--", images)
        table = read_table(queue, ("File_name",))
        names = [table.cell(record, "File_name") for record in table.records]
        seen = names[: len(names) // 2]
        _save_corrected(corrected, {name: truth[name] for name in seen})
        run_viewer("import", "--session", review, "--reader", READER, "--apply", "--", corrected)
    return seen


def _series_of(
    images: Path, slices: PhantomSlices, seeds: Collection[int]
) -> Iterator[tuple[Series, list[int]]]:
    """The series of each phantom, and the indices of its annotated slices."""
    numbers: dict[str, list[int]] = {}
    for name, seed in slices.seeds.items():
        if seed in seeds:
            folder, number = place_of(name)
            numbers.setdefault(folder, []).append(number)
    there = list_slices(images, numbers)
    for folder, annotated in numbers.items():
        # With the neighbours, as the rows have it.
        run = range(min(annotated) - 1, max(annotated) + 2)
        shape, spacing_mm = (SIDE_PX, SIDE_PX), (SLICE_MM, PIXEL_MM, PIXEL_MM)
        expected = NumberedSlices(folder, run, shape, spacing_mm, None)
        series = numbered_series(images, expected, there[folder])
        yield series, [number - run.start for number in annotated]


def _save_corrected(path: Path, lesions: Mapping[str, Sequence[Box]]) -> None:
    """Write all lesions of slices that were read in full as COCO."""
    numbers = {name: number for number, name in enumerate(lesions, 1)}
    content = {
        "images": [
            {"id": n, "file_name": name, "width": SIDE_PX, "height": SIDE_PX, "read_in_full": True}
            for name, n in numbers.items()
        ],
        "annotations": [
            {"image_id": numbers[name], "bbox": [box.x1, box.y1, box.width, box.height]}
            for name, boxes in lesions.items()
            for box in boxes
        ],
    }
    save_bytes(path, json.dumps(content).encode())
