"""Work lists: searches of an archive that were given a name, to be made again each day."""

import json
import re
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from pathlib import Path

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.pacs.archive import Query
from lesion_viewer.system.atomic_files import save_bytes
from lesion_viewer.system.home_folder import home_folder
from lesion_viewer.text import Text

AGO = re.compile(r"-(\d{1,5})")
NO_PATIENT = Text("A work list names no patient: leave patient ID and name empty.")


@dataclass(frozen=True, slots=True)
class WorkList:
    """A search that is kept. It holds nothing of a patient: it lies in a file.

    Attributes
    ----------
    archive : str
        Name or address of the archive.
    first, last : str
        Days between which studies were made, as ``day`` reads them; empty for any.
    modality, description : str
        As in ``Query``.
    """

    archive: str
    first: str = ""
    last: str = ""
    modality: str = ""
    description: str = ""

    def query(self) -> Query:
        """What is looked for today.

        Raises
        ------
        ExchangeError
            Where one of the days is none.
        """
        dates = days(self.first, self.last)
        return Query(date=dates, modality=self.modality, description=self.description)


def days(first: str, last: str) -> str:
    """The dates that an archive is asked for.

    Parameters
    ----------
    first, last : str
        ``YYYY-MM-DD`` or ``YYYYMMDD``, ``-7`` for seven days ago, ``-0`` for today; empty for any.

    Returns
    -------
    str
        ``YYYYMMDD-YYYYMMDD``, of which one may be missing; empty for any.

    Raises
    ------
    ExchangeError
        Where one is none.
    """
    found = [_day(text.strip()) for text in (first, last)]
    return "-".join(found) if any(found) else ""


def _day(text: str) -> str:
    if not text:
        return ""
    try:
        ago = AGO.fullmatch(text)
        day = date.today() - timedelta(int(ago[1])) if ago else date.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise ExchangeError(
            Text("A date is written as {example}, or as -7: seven days ago.", example="2024-05-31")
        ) from error
    return f"{day:%Y%m%d}"


def work_lists_path() -> Path:
    """File of the work lists, in the program's home folder."""
    return home_folder() / "worklists.json"


def kept_work_lists() -> dict[str, WorkList]:
    """The work lists by name; none where there are none, or where they cannot be read."""
    try:
        saved = json.loads(work_lists_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    known = {item.name for item in fields(WorkList)}
    return {
        str(name): WorkList(**{key: str(value) for key, value in of.items() if key in known})
        for name, of in (saved.items() if isinstance(saved, dict) else ())
        if isinstance(of, dict) and "archive" in of
    }


def keep_work_list(name: str, kept: WorkList | None) -> None:
    """Keep a search under a name, in place of one that had it.

    Parameters
    ----------
    name : str
        What it is called.
    kept : WorkList | None
        None forgets the one of that name.

    Raises
    ------
    ExchangeError
        Where its days are none, or it cannot be written.
    """
    lists = kept_work_lists()
    lists.pop(name, None)
    if kept is not None:
        kept.query()
        lists[name] = kept
    saved = {key: asdict(value) for key, value in lists.items()}
    save_bytes(work_lists_path(), json.dumps(saved, indent=2).encode())
