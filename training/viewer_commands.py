"""Commands of ``lesion-viewer``, through which training reads and makes reviews."""

import os
import re
import subprocess
import sys
from pathlib import Path

from lesion_viewer.errors import TrainingError

FAULT = re.compile(r"^lesion-viewer: (.*)\Z", re.MULTILINE | re.DOTALL)


def run_viewer(command: str, *arguments: str | Path) -> None:
    """Run a command of ``lesion-viewer`` in a process of its own.

    Parameters
    ----------
    command : str
        Its name.
    *arguments : str | Path
        Its options and arguments.

    Raises
    ------
    TrainingError
        Where the command fails; in its own words.
    """
    done = subprocess.run(
        # -P: modules in the current folder must not be imported.
        [sys.executable, "-P", "-m", "lesion_viewer", command, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    if done.returncode:
        said = done.stderr.strip()
        if fault := FAULT.search(said):
            raise TrainingError(fault[1])
        raise TrainingError(f"lesion-viewer {command} ended with {done.returncode}: {said}")
