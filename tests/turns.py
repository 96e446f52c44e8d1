"""The boxes of a real CT stored in all 16 ways, against those of the CT as it comes.

    python tests/turns.py [CT] [--model NAME]

For each way it prints how many boxes there are, and how far boxes and scores are from those of the
first way at most; exit status 1 where a box is more than .5 mm or its score more than .02 away.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.detection.checkpoints.checkpoint import find_checkpoint
from lesion_viewer.detection.detector import Detector, load_detector
from lesion_viewer.detection.linking import link
from tests.turned import WAYS, Ways, corners_mm, write_stored

CASE = Path(__file__).parents[2] / "shared/data/ircadb01/case01/DICOM"
MOST_MM, MOST_SCORE = 0.5, 0.02
NAMES = ("rows and columns swapped", "rows mirrored", "columns mirrored", "slices reversed")

Found = tuple[float, ...]  # score, candidate, then lowest and highest x, y, z in mm


def found_in(detector: Detector, folder: Path, slices: Sequence[int] | None = None) -> list[Found]:
    """What is found in a series of a folder, best candidate first.

    Parameters
    ----------
    detector : Detector
    folder : Path
    slices : Sequence[int] | None
        Those that are searched; all when left out.
    """
    (series,) = open_study(folder).series
    if series.affine is None:
        raise SystemExit(f"{folder} does not say how the patient lies in it")
    wanted = range(series.shape[0]) if slices is None else slices
    return [
        (d.score, number, *corners_mm(d.box.as_tuple(), series.affine, i).ravel().tolist())
        for number, candidate in enumerate(link(detector.detect(load_volume(series), wanted)))
        for i, d in sorted(candidate.detections.items())
    ]


def furthest(found: Sequence[Found], wanted: Sequence[Found]) -> tuple[float, float]:
    """How far boxes are apart at most in mm, and their scores; infinite where one is missing.

    Parameters
    ----------
    found : Sequence[Found]
    wanted : Sequence[Found]
    """
    if len(found) != len(wanted):
        return np.inf, np.inf
    if not wanted:
        return 0.0, 0.0
    away = np.abs(np.array(found) - np.array(wanted))
    return float(away[:, 1:].max()), float(away[:, 0].max())


def in_words(ways: Ways) -> str:
    """How a series is stored, in words.

    Parameters
    ----------
    ways : Ways
    """
    return ", ".join(n for n, is_so in zip(NAMES, ways, strict=True) if is_so) or "as it comes"


def main() -> int:
    """Print the table; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("ct", nargs="?", type=Path, default=CASE)
    parser.add_argument("--model", default="liver")
    chosen = parser.parse_args()
    folder = find_checkpoint(chosen.model)
    detector = load_detector(folder, "auto", min_score=0.05)
    (series,) = open_study(chosen.ct).series
    hu = series.turn.apply(load_volume(series).voxels)
    affine = series.turn.affine(series.affine, *series.shape[1:])
    if affine is None:
        raise SystemExit(f"{chosen.ct} does not say how the patient lies in it")
    wanted, is_bad = found_in(detector, chosen.ct), False
    print(f"{chosen.ct.name}, {detector.info.name} on {detector.device_name}: {len(wanted)} boxes")
    for ways in WAYS:
        with tempfile.TemporaryDirectory() as place:
            found = found_in(detector, write_stored(Path(place), hu, affine, ways))
        away_mm, away_score = furthest(found, wanted)
        is_bad |= away_mm > MOST_MM or away_score > MOST_SCORE
        apart = f"{away_mm:.4f} mm, score {away_score:.5f}"
        print(f"{len(found):5} boxes, {apart}  {in_words(ways)}", flush=True)
    return int(is_bad)


if __name__ == "__main__":
    sys.exit(main())
