"""A detector that sees each slice through several windows."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from lesion_viewer.detection.models import build_model
from lesion_viewer.detection.models.pretrained import load_pretrained
from lesion_viewer.errors import DetectionError

SMALL = {"width": 8, "norm": "batch", "out_channels": 8, "head_size": 16, "detections": 20}


def test_weights_learned_through_one_window_give_the_same_boxes_through_several(
    tmp_path: Path,
) -> None:
    torch.manual_seed(0)
    one = build_model("faster_rcnn", SMALL, 3).eval()
    save_file(one.state_dict(), tmp_path / "one.safetensors")
    windows = [[0.25, 0.75], [0.0, 0.5], [0.5, 1.0]]
    several = build_model("faster_rcnn", {**SMALL, "windows": windows}, 3).eval()
    load_pretrained(several, str(tmp_path / "one.safetensors"))
    image = torch.rand(3, 96, 96)

    (expected,) = one([((image - 0.25) / 0.5).clamp(0, 1)])
    (found,) = several([image])

    assert len(expected["boxes"])
    torch.testing.assert_close(found["boxes"], expected["boxes"])
    torch.testing.assert_close(found["scores"], expected["scores"])


def test_a_window_that_does_not_rise_is_refused() -> None:
    with pytest.raises(DetectionError, match="rise"):
        build_model("faster_rcnn", {**SMALL, "windows": [[0.5, 0.5]]}, 3)
