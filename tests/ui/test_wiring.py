"""Controllers are given models and tell by signals; features alone connect them."""

import ast
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "lesion_viewer/ui"
FILES = sorted(file for file in UI.rglob("*.py") if not file.is_relative_to(UI / "shell"))


def controllers_named_in(source: str) -> dict[str, set[str]]:
    """Each controller's class -> the other controllers that its code or its annotations name."""
    classes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    return {
        node.name: {name for name in names_in(node) if is_controller(name)} - {node.name}
        for node in classes
        if is_controller(node.name)
    }


def is_controller(name: str) -> bool:
    return name.endswith("Controller")


def names_in(node: ast.AST) -> set[str]:
    inside = list(ast.walk(node))
    texts = (n.value for n in inside if isinstance(n, ast.Constant) and isinstance(n.value, str))
    quoted = {text for text in texts if text.isidentifier()}
    names = {n.id for n in inside if isinstance(n, ast.Name)}
    return quoted | names | {n.attr for n in inside if isinstance(n, ast.Attribute)}


def test_there_are_controllers_to_look_at() -> None:
    found = {name for file in FILES for name in controllers_named_in(file.read_text("utf-8"))}
    assert {"StudyController", "SweepController", "QueueController", "MarksController"} <= found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(UI)))
def test_no_controller_is_given_another_one_or_makes_one(file: Path) -> None:
    for controller, others in controllers_named_in(file.read_text("utf-8")).items():
        assert not others, f"{controller} names {', '.join(sorted(others))}"


@pytest.mark.parametrize(
    "line",
    [
        "def __init__(self, study: StudyController) -> None: ...",
        "def __init__(self, study: 'StudyController') -> None: ...",
        "study: controller.StudyController",
        "def begin(self): self._study = StudyController()",
    ],
)
def test_one_that_is_given_or_made_is_found(line: str) -> None:
    found = controllers_named_in(f"class QueueController:\n    {line}\n")
    assert found == {"QueueController": {"StudyController"}}
