"""Where the program keeps a reader's files, which do not lie in a study's folder."""

import os
from pathlib import Path

from platformdirs import user_data_dir


def home_folder() -> Path:
    """``$LESION_VIEWER_HOME``, else the system's folder for a user's application data."""
    return Path(os.environ.get("LESION_VIEWER_HOME") or user_data_dir("lesion-viewer", False))
