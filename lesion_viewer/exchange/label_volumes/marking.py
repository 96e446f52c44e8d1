"""Chosen labels of a label volume as a mask of the CT that it lies over."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.images.image_paths import is_image_file
from lesion_viewer.ct.images.label_images import read_label_image
from lesion_viewer.ct.labels.label_volume import Labels, labels_of_image
from lesion_viewer.ct.labels.segmentation import read_segmentation
from lesion_viewer.ct.labels.segmentation_placing import labels_of_segmentation
from lesion_viewer.ct.study import Series, Study
from lesion_viewer.errors import CTError, ExchangeError
from lesion_viewer.exchange.label_volumes.components import chosen_values
from lesion_viewer.exchange.label_volumes.label_names import names_beside


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


def labels_over(study: Study, path: Path) -> tuple[Series, Labels]:
    """The series that a volume labels, and its labels there.

    Parameters
    ----------
    study : Study
        Study with a series on the grid of the volume.
    path : Path
        Label volume or DICOM segmentation.

    Returns
    -------
    tuple[Series, Labels]
        The series and the labels of its voxels.

    Raises
    ------
    CTError
        The volume cannot be read, or it fits no series or several.
    """
    place: Callable[[Series], Labels]
    if is_image_file(path):
        image = read_label_image(path)
        image = replace(image, names={**names_beside(path), **image.names})
        place = lambda series: labels_of_image(series, image)  # noqa: E731
    else:
        segments = read_segmentation(path)
        place = lambda series: labels_of_segmentation(series, segments)  # noqa: E731
    fitting: list[tuple[Series, Labels]] = []
    reasons: list[str] = []
    for series in study.series:
        try:
            fitting.append((series, place(series)))
        except CTError as error:
            reasons.append(str(error))
    if len(fitting) > 1:
        names = ", ".join(s.description or f"series {s.number}" for s, _ in fitting)
        raise CTError(
            f"{path.name} fits {len(fitting)} series of the study ({names}): open one by itself"
        )
    if not fitting:
        others = "" if len(reasons) == 1 else f" (and {len(reasons) - 1} other series do not fit)"
        raise CTError(f"{path.name} {reasons[0]}{others}")
    return fitting[0]
