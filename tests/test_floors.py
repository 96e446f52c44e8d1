"""The design's import rules, held against the imports of the code."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GROUND = {"errors", "extras", "resource_files", "text"}
FLOORS = [
    *("system", "geometry", "ct", "detection", "review", "exchange", "screening"),
    *("viewing", "ui", "cli"),
]
TRAINING_STANDS_ON = {"system", "geometry", "ct", "detection", "exchange"}
REACH = {
    **{ground: GROUND for ground in sorted(GROUND)},
    **{floor: GROUND | set(FLOORS[: n + 1]) for n, floor in enumerate(FLOORS)},
    "cli": GROUND | {*FLOORS, "training"},
    "training": GROUND | TRAINING_STANDS_ON | {"training"},
}
"""Floor -> the floors of all modules that run with one of its own, however far away."""

RUN_TORCH = tuple(
    f"lesion_viewer.detection.{part}"
    for part in ("models", "checkpoints", "runtimes.torch_network")
)
"""Where torch may be imported besides training; ``checkpoints`` reads and writes its weights."""

FILES = sorted((ROOT / "lesion_viewer").rglob("*.py")) + sorted((ROOT / "training").rglob("*.py"))


def module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(f) for f in FILES}
FOLDERS = {module_name(f): f for f in FILES if f.name == "__init__.py" and f.parent.parent != ROOT}


@cache
def imports_of(file: Path) -> tuple[str, ...]:
    """Every module that a file imports, at any depth; ``from a import b`` may give a.b."""
    return tuple(imports_in(file))


def imports_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = imported_module(node, file)
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                yield inner if inner in MODULES else module


def imported_module(node: ast.ImportFrom, file: Path) -> str:
    """The module's name in the checkout; training imports itself relatively, having two names."""
    if not node.level:
        return re.sub(r"^lesion_training\b", "training", str(node.module))
    assert file.is_relative_to(ROOT / "training"), f"{file}: relative import"
    package = file.relative_to(ROOT).parts[: -node.level]
    return ".".join([*package, *filter(None, [node.module])])


def floor_of(module: str) -> str | None:
    parts = module.split(".")
    if parts[0] == "training":
        return "training"
    if parts[0] != "lesion_viewer" or len(parts) < 2:
        return None
    return parts[1]


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_a_file_imports_only_from_its_own_floor_and_those_below(file: Path) -> None:
    floor = floor_of(module_name(file))
    for imported in imports_of(file):
        other = floor_of(imported)
        if other is None or other == floor or other in GROUND or floor == "__main__":
            continue
        if other == "training":
            assert floor == "cli", f"{file.name} imports {imported}"
        elif floor == "training":
            assert other in TRAINING_STANDS_ON, f"training imports {imported}"
        else:
            assert floor in FLOORS and other in FLOORS, f"{file.name} imports {imported}"
            assert FLOORS.index(other) < FLOORS.index(floor), f"{file.name} imports {imported}"


@cache
def run_with() -> Mapping[str, frozenset[str]]:
    """Module -> the modules of ours that its imports run, their packages' own among them."""
    return {
        module_name(f): frozenset(m for i in imports_of(f) for m in with_packages(i)) & MODULES
        for f in FILES
    }


def with_packages(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:n]) for n in range(1, len(parts) + 1)]


def ways_out(floor: str) -> Iterator[list[str]]:
    """The shortest chain of imports to each module that a floor does not stand on, but reaches."""
    chains = {module: [module] for module in sorted(MODULES) if floor_of(module) == floor}
    left = list(chains)
    for module in left:  # grows as it is walked
        if (floor_of(module) or floor) not in REACH[floor]:
            yield chains[module]
            continue
        for imported in sorted(run_with()[module] - chains.keys()):
            chains[imported] = [*chains[module], imported]
            left.append(imported)


@pytest.mark.parametrize("floor", REACH)
def test_a_floor_reaches_only_those_that_it_stands_on_by_whatever_way(floor: str) -> None:
    chains = [" -> ".join(chain) for chain in ways_out(floor)]
    assert not chains, "\n".join(chains)


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_qt_lives_in_ui_alone_and_torch_where_networks_of_torch_are(file: Path) -> None:
    floor = floor_of(module_name(file))
    for imported in imports_of(file):
        package = imported.split(".")[0]
        if package in {"PySide6", "pyqtgraph", "superqt"}:
            assert floor == "ui"
        if package in {"torch", "torchvision", "safetensors"}:
            module = module_name(file)
            assert floor == "training" or module.startswith(RUN_TORCH), module


def test_no_two_files_import_each_other() -> None:
    graph = {module_name(f): {i for i in imports_of(f) if i in MODULES} for f in FILES}
    for module, imported in graph.items():
        imported.discard(module)
    TopologicalSorter(graph).prepare()


def face_of(folder: str) -> set[str]:
    """The names that a folder's docstring lets others import: "From outside: ``a``, ``b``."."""
    text = ast.get_docstring(ast.parse((FOLDERS[folder]).read_text(encoding="utf-8"))) or ""
    (sentence,) = re.findall(r"From outside: (.*?)\.(?:\n\n|$)", text, re.DOTALL)
    return set(re.findall(r"``(\w+)``", sentence))


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_a_folder_is_entered_through_its_face(file: Path) -> None:
    importer = module_name(file)
    for imported in imports_of(file):
        if imported not in MODULES:
            continue
        parts = imported.split(".")
        for depth in range(2, len(parts)):
            folder = ".".join(parts[:depth])
            if importer != folder and not importer.startswith(f"{folder}."):
                assert parts[depth] in face_of(folder), f"{importer} imports {imported}"


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_face_names_only_what_others_import(folder: str) -> None:
    wanted = set()
    for file in FILES:
        importer = module_name(file)
        if importer != folder and not importer.startswith(f"{folder}."):
            inside = (i for i in imports_of(file) if i in MODULES and i.startswith(f"{folder}."))
            wanted |= {i.removeprefix(f"{folder}.").split(".")[0] for i in inside}
    assert face_of(folder) <= wanted


def test_no_packages_import_each_other_in_a_circle() -> None:
    """A module counts as what it is beside; two packages of other folders as those folders."""
    graph: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    for file in FILES:
        importer = place_of(module_name(file))
        for imported in imports_of(file):
            if imported not in MODULES:
                continue
            other = place_of(imported)
            shared = next(
                (n for n, (a, b) in enumerate(zip(importer, other, strict=False)) if a != b), None
            )
            if shared is not None:
                graph[importer[: shared + 1]].add(other[: shared + 1])
    TopologicalSorter(graph).prepare()


def place_of(module: str) -> tuple[str, ...]:
    """The module's place in the tree, where training lies beside the floors."""
    parts = tuple(module.split("."))
    return ("lesion_viewer", *parts) if parts[0] == "training" else parts


def test_a_review_needs_no_torch() -> None:
    code = (
        "import sys; sys.modules['torch'] = None; sys.modules['torchvision'] = None\n"
        "import lesion_viewer.ui.shell.main_window, lesion_viewer.review.session\n"
        "import lesion_viewer.exchange.reviews.reviewed_csv, lesion_viewer.detection.running\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_files_of_tests_have_names_of_their_own() -> None:
    """Two of one name, in two folders, would be one module in a run of all tests."""
    names = [f.name for f in (ROOT / "tests").rglob("*.py")]
    names = [name for name in names if name not in {"__init__.py", "conftest.py"}]
    assert len(names) == len(set(names))
