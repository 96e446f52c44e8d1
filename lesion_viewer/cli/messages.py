"""What the commands say on stderr beside their results."""

import sys


def say(text: str) -> None:
    """Print one line on stderr that begins with the program's name.

    Parameters
    ----------
    text : str
        One line; texts from files go through ``errors.one_line`` first.
    """
    print(f"lesion-viewer: {text}", file=sys.stderr)
