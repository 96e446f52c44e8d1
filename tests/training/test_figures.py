"""The paper's figures as files, from a run and from evaluations."""

import json
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch
from torch import nn, zeros
from typer.testing import CliRunner

from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from training.cli import app
from training.evaluation.cases import Case, volume_of
from training.evaluation.results import score_cases
from training.figures.curves import froc_curves, losses
from training.figures.failing import draw_failures
from training.figures.paper_tables import architecture
from training.figures.slice_pictures import Answer, Example, failures

RESULT = {
    "data": "phantoms of seeds 1 to 2",
    "paper": {"mse": 0.01, "iou": 0.5, "sensitivity": 0.75, "false_positive_rate": 0.25},
    "sensitivity": {"0.5": 0.5, "1.0": 0.5, "4.0": 1.0},
    "interval": {"1.0": [0.25, 0.75]},
    "curve": {"sensitivity": [0.5, 1.0], "false_positives_per_slice": [0.0, 2.0]},
}
POINT = {
    **RESULT,
    "interval": {},
    "curve": {"sensitivity": [0.5], "false_positives_per_slice": [0.5]},
}


class Small(nn.Module):
    """Takes a list of images, as detectors do; one layer is called twice."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.pool = nn.MaxPool2d(2)

    def forward(self, images):
        return self.pool(self.pool(self.first(images[0][None])))


def test_an_evaluation_is_drawn_as_a_table_and_a_curve_in_png_and_svg(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(RESULT))

    done = CliRunner().invoke(
        app, ["figures", "--evaluation", str(file), "--output", str(tmp_path)]
    )

    assert done.exit_code == 0, done.output
    for name in ("3-results", "froc"):
        assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        assert "<svg" in (tmp_path / f"{name}.svg").read_text()


def test_curves_differ_without_colour_and_a_single_point_is_a_mark() -> None:
    (axes,) = froc_curves({"one": RESULT, "other": RESULT, "one box": POINT}).axes

    one, other, point = axes.lines
    assert one.get_linestyle() != other.get_linestyle() and one.get_marker() != other.get_marker()
    assert point.get_linestyle() == "None" and point.get_xdata()[0] == 0.5
    for line in axes.lines:
        assert float(cast(str, line.get_color())) <= 0.6


def test_every_loss_of_the_log_is_drawn_for_both_parts(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(
        "step,epoch,part,loss_a,loss_b\n1,1,train,2,4\n2,2,train,1,3\n2,2,validation,3,5\n"
    )

    figure = losses(log)

    assert [axes.get_title() for axes in figure.axes] == ["loss a", "loss b"]
    for axes in figure.axes:
        labels = {line.get_label() for line in axes.lines}
        assert {"train", "validation"} <= labels


def test_the_architecture_names_each_call_with_its_shape_and_parameters() -> None:
    """8 filters of 3 x 3 x 3 and 8 biases are 224 parameters."""
    figure = architecture("small", Small(), zeros(3, 16, 16))

    (drawn,) = figure.axes[0].tables
    cells = drawn.get_celld()
    rows = [[cells[r, c].get_text().get_text() for c in range(4)] for r in range(1, 5)]
    assert rows == [
        ["image", "", "3 x 16 x 16", ""],
        ["first", "Conv2d", "8 x 16 x 16", "224"],
        ["pool", "MaxPool2d", "8 x 8 x 8", "0"],
        ["pool", "MaxPool2d", "8 x 4 x 4", "0"],
    ]


@pytest.mark.parametrize("text", ["{}", "no json"])
def test_what_is_no_evaluation_is_refused(tmp_path: Path, text: str) -> None:
    from lesion_viewer.errors import TrainingError
    from training.figures.paper_figures import draw_evaluations

    file = tmp_path / "bad.json"
    file.write_text(text)

    with pytest.raises(TrainingError):
        draw_evaluations([file], tmp_path / "figures")

    assert not (tmp_path / "figures").exists()


def test_failures_are_the_slices_with_most_errors_and_none_without() -> None:
    image, hit, other = torch.zeros(1, 64, 64), [10.0, 10, 20, 20], [40.0, 40, 50, 50]
    right, missed, both = (
        Answer(Example(image, torch.tensor(boxes)), torch.tensor([hit]), torch.tensor([0.9]))
        for boxes in ([hit], [hit, other], [other])
    )
    assert failures([right, missed, both], 0.5, 6) == [both, missed]
    assert failures([right, missed, both], 0.5, 1) == [both]


def test_the_worst_slice_of_each_case_is_drawn_and_nothing_where_all_is_right(
    tmp_path: Path,
) -> None:
    hit, other = (10.0, 10.0, 20.0, 20.0), (40.0, 40.0, 50.0, 50.0)
    volume = volume_of("one", np.zeros((2, 64, 64), np.int16), (5.0, 1.0, 1.0))
    cases = [Case("one", "one", volume, ({0: (hit,)}, {1: (hit,)}), (0, 1))]
    right = {i: SliceDetections(i, (Detection(Box(*hit), 0.9),)) for i in (0, 1)}
    wrong = right | {1: SliceDetections(1, (Detection(Box(*other), 0.9),))}
    window = Window(400, 40)

    def drawn(answers: dict[int, SliceDetections], name: str) -> list[Path]:
        scored = score_cases(cases, lambda case: answers.values())
        return draw_failures(cases, scored, 0.5, window, "one phantom", tmp_path / name)

    assert drawn(right, "right") == []
    png, svg = drawn(wrong, "wrong")
    assert png.read_bytes().startswith(b"\x89PNG") and "<svg" in svg.read_text()
