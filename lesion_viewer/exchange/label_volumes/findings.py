"""A label volume or DICOM segmentation over its CT: each connected part becomes a finding."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from lesion_viewer.ct.images.image_paths import content_key, is_image_file
from lesion_viewer.ct.images.label_images import read_label_image
from lesion_viewer.ct.labels.label_volume import Labels, labels_of_image
from lesion_viewer.ct.labels.segmentation import is_segmentation, read_segmentation
from lesion_viewer.ct.labels.segmentation_placing import labels_of_segmentation
from lesion_viewer.ct.study import Series, Study
from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.errors import CTError, ExchangeError
from lesion_viewer.exchange.label_volumes.components import (
    chosen_values,
    components,
    lesion_values,
    listed,
    voxel_ml,
)
from lesion_viewer.exchange.label_volumes.label_names import names_beside
from lesion_viewer.exchange.tables.found_boxes import FoundBoxes, labelled


def is_label_volume(path: Path) -> bool:
    """Whether a file is a volume in NIfTI, NRRD or MetaImage by its name, or a DICOM segmentation.

    Parameters
    ----------
    path : Path
        File that may hold labels.
    """
    return path.is_file() and (is_image_file(path) or is_segmentation(path))


def read_label_volume(study: Study, path: Path, chosen: str) -> FoundBoxes:
    """The connected parts of a label volume as findings, each with a tight box on its slices.

    Parameters
    ----------
    study : Study
        Study with a series on the grid of the volume; the stored axes may be in any order.
    path : Path
        Label volume or DICOM segmentation.
    chosen : str
        Labels to take, such as ``1, 11-17, cyst``; where it is empty, the lesions as far as the
        file tells, see ``lesion_values``.

    Returns
    -------
    FoundBoxes
        Findings with the label's name as their type, and notices on the labels taken and left out.

    Raises
    ------
    ExchangeError
        Where the volume cannot be used, or no series has its grid; names the difference.
    """
    try:
        series, labels = labels_over(study, path)
        digest = hashlib.sha256(f"{content_key(path)}\n".encode())
    except CTError as error:
        raise ExchangeError(f"{path.parent / str(error)}") from error
    except OSError as error:
        raise ExchangeError(f"{path}: cannot be read ({error.strerror or error})") from error
    try:
        if not labels.voxels:
            raise ExchangeError("holds no label: all of its voxels are 0")
        taken = chosen_values(chosen, labels) or lesion_values(labels, voxel_ml(series))
        parts = list(components(labels, sorted(taken)))
    except ExchangeError as error:
        raise ExchangeError(f"{path} {error}") from error
    digest.update(f"{sorted(taken)}".encode())
    findings = tuple(
        labelled(path.name, series.uid, boxes, lesion_type_in(labels.names.get(value, "")))
        for value, boxes in parts
    )
    return FoundBoxes(digest.hexdigest(), findings, notices=_notices(labels, taken))


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


def _notices(labels: Labels, taken: set[int]) -> tuple[str, ...]:
    left = sorted(set(labels.voxels) - taken)
    said = [f"Labels taken: {listed(sorted(taken), labels.names)}"]
    if left:
        said.append(f"labels left out: {listed(left, labels.names)}")
    return ("; ".join(said), *labels.notices)
