"""Texts that readers see in English alone; run ``python -m tests.lint.untranslated FOLDER...``.

A literal counts as such a text where it holds a capitalised word or two words, and goes neither
through ``tr`` of ``lesion_viewer.ui.texts`` nor through ``Text`` of ``lesion_viewer.text``. What is
no text for readers is known by where it stands: documentation, logs, errors of programmers, names
of objects, specifications of actions but for their text.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

TRANSLATED = {"tr", "Text"}
NOT_SHOWN = {
    *("setObjectName", "setProperty", "property", "findChild", "getLogger", "TypeVar", "NewType"),
    *("setStyleSheet", "QKeySequence", "QColor", "setStyle", "Signal", "TypeVarTuple"),
    *("ValueError", "LookupError", "TypeError", "RuntimeError", "ExceptionGroup"),
    *("debug", "info", "warning", "error", "exception", "print", "type_name"),
}
SPECIFICATIONS = {"A", "T", "ActionSpec", "ToggleSpec"}
TEXT_OF_SPECIFICATION = 1
WORDS = re.compile(r"[A-Z][a-z]+|[A-Za-z]{2,} [A-Za-z]{2,}")
STYLE = re.compile(r"#[0-9a-f]{3}|[{}]|: ?[^ ]+;|</?\w+")
NAMES = {"Lesion Viewer", "DeepLesion CSV", "Fusion", "English", "Deutsch", "File_name"}
ENGLISH_FILES = {
    "demo.py": "prints to a terminal",
    "diagnostics.py": "a report for those who help",
    "display.py": "prints to a terminal",
    "support_log.py": "the log",
}


def untranslated(source: str) -> Iterator[tuple[int, str]]:
    """The line and the text of each literal of a module that readers see in English alone."""
    for line, text in _in(ast.parse(source)):
        if WORDS.search(text) and not STYLE.search(text) and text.strip() not in NAMES:
            yield line, text


def taken_up(source: str) -> Iterator[tuple[int, str | None, bool]]:
    """Each call of ``tr`` and ``Text`` with a literal, or in an f-string.

    Gives its line, the literal, and whether it stands in an f-string, where lupdate is blind.
    """
    tree = ast.parse(source)
    hidden = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in TRANSLATED and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield node.lineno, first.value, node in hidden
            elif isinstance(first, ast.JoinedStr):
                yield node.lineno, None, True


def _in(node: ast.AST) -> Iterator[tuple[int, str]]:
    for child in _shown_parts(node):
        if isinstance(child, ast.JoinedStr):
            parts = [str(v.value) for v in child.values if isinstance(v, ast.Constant)]
            yield child.lineno, "…".join(parts)
            for part in child.values:
                if isinstance(part, ast.FormattedValue):
                    yield from _in(part)
        elif isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.lineno, child.value
        else:
            yield from _in(child)


def _shown_parts(node: ast.AST) -> Iterator[ast.AST]:
    """The children of a node in which texts for readers may stand."""
    if isinstance(node, ast.Call):
        name = _name(node.func)
        if name in TRANSLATED:
            yield from (keyword.value for keyword in node.keywords)
        elif name in NOT_SHOWN:
            yield from ()
        elif name in SPECIFICATIONS:
            yield from node.args[TEXT_OF_SPECIFICATION : TEXT_OF_SPECIFICATION + 1]
        else:
            yield from ast.iter_child_nodes(node)
        return
    skipped = [getattr(node, "annotation", None), getattr(node, "returns", None)]
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        skipped.append(node.slice)
    if isinstance(node, ast.Dict):
        skipped += node.keys
    for child in ast.iter_child_nodes(node):
        is_documentation = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        if not is_documentation and child not in skipped:
            yield child


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Subscript):
        function = function.value
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def shown_files(folder: Path) -> list[Path]:
    """The modules under a folder whose texts readers see."""
    return [f for f in sorted(folder.rglob("*.py")) if f.name not in ENGLISH_FILES]


if __name__ == "__main__":
    for file in (f for folder in sys.argv[1:] for f in shown_files(Path(folder))):
        for line, text in untranslated(file.read_text(encoding="utf-8")):
            print(f"{file}:{line}: {text!r}")
