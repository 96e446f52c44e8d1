"""Where fetched studies lie, and the archive that each came from."""

import json
from pathlib import Path

from lesion_viewer.system.atomic_files import save_bytes
from lesion_viewer.system.home_folder import home_folder

ARCHIVE = "archive"


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
    save_bytes(origin_path(folder), json.dumps({ARCHIVE: archive}).encode())


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
    try:
        kept = json.loads(origin_path(folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(kept.get(ARCHIVE, "")) if isinstance(kept, dict) else ""
