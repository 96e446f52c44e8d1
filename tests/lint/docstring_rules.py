"""What a public docstring must say: numpydoc's rules, and three of this project's own.

========  ==========================================================================
PR01-04   parameters and fields: all are documented, none is unknown, in order, typed;
          a field may stand under ``Attributes``, or have a text of its own beside it
GL06      no section but numpydoc's and ``Signals``
RT01      a function with parameters says what it returns (``is_...`` and the like need not)
TY01      the type slot, of ``Returns`` too, holds words of the annotation, no description
RS01      an exception that is raised here stands under ``Raises``
SG01      a Qt signal stands under ``Signals``
========  ==========================================================================
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from numpydoc import docscrape, validate
from numpydoc.hooks.validate_docstrings import AstValidator

FROM_NUMPYDOC = {"PR01", "PR02", "PR03", "PR04", "GL06", "RT01"}
PREDICATE = re.compile(r"(is|has|can|are|was|needs)_")
TYPE_WORDS = {"optional", "default", "of", "or", "None", "Literal"}
NOT_DOCUMENTED = {"NotImplementedError", "AssertionError", "StopIteration"}

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Fault = tuple[str, str]

docscrape.NumpyDocString.sections = {**docscrape.NumpyDocString.sections, "Signals": []}
if "Signals" not in validate.ALLOWED_SECTIONS:
    validate.ALLOWED_SECTIONS.append("Signals")


class Docstring(AstValidator):  # type: ignore[misc]
    """numpydoc's validator, to which the fields of a value are its parameters."""

    @property
    def signature_parameters(self) -> tuple[str, ...]:
        if isinstance(self.node, ast.ClassDef) and is_value(self.node):
            described = set(listed(self.doc["Attributes"])) | described_in_place(self)
            taken = described - set(listed(self.doc["Parameters"]))
            return tuple(name for name in fields_of(self.node) if name not in taken)
        return tuple(super().signature_parameters)

    @property
    def method_returns_something(self) -> bool:
        """Whether RT01 asks for ``Returns``: the summary tells it where nothing is put in."""
        node = self.node
        if is_property(node) or not self.signature_parameters or PREDICATE.match(node.name):
            return False
        returns = ast.unparse(node.returns) if node.returns else "None"
        return returns not in {"None", "Self", "NoReturn"} and not self.doc["Yields"]


def faults_of(node: Definition, file: Path, within: list[ast.AST]) -> list[Fault]:
    """Codes and messages of what a public function or class with a docstring lacks."""
    doc = Docstring(ast_node=node, filename=file, obj_name=node.name, ancestry=within)
    if not doc.raw_doc:
        return []  # ruff asks for a docstring
    found = validate.validate(node.name, Docstring, ast_node=node, filename=file, ancestry=within)[
        "errors"
    ]
    faults = [fault for fault in found if fault[0] in FROM_NUMPYDOC]
    faults += _faulty_types(doc)
    if isinstance(node, ast.ClassDef):
        faults += _missing_signals(node, doc)
    else:
        faults += _missing_raises(node, doc)
    return faults


def is_value(node: ast.ClassDef) -> bool:
    """Whether a class is made of its fields: a dataclass or a named tuple."""
    names = [ast.unparse(part) for part in (*node.decorator_list, *node.bases)]
    return any(re.match(r"(dataclasses\.)?dataclass\b|NamedTuple\b", name) for name in names)


def fields_of(node: ast.ClassDef) -> dict[str, str]:
    """Annotations of the public fields that a value is made with."""
    fields = {}
    for part in node.body:
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            name, annotation = part.target.id, ast.unparse(part.annotation)
            is_made = part.value is None or "init=False" not in ast.unparse(part.value)
            if not name.startswith("_") and "ClassVar" not in annotation and is_made:
                fields[name] = annotation
    return fields


