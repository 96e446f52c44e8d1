"""The networks that mark pixels: what they learn from, and what they leave out."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from lesion_viewer.detection.fcn.chances import Chances, through_slices
from lesion_viewer.detection.models import build_model
from lesion_viewer.detection.models.pretrained import load_pretrained
from lesion_viewer.errors import DetectionError

LESIONS = {"width": 4, "marks": "lesion"}
LIVER = slice(8, 40)


@pytest.fixture
def target() -> dict[str, Tensor]:
    """A square liver with a lesion, and an ignored box in its corner."""
    liver, lesion = torch.zeros(64, 64), torch.zeros(64, 64)
    liver[LIVER, LIVER] = 1
    lesion[20:28, 20:28] = 1
    return {"liver": liver, "lesion": lesion, "ignored": torch.tensor([[8.0, 8, 14, 14]])}


def loss_of(target: dict[str, Tensor]) -> float:
    torch.manual_seed(0)
    model = build_model("fcn", LESIONS, slices=1)
    with torch.no_grad():
        return float(sum(model([torch.full((1, 64, 64), 0.5)], [target]).values()))


@pytest.mark.parametrize(
    ("row", "column", "is_learned"), [(30, 30, True), (10, 10, False), (60, 60, False)]
)
def test_lesions_are_learned_in_the_liver_and_not_where_boxes_are_ignored(
    target: dict[str, Tensor], row: int, column: int, is_learned: bool
) -> None:
    before = loss_of(target)
    target["lesion"][row : row + 3, column : column + 3] = 1
    assert (loss_of(target) != before) == is_learned


def test_dark_lesions_in_a_bright_liver_are_learned_by_heart(target: dict[str, Tensor]) -> None:
    torch.manual_seed(0)
    model = build_model("fcn", LESIONS, slices=1)
    # Outside the liver it is as dark as in the lesion, which does not matter.
    image = (target["liver"] - target["lesion"])[None] * 0.6 + 0.2
    optimiser = torch.optim.Adam(model.parameters(), 0.02)
    for _ in range(80):
        loss = sum(model([image], [target]).values())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    (found,) = model.eval()([image])
    marked, wanted = (found["lesion"] >= 0.5)[LIVER, LIVER], target["lesion"][LIVER, LIVER] == 1
    assert 2 * (marked & wanted).sum() > 0.9 * (marked.sum() + wanted.sum())


def test_a_network_of_lesions_learns_only_where_they_are_known(target: dict[str, Tensor]) -> None:
    del target["lesion"]
    with pytest.raises(DetectionError, match="whose lesion is known"):
        loss_of(target)


def test_weights_of_one_slice_start_a_network_of_three(tmp_path: Path) -> None:
    torch.manual_seed(0)
    gate = build_model("liver_gate", {"width": 4}, slices=1).eval()
    save_file(gate.state_dict(), tmp_path / "gate.safetensors")
    model = build_model("fcn", {"width": 4}, slices=3)
    load_pretrained(model, str(tmp_path / "gate.safetensors"))
    image = torch.rand(1, 24, 32)
    with torch.inference_mode():
        one, three = gate([image]), model.eval()([image.expand(3, -1, -1)])
    torch.testing.assert_close(three[0]["liver"], one[0]["liver"])


def test_what_a_network_cannot_mark_is_refused() -> None:
    with pytest.raises(DetectionError, match="marks liver or lesion, not 'spleen'"):
        build_model("fcn", {"marks": "spleen"}, slices=1)


def test_slices_that_were_not_read_make_their_neighbours_no_less_likely() -> None:
    values = np.zeros((5, 2, 2), np.float32)
    values[2] = 0.8
    found = Chances(values, np.zeros_like(values), (2.0, 1.0, 1.0))
    assert through_slices(found, 2.5)[2, 0, 0] < 0.4
    smooth = through_slices(found, 2.5, missing=(0, 1, 3, 4))
    assert smooth == pytest.approx(np.full(values.shape, 0.8), abs=1e-5)
    assert smooth.dtype == np.float32
