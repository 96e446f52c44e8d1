"""Where fetched studies lie, and the archive that each came from."""

import json
from pathlib import Path
from typing import Any

from lesion_viewer.system.atomic_files import save_bytes
from lesion_viewer.system.home_folder import home_folder

ARCHIVE, REVISION = "archive", "sent"


def studies_folder() -> Path:
    """The folder of the program's home in which fetched studies lie, each named by its UID."""
    return home_folder() / "studies"


def origin_path(folder: Path) -> Path:
    """The file beside a study's folder that names its archive.

    Parameters
    ----------
    folder : Path
        The study's folder.

    Returns
    -------
    Path
        There or not.
    """
    return folder.with_name(f"{folder.name}.json")


def sent_path(folder: Path) -> Path:
    """The file beside a study's folder that is its last report which an archive has.

    Parameters
    ----------
    folder : Path
        The study's folder.

    Returns
    -------
    Path
        There or not.
    """
    return folder.with_name(f"{folder.name}.sent.dcm")


def keep_origin(folder: Path, archive: str) -> None:
    """Remember from which archive a study came.

    Parameters
    ----------
    folder : Path
        The study's folder.
    archive : str
        Name or address of the archive.

    Raises
    ------
    ExchangeError
        Where it cannot be written.
    """
    _keep(folder, ARCHIVE, archive)


def origin_of(folder: Path) -> str:
    """The archive from which a study came.

    Parameters
    ----------
    folder : Path
        What was opened.

    Returns
    -------
    str
        Its name or address; empty where the study came from no archive.
    """
    return str(_kept(folder).get(ARCHIVE, ""))


def keep_sent(folder: Path, revision: int) -> None:
    """Remember how far the review of a study was when an archive got it.

    Parameters
    ----------
    folder : Path
        The study's folder.
    revision : int
        The review's, as it was sent.

    Raises
    ------
    ExchangeError
        Where it cannot be written.
    """
    _keep(folder, REVISION, revision)


def sent_revision(folder: Path) -> int:
    """How far the review of a study was when an archive got it.

    Parameters
    ----------
    folder : Path
        The study's folder.

    Returns
    -------
    int
        The review's revision; -1 where it was not sent.
    """
    revision = _kept(folder).get(REVISION)
    return revision if isinstance(revision, int) else -1


def _kept(folder: Path) -> dict[str, Any]:
    try:
        kept = json.loads(origin_path(folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _keep(folder: Path, key: str, value: object) -> None:
    save_bytes(origin_path(folder), json.dumps({**_kept(folder), key: value}).encode())
