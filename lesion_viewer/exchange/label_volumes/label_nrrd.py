"""Masks of a series as a segmentation of 3D Slicer, an NRRD file that names its labels."""

import gzip
from pathlib import Path

import numpy as np

from lesion_viewer.ct.study import Series
from lesion_viewer.detection.segmenter import Masks
from lesion_viewer.errors import ExchangeError
from lesion_viewer.system.atomic_files import save_bytes

ENDING = ".nrrd"


def save_masks(path: Path, series: Series, masks: Masks) -> None:
    """Write masks as a label volume on the voxels of their series.

    Parameters
    ----------
    path : Path
        File to write, whose name ends in ``.nrrd``; an existing one is replaced.
    series : Series
        Series that the masks are of.
    masks : Masks
        As many slices, rows and columns as the series.

    Raises
    ------
    ExchangeError
        The file has another ending, cannot be written, or the series does not say where it lies in
        the patient.

    Notes
    -----
    Positions are those of the regular grid nearest to the slices. The names of labels are stored as
    3D Slicer does it.
    """
    if path.suffix.lower() != ENDING:
        raise ExchangeError(f"{path}: a segmentation is written as {ENDING}")
    if series.affine is None:
        raise ExchangeError(
            f"{series.description or series.uid} does not say how the patient lies in it; its masks"
            " cannot be written"
        )
    columns = [_vector(series.affine[:3, axis]) for axis in range(4)]
    lines = [
        "NRRD0004",
        "type: uint8",
        "dimension: 3",
        "space: left-posterior-superior",
        "sizes: {2} {1} {0}".format(*series.shape),
        f"space directions: {' '.join(columns[:3])}",
        "kinds: domain domain domain",
        "encoding: gzip",
        f"space origin: {columns[3]}",
    ]
    for number, label in enumerate(masks.labels):
        lines.append(f"Segment{number}_ID:={label}")
        lines.append(f"Segment{number}_LabelValue:={number + 1}")
        lines.append(f"Segment{number}_Name:={label}")
    header = "".join(f"{line}\n" for line in (*lines, ""))
    save_bytes(path, header.encode() + gzip.compress(masks.values.tobytes(), 6, mtime=0))


def _vector(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    return f"({','.join(repr(float(value)) for value in values)})"
