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
