"""The commands of ``lesion-viewer``; each imports what it needs when it is run.

From outside: nothing but this module.

Each module of this folder has a group of commands, in its ``commands``; ``GROUPS`` lists them.
"""

import io
import sys
import warnings
from collections.abc import Sequence
from typing import Annotated

import typer

from lesion_viewer import __version__
from lesion_viewer.cli import (
    archives,
    corrections,
    detection,
    exporting,
    labelling,
    readers,
    screening,
    studies,
)
from lesion_viewer.errors import LesionViewerError
from lesion_viewer.extras import missing

GROUPS = (
    studies.commands,
    detection.commands,
    labelling.commands,
    readers.commands,
    corrections.commands,
    exporting.commands,
    archives.commands,
    screening.commands,
)
"""In the order in which ``--help`` lists them."""

app = typer.Typer(
    help="Review CT lesion candidates and correct lesion labels. Not a medical device.",
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=False,
)
for group in GROUPS:
    app.registered_commands += group.registered_commands


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; a path in place of a command's name is opened in a window.

    Parameters
    ----------
    arguments : Sequence[str] | None
        Those of the command line when left out.

    Returns
    -------
    int
        The exit status: 0 done, 1 the input could not be used, 2 wrong usage.
    """
    _prepare_output()
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    commands = {command.name for command in app.registered_commands}
    if not arguments or (arguments[0] not in commands and not arguments[0].startswith("-")):
        arguments.insert(0, "open")
    try:
        app(arguments)
    except LesionViewerError as error:
        print(f"lesion-viewer: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"lesion-viewer: {missing(error.name)}", file=sys.stderr)
        return 1
    except MemoryError:
        print("lesion-viewer: this needs more memory than there is", file=sys.stderr)
        return 1
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    return 0


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit


def _prepare_output() -> None:
    """Let names of files in any encoding be printed, and silence other packages' warnings."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
