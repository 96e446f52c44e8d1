"""The slices of one DICOM series as a stack: sorted along the normal, misfits left out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lesion_viewer.ct.dicom_header import Tag
from lesion_viewer.ct.dicom_slices import DicomSlice
from lesion_viewer.ct.study import Fault, LeftOut

# Directions and spacings that differ by less belong to one stack.
SAME_COSINE = 0.01
SAME_SPACING = 0.01


@dataclass(frozen=True, slots=True)
class Stack:
    """Slices in order, what is wrong about them as a whole, and the files that are not among them.

    The faults have the codes ``mixed_series`` and ``missing_position``; those of the geometry
    come from ``geometry.faults_of``.
    """

    slices: tuple[DicomSlice, ...]
    faults: tuple[Fault, ...]
    left_out: tuple[LeftOut, ...]


def stack_of(slices: Iterable[DicomSlice]) -> Stack:
    """The stack that most of a series' slices make; the order in which they come means nothing.

    They are sorted by their position along the normal. Only where no slice has a position does
    the Instance Number decide, and the stack says so.
    """
    fitting, misfits = _fitting_the_most(sorted(slices, key=lambda s: s.acquisition_order))
    placed = [s for s in fitting if s.location_mm is not None]
    if not placed:
        faults = _mixed(misfits) + (_unplaced_fault(len(fitting)) if len(fitting) > 1 else ())
        return Stack(tuple(fitting), faults, tuple(misfits))
    unplaced = [
        LeftOut(s.file, "has no position in its series") for s in fitting if s.location_mm is None
    ]
    placed.sort(key=lambda s: (round(s.location_mm or 0, 4), s.acquisition_order))
    originals, copies = _without_copies(placed)
    faults = _mixed(misfits) + _partly_unplaced(unplaced)
    return Stack(tuple(originals), faults, (*misfits, *unplaced, *copies))


def _fitting_the_most(slices: list[DicomSlice]) -> tuple[list[DicomSlice], list[LeftOut]]:
    """The slices of the largest group of a kind, and the others with how they differ."""
    counts = Counter(_kind(s) for s in slices)
    most = max(counts.values())
    usual = min((s for s in slices if counts[_kind(s)] == most), key=_kind)
    misfits = {s.file: reason for s in slices if (reason := _misfit(s, usual))}
    fitting = [s for s in slices if s.file not in misfits]
    return fitting, [LeftOut(file, reason) for file, reason in misfits.items()]


def _kind(image: DicomSlice) -> tuple[int, int, tuple[float, ...], tuple[float, ...]]:
    return image.layout.rows, image.layout.columns, image.orientation, image.spacing_mm


def _misfit(image: DicomSlice, usual: DicomSlice) -> str:
    """Why an image does not belong in the stack of ``usual``; empty where it does."""
    if image.size != usual.size:
        return f"has another size than its series ({image.size}, not {usual.size})"
    if image.orientation and not _is_near(image.orientation, usual.orientation, SAME_COSINE):
        return "has another orientation than its series"
    limit = SAME_SPACING * min(usual.spacing_mm, default=0)
    if not _is_near(image.spacing_mm, usual.spacing_mm, limit):
        return "has another pixel spacing than its series"
    return ""


def _is_near(a: tuple[float, ...], b: tuple[float, ...], limit: float) -> bool:
    if a == b:
        return True
    return len(a) == len(b) and all(abs(x - y) <= limit for x, y in zip(a, b, strict=True))


def _without_copies(stack: list[DicomSlice]) -> tuple[list[DicomSlice], list[LeftOut]]:
    """The stack with each image once: same SOP Instance UID at the same position is a copy."""
    first: dict[tuple[str, tuple[float, ...]], DicomSlice] = {}
    copies = []
    for image in stack:
        key = image.header.text(Tag.SOP_INSTANCE_UID), image.position
        original = first.setdefault(key, image)
        if original is not image:
            copies.append(LeftOut(image.file, f"is the same image as {original.file}"))
    return list(first.values()), copies


def _mixed(misfits: list[LeftOut]) -> tuple[Fault, ...]:
    text = f"Images of the series that do not fit the others and are left out: {len(misfits)}."
    return (Fault("mixed_series", text),) if misfits else ()


def _partly_unplaced(unplaced: list[LeftOut]) -> tuple[Fault, ...]:
    text = f"Images of the series that have no position and are left out: {len(unplaced)}."
    return (Fault("missing_position", text),) if unplaced else ()


def _unplaced_fault(count: int) -> tuple[Fault, ...]:
    text = f"None of the {count} images has a position: they are in the order of their numbers."
    return (Fault("missing_position", text),)
