"""What readers decided in labelling projects, as slices to learn from."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.errors import TrainingError
from lesion_viewer.exchange.reviews.reviewed_slices import (
    ReviewedProject,
    ReviewedSlice,
    reviewed_project,
)
from training.deeplesion.row_selection import Rows
from training.deeplesion.scans import KeySlice
from training.deeplesion.slice_images import SliceImages

TEST = "3"
"""DeepLesion's ``Train_Val_Test`` of those who never flow into training, whatever a recipe says."""

LEARNED = "learned from"
Where = tuple[str, int]  # folder and number of a slice


@dataclass(frozen=True, slots=True)
class Reviews:
    """Reviewed slices, and what became of them.

    Attributes
    ----------
    key_slices : folder and number -> the slice as it is learned from
    fates : what became of a slice -> how many
    """

    key_slices: Mapping[Where, KeySlice]
    fates: Mapping[str, int]


def read_reviews(files: Sequence[Path]) -> tuple[ReviewedProject, ...]:
    """The reviewed projects in these journals; raises as ``reviewed_project``."""
    return tuple(map(reviewed_project, files))


def provenance(projects: Sequence[ReviewedProject]) -> str:
    """Lines that tell a recipe's reader, and a run that is resumed, what else it learned from."""
    return "".join(f"# reviews: {one.name}, sha256 {one.sha256}\n" for one in projects)


def reviews_of(projects: Sequence[ReviewedProject], rows: Rows, images: SliceImages) -> Reviews:
    """The slices of the projects that may be learned from.

    Slices of patients whom DeepLesion, or the recipe's split, has in the test part never are; nor
    those whom the recipe validates on. What is reviewed in several projects counts as in the last.

    Raises
    ------
    TrainingError
        Where none of the reviewed slices can be learned from; says why.
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
            found[where] = _key_slice(one)
    if not found:
        said = ", ".join(f"{count} {fate}" for fate, count in fates.items()) or "none at all"
        raise TrainingError(f"no reviewed slice can be learned from: {said}")
    return Reviews(found, dict(fates))


def with_reviews(key_slices: Sequence[KeySlice], reviews: Reviews) -> tuple[KeySlice, ...]:
    """The slices to learn from, those that were reviewed as their readers left them."""
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


def _key_slice(one: ReviewedSlice) -> KeySlice:
    assert one.spacing_mm is not None
    lesions, rejected, unsure = (
        np.array([box.as_tuple() for box in boxes], np.float32).reshape(-1, 4)
        for boxes in (one.lesions, one.rejected, one.open)
    )
    if not one.is_read_in_full:
        unread = outside(np.concatenate((surroundings(lesions), rejected)), one.shape)
        unsure = np.concatenate((unsure, unread))
    return KeySlice(
        one.folder,
        one.number,
        one.spacing_mm,
        lesions,
        unsure,
        f"DeepLesion {one.patient}",
        is_reviewed=True,
    )


def surroundings(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """What was looked at round lesions: as far from each as it is large; (n, 4)."""
    sides = boxes[:, 2:] - boxes[:, :2]
    return np.concatenate((boxes[:, :2] - sides, boxes[:, 2:] + sides), axis=1)


def outside(known: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """The part of a slice that is in none of the known boxes, as boxes (n, 4) that may overlap.

    Strips as wide as they go, and strips as high as they go: what is ignored has to lie in one.

    Parameters
    ----------
    known : (n, 4); what of them is beyond the slice does not matter
    shape : rows and columns
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
