"""An archive of two patients in DICOM, one of whose series is stored mirrored; real edges in it."""

from pathlib import Path

import numpy as np

from lesion_viewer.ct.dicom.writing import Described, write_series

SHAPE = (6, 40, 50)  # slices, rows, columns
SPACING_MM = (2.5, 0.8, 0.7)
LESION = (10, 5, 20, 9)  # x1, y1, x2, y2 in stored pixels, on slice 2
SLICE = 2


def write_archive(folder: Path) -> Path:
    """A study of two series of one patient, and one mirrored series of another.

    In the mirrored series columns run to the patient's right: a picture shows them the other way
    round, and boxes in files stay in stored pixels.
    """
    hu = np.full(SHAPE, 40, np.int16)
    x1, y1, x2, y2 = LESION
    hu[SLICE - 1 : SLICE + 2, y1:y2, x1:x2] = 120
    mirrored = np.diag([-0.7, 0.8, 2.5, 1.0])
    for n, (subject, series, affine) in enumerate(
        (("ONE", "portal", None), ("ONE", "native", None), ("TWO", "mirrored", mirrored))
    ):
        described = Described(subject, f"Abdomen of {subject}", series, subject)
        name = f"{subject}/{series}"
        write_series(
            folder / name, hu + np.int16(n), SPACING_MM, n, affine=affine, described=described
        )
    return folder
