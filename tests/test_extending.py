"""The commits that the manual shows can be made, pass their tests and are short."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "extending.md"
SECTION = re.compile(r"^## (.+?)$(?:(?!^## ).)*?^```diff\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMITS = SECTION.findall(PAGE.read_text(encoding="utf-8"))
MOST_LINES = 80
COPIED = ("lesion_viewer", "training", "tests", "resources")

each_commit = pytest.mark.parametrize(
    ("title", "diff"), COMMITS, ids=[title for title, _ in COMMITS]
)


@each_commit
def test_a_commit_that_the_manual_shows_is_short_and_has_a_test(title: str, diff: str) -> None:
    assert len(diff.splitlines()) < MOST_LINES
    assert added_tests(diff), f"{title} has no test"


@pytest.mark.slow
@each_commit
def test_a_commit_that_the_manual_shows_applies_and_passes_its_test(
    title: str, diff: str, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    for name in COPIED:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    environment = {**os.environ, "PYTHONPATH": str(copy), "GIT_CEILING_DIRECTORIES": str(tmp_path)}

    def run(*command: str, text: str | None = None) -> None:
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, cwd=copy, env=environment
        )
        assert done.returncode == 0, f"{title}: {done.stdout}{done.stderr}"

    run("git", "apply", "-", text=diff)
    rules = "tests/test_floors.py::test_a_folder_is_entered_through_its_face"
    run(sys.executable, "-m", "pytest", "-n", "0", *added_tests(diff), rules)


def added_tests(diff: str) -> list[str]:
    return re.findall(r"^\+\+\+ b/(tests/.*/test_\w+\.py)$", diff, re.MULTILINE)
