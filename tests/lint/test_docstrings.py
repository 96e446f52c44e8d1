"""What the check of docstrings finds, and what it leaves alone."""

from pathlib import Path

import pytest

from tests.lint.docstrings import check_file, main

COMPLETE = '''
def window(hu: NDArray[np.int16], width: float = 400) -> NDArray[np.uint8]:
    """Grey levels.

    Parameters
    ----------
    hu : NDArray[np.int16]
        Rows by columns, Hounsfield units.
    width : float, default 400
        In HU.

    Returns
    -------
    NDArray[np.uint8]
        As ``hu``.

    Raises
    ------
    ValueError
        Where the width is under 1.
    """
    if width < 1:
        raise ValueError("the width is under 1")
    return hu
'''


def codes(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "module.py"
    file.write_text(text, encoding="utf-8")
    return [found.code for found in check_file(file)]


def test_a_complete_docstring_has_no_fault(tmp_path: Path) -> None:
    assert codes(tmp_path, COMPLETE) == []


@pytest.mark.parametrize(
    ("taken", "put", "code"),
    [
        ("width : float, default 400\n        In HU.\n", "", "PR01"),
        ("width : float", "level : float", "PR02"),
        ("width : float, default 400", "width", "PR04"),
        ("width : float, default 400", "width : width in HU", "TY01"),
        ("    Returns\n    -------\n    NDArray[np.uint8]\n        As ``hu``.\n\n", "", "RT01"),
        ("    NDArray[np.uint8]\n        As", "    uint8 array as large as hu\n        As", "TY01"),
        ("Raises\n    ------", "Errors\n    ------", "GL06"),
        ("    ValueError\n        Where", "    TypeError\n        Where", "RS01"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, taken: str, put: str, code: str) -> None:
    assert taken in COMPLETE
    assert code in codes(tmp_path, COMPLETE.replace(taken, put))


def test_a_type_may_stand_without_its_none_and_with_optional(tmp_path: Path) -> None:
    text = '''
def scroll(to: int | None = None) -> None:
    """Scroll.

    Parameters
    ----------
    to : int, optional
        Index of a slice.
    """
'''
    assert codes(tmp_path, text) == []


def test_private_names_qt_overrides_and_commands_are_left_alone(tmp_path: Path) -> None:
    text = '''
def _private(a: int) -> int:
    """One line."""

class View(QWidget):
    """A view."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, D102
        """Paint."""

    def _inner(self, a: int) -> int:
        """One line."""

@app.command()
def detect(path: Path) -> None:
    """Help for the user."""
'''
    assert codes(tmp_path, text) == []


def test_the_summary_tells_what_a_property_a_predicate_and_a_thunk_return(tmp_path: Path) -> None:
    text = '''
class Box:
    """A box."""

    @property
    def area(self) -> float:
        """Pixels inside."""

    def is_in(self, other: "Box") -> bool:
        """Whether it lies within another.

        Parameters
        ----------
        other : Box
            The larger one.
        """

def home() -> Path:
    """Where reviews are kept."""
'''
    assert codes(tmp_path, text) == []


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ("    width: float\n    level: float", ["PR01"]),
        ('    width: float\n    """In HU."""\n    level: float  #: in HU', []),
        ("    width: float = field(init=False)\n    _level: float = 0", []),
    ],
)
def test_fields_of_a_value_are_documented_above_or_beside_them(
    tmp_path: Path, below: str, expected: list[str]
) -> None:
    text = f'@dataclass(frozen=True)\nclass Window:\n    """A window."""\n\n{below}\n'
    assert codes(tmp_path, text) == expected


def test_fields_may_stand_under_attributes(tmp_path: Path) -> None:
    text = '''
@dataclass
class Window:
    """A window.

    Attributes
    ----------
    width, level : float
        In HU.
    """

    width: float
    level: float
'''
    assert codes(tmp_path, text) == []


def test_each_signal_is_named_under_signals(tmp_path: Path) -> None:
    text = '''
class Slider(QSlider):
    """A slider.

    Signals
    -------
    slice_changed : int
        Another slice is on show.
    """

    slice_changed = Signal(int)
    released = Signal()
'''
    assert codes(tmp_path, text) == ["SG01"]
    assert codes(tmp_path, text.replace("    released = Signal()\n", "")) == []


def test_faults_are_printed_by_file_and_line_or_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.py").write_text('def f(a: int) -> None:\n    """Do."""\n', encoding="utf-8")
    assert main([str(tmp_path)]) == 1
    assert "one.py:1: PR01 f: " in capsys.readouterr().out
    assert main([str(tmp_path), "--count"]) == 1
    assert f"    1 {tmp_path / 'one.py'}" in capsys.readouterr().out
    (tmp_path / "one.py").write_text("", encoding="utf-8")
    assert main([str(tmp_path)]) == 0
