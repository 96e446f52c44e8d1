"""What is done to the file system of the fixture ``small_disk``."""

import subprocess
from pathlib import Path


def fill(disk: Path) -> Path:
    """A file that leaves no room on the disk."""
    filler = disk / "filler"
    with filler.open("ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return filler


def make_read_only(disk: Path) -> None:
    """Let nothing be written to the disk any more."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
