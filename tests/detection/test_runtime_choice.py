"""Which runtime a network runs on: what is installed, what is fastest, what works."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lesion_viewer.cli import main
from lesion_viewer.detection.checkpoints.checkpoint import (
    bundled_checkpoints,
    find_checkpoint,
    load_card,
)
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.detector_process import ChildDetector
from lesion_viewer.detection.installed import of_checkpoint
from lesion_viewer.detection.runtimes import choice, ways
from lesion_viewer.detection.runtimes.choice import explanation, load_network
from lesion_viewer.detection.runtimes.network import Network, Output
from lesion_viewer.detection.runtimes.onnx_network import OnnxNetwork
from lesion_viewer.detection.runtimes.openvino_network import OpenvinoNetwork
from lesion_viewer.errors import DetectionError
from training.onnx_export import export_onnx


@pytest.fixture
def exported(checkpoint: Path) -> Path:
    """A checkpoint with its ``model.onnx``."""
    export_onnx(checkpoint)
    return checkpoint


@pytest.fixture(autouse=True)
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that has none, whatever this one has."""
    monkeypatch.setattr(ways, "_gpus", lambda: [])


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes packages look as if they were not installed."""

    def remove(*packages: str) -> None:
        there = ways.is_there
        monkeypatch.setattr(ways, "is_there", lambda p: p not in packages and there(p))

    return remove


def loaded(folder: Path, runtime: str = "auto", device: str = "auto") -> tuple[Network, list[str]]:
    notices: list[str] = []
    card = load_card(folder)
    return load_network(folder, card, device, notices.append, runtime), notices


def test_the_fastest_is_found_once_and_remembered(
    exported: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter([0.02, 0.01])
    monkeypatch.setattr(choice, "timed", lambda network, image: (next(seconds), ANSWER))
    network, notices = loaded(exported)
    assert network.device_name.endswith("OpenVINO") and not notices
    (kept,) = json.loads((own_home / "runtimes.json").read_text(encoding="utf-8")).values()
    assert kept == {"ONNX Runtime on the CPU": 20.0, "OpenVINO on the CPU": 10.0}
    again, _ = loaded(exported)  # asks for no third time
    assert again.device_name.endswith("OpenVINO")
    assert explanation(exported, load_card(exported), "auto", "auto") == (
        "OpenVINO on the CPU, the fastest here: 10 ms a slice, ONNX Runtime on the CPU 20 ms"
    )


ANSWER: Output = {"scores": np.array([0.9, 0.4])}


def test_another_network_is_measured_for_itself(exported: Path, own_home: Path) -> None:
    loaded(exported)
    loaded(find_checkpoint("phantom-small"))
    assert len(json.loads((own_home / "runtimes.json").read_text(encoding="utf-8"))) == 2


@pytest.mark.parametrize("content", ["", "[]", '{"a": 3}', "\0" * 9])
def test_a_memory_that_is_spoilt_is_written_anew(
    exported: Path, own_home: Path, content: str
) -> None:
    own_home.mkdir()
    (own_home / "runtimes.json").write_text(content, encoding="utf-8")
    loaded(exported)
    assert "OpenVINO" in (own_home / "runtimes.json").read_text(encoding="utf-8")


def cannot_load(self: object, *given: object) -> None:
    raise RuntimeError("no such instruction\nat 0x0")


def cannot_run(self: object, images: Sequence[NDArray[np.float32]]) -> list[Output]:
    raise RuntimeError("no such operator")


@pytest.mark.parametrize(
    ("attribute", "fails", "reason"),
    [("__init__", cannot_load, "no such instruction"), ("run", cannot_run, "no such operator")],
)
def test_a_runtime_that_does_not_work_is_told_and_another_one_taken(
    exported: Path, monkeypatch: pytest.MonkeyPatch, attribute: str, fails: object, reason: str
) -> None:
    monkeypatch.setattr(OnnxNetwork, attribute, fails)
    for notice_count in (1, 0):  # the second time it is known
        network, notices = loaded(exported)
        assert network.device_name.endswith("OpenVINO")
        assert (
            notices
            == [f"tiny: ONNX Runtime on the CPU does not work here: {reason}"][:notice_count]
        )
    assert "ONNX Runtime on the CPU does not work" in explanation(
        exported, load_card(exported), "auto", "auto"
    )


def test_a_runtime_that_stops_working_is_told_and_another_one_taken(
    exported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = loaded(exported)
    failing = OnnxNetwork if isinstance(first, OnnxNetwork) else OpenvinoNetwork
    monkeypatch.setattr(failing, "run", cannot_run)
    network, notices = loaded(exported)
    assert type(network) is not failing and len(notices) == 1


def test_torch_serves_where_no_other_runtime_works(
    exported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in (OnnxNetwork, OpenvinoNetwork):
        monkeypatch.setattr(kind, "run", cannot_run)
    network, notices = loaded(exported)
    assert network.device_name.endswith("torch") and len(notices) == 2


def test_a_runtime_that_gives_other_scores_is_not_used(
    exported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = OpenvinoNetwork.run

    def rounded(self: OpenvinoNetwork, images: Sequence[NDArray[np.float32]]) -> list[Output]:
        return [{**one, "scores": one["scores"] * 0.5} for one in answer(self, images)]

    monkeypatch.setattr(OpenvinoNetwork, "run", rounded)
    network, notices = loaded(exported)
    assert isinstance(network, OnnxNetwork)
    assert notices == [
        "tiny: OpenVINO on the CPU does not work here: its answer differs from the other runtimes'"
    ]


def test_a_runtime_that_is_asked_for_is_the_only_one_tried(exported: Path, own_home: Path) -> None:
    for runtime, title in (("onnx", "ONNX Runtime"), ("openvino", "OpenVINO"), ("torch", "torch")):
        assert loaded(exported, runtime)[0].device_name.endswith(title)
    assert not (own_home / "runtimes.json").exists()


@pytest.mark.parametrize(
    ("missing", "runtime", "said"),
    [
        (("openvino",), "openvino", "needs OpenVINO: pip install 'lesion-viewer[openvino]'"),
        (("torch",), "torch", "needs torch: pip install 'lesion-viewer[torch]'"),
        (("onnxruntime",), "onnx", "needs ONNX Runtime: pip install onnxruntime"),
        (("onnxruntime", "openvino", "torch"), "auto", "ONNX Runtime or OpenVINO or torch"),
    ],
)
def test_a_runtime_that_is_missing_is_named_with_what_installs_it(
    exported: Path, without: Callable[..., None], missing: tuple[str, ...], runtime: str, said: str
) -> None:
    without(*missing)
    with pytest.raises(DetectionError) as told:
        loaded(exported, runtime)
    assert said in str(told.value) and "\n" not in str(told.value)


def test_an_old_checkpoint_runs_by_torch(checkpoint: Path) -> None:
    assert loaded(checkpoint)[0].device_name.endswith("torch")
    with pytest.raises(DetectionError, match=r"has no model\.onnx.* lesion-training export-onnx"):
        loaded(checkpoint, "openvino")


def test_a_gpu_that_is_not_here_is_refused_by_every_runtime(exported: Path) -> None:
    for runtime in ("auto", "onnx", "openvino", "torch"):
        with pytest.raises(DetectionError, match="no device 'cuda' here"):
            load_detector(exported, "cuda", runtime=runtime)


def test_a_runtime_that_nobody_knows_is_refused(exported: Path) -> None:
    with pytest.raises(DetectionError, match="no runtime 'tpu'; choose auto or onnx or"):
        loaded(exported, "tpu")


def test_models_says_where_each_detector_runs_and_why(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["models", "--runtime", "openvino"]) == 0
    said = capsys.readouterr().out
    assert said.count("    runs on OpenVINO on the CPU, as was asked\n") == len(
        bundled_checkpoints()
    )


def test_the_window_is_told_where_its_detector_runs_and_why(exported: Path) -> None:
    child = ChildDetector(of_checkpoint(exported), runtime="onnx")
    try:
        child.start()
        assert child.device_name.endswith("ONNX Runtime")
        assert child.why == "ONNX Runtime on the CPU, as was asked"
    finally:
        child.close()
