"""OpenVINO in bfloat16: faster, rounded, and only where it is asked for."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from lesion_viewer.detection.checkpoints.checkpoint import find_checkpoint, load_card
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.runtimes import openvino_network
from lesion_viewer.detection.runtimes.ways import ways_of
from lesion_viewer.errors import DetectionError
from training.cli import app

ROUNDED = "openvino-bf16"
HAS_BF16 = "BF16" in openvino_network._openvino().Core().get_property(
    "CPU", "OPTIMIZATION_CAPABILITIES"
)


def test_it_is_never_taken_unasked() -> None:
    folder = find_checkpoint("liver")
    ways = ways_of(folder, load_card(folder), "auto", "auto")
    assert "openvino" in {way.runtime for way in ways}
    assert ROUNDED not in {way.runtime for way in ways}


def test_a_processor_without_bfloat16_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class OldProcessor:
        def get_property(self, *names: str) -> list[str]:
            return ["FP32"]

    monkeypatch.setattr(openvino_network, "_openvino", lambda: SimpleNamespace(Core=OldProcessor))
    with pytest.raises(DetectionError, match="this processor has no bfloat16"):
        load_detector(find_checkpoint("liver"), "cpu", runtime=ROUNDED)


@pytest.mark.skipif(not HAS_BF16, reason="this processor has no bfloat16")
def test_it_says_that_it_rounds() -> None:
    detector = load_detector(find_checkpoint("phantom-small"), "cpu", runtime=ROUNDED)
    assert detector.device_name.endswith("OpenVINO in bfloat16")


@pytest.mark.slow
@pytest.mark.realdata
@pytest.mark.skipif(not HAS_BF16, reason="this processor has no bfloat16")
def test_key_slices_have_the_same_curve_within_a_third_of_a_point(
    real_data: Path, tmp_path: Path
) -> None:
    def evaluated(runtime: str) -> dict[str, Any]:
        file = tmp_path / f"{runtime}.json"
        done = CliRunner().invoke(
            app,
            ["evaluate", "liver", "--deeplesion", str(real_data / "deeplesion"), "--types", "4",
             "--annotations", "DL_info_val_test.csv", "--runtime", runtime, "--output", str(file)],
        )  # fmt: skip
        assert done.exit_code == 0, done.output
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return found

    exact, rounded = evaluated("openvino"), evaluated(ROUNDED)
    for name in ("sensitivity", "sensitivity_paper"):
        assert rounded[name] == pytest.approx(exact[name], abs=0.003)
        assert exact[name]["1.0"] > 0.8
