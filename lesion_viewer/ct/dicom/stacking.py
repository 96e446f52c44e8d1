"""The stacks of one DICOM series: slices sorted along the normal, without other images."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from lesion_viewer.ct.dicom.header import Tag
from lesion_viewer.ct.dicom.parts import parts_of
from lesion_viewer.ct.dicom.placing import NO_POSITION, unplaced_fault
from lesion_viewer.ct.dicom.slices import DicomSlice
from lesion_viewer.ct.study import Fault, LeftOut
from lesion_viewer.geometry.stack import directions_of, normal_of

# Directions and spacings that differ by less belong to one stack.
SAME_COSINE = 0.02
SAME_SPACING = 0.01
# Number of candidates for the reference image, where no kind of image is the most frequent.
MAX_COMPARED = 32
# A single image that does not fit the others is a scout or a stray, and is left out.
MIN_SLICES = 2
OTHER_PATIENT = "is of another patient than its series"


@dataclass(frozen=True, slots=True)
class Stack:
    """Slices in order, the faults of the stack, and the files that are left out of it.

    Attributes
    ----------
    slices : tuple[DicomSlice, ...]
        Slices sorted along the normal; by acquisition order where positions are unknown.
    faults : tuple[Fault, ...]
        Faults with the codes ``parted_series``, ``mixed_series``, ``missing_position`` and
        ``unusable_position``; ``stack_faults.faults_of`` gives those of the geometry.
    left_out : tuple[LeftOut, ...]
        Files of the series that are in no stack.
    part : str
        What distinguishes the stack from the others of its series; empty for the only or largest
        one.
    part_text : str
        The same for display, see ``parts.Part``.
    """

    slices: tuple[DicomSlice, ...]
    faults: tuple[Fault, ...]
    left_out: tuple[LeftOut, ...]
    part: str = ""
    part_text: str = ""


def stacks_of(
    slices: Iterable[DicomSlice], pixels_of: Callable[[DicomSlice], Hashable]
) -> list[Stack]:
    """The stacks that the slices of a series make, the largest first; the given order is ignored.

    A series has several stacks only where that removes a fault: images of another size, orientation
    or spacing, or several interleaved acquisitions. Each stack then has the fault
    ``parted_series``.

    Parameters
    ----------
    slices : Iterable[DicomSlice]
        Slices of one series.
    pixels_of : Callable[[DicomSlice], Hashable]
        Gives equal values for images with equal pixels; called only for images with the same UID
        and position.

    Returns
    -------
    list[Stack]
        One stack or several.
    """
    images = sorted(slices, key=lambda s: s.acquisition_order)
    patients = _by_patient(images)
    groups = [group for one in patients for group in _groups(one)]
    groups.sort(key=lambda g: (-len(g), _kind(g[0])))
    usual = groups[0][0]
    strays = [
        LeftOut(s.file, _misfit(s, usual) or OTHER_PATIENT)
        for g in groups[1:]
        if len(g) < MIN_SLICES
        for s in g
    ]
    names = [_name_with_patient(group[0], usual, patients) for group in groups]
    stacks = [
        part
        for number, group in enumerate(groups)
        if number == 0 or len(group) >= MIN_SLICES
        for part in _stacks_in(group, "" if number == 0 else names[number], pixels_of)
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
        usual = _most_fitting([s for s in images if counts[_kind(s)] == most], images)
        groups.append([s for s in images if not _misfit(s, usual)])
        images = [s for s in images if _misfit(s, usual)]
    return sorted(groups, key=lambda g: (-len(g), _kind(g[0])))


def _most_fitting(candidates: list[DicomSlice], images: Sequence[DicomSlice]) -> DicomSlice:
    """The candidate that most of the images fit.

    Where rounding makes every image a kind of its own, the candidate is from their middle.
    """
    kinds = {_kind(s): s for s in reversed(candidates)}
    some = [kinds[kind] for kind in sorted(kinds)][:: len(kinds) // MAX_COMPARED + 1]
    if len(some) == 1:
        return some[0]
    return max(some, key=lambda usual: sum(not _misfit(s, usual) for s in images))


def _by_patient(images: Sequence[DicomSlice]) -> list[list[DicomSlice]]:
    """The images by Patient ID, in its order; together where there is one ID or none.

    Images without an ID are taken for those of the only patient that is named.
    """
    if len({s.patient for s in images} - {""}) < 2:
        return [list(images)]
    patients: dict[str, list[DicomSlice]] = defaultdict(list)
    for image in images:
        patients[image.patient].append(image)
    return [patients[patient] for patient in sorted(patients)]


def _name_with_patient(
    image: DicomSlice, usual: DicomSlice, patients: Sequence[Sequence[DicomSlice]]
) -> str:
    """The name of a stack, of several patients with a number: IDs must not get into journals."""
    if len(patients) == 1:
        return _name_of(image)
    number = next(n for n, one in enumerate(patients, 1) if image.patient == one[0].patient)
    return f"patient {number} {_name_of(image) if _misfit(image, usual) else ''}".rstrip()


def _with_one_orientation(group: list[DicomSlice]) -> list[DicomSlice]:
    """The images with one orientation: the mean of those that differ by rounding."""
    orientations = [s.orientation for s in group if s.orientation]
    if len(set(orientations)) < 2:
        return group
    mean = [sum(values) / len(orientations) for values in zip(*orientations, strict=True)]
    orientation = directions_of(tuple(mean)) or orientations[0]
    return [s.with_orientation(orientation) for s in group]


def _stacks_in(
    group: list[DicomSlice], name: str, pixels_of: Callable[[DicomSlice], Hashable]
) -> list[Stack]:
    """The stacks of images that fit one another: one, or one for each acquisition."""
    group = _with_one_orientation(group)
    placed = _to_one_side([s for s in group if s.location_mm is not None])
    if not placed:
        why = group[0].why_unplaced
        is_told = len(group) > 1 or why != NO_POSITION
        unplaced_faults = (unplaced_fault(len(group), why),) if is_told else ()
        return [Stack(tuple(group), unplaced_faults, (), name, name)]
    unplaced = [LeftOut(s.file, s.why_unplaced) for s in group if s.location_mm is None]
    placed.sort(key=lambda s: (round(s.location_mm or 0, 4), s.acquisition_order))
    originals, copies = _without_copies(placed, pixels_of)
    stacks = [
        Stack(
            tuple(part.slices),
            (),
            (),
            ", ".join(filter(None, (name, part.name))),
            ", ".join(filter(None, (name, part.text))),
        )
        for part in parts_of(originals)
    ]
    faults = _partly_unplaced(unplaced)
    stacks[0] = replace(stacks[0], faults=faults, left_out=(*unplaced, *copies))
    return stacks


def _to_one_side(placed: list[DicomSlice]) -> list[DicomSlice]:
    """The images with their locations along one direction of the normal.

    Halfway between axial and coronal planes the last digits of an orientation decide the direction;
    images with the opposite direction take the orientation of the first image.
    """
    if len({s.orientation for s in placed}) < 2:
        return placed
    orientation = placed[0].orientation
    return [
        s
        if _is_to_one_side(s.orientation, orientation)
        else replace(s, orientation=orientation, location_mm=-(s.location_mm or 0.0))
        for s in placed
    ]


def _is_to_one_side(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    one, other = normal_of(a), normal_of(b)
    return one is None or other is None or float(one @ other) >= 0


def _as_part(stack: Stack, stacks: Sequence[Stack], images: int) -> Stack:
    """The stack with the fault ``parted_series``, which names the other parts."""
    others = [s.part_text for s in stacks if s is not stack and s.part]
    by = f" ({stack.part_text})" if stack.part else f" (the others: {', '.join(others)})"
    text = (
        f"The series is shown in {len(stacks)} parts, as its images do not make one stack:"
        f" this one has {len(stack.slices)} of {images} images{by}."
    )
    return replace(stack, faults=(Fault("parted_series", text), *stack.faults))


def _name_of(image: DicomSlice) -> str:
    """A name for the stack of images of this kind, unique in the series."""
    digest = sha256(repr((image.orientation, image.spacing_mm)).encode()).hexdigest()
    return f"{image.size} {digest[:6]}"


def _kind(image: DicomSlice) -> tuple[int, int, tuple[float, ...], tuple[float, ...]]:
    return image.layout.rows, image.layout.columns, image.orientation, image.spacing_mm


def _misfit(image: DicomSlice, usual: DicomSlice) -> str:
    """Why an image does not fit the stack of ``usual``; empty where it does."""
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
    """The stack without copies, which have the UID, the position and the pixels of another image.

    Where the pixels differ, both images stay and share their position.
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
    if not unplaced:
        return ()
    if all(f.reason == NO_POSITION for f in unplaced):
        text = f"Images of the series that have no position and are left out: {len(unplaced)}."
        return (Fault("missing_position", text),)
    text = (
        f"Images of the series that cannot be placed and are left out: {len(unplaced)}."
        f" The first {unplaced[0].reason}."
    )
    return (Fault("unusable_position", text),)
