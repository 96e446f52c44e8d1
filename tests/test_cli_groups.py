"""The command lines start fast, and have the commands of every module in their folders."""

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import typer

import lesion_viewer.cli
import training.cli

ROOT = Path(__file__).parents[1]
HEAVY = {"PySide6", "SimpleITK", "numpy", "pydicom", "scipy", "torch", "torchvision"}


@pytest.mark.parametrize("package", ["lesion_viewer", "training"])
def test_help_imports_nothing_that_is_slow_to_import(package: str) -> None:
    code = (
        f"import sys; from {package}.cli import main; sys.argv[1:] = ['--help']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert "Usage:" in done.stdout, done.stderr
    assert not HEAVY & set(done.stderr.split())


@pytest.mark.parametrize("cli", [lesion_viewer.cli, training.cli], ids=lambda cli: cli.__name__)
def test_the_commands_of_every_module_are_in_the_program(cli: ModuleType) -> None:
    names = {command.name for command in cli.app.registered_commands}
    found = set()
    for _, name, _ in pkgutil.iter_modules(cli.__path__):
        module = importlib.import_module(f"{cli.__name__}.{name}")
        group = getattr(module, "commands", None)
        if isinstance(group, typer.Typer):
            found |= {command.name for command in group.registered_commands}
    assert found and found == names
    assert len(names) == len(cli.app.registered_commands)


def test_every_command_has_its_name_written_out() -> None:
    """``main`` takes a first argument that is no command's name for a path to open."""
    for cli in (lesion_viewer.cli, training.cli):
        assert all(command.name for command in cli.app.registered_commands)
