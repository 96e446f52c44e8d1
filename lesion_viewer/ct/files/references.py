"""Checks of file names that another file contains: only files in its folder are read."""

import os
import re
import stat
from pathlib import Path

DRIVE = re.compile(r"[A-Za-z]:")


def why_refused(folder: Path, name: str) -> str:
    """Why a file that another file names is not read, as a predicate; empty where it may be read.

    Parameters
    ----------
    folder : Path
        Folder of the file that contains the name.
    name : str
        Name as stated; relative to the folder, with ``/``.

    Returns
    -------
    str
        For example "is not there".

    Notes
    -----
    A regular file in the folder or below it is accepted, also after all links are resolved.
    """
    parts = re.split(r"[/\\]", name)
    if not name or parts[0] == "" or DRIVE.match(name) or ".." in parts:
        return "lies outside of its folder, and is not read"
    try:
        root, file = os.path.realpath(folder), os.path.realpath(folder / name)
        if os.path.commonpath([root, file]) != root:
            return "leads out of its folder through a link, and is not read"
        mode = os.stat(file).st_mode
    except FileNotFoundError:
        return "is not there"
    except (OSError, ValueError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or error}"
    return "" if stat.S_ISREG(mode) else "is no regular file"
