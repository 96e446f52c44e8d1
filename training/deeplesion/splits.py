"""Which rows of DeepLesion are for training, validation and test: always whole patients."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

PARTS = ("train", "validation", "test")
OFFICIAL = dict(zip("123", PARTS, strict=True))
"""DeepLesion's column ``Train_Val_Test``."""

SLICES_76_15_9 = (1660, 329, 203)
"""The paper's slices for Faster R-CNN: 76, 15 and 9 %."""


def by_patient(patients: Sequence[str], shares: Sequence[float], seed: int) -> dict[str, str]:
    """Patient -> part, so that the rows are shared as nearly as whole patients allow.

    Parameters
    ----------
    patients : of each row; in any order
    shares : of the first parts of ``PARTS``, in any unit; 0 leaves a part empty
    seed : decides which patients
    """
    rows = Counter(patients)
    names = sorted(rows)
    order = np.random.default_rng(seed).permutation(len(names))
    ends = np.cumsum(shares) / sum(shares) * len(patients)
    parts, done = {}, 0
    for n in order:
        # A patient belongs where the middle of its rows falls.
        middle = done + rows[names[n]] / 2
        parts[names[n]] = PARTS[int(np.searchsorted(ends, middle, side="left"))]
        done += rows[names[n]]
    return parts


def faster_rcnn_parts(rows: Iterable[tuple[int, str, str]], seed: int) -> dict[int, str]:
    """The paper's split for Faster R-CNN: row -> part; LesaNet's validation rows have none.

    Its 203 test slices are LesaNet's, its 1660 and 329 others are LesaNet's 1989 training slices.
    Which of them the paper validated on is not known: here ``seed`` decides, by patient.

    Parameters
    ----------
    rows : number, patient and LesaNet's part of each
    """
    rows = list(rows)
    train, validation, _ = SLICES_76_15_9
    learned = [patient for _, patient, part in rows if part == "train"]
    shared = by_patient(learned, (train, validation), seed)
    parts = {row: shared[patient] for row, patient, part in rows if part == "train"}
    return parts | {row: part for row, _, part in rows if part == "test"}


def in_two_parts(patients: Mapping[int, str], parts: Mapping[int, str]) -> set[int]:
    """Rows of patients who are in a part that weighs more: test, then validation, then train.

    Parameters
    ----------
    patients, parts : by row
    """
    heaviest: dict[str, int] = {}
    for row, part in parts.items():
        weight = PARTS.index(part)
        heaviest[patients[row]] = max(weight, heaviest.get(patients[row], 0))
    return {row for row, part in parts.items() if PARTS.index(part) < heaviest[patients[row]]}
