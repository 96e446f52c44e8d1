"""The manual and the README name files, commands and options that exist."""

import re
import shlex
from pathlib import Path

import click
import pytest
import typer

from lesion_viewer.cli import app as viewer
from lesion_viewer.review.events.kinds import KINDS
from training.cli import app as training

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
PROGRAMS = {"lesion-viewer": viewer, "lesion-training": training}
FLOORS = ["ct", "detection", "review", "exchange"]

on_every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@on_every_page
def test_files_that_a_page_names_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:lesion_viewer|training|tests|resources|docs)/[\w/.-]+)`", text):
        assert (ROOT / name).exists() or "NAME" in name or "my_net" in name, name


@on_every_page
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    elsewhere = (DOCS / "hooks.py").read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", page.read_text(encoding="utf-8")):
        is_generated = page.parent == DOCS and f'"{link}":' in elsewhere
        assert is_generated or (page.parent / link).exists(), link


@on_every_page
def test_commands_that_a_page_shows_exist_with_their_options(page: Path) -> None:
    for line in re.findall(r"^(?: {4}|\t)+(lesion-(?:viewer|training) .*)", _joined(page), re.M):
        program, *words = shlex.split(line.split(" #")[0].replace("'", ""))
        group = typer.main.get_command(PROGRAMS[program])
        assert isinstance(group, click.Group) or hasattr(group, "commands")
        command = group.commands.get(words[0]) if words else None
        if command is None:
            assert program == "lesion-viewer" and words[0] == "PATH", line
            continue
        known = {option for param in command.params for option in param.opts}
        assert {word.strip("[]") for word in words if word.strip("[").startswith("--")} <= known, (
            line
        )


def _joined(page: Path) -> str:
    """The text with the lines of one command, which go on with an option, made one."""
    return re.sub(r"\n +(\[--)", r" \1", page.read_text(encoding="utf-8"))


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 150


def test_the_way_of_a_slice_never_leads_down() -> None:
    text = (DOCS / "one-slice.md").read_text(encoding="utf-8")
    steps = re.findall(r"^\| (\d+) \| `lesion_viewer/(\w+)/[\w/]+\.py` ", text, re.MULTILINE)
    assert [int(number) for number, _ in steps] == list(range(1, len(steps) + 1))
    # All floors ask geometry on the way.
    floors = [FLOORS.index(floor) for _, floor in steps if floor != "geometry"]
    assert floors == sorted(floors) and set(floors) == set(range(len(FLOORS)))


def test_the_manual_names_every_kind_of_event() -> None:
    named = set(re.findall(r"`(\w+)`", (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")))
    assert KINDS.keys() <= named
