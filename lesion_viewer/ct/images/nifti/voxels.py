"""The voxels of NIfTI and Analyze.

ITK's reader is not used: it converts NaN to 0, which is water, and pads truncated files.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.images.gzipped import is_sound, opened, read_up_to, skip
from lesion_viewer.ct.images.nifti.header import NiftiHeader
from lesion_viewer.errors import CTError


def nifti_slabs(path: Path, header: NiftiHeader) -> Iterator[NDArray[Any]]:
    """The planes of the file's third axis, volume after volume, scaled to HU.

    Parameters
    ----------
    path : Path
        The file that contains the voxels.
    header : NiftiHeader
        The answer of ``read_nifti_header``.

    Yields
    ------
    NDArray[Any]
        (second axis, first axis) of the stored type; float64 where the file has a scale.

    Raises
    ------
    CTError
        The file ends before its last voxel or is damaged; the message names the file.
    """
    columns, rows, slices = header.size
    size = columns * rows * header.dtype.itemsize
    with opened(path) as file:
        skip(file, header.offset)
        for _ in range(header.parts * slices):
            data = read_up_to(file, size)
            if len(data) < size:
                raise CTError(f"{path.name} is cut off: it ends before its last voxel")
            stored = np.frombuffer(data, header.dtype).reshape(rows, columns)
            if (header.slope, header.intercept) == (1, 0):
                yield stored
            else:
                yield stored * np.float64(header.slope) + np.float64(header.intercept)
        if not is_sound(file):
            raise CTError(f"{path.name} is damaged: its checksum is wrong")
