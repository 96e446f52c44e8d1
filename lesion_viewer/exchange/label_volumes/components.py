"""The connected parts of label volumes as findings, and which labels are lesions."""

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.labels.label_volume import Labels, Region
from lesion_viewer.ct.study import Series
from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError

LESION_NAMES = re.compile(
    r"lesion|tumou?r|cyst|kyst|metasta|nodul|mass(es)?\b|cancer|carcinom|sarcom|lymphom|adenom"
    r"|h(a)?emangiom|neoplas|malign|abscess|ha?ematom|\bhcc\b|\bmets?\b|\bgtv|focal",
    re.IGNORECASE,
)
ORGAN_NAMES = re.compile(
    r"liver|spleen|kidney|lung|pancreas|bladder|stomach|colon|bowel|duodenum|intestine|esophag"
    r"|oesophag|heart|atri|ventric|aorta|vein|artery|vessel|vena|bone|vertebra|rib|femur|hip|sacrum"
    r"|muscle|body|skin|brain|thyroid|trachea|prostate|adrenal|gland|lobe|background|organ",
    re.IGNORECASE,
)
ORGAN_ML = 500.0
"""A value with a larger volume counts as an organ where its name does not say what it is."""
ENCLOSING = 1 / 3
"""A larger value that fills more than this part of the layer around a value encloses it."""
MAX_UNNAMED = 30
MAX_FINDINGS = 5000
SHOWN = 12
ALL_NEIGHBOURS = np.ones((3, 3, 3), bool)
RANGE = re.compile(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?", re.ASCII)


def chosen_values(text: str, labels: Labels) -> set[int]:
    """The label values that ``--labels`` selects.

    Parameters
    ----------
    text : str
        Numbers, ranges and names between commas, such as ``1, 11-17, cyst``.
    labels : Labels
        Labels of the volume.

    Returns
    -------
    set[int]
        Selected values; empty where the text is empty.

    Raises
    ------
    ExchangeError
        For a part of the text that matches no label of the volume.
    """
    chosen: set[int] = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        found = {v for v, name in labels.names.items() if name.casefold() == part.casefold()}
        if (match := RANGE.fullmatch(part)) and not found:
            first, last = int(match[1]), int(match[2] or match[1])
            found = {value for value in labels.voxels if first <= value <= last}
        if not found:
            raise ExchangeError(f"holds no label {part}; there are {label_list(labels)}")
        chosen |= found
    return chosen


def lesion_values(labels: Labels, voxel_ml: float) -> set[int]:
    """The label values that are lesions, as far as the file tells.

    These are the values that the file marks or names as lesions. Where it marks and names none,
    they are all values that are not named as organs, are not larger than ``ORGAN_ML``, and do not
    enclose another value.

    Parameters
    ----------
    labels : Labels
        Labels of the volume.
    voxel_ml : float
        Volume of a voxel in millilitres.

    Returns
    -------
    set[int]
        Values, at least one.

    Raises
    ------
    ExchangeError
        Where too many values have no name, or none is left.
    """
    said = {v for v in labels.voxels if v in labels.lesions}
    said |= {v for v, name in labels.names.items() if LESION_NAMES.search(name)}
    if said:
        return said
    organs = {v for v, name in labels.names.items() if ORGAN_NAMES.search(name)} | labels.organs
    left = set(labels.voxels) - organs
    if len(left) > MAX_UNNAMED:
        raise ExchangeError(
            f"holds {len(left)} labels that may be lesions or organs; choose with --labels:"
            f" there are {label_list(labels)}"
        )
    left -= {v for v in left if labels.voxels[v] * voxel_ml > ORGAN_ML}
    left -= {_enclosing(labels, value) for value in tuple(left)}
    if not left:
        raise ExchangeError(
            f"holds no label that looks like a lesion; choose with --labels: there are"
            f" {label_list(labels)}"
        )
    return left


def label_list(labels: Labels) -> str:
    """All label values of a volume with their names, for a message.

    Parameters
    ----------
    labels : Labels
        Labels of the volume.

    Returns
    -------
    str
        Values in ascending order; see ``listed``.
    """
    return listed(sorted(labels.voxels), labels.names)


def listed(values: Sequence[int], names: Mapping[int, str]) -> str:
    """Label values with their names, for a message.

    Parameters
    ----------
    values : Sequence[int]
        Label values in the order wanted.
    names : Mapping[int, str]
        Label value -> name, for the values that have one.

    Returns
    -------
    str
        Values and names between commas; the first ``SHOWN`` and a count where there are more.
    """
    texts = [f"{v} {names[v]}" if names.get(v) else str(v) for v in values[:SHOWN]]
    more = [f"and {len(values) - SHOWN} more"] if len(values) > SHOWN else []
    return ", ".join([*texts, *more])


def components(labels: Labels, values: Sequence[int]) -> Iterator[tuple[int, dict[int, Box]]]:
    """The connected parts of these label values, with a tight box for each slice.

    Voxels that share a face, an edge or a corner are connected.

    Parameters
    ----------
    labels : Labels
        Labels of the volume.
    values : Sequence[int]
        Label values in the order in which their parts are wanted.

    Returns
    -------
    Iterator[tuple[int, dict[int, Box]]]
        Label value of each part, and its boxes by slice index, in stored pixels.

    Raises
    ------
    ExchangeError
        Where there are over ``MAX_FINDINGS`` parts.
    """
    from scipy import ndimage

    count = 0
    for value in values:
        region = labels.regions[value]
        numbers, parts = ndimage.label(labels.mask(value, region), ALL_NEIGHBOURS)
        count += parts
        if count > MAX_FINDINGS:
            raise ExchangeError(f"labels up to {value} have over {MAX_FINDINGS:,} connected parts")
        corner = [part.start for part in region]
        for number, place in enumerate(ndimage.find_objects(numbers), 1):
            yield value, _boxes(numbers[place] == number, place, corner)


def _boxes(part: NDArray[np.bool_], place: Region, corner: Sequence[int]) -> dict[int, Box]:
    z, top, left = (p.start + c for p, c in zip(place, corner, strict=True))
    boxes = {}
    for n, plane in enumerate(part):
        rows, columns = (np.flatnonzero(plane.any(axis)) for axis in (1, 0))
        boxes[z + n] = Box(
            float(left + columns[0]),
            float(top + rows[0]),
            float(left + columns[-1] + 1),
            float(top + rows[-1] + 1),
        )
    return boxes


def _enclosing(labels: Labels, value: int) -> int:
    """A larger value that encloses this one; 0 where there is none."""
    from scipy import ndimage

    region = tuple(slice(max(p.start - 1, 0), p.stop + 1) for p in labels.regions[value])
    own = labels.mask(value, region)
    shell = ndimage.binary_dilation(own, ALL_NEIGHBOURS) & ~own
    least = ENCLOSING * int(shell.sum())
    for other, count in labels.voxels.items():
        is_near = all(
            a.start < b.stop and b.start < a.stop
            for a, b in zip(labels.regions[other], region, strict=True)
        )
        if other != value and count > labels.voxels[value] and is_near:
            if int((labels.mask(other, region) & shell).sum()) > least:
                return other
    return 0


def voxel_ml(series: Series) -> float:
    """Volume of a voxel of a series in millilitres.

    Parameters
    ----------
    series : Series
        Series of the CT.

    Returns
    -------
    float
        Volume in ml; that of 1 mm x 1 mm x 1 mm where the spacing is unknown.
    """
    return float(np.prod(series.spacing_mm or (1.0, 1.0, 1.0))) / 1000
