"""Where the program keeps what belongs to a reader, and not to a study's folder."""

import hashlib
import os
from pathlib import Path

from platformdirs import user_data_dir


def home_folder() -> Path:
    """``$LESION_VIEWER_HOME``, else the system's folder for a user's application data."""
    return Path(os.environ.get("LESION_VIEWER_HOME") or user_data_dir("lesion-viewer", False))


def journal_path(study_key: str) -> Path:
    """The journal of the study with this key, whether it exists or not.

    The name is a hash: a key may hold characters that no file system takes.
    """
    name = hashlib.sha256(study_key.encode()).hexdigest()[:32]
    return home_folder() / "reviews" / f"{name}.review"


def reader_file(session_file: Path, reader: str) -> Path:
    """The journal of one reader of a project beside the others': ``a.review`` as ``a.ann.review``.

    Without a reader it is the file itself.
    """
    if not reader:
        return session_file
    name = "".join(c if c.isalnum() or c in "-_ " else "_" for c in reader).strip()
    if name != reader:  # two names that a file system cannot tell must not share a journal
        name = f"{name}-{hashlib.sha256(reader.encode()).hexdigest()[:8]}"
    return session_file.with_name(f"{session_file.stem}.{name}{session_file.suffix}")
