"""The commands of ``lesion-training``; each imports its part only when it runs.

From outside: nothing but this module.

Each module of this folder has a group of commands, in its ``commands``; ``GROUPS`` lists them.
"""

import sys

import typer

from lesion_viewer.errors import LesionViewerError
from lesion_viewer.extras import missing

from . import data, evaluation, figures, fitting, masks

GROUPS = (data.commands, fitting.commands, evaluation.commands, masks.commands, figures.commands)
"""In the order in which ``--help`` lists them."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in GROUPS:
    app.registered_commands += group.registered_commands


@app.callback()
def _root() -> None:
    """Phantoms, training and evaluation of lesion detectors."""


def main() -> None:
    """Run a command; an error that the user can mend is one line on stderr, exit status 1."""
    try:
        app()
    except LesionViewerError as error:
        typer.echo(f"lesion-training: {error}", err=True)
        sys.exit(1)
    except ModuleNotFoundError as error:
        typer.echo(f"lesion-training: {missing(error.name)}", err=True)
        sys.exit(1)
