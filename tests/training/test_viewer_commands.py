"""Commands of lesion-viewer that training runs: what they say is what training says."""

from pathlib import Path

import pytest

from lesion_viewer.errors import TrainingError
from training.viewer_commands import run_viewer


def test_a_name_that_looks_like_an_option_or_is_in_any_script_is_a_name(tmp_path: Path) -> None:
    for name in ("--x.review", "läsion 病変.review"):
        with pytest.raises(TrainingError, match=f"^{name}: there is no such review$"):
            to = tmp_path / "a.csv"
            run_viewer("export", "--output", to, "--", name)


def test_a_command_that_ends_in_another_way_is_named() -> None:
    with pytest.raises(TrainingError, match="^lesion-viewer export ended with 2: .*SESSION"):
        run_viewer("export", "--output", "a.csv")
