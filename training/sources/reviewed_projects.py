"""What readers decided in labelling projects, as slices to learn from."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import TrainingError
from lesion_viewer.exchange.reviewed_slices import ReviewedProject, ReviewedSlice, read_slices

from ..deeplesion.row_selection import Rows
from ..deeplesion.scans import KeySlice
from ..deeplesion.slice_images import SliceImages
from ..viewer_commands import run_viewer

TEST = "3"
"""DeepLesion's ``Train_Val_Test`` of test patients, whom no recipe may train on."""

LEARNED = "learned from"
Where = tuple[str, int]  # folder and number of a slice


@dataclass(frozen=True, slots=True)
class Reviews:
    """Reviewed slices to learn from, and counts of what happened to all reviewed slices.

    Attributes
    ----------
    key_slices : Mapping[Where, KeySlice]
        Folder and slice number -> the slice with the reader's boxes.
    fates : Mapping[str, int]
        What happened to a slice, in a few words -> number of slices.
    """

    key_slices: Mapping[Where, KeySlice]
    fates: Mapping[str, int]


def read_reviews(files: Sequence[Path], images: Sequence[Path] = ()) -> tuple[ReviewedProject, ...]:
    """What was decided in the reviews of labelling projects, which ``lesion-viewer`` exports.

    Parameters
    ----------
    files : Sequence[Path]
        Reviews, one for each project.
    images : Sequence[Path]
        The images of each project, in the order of the files; none where all are DeepLesion's,
        whose folder the recipe names.

    Returns
    -------
    tuple[ReviewedProject, ...]
        The projects, in the order of the files.

    Raises
    ------
    TrainingError, CTError
        Where a review, its project or its images cannot be used; where there are images for some
        of the reviews only.
    """
    if images and len(images) != len(files):
        said = f"{len(files)} reviews need as many folders of images"
        raise TrainingError(f"{said}, not {len(images)}")
    folders: Sequence[Path | None] = images or [None] * len(files)
    return tuple(map(_read, files, folders))


def _read(file: Path, images: Path | None) -> ReviewedProject:
    with TemporaryDirectory() as folder:
        slices = Path(folder) / "slices.json"
        run_viewer("export", "--format", "slices", "--output", slices, "--", file)
        project = read_slices(slices)
    return project if images is None else project.with_series(images)


def provenance(projects: Sequence[ReviewedProject]) -> str:
    """Comment lines for the end of a recipe that name the projects it also learned from.

    A resumed run compares them, so that it goes on with the same reviews only.

    Parameters
    ----------
    projects : Sequence[ReviewedProject]
        Projects of a run.

    Returns
    -------
    str
        A line for each, ``# reviews: name, sha256 ...``.
    """
    return "".join(f"# reviews: {one.name}, sha256 {one.sha256}\n" for one in projects)


def reviews_of(
    projects: Sequence[ReviewedProject],
    rows: Rows,
    images: SliceImages,
    types: frozenset[str] = frozenset(),
) -> Reviews:
    """The slices of the projects that may be learned from.

    Slices of patients in DeepLesion's test part or in the recipe's test or validation part are left
    out. A slice that several projects reviewed counts as in the last of them.

    Parameters
    ----------
    projects : Sequence[ReviewedProject]
        Labelling projects from ``read_reviews``, the latest last.
    rows : Rows
        The recipe's rows by part.
    images : SliceImages
        DeepLesion's slices that exist.
    types : frozenset[str]
        Lesion types that are learned, without case; empty for all. Lesions of another type are
        ignored; lesions without a type are learned.

    Returns
    -------
    Reviews
        The slices, and counts of what happened to all reviewed slices.

    Raises
    ------
    TrainingError
        Where no reviewed slice can be learned from; names the reasons.
    """
    held_out = {
        f"DeepLesion {one.values['Patient_index']}": part
        for part in ("validation", "test")
        for one in rows.parts[part]
    }
    latest = {(one.folder, one.number): one for p in projects for one in p.slices}
    fates: Counter[str] = Counter()
    found = {}
    for where, one in latest.items():
        fate = _why_not(one, held_out, images) or LEARNED
        fates[fate] += 1
        if fate == LEARNED:
            found[where] = _key_slice(one, types)
    if not found:
        said = ", ".join(f"{count} {fate}" for fate, count in fates.items()) or "none at all"
        raise TrainingError(f"no reviewed slice can be learned from: {said}")
    return Reviews(found, dict(fates))


def with_reviews(key_slices: Sequence[KeySlice], reviews: Reviews) -> tuple[KeySlice, ...]:
    """Slices to learn from, with the reader's boxes where they were reviewed.

    Parameters
    ----------
    key_slices : Sequence[KeySlice]
        Slices of the recipe.
    reviews : Reviews
        Reviewed slices; those that the recipe does not have are added at the end.

    Returns
    -------
    tuple[KeySlice, ...]
        All slices, each once.
    """
    known = {(key.folder, key.number) for key in key_slices}
    changed = [reviews.key_slices.get((key.folder, key.number), key) for key in key_slices]
    return (*changed, *(key for where, key in reviews.key_slices.items() if where not in known))


