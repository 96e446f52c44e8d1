"""Boxes of any detector, from the CSV that ``lesion-viewer detect`` writes."""

import csv
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.errors import DetectionError, TrainingError

from .cases import Case

NEEDED = ("source", "slice_index", "x1", "y1", "x2", "y2", "score")


class Predictions:
    """The boxes of a CSV; called with a case it gives those on the case's scored slices.

    Parameters
    ----------
    file : Path
        CSV with the columns ``NEEDED``, as ``lesion-viewer detect`` writes it.

    Raises
    ------
    TrainingError
        Where the file cannot be used; names the line.
    """

    def __init__(self, file: Path) -> None:
        self._found: dict[str, dict[int, list[Detection]]] = {}
        try:
            with file.open(newline="", encoding="utf-8") as stream:
                rows = csv.DictReader(stream)
                if missing := [n for n in NEEDED if n not in (rows.fieldnames or ())]:
                    raise TrainingError(f"{file}, line 1: the column {missing[0]} is missing")
                for row in rows:
                    self._take(row, f"{file}, line {rows.line_num}")
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise TrainingError(f"{file} cannot be read: {error}") from error

    def __call__(self, case: Case) -> Iterable[SliceDetections]:
        """The boxes on each scored slice, highest score first."""
        files = [s.file for s in case.volume.series.slices]
        for index in case.scored:
            # A file with one slice identifies it; its index depends on what it was read with.
            is_alone = files.count(files[index]) == 1
            of_file = self._found.get(files[index], {})
            found = chain(*of_file.values()) if is_alone else of_file.get(index, [])
            yield SliceDetections(index, tuple(sorted(found, key=lambda d: -d.score)))

    def _take(self, row: dict[str, str], where: str) -> None:
        try:
            x1, y1, x2, y2, score = (float(row[name]) for name in NEEDED[2:])
            index = int(row["slice_index"])
            of_file = self._found.setdefault(row["source"], {})
            of_file.setdefault(index, []).append(Detection(Box(x1, y1, x2, y2), score))
        except (TypeError, ValueError, DetectionError) as error:
            raise TrainingError(f"{where}: {error}") from error
