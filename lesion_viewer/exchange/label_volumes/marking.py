"""Chosen labels of a label volume as a mask of the CT that it lies over."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.study import Series, Study
from lesion_viewer.errors import CTError, ExchangeError
from lesion_viewer.exchange.label_volumes.components import chosen_values
from lesion_viewer.exchange.label_volumes.findings import labels_over


def marked_voxels(study: Study, path: Path, chosen: str) -> tuple[Series, NDArray[np.bool_]]:
    """The voxels of a series that a label volume marks.

    Parameters
    ----------
    study : Study
        Study with a series on the grid of the volume; the stored axes may be in any order.
    path : Path
        Label volume or DICOM segmentation.
    chosen : str
        Labels to take, such as ``1, 11-17, cyst``; those that the volume lacks mark nothing.

    Returns
    -------
    tuple[Series, NDArray[np.bool_]]
        The series, and (slices, rows, columns) of its stored voxels.

    Raises
    ------
    ExchangeError
        The volume cannot be read, or fits no series; names the difference.
    """
    try:
        series, labels = labels_over(study, path)
    except CTError as error:
        raise ExchangeError(f"{path.parent / str(error)}") from error
    mask = np.zeros(series.shape, bool)
    for part in chosen.split(","):
        try:
            values = chosen_values(part, labels)
        except ExchangeError:
            continue
        for value in values:
            region = labels.regions[value]
            mask[region] |= labels.mask(value, region)
    return series, mask