def described_in_place(doc: Docstring) -> set[str]:
    """Fields with a text of their own: a string under them, or ``#:`` beside or above them."""
    lines = Path(doc.source_file_name).read_text(encoding="utf-8").splitlines()
    found = set()
    for part, after in zip(doc.node.body, [*doc.node.body[1:], None], strict=True):
        if not (isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)):
            continue
        has_text = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        if has_text or "#:" in lines[part.lineno - 1] + lines[part.lineno - 2]:
            found.add(part.target.id)
    return found


def listed(section: list[Any]) -> Iterator[str]:
    """Names of a section of parameters; ``a, b : int`` stands for two."""
    for names, _, _ in section:
        yield from (name.strip().replace("\\", "") for name in names.split(","))


def is_property(node: Definition) -> bool:
    """Whether a method is read like an attribute."""
    return any("property" in ast.unparse(decorator) for decorator in node.decorator_list)


def _annotations(doc: Docstring) -> dict[str, str]:
    node = doc.node
    if isinstance(node, ast.ClassDef):
        if is_value(node):
            return fields_of(node)
        made = [p for p in node.body if isinstance(p, ast.FunctionDef) and p.name == "__init__"]
        return _annotations_of(made[0]) if made else {}
    return _annotations_of(node)


def _annotations_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, str]:
    a = node.args
    plain = [*a.posonlyargs, *a.args, *a.kwonlyargs]
    named = [(p.arg, p) for p in plain]
    named += [(stars + p.arg, p) for stars, p in (("*", a.vararg), ("**", a.kwarg)) if p]
    return {name: ast.unparse(p.annotation) for name, p in named if p.annotation}


def _faulty_types(doc: Docstring) -> Iterator[Fault]:
    annotations = _annotations(doc)
    for names, slot, _ in (*doc.doc["Parameters"], *doc.doc["Attributes"]):
        for name in listed([(names, slot, [])]):
            annotation = annotations.get(name)
            if annotation is None or not slot:
                continue
            if not _is_type(slot, annotation):
                yield "TY01", f'"{name} : {slot}": its type is {annotation}'
    returns = getattr(doc.node, "returns", None)
    for _, slot, _ in (*doc.doc["Returns"], *doc.doc["Yields"]):
        if returns is not None and not _is_type(slot, ast.unparse(returns)):
            yield "TY01", f'"{slot}" is returned: its type is {ast.unparse(returns)}'


def _is_type(slot: str, annotation: str) -> bool:
    """Whether a text says nothing but (part of) an annotation, and perhaps a default."""
    said = _words(re.split(r", (?:optional|default)\b", slot)[0])
    return said <= _words(annotation) | TYPE_WORDS


def _words(annotation: str) -> set[str]:
    return set(re.findall(r"[A-Za-z_]\w*", annotation))


def _missing_signals(node: ast.ClassDef, doc: Docstring) -> Iterator[Fault]:
    text = "\n".join(doc.doc["Signals"])
    said = {
        name.strip()
        for line in re.findall(r"^([\w, ]+?)(?: :|$)", text, re.M)
        for name in line.split(",")
    }
    for part in node.body:
        if isinstance(part, ast.Assign) and ast.unparse(part.value).startswith("Signal("):
            (target,) = part.targets
            if ast.unparse(target) not in said:
                yield "SG01", f"signal {ast.unparse(target)} not documented"


def _missing_raises(node: Definition, doc: Docstring) -> Iterator[Fault]:
    said = {kind for name, kind, _ in doc.doc["Raises"]} | {
        name for name, _, _ in doc.doc["Raises"]
    }
    said = {part.strip() for text in said for part in text.split(",")}
    for raised in sorted(set(_raised(node)) - NOT_DOCUMENTED - said):
        yield "RS01", f"{raised} is raised and not documented"


def _raised(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(child, ast.Raise) and isinstance(child.exc, ast.Call):
            name = ast.unparse(child.exc.func).rsplit(".", 1)[-1]
            if name[0].isupper():
                yield name
        yield from _raised(child)
