"""What ``detect`` writes: one row for each box of each candidate."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from lesion_viewer.ct.study import Series
from lesion_viewer.detection.candidates import Candidate
from lesion_viewer.detection.identity import DetectorInfo
from lesion_viewer.exchange.csv_records import guarded, quoted
from lesion_viewer.system.atomic_files import save_bytes

COLUMNS = (
    "source",
    "study_uid",
    "series_uid",
    "sop_instance_uid",
    "slice_index",
    "location_mm",
    "x1",
    "y1",
    "x2",
    "y2",
    "score",
    "candidate",
    "model",
    "model_sha256",
    "instance_number",
    "lesion_type",
)


def save_detections(
    path: Path,
    found: Iterable[tuple[Series, Sequence[Candidate]]],
    model: DetectorInfo,
) -> None:
    """Write the boxes of each series' candidates, best candidate first, slices ascending.

    Parameters
    ----------
    path : Path
        CSV file to write.
    found : Iterable[tuple[Series, Sequence[Candidate]]]
        Series and their candidates, best first, as ``link`` gives them.
    model : DetectorInfo
        What the detector is. Where it knows one class only, that is the type of every box without a
        type of its own.

    Raises
    ------
    ExchangeError
        Where the file cannot be written; an existing file stays as it was.

    Notes
    -----
    ``source`` is the slice's file relative to the opened path. ``slice_index`` counts from 0 along
    the normal, ``candidate`` from 1 within a series. Boxes are tight, in 0-based pixel edges of the
    image as it is stored. ``instance_number`` is the file's Instance Number, empty where the file
    has none. ``model_sha256`` is empty for a method without weights.
    """
    lines: list[tuple[str, ...]] = [COLUMNS]
    only = model.classes[0] if len(model.classes) == 1 else ""
    for series, candidates in found:
        for number, candidate in enumerate(candidates, 1):
            for i, cells in _rows(series, candidate):
                instance = series.slices[i].instance_number
                kind = candidate.detections[i].lesion_type or only
                named = str(number), guarded(model.title), model.sha256
                last = "" if instance is None else str(instance), guarded(kind)
                lines.append((*cells, *named, *last))
    text = "".join(",".join(map(quoted, line)) + "\n" for line in lines)
    save_bytes(path, text.encode("utf-8", "surrogateescape"))


def _rows(series: Series, candidate: Candidate) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Slice index of each box, and its cells up to the score."""
    for i, detection in sorted(candidate.detections.items()):
        source = series.slices[i]
        place = "" if source.location_mm is None else repr(float(source.location_mm))
        numbers = (*detection.box.as_tuple(), detection.score)
        yield (
            i,
            (
                guarded(source.file),
                series.study_uid,
                guarded(series.uid),
                source.sop_instance_uid,
                str(i),
                place,
                *(repr(float(n)) for n in numbers),
            ),
        )
