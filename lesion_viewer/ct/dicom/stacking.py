"""The slices of one DICOM series as stacks: sorted along the normal, misfits left out."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from lesion_viewer.ct.dicom.header import Tag
from lesion_viewer.ct.dicom.parts import parts_of
from lesion_viewer.ct.dicom.slices import DicomSlice
from lesion_viewer.ct.study import Fault, LeftOut

# Directions and spacings that differ by less belong to one stack.
SAME_COSINE = 0.01
SAME_SPACING = 0.01
# A single image that does not fit is a scout or a stray: it is left out by name.
MIN_SLICES = 2


@dataclass(frozen=True, slots=True)
class Stack:
    """Slices in order, what is wrong about them as a whole, and the files that are not among them.

    The faults have the codes ``parted_series``, ``mixed_series`` and ``missing_position``; those
    of the geometry come from ``geometry.faults_of``.

    Attributes
    ----------
    part : what tells the stack from the others of its series; empty for the only or largest one
    """

    slices: tuple[DicomSlice, ...]
    faults: tuple[Fault, ...]
    left_out: tuple[LeftOut, ...]
    part: str = ""


def stacks_of(
    slices: Iterable[DicomSlice], pixels_of: Callable[[DicomSlice], Hashable]
) -> list[Stack]:
    """The stacks that a series' slices make, the largest first; their order means nothing.

    ``pixels_of`` gives what two images have in common where their pixels are the same; it is asked
    only of images that say they are one and the same.

    A series has more than one only where that removes a fault: images of another size,
    orientation or spacing, or several acquisitions in one another. Each stack then says so.
    """
    images = sorted(slices, key=lambda s: s.acquisition_order)
    groups = _groups(images)
    usual = groups[0][0]
    strays = [
        LeftOut(s.file, _misfit(s, usual)) for g in groups[1:] if len(g) < MIN_SLICES for s in g
    ]
    stacks = [
        part
        for number, group in enumerate(groups)
        if number == 0 or len(group) >= MIN_SLICES
        for part in _stacks_in(group, "" if number == 0 else _name_of(group[0]), pixels_of)
    ]
    first = stacks[0]
    stacks[0] = replace(
        first, faults=(*_mixed(strays), *first.faults), left_out=(*strays, *first.left_out)
    )
    return stacks if len(stacks) == 1 else [_as_part(s, stacks, len(images)) for s in stacks]


def _groups(images: Sequence[DicomSlice]) -> list[list[DicomSlice]]:
    """The images by size, orientation and spacing; the largest group first."""
    groups = []
    while images:
        counts = Counter(map(_kind, images))
        most = max(counts.values())
        usual = min((s for s in images if counts[_kind(s)] == most), key=_kind)
        groups.append([s for s in images if not _misfit(s, usual)])
        images = [s for s in images if _misfit(s, usual)]
    return sorted(groups, key=lambda g: (-len(g), _kind(g[0])))


def _stacks_in(
    group: list[DicomSlice], name: str, pixels_of: Callable[[DicomSlice], Hashable]
) -> list[Stack]:
    """The stacks of images that fit one another: one, or one for each acquisition."""
    placed = [s for s in group if s.location_mm is not None]
    if not placed:
        faults = _unplaced_fault(len(group)) if len(group) > 1 else ()
        return [Stack(tuple(group), faults, (), name)]
    unplaced = [
        LeftOut(s.file, "has no position in its series") for s in group if s.location_mm is None
    ]
    placed.sort(key=lambda s: (round(s.location_mm or 0, 4), s.acquisition_order))
    originals, copies = _without_copies(placed, pixels_of)
    stacks = [
        Stack(tuple(slices), (), (), ", ".join(filter(None, (name, part))))
        for part, slices in parts_of(originals).items()
    ]
    faults = _partly_unplaced(unplaced)
    stacks[0] = replace(stacks[0], faults=faults, left_out=(*unplaced, *copies))
    return stacks


def _as_part(stack: Stack, stacks: Sequence[Stack], images: int) -> Stack:
    """The stack with what it is a part of."""
    others = [s.part for s in stacks if s is not stack and s.part]
    by = f" ({stack.part})" if stack.part else f" (the others: {', '.join(others)})"
    text = (
        f"The series is shown in {len(stacks)} parts, as its images do not make one stack:"
        f" this one has {len(stack.slices)} of {images} images{by}."
    )
    return replace(stack, faults=(Fault("parted_series", text), *stack.faults))


def _name_of(image: DicomSlice) -> str:
    """A name for the stack of images of this kind, that no other kind in the series has."""
    digest = sha256(repr((image.orientation, image.spacing_mm)).encode()).hexdigest()
    return f"{image.size} {digest[:6]}"


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


def _without_copies(
    stack: list[DicomSlice], pixels_of: Callable[[DicomSlice], Hashable]
) -> tuple[list[DicomSlice], list[LeftOut]]:
    """The stack with each image once: a copy has the UID, the position and the pixels of another.

    Where the pixels differ both stay, and lie at one place.
    """
    counts = Counter(map(_identity, stack))
    first: dict[Hashable, DicomSlice] = {}
    copies, originals = [], []
    for image in stack:
        identity = _identity(image)
        if counts[identity] == 1 or not identity[0]:
            originals.append(image)
            continue
        original = first.setdefault((identity, pixels_of(image)), image)
        if original is image:
            originals.append(image)
        else:
            copies.append(LeftOut(image.file, f"is the same image as {original.file}"))
    return originals, copies


def _identity(image: DicomSlice) -> tuple[str, int, tuple[float, ...]]:
    return image.header.text(Tag.SOP_INSTANCE_UID), image.header.frame, image.position


def _mixed(misfits: list[LeftOut]) -> tuple[Fault, ...]:
    text = f"Images of the series that do not fit the others and are left out: {len(misfits)}."
    return (Fault("mixed_series", text),) if misfits else ()


def _partly_unplaced(unplaced: list[LeftOut]) -> tuple[Fault, ...]:
    text = f"Images of the series that have no position and are left out: {len(unplaced)}."
    return (Fault("missing_position", text),) if unplaced else ()


def _unplaced_fault(count: int) -> tuple[Fault, ...]:
    text = f"None of the {count} images has a position: they are in the order of their numbers."
    return (Fault("missing_position", text),)
