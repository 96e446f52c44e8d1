"""Phantoms as DICOM studies, with a table of where their lesions are."""

import csv
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import make_phantom
from lesion_viewer.ct.reading import open_study
from lesion_viewer.errors import TrainingError

TRUTH = "boxes.csv"
COLUMNS = (
    "source,study_uid,series_uid,sop_instance_uid,slice_index,location_mm,"
    "x1,y1,x2,y2,lesion,kind,hu"
).split(",")
"""As ``lesion-viewer detect`` writes them, with what is known in place of what was found.

``lesion`` numbers those of a phantom from 1; ``hu`` is of its outer part, before noise.
"""


def write_phantoms(
    output: Path,
    count: int,
    seed: int,
    progress: Callable[[str, int, int], None],
    lesions: int | None = None,
) -> Path:
    """Write ``count`` phantoms, each into a folder named by its seed; the table of their boxes.

    Parameters
    ----------
    lesions : of each; when left out the seed decides

    Raises
    ------
    CTError, TrainingError
        Where the folder cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for done in range(count):
        writer.writerows(_write_phantom(output, seed + done, lesions))
        progress("phantoms", done + 1, count)
    truth = output / TRUTH
    try:
        new = truth.with_suffix(".new")
        new.write_text(text.getvalue(), encoding="utf-8", newline="")
        os.replace(new, truth)
    except OSError as error:
        raise TrainingError(f"{truth} cannot be written: {error.strerror}") from error
    return truth


def _write_phantom(output: Path, seed: int, lesions: int | None) -> Iterator[tuple[object, ...]]:
    """Write the phantom's files; a row for each box."""
    phantom = make_phantom(seed, lesions=lesions)
    folder = output / f"{seed:06d}"
    write_series(folder, phantom.hu, phantom.spacing_mm, seed)
    (series,) = open_study(folder).series
    for number, lesion in enumerate(phantom.lesions, 1):
        for index, box in sorted(lesion.boxes.items()):
            source = series.slices[index]
            yield (
                f"{folder.name}/{source.file}",
                series.study_uid,
                series.uid,
                source.sop_instance_uid,
                index,
                source.location_mm,
                *box,
                number,
                lesion.kind,
                round(lesion.hu, 1),
            )
