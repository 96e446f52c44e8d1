"""Several acquisitions in one series, taken apart where that removes a fault."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from lesion_viewer.ct.dicom.header import Tag
from lesion_viewer.ct.dicom.slices import DicomSlice
from lesion_viewer.ct.geometry.stack import faults_of, normal_of

# What may tell acquisitions of the same region apart, the surest first.
KEYS = {
    Tag.ACQUISITION_NUMBER: "acquisition",
    Tag.TEMPORAL_POSITION: "time",
    Tag.STACK_ID: "stack",
    Tag.KVP: "kVp",
    Tag.CONVOLUTION_KERNEL: "kernel",
    Tag.IMAGE_TYPE: "type",
}
# Faults that come from laying acquisitions into one another.
CURABLE = {"duplicate_position", "variable_spacing", "slice_shift"}
MIN_SLICES = 2


def parts_of(slices: Sequence[DicomSlice]) -> dict[str, list[DicomSlice]]:
    """The acquisitions in a stack by what tells them apart; a single one, "", where none does.

    Blocks that follow one another along the table stay one stack, as do images at one place that
    were taken one by one: taking those apart would hide a fault and remove none.

    Parameters
    ----------
    slices : placed, sorted along the normal
    """
    whole = {"": list(slices)}
    curable = _curable_faults(slices)
    if not curable:
        return whole
    for tag, word in KEYS.items():
        parts: dict[str, list[DicomSlice]] = defaultdict(list)
        for image in slices:
            parts[image.header.text(tag)].append(image)
        if _are_acquisitions(parts) and _faults_left(parts) < curable:
            return {f"{word} {value}": part for value, part in sorted(parts.items())}
    return whole


def _curable_faults(slices: Sequence[DicomSlice]) -> set[str]:
    normal = normal_of(slices[0].orientation)
    if normal is None or len(slices) < MIN_SLICES:
        return set()
    faults = faults_of(np.array([s.position for s in slices]), normal)
    return {fault.code for fault in faults} & CURABLE


def _faults_left(parts: dict[str, list[DicomSlice]]) -> set[str]:
    return set[str]().union(*map(_curable_faults, parts.values()))


def _are_acquisitions(parts: dict[str, list[DicomSlice]]) -> bool:
    """Whether the parts are volumes that lie in one another, and each is named."""
    fewest = min(map(len, parts.values()))
    if len(parts) < 2 or "" in parts or fewest < MIN_SLICES:
        return False
    extents = sorted((p[0].location_mm or 0, p[-1].location_mm or 0) for p in parts.values())
    overlap = any(b[0] < a[1] for a, b in zip(extents, extents[1:], strict=False))
    return overlap and (len(parts) <= fewest or len(set(extents)) == 1)
