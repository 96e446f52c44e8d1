"""A label volume or DICOM segmentation over its CT: each connected part becomes a finding."""

import hashlib
from pathlib import Path

from lesion_viewer.ct.images.image_paths import content_key, is_image_file
from lesion_viewer.ct.labels.label_volume import Labels
from lesion_viewer.ct.labels.segmentation import is_segmentation
from lesion_viewer.ct.study import Study
from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.errors import CTError, ExchangeError
from lesion_viewer.exchange.label_volumes.components import (
    chosen_values,
    components,
    lesion_values,
    listed,
    voxel_ml,
)
from lesion_viewer.exchange.label_volumes.marking import labels_over
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


def _notices(labels: Labels, taken: set[int]) -> tuple[str, ...]:
    left = sorted(set(labels.voxels) - taken)
    said = [f"Labels taken: {listed(sorted(taken), labels.names)}"]
    if left:
        said.append(f"labels left out: {listed(left, labels.names)}")
    return ("; ".join(said), *labels.notices)
