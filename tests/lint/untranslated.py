"""Texts of the window that do not go through Qt's translation: ``tr`` and ``Text``.

A literal counts as a text for readers where it holds a capitalised word or two words. What is
none of that kind is found by where it stands: documentation, logs, errors of programmers, style
sheets, names of objects.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

TRANSLATED = {"tr", "Text"}
NOT_SHOWN = {
    *("setObjectName", "setProperty", "getLogger", "setStyleSheet", "QKeySequence", "QColor"),
    *("ValueError", "LookupError", "TypeError", "RuntimeError", "AssertionError", "TypeVar"),
    *("debug", "info", "warning", "error", "exception", "property", "findChild", "print"),
    *("NewType", "environ", "getattr", "setattr", "read_text", "write_text", "isidentifier"),
}
WORDS = re.compile(r"[A-Z][a-z]+|[A-Za-z]{2,} [A-Za-z]{2,}")
STYLE = re.compile(r"#\w|[{};]|</?\w+")


def untranslated(source: str) -> Iterator[tuple[int, str]]:
    """The line and the text of each literal of a module that readers see in English alone.

    Parameters
    ----------
    source : str
        The module's text.

    Yields
    ------
    tuple[int, str]
        Line, counted from 1, and the literal's text.
    """
    yield from _in(ast.parse(source))


def taken_up(source: str) -> Iterator[tuple[int, str | None]]:
    """The line and the first argument of each call of ``tr`` and ``Text``.

    Parameters
    ----------
    source : str
        The module's text.

    Yields
    ------
    tuple[int, str | None]
        Line, counted from 1, and the literal; None for what is no literal.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name(node.func) in TRANSLATED and node.args:
            yield node.lineno, _literal(node.args[0])


def _in(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Call) and _name(node.func) in NOT_SHOWN | TRANSLATED:
        for keyword in node.keywords:
            yield from _in(keyword)
        return
    if isinstance(node, (ast.Constant, ast.JoinedStr)):
        text = _literal(node)
        if text is None:
            text = "…".join(str(v.value) for v in node.values if isinstance(v, ast.Constant))
        if WORDS.search(text) and not STYLE.search(text):
            yield node.lineno, text
        if isinstance(node, ast.JoinedStr):
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    yield from _in(part.value)
        return
    for child in ast.iter_child_nodes(node):
        is_documentation = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        is_annotation = child in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if not (is_documentation or is_annotation):
            yield from _in(child)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _literal(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return None


if __name__ == "__main__":
    for file in sorted(f for p in sys.argv[1:] for f in Path(p).rglob("*.py")):
        for line, text in untranslated(file.read_text(encoding="utf-8")):
            print(f"{file}:{line}: {text!r}")
