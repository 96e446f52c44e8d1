"""What ``detect`` writes: one row for each box of each candidate."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from lesion_viewer.ct.study import Series
from lesion_viewer.detection.candidates import Candidate
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
)


def save_detections(
    path: Path,
    found: Iterable[tuple[Series, Sequence[Candidate]]],
    model: str,
    model_sha256: str,
) -> None:
    """Write the boxes of each series' candidates, best candidate first, slices ascending.

    Parameters
    ----------
    found : series with its candidates, best first, as ``link`` gives them
    model, model_sha256 : name and version of the detector, and the hash of its weights

    Raises
    ------
    ExchangeError
        Where the file cannot be written; a former file is then as it was.

    Notes
    -----
    ``source`` is the slice's file relative to the opened path; ``slice_index`` counts from 0 along
    the normal, ``candidate`` from 1 within a series; boxes are tight, in 0-based pixel edges.
    """
    lines: list[tuple[str, ...]] = [COLUMNS]
    for series, candidates in found:
        for number, candidate in enumerate(candidates, 1):
            for cells in _rows(series, candidate):
                lines.append((*cells, str(number), guarded(model), model_sha256))
    text = "".join(",".join(map(quoted, line)) + "\n" for line in lines)
    save_bytes(path, text.encode("utf-8", "surrogateescape"))


def _rows(series: Series, candidate: Candidate) -> Iterator[tuple[str, ...]]:
    for i, detection in sorted(candidate.detections.items()):
        source = series.slices[i]
        place = "" if source.location_mm is None else repr(float(source.location_mm))
        numbers = (*detection.box.as_tuple(), detection.score)
        yield (
            guarded(source.file),
            series.study_uid,
            guarded(series.uid),
            source.sop_instance_uid,
            str(i),
            place,
            *(repr(float(n)) for n in numbers),
        )
