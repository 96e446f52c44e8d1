"""Label volumes in NIfTI, NRRD and MetaImage files, with the axes as the file has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.images.image_paths import image_paths
from lesion_viewer.ct.images.itk_volumes import SAME_PLACE_MM, grid_of, read_header, request_labels
from lesion_viewer.errors import CTError


@dataclass(frozen=True, slots=True)
class LabelImage:
    """A volume whose values are labels, with the axes as stored in the file.

    Attributes
    ----------
    values : NDArray[np.uint16]
        (slices, rows, columns) of the file.
    grid : NDArray[np.float64]
        4 x 4, voxel (column, row, slice) to patient mm (LPS).
    names : Mapping[int, str]
        Value to name, for the values that the file names.
    """

    values: NDArray[np.uint16]
    grid: NDArray[np.float64]
    names: Mapping[int, str]


def read_label_image(path: Path) -> LabelImage:
    """The label volume in a NIfTI, NRRD or MetaImage file.

    Parameters
    ----------
    path : Path
        An image file; an NRRD of 3D Slicer names its segments.

    Returns
    -------
    LabelImage
        Values, their grid, and the names that the file gives them.

    Raises
    ------
    CTError
        The file is not a 3D image of whole numbers from 0 to 65535, does not state its position in
        the patient, or cannot be read; the message names the file.
    """
    files = image_paths(path)
    header = read_header(files)
    if not header["is_placed"] or header["apart_mm"] > SAME_PLACE_MM:
        raise CTError(f"{path.name} does not state its position in the patient, or states several")
    columns, rows, slices = header["size"]
    told, data = request_labels(files, columns * rows * slices)
    values = np.frombuffer(data, np.uint16).reshape(slices, rows, columns)
    names = {int(v): str(name) for v, name in told["names"].items()}
    return LabelImage(values, grid_of(path, header), names)
