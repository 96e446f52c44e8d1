"""DeepLesion's organ codes, splits and doubtful rows, as groups of a work list."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from lesion_viewer.detection.lesion_types import DEEPLESION_TYPES
from lesion_viewer.review.worklist.work_list import Group
from lesion_viewer.text import Text

UNKNOWN = -1
ORGANS = {UNKNOWN: "unknown", **DEEPLESION_TYPES}
"""DeepLesion's ``Coarse_lesion_type``."""

SPLITS = {"1": "training", "2": "validation", "3": "test"}
"""DeepLesion's ``Train_Val_Test``."""

ORGAN, SPLIT, NOISY = "organ", "split", "noisy"
MAX_DIGITS = 9


def organ_in(text: str) -> int:
    """The organ code in a cell of ``Coarse_lesion_type``.

    Parameters
    ----------
    text : str
        The cell.

    Returns
    -------
    int
        A whole number, one of ``ORGANS`` or not; -1 for another text.
    """
    is_code = text.removeprefix("-").isdecimal() and len(text) < MAX_DIGITS
    return int(text) if is_code else UNKNOWN


def type_of_organ(organ: int) -> str:
    """The lesion type of an organ code.

    Parameters
    ----------
    organ : int
        As ``organ_in`` gives it.

    Returns
    -------
    str
        Empty for an unknown one.
    """
    return DEEPLESION_TYPES.get(organ, "")


@lru_cache(maxsize=4096)  # thousands of rows repeat few of them
def groups_of(organ: int, split: str, is_noisy: bool) -> Mapping[str, str]:
    """A row's values of the groups of a DeepLesion work list.

    Parameters
    ----------
    organ : int
        As ``organ_in`` gives it.
    split : str
        ``Train_Val_Test`` as it stands in the file.
    is_noisy : bool
        Whether ``Possibly_noisy`` is 1.

    Returns
    -------
    Mapping[str, str]
        Name of the group -> value.
    """
    found = {ORGAN: ORGANS.get(organ, str(organ)), SPLIT: SPLITS.get(split, split)}
    return found | ({NOISY: NOISY} if is_noisy else {})


def split_code(groups: Mapping[str, str]) -> str:
    """``Train_Val_Test`` of a row, from its groups.

    Parameters
    ----------
    groups : Mapping[str, str]
        As ``groups_of`` gives them.

    Returns
    -------
    str
        As it stands in the file; empty where the row has no split.
    """
    split = groups.get(SPLIT, "")
    return next((code for code, name in SPLITS.items() if name == split), split)


def groups(used: Iterable[Mapping[str, str]]) -> tuple[Group, ...]:
    """The groups of a DeepLesion work list.

    Parameters
    ----------
    used : Iterable[Mapping[str, str]]
        The values of its rows; organ codes that DeepLesion does not have come after its own.

    Returns
    -------
    tuple[Group, ...]
        Doubtful rows, organs and splits.
    """
    others = {values.get(ORGAN, "") for values in used} - {*ORGANS.values()}
    numbered = sorted((text for text in others if text.isdecimal() and int(text)), key=int)
    return (
        Group(NOISY, (NOISY,), any_text=Text("Possibly noisy only")),
        Group(ORGAN, (*DEEPLESION_TYPES.values(), *numbered)),
        Group(SPLIT, tuple(SPLITS.values()), is_order=False, any_text=Text("Any split")),
    )
