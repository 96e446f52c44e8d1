"""Checks the docstrings of public names; run ``python -m tests.lint.docstrings FOLDER_OR_FILE...``.

Without arguments it checks what ``[tool.docstrings]`` in pyproject.toml names.
``--count`` prints the number of faults of each file in place of them. What a command of a program
says is help for its user, and its parameters have their own: commands are left out.
"""

import argparse
import ast
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lint.docstring_rules import Definition, faults_of

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Found:
    """A fault and its place."""

    file: Path
    line: int
    name: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.code} {self.name}: {self.message}"


def check_file(file: Path) -> list[Found]:
    """The faults of a file, from top to bottom."""
    text = file.read_text(encoding="utf-8")
    tree = ast.parse(text, str(file))
    lines = text.splitlines()
    return [
        Found(
            file, node.lineno, ".".join(getattr(n, "name", "") for n in (*within[1:], node)), *fault
        )
        for node, within in _public(tree, [tree], lines)
        for fault in faults_of(node, file, within)
    ]


def _public(
    parent: ast.AST, within: list[ast.AST], lines: Sequence[str]
) -> Iterator[tuple[Definition, list[ast.AST]]]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.If | ast.Try):
            yield from _public(node, within, lines)
        if not isinstance(node, Definition) or node.name.startswith("_"):
            continue
        decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
        if any(_is_exempt(decorator) for decorator in decorators):
            continue
        if "noqa: N802" in lines[node.lineno - 1] or "noqa: D102" in lines[node.lineno - 1]:
            continue  # a method of Qt, documented there
        yield node, within
        if isinstance(node, ast.ClassDef):
            yield from _public(node, [*within, node], lines)


def _is_exempt(decorator: str) -> bool:
    return decorator in {"override", "overload"} or decorator.split("(")[0].endswith(
        (".command", ".callback", ".setter")
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the faults; 1 where there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--count", action="store_true", help="only how many each file has")
    options = parser.parse_args(arguments)
    paths = options.paths or [ROOT / name for name in _checked()]
    files = [f for path in paths for f in (sorted(path.rglob("*.py")) or [path])]
    found = [fault for file in files for fault in check_file(file)]
    if options.count:
        counted = Counter(str(fault.file) for fault in found)
        print(*(f"{number:5} {file}" for file, number in counted.items()), sep="\n")
        print(*(f"{number:5} {code}" for code, number in Counter(f.code for f in found).items()))
    else:
        for fault in found:
            print(fault)
    print(f"{len(found)} faults in {len(files)} files", file=sys.stderr)
    return 1 if found else 0


def _checked() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    checked: list[str] = settings["tool"]["docstrings"]["checked"]
    return checked


if __name__ == "__main__":
    sys.exit(main())