def _why_not(one: ReviewedSlice, held_out: Mapping[str, str], images: SliceImages) -> str:
    patient = f"DeepLesion {one.patient}"
    if TEST in one.splits or held_out.get(patient) == "test":
        return "of a test patient"
    if patient in held_out:
        return "of a validation patient"
    if one.spacing_mm is None:
        return "no spacing"
    return "" if one.number in images.numbers(one.folder) else "missing image"


def _key_slice(one: ReviewedSlice, types: frozenset[str]) -> KeySlice:
    assert one.spacing_mm is not None
    lesions, unsure, named = learned_boxes(one, types)
    return KeySlice(
        one.folder,
        one.number,
        one.spacing_mm,
        lesions,
        unsure,
        f"DeepLesion {one.patient}",
        named,
        is_reviewed=True,
    )


def learned_boxes(
    one: ReviewedSlice, types: frozenset[str]
) -> tuple[NDArray[np.float32], NDArray[np.float32], tuple[str, ...]]:
    """What a reviewed slice teaches: its lesions, what on it is to be ignored, and their types.

    Parameters
    ----------
    one : ReviewedSlice
        The slice.
    types : frozenset[str]
        Lesion types that are learned, without case; empty for all.

    Returns
    -------
    tuple[NDArray[np.float32], NDArray[np.float32], tuple[str, ...]]
        (n, 4) and (m, 4), in stored pixels, and the type of each lesion, empty for none.
    """
    wanted: list[Box] = []
    named: list[str] = []
    others: list[Box] = []
    for box, lesion_type in zip(one.lesions, one.types, strict=True):
        is_wanted = not types or not lesion_type or lesion_type.casefold() in types
        (wanted if is_wanted else others).append(box)
        named += [lesion_type] if is_wanted else []
    lesions, rejected, unsure = (
        np.array([box.as_tuple() for box in boxes], np.float32).reshape(-1, 4)
        for boxes in (wanted, one.rejected, [*one.open, *others])
    )
    if not one.is_read_in_full:
        unread = outside(np.concatenate((surroundings(lesions), rejected)), one.shape)
        unsure = np.concatenate((unsure, unread))
    return lesions, unsure, tuple(named)


def surroundings(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Regions round lesions that a reader looked at: as far from each lesion as it is large.

    Parameters
    ----------
    boxes : NDArray[np.float32]
        Lesions (n, 4), in pixels.

    Returns
    -------
    NDArray[np.float32]
        (n, 4), in pixels; each includes its lesion and may leave the slice.
    """
    sides = boxes[:, 2:] - boxes[:, :2]
    return np.concatenate((boxes[:, :2] - sides, boxes[:, 2:] + sides), axis=1)


def outside(known: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Regions of a slice that lie in none of the known boxes, as boxes that may overlap.

    The regions are the widest and the highest free strips: what is ignored in training has to lie
    within a single region.

    Parameters
    ----------
    known : NDArray[np.float32]
        (n, 4), in pixels; they may leave the slice.
    shape : tuple[int, int]
        Rows and columns of the slice.

    Returns
    -------
    NDArray[np.float32]
        float32 (m, 4), in pixels.
    """
    rows, columns = shape
    across = _strips(known, rows, columns)
    down = _strips(known[:, [1, 0, 3, 2]], columns, rows)[:, [1, 0, 3, 2]]
    return np.unique(np.concatenate((across, down)), axis=0)


def _strips(known: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    """Free strips along x, each as high as its ends stay the same."""
    cuts = np.unique(np.clip([0.0, *known[:, 1], *known[:, 3], rows], 0, rows))
    open_strips: dict[tuple[float, float], float] = {}
    done = []
    for top, bottom in zip(cuts[:-1], cuts[1:], strict=True):
        free = _free(known[(known[:, 1] < bottom) & (known[:, 3] > top)], columns)
        for ends in [ends for ends in open_strips if ends not in free]:
            done.append((ends[0], open_strips.pop(ends), ends[1], top))
        for ends in free:
            open_strips.setdefault(ends, top)
    done += [(x1, top, x2, float(rows)) for (x1, x2), top in open_strips.items()]
    return np.array(done, np.float32).reshape(-1, 4)


def _free(known: NDArray[np.float32], columns: int) -> list[tuple[float, float]]:
    """Stretches of 0 to ``columns`` that no box covers."""
    free, reached = [], 0.0
    for x1, x2 in sorted((float(box[0]), float(box[2])) for box in known):
        if x1 > reached:
            free.append((reached, min(x1, float(columns))))
        reached = max(reached, x2)
    if reached < columns:
        free.append((reached, float(columns)))
    return [(x1, x2) for x1, x2 in free if x2 > x1]
