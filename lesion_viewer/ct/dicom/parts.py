"""Several acquisitions in one series, separated where that removes a fault."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lesion_viewer.ct.dicom.header import Tag
from lesion_viewer.ct.dicom.phases import phases_of
from lesion_viewer.ct.dicom.slices import DicomSlice
from lesion_viewer.ct.dicom.stack_faults import faults_of
from lesion_viewer.geometry.stack import normal_of, places_of

# Elements that may distinguish acquisitions of one region, the most reliable first.
KEYS = {
    Tag.ACQUISITION_NUMBER: "acquisition",
    Tag.TEMPORAL_POSITION: "time",
    Tag.STACK_ID: "stack",
    Tag.KVP: "kVp",
    Tag.CONVOLUTION_KERNEL: "kernel",
    Tag.IMAGE_TYPE: "type",
    Tag.MONOENERGETIC_EQUIVALENT: "keV",
    Tag.CARDIAC_PHASE: "% of the cardiac cycle",
    Tag.RESPIRATORY_PHASE: "% of the breathing cycle",
    Tag.ECHO_TIME: "echo time",
    Tag.ECHO_NUMBERS: "echo",
    Tag.CONTRAST_AGENT: "contrast agent",
    Tag.CONTRAST_START_TIME: "contrast start",
    Tag.SERIES_NUMBER: "series number",
    Tag.SERIES_DESCRIPTION: "description",
    Tag.PROTOCOL_NAME: "protocol",
    Tag.FILTER_TYPE: "filter",
    Tag.SLICE_THICKNESS: "thickness",
    Tag.FRAME_OF_REFERENCE: "frame of reference",
}
# Texts written by people, which may contain the patient's name, and long UIDs: the name of a part
# contains a number instead.
WRITTEN = (
    Tag.CONTRAST_AGENT,
    Tag.SERIES_DESCRIPTION,
    Tag.PROTOCOL_NAME,
    Tag.FRAME_OF_REFERENCE,
)
# Alternating values of these elements mean two acquisitions, even where the slices of one lie
# exactly between those of the other and the stack is regular.
ACQUISITION_KEYS = (
    Tag.ACQUISITION_NUMBER,
    Tag.TEMPORAL_POSITION,
    Tag.KVP,
    Tag.CONTRAST_AGENT,
)
# Faults that interleaved acquisitions cause.
CURABLE = {"duplicate_position", "variable_spacing", "slice_shift"}
MIN_SLICES = 2
MIN_ALTERNATING = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One of the acquisitions in a stack.

    Attributes
    ----------
    slices : list[DicomSlice]
        Slices sorted along the normal.
    name : str
        What distinguishes the part, without texts written by people; empty for a stack of one part.
    text : str
        The same for display, with those texts.
    """

    slices: list[DicomSlice]
    name: str = ""
    text: str = ""


def parts_of(slices: Sequence[DicomSlice]) -> list[Part]:
    """The acquisitions in a stack with what distinguishes them; one part where nothing does.

    Blocks that follow one another along the table stay one stack. So do single images at one
    position: separating them would hide a fault and remove none.

    Parameters
    ----------
    slices : Sequence[DicomSlice]
        Slices with positions, sorted along the normal.

    Returns
    -------
    list[Part]
        Parts whose slices keep their order.
    """
    found = _taken_apart(slices) if _curable_faults(slices) else _alternating(slices)
    if not found:
        return [Part(list(slices))]
    return [
        Part(
            inner.slices,
            ", ".join(filter(None, (part.name, inner.name))),
            ", ".join(filter(None, (part.text, inner.text))),
        )
        for part in found
        for inner in parts_of(part.slices)
    ]


def _taken_apart(slices: Sequence[DicomSlice]) -> list[Part]:
    """The parts of the first way that removes a fault, or reduces the doubled slices."""
    curable, doubled = _curable_faults(slices), _doubled(slices)
    for parts in _ways(slices):
        if not _are_acquisitions(parts):
            continue
        left = set[str]().union(*(_curable_faults(part.slices) for part in parts))
        is_less = sum(_doubled(part.slices) for part in parts) < doubled
        if left < curable or (left == curable and is_less):
            return parts
    return []


def _ways(slices: Sequence[DicomSlice]) -> Iterator[list[Part]]:
    for tag in KEYS:
        yield _by_value(slices, tag)
    for split in phases_of(slices, places_of([s.location_mm or 0.0 for s in slices])):
        parts = [Part(part, name, name) for name, part in split.items()]
        if not any(_doubled(part.slices) for part in parts):
            yield parts


def _by_value(slices: Sequence[DicomSlice], tag: Tag) -> list[Part]:
    """The slices grouped by one value; those without it form a part of their own."""
    groups: dict[str, list[DicomSlice]] = defaultdict(list)
    for image in slices:
        groups[image.header.value_text(tag)].append(image)
    word, parts = KEYS[tag], []
    for number, value in enumerate(sorted(groups, key=_natural_order), 1):
        text = f"{word} {value}" if value else f"no {word}"
        name = f"{word} {number}" if tag in WRITTEN and value else text
        parts.append(Part(groups[value], name, text))
    return parts


def _alternating(slices: Sequence[DicomSlice]) -> list[Part]:
    """Acquisitions whose slices alternate."""
    for tag in ACQUISITION_KEYS:
        if len({image.header.values.get(tag) for image in slices}) < 2:
            continue
        values = [image.header.value_text(tag) for image in slices]
        changes = sum(a != b for a, b in pairwise(values))
        if 2 * changes < len(slices):
            continue
        parts = _by_value(slices, tag)
        is_whole = all(
            len(part.slices) >= MIN_ALTERNATING and not _curable_faults(part.slices)
            for part in parts
        )
        if is_whole and _are_acquisitions(parts):
            return parts
    return []


def _natural_order(value: str) -> tuple[float, str]:
    try:
        return float(value), ""
    except ValueError:
        return 0.0, value


def _curable_faults(slices: Sequence[DicomSlice]) -> set[str]:
    normal = normal_of(slices[0].orientation)
    if normal is None or len(slices) < MIN_SLICES:
        return set()
    faults = faults_of(np.array([s.position for s in slices]), normal)
    return {fault.code for fault in faults} & CURABLE


def _doubled(slices: Sequence[DicomSlice]) -> int:
    """Number of slices that share their position with an earlier one."""
    return len(slices) - len(set(places_of([s.location_mm or 0.0 for s in slices])))


def _are_acquisitions(parts: Sequence[Part]) -> bool:
    """Whether the parts are overlapping volumes."""
    if len(parts) < 2:
        return False
    fewest = min(len(part.slices) for part in parts)
    if fewest < MIN_SLICES:
        return False
    extents = sorted(
        (part.slices[0].location_mm or 0, part.slices[-1].location_mm or 0) for part in parts
    )
    overlap = any(b[0] < a[1] for a, b in pairwise(extents))
    return overlap and (len(parts) <= fewest or len(set(extents)) == 1)
