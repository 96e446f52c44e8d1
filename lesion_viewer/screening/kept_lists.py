"""How a reader has the list of a screening: kept from one opening to the next."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lesion_viewer.screening.list_filter import ListFilter
from lesion_viewer.system.atomic_files import save_bytes
from lesion_viewer.system.home_folder import home_folder

MOST = 50
"""Lists that are remembered; of more the oldest are forgotten."""


@dataclass(frozen=True, slots=True)
class KeptList:
    """What a reader chose in a list, and what was found out about its archive.

    Attributes
    ----------
    column : str
        By what it is sorted; empty for the score.
    is_descending : bool
        Whether the highest comes first.
    filter : ListFilter
        Which series are shown.
    last : str
        Key of the series that was opened last.
    moved : Mapping[str, str]
        Source of the screening -> where it is now.
    reviews : Mapping[str, str]
        Key of a series whose files give no Study Instance UID -> key of its study.
    """

    column: str = ""
    is_descending: bool = True
    filter: ListFilter = ListFilter()
    last: str = ""
    moved: Mapping[str, str] = field(default_factory=dict)
    reviews: Mapping[str, str] = field(default_factory=dict)


def kept_lists_path() -> Path:
    """The file, in the program's home folder; it names folders, and no patient else."""
    return home_folder() / "screenings.json"


def kept_list(folder: Path) -> KeptList:
    """What is kept of a list.

    Parameters
    ----------
    folder : Path
        Folder of the results.

    Returns
    -------
    KeptList
        The usual one where nothing is kept, or it cannot be read.
    """
    kept = _all().get(str(folder))
    if not isinstance(kept, dict):
        return KeptList()
    column, last, chosen = (kept.get(name) for name in ("column", "last", "filter"))
    return KeptList(
        column=column if isinstance(column, str) else "",
        is_descending=kept.get("is_descending") is not False,
        filter=ListFilter.decoded(chosen) if isinstance(chosen, dict) else ListFilter(),
        last=last if isinstance(last, str) else "",
        moved=_texts(kept.get("moved")),
        reviews=_texts(kept.get("reviews")),
    )


def keep_list(folder: Path, kept: KeptList) -> None:
    """Keep how a list is, in place of what was kept of it.

    Parameters
    ----------
    folder : Path
        Folder of the results.
    kept : KeptList
        How it is.

    Raises
    ------
    ExchangeError
        It cannot be written.
    """
    lists = _all()
    lists.pop(str(folder), None)
    lists[str(folder)] = {
        "column": kept.column,
        "is_descending": kept.is_descending,
        "filter": kept.filter.encoded(),
        "last": kept.last,
        "moved": dict(kept.moved),
        "reviews": dict(kept.reviews),
    }
    latest = dict(list(lists.items())[-MOST:])
    save_bytes(kept_lists_path(), json.dumps(latest, indent=1).encode())


def _all() -> dict[str, Any]:
    try:
        saved = json.loads(kept_lists_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return saved if isinstance(saved, dict) else {}


def _texts(kept: Any) -> dict[str, str]:
    if not isinstance(kept, dict):
        return {}
    return {key: value for key, value in kept.items() if isinstance(value, str)}
