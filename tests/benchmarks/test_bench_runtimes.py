"""The bundled detector by each runtime, beside torchvision's modules as they come: ratios."""

import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pytest
import torch

from lesion_viewer.ct.phantom.abdomen import make_phantom
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.checkpoints.checkpoint import find_checkpoint, load_card, load_model
from lesion_viewer.detection.detector import Detector, load_detector
from lesion_viewer.detection.inputs import volume_input
from lesion_viewer.detection.runtimes.choice import load_network
from training.evaluation.cases import volume_of

SLICES, THREADS, ROUNDS = 129, 2, 5
RUNTIMES = ("onnx", "openvino", "openvino-bf16", "torch")


@pytest.fixture(scope="module")
def volume() -> CTVolume:
    """As large as case 1 of 3D-IRCADb: 129 slices of 512 x 512."""
    made = make_phantom(5, (SLICES, 512, 512), (1.6, 0.57, 0.57), lesions=10)
    return volume_of("phantom", made.hu, made.spacing_mm)


@pytest.fixture(autouse=True)
def two_threads() -> None:
    torch.set_num_threads(THREADS)


def test_a_slice_through_the_network_by_each_runtime(volume: CTVolume) -> None:
    checkpoint = find_checkpoint("liver")
    card = load_card(checkpoint)
    image = volume_input(volume, SLICES // 2, card.input).image
    networks = {r: load_network(checkpoint, card, "cpu", print, r, THREADS) for r in RUNTIMES}
    eager, _ = load_model(checkpoint)

    @torch.inference_mode()
    def as_it_comes() -> None:
        eager([torch.from_numpy(image)])

    tasks: dict[str, Callable[[], object]] = {"torchvision as it comes": as_it_comes}
    for runtime, network in networks.items():
        tasks[runtime] = partial(network.run, [image])
    told(f"one slice of {image.shape[1]} x {image.shape[2]}", interleaved(tasks, ROUNDS))


def test_a_sweep_with_its_gate_by_each_runtime(volume: CTVolume) -> None:
    checkpoint = find_checkpoint("liver")
    detectors = {
        runtime: load_detector(checkpoint, "cpu", runtime=runtime, threads=THREADS)
        for runtime in RUNTIMES
    }

    def sweep(detector: Detector) -> None:
        list(detector.detect(volume, range(SLICES)))

    tasks = {runtime: partial(sweep, detector) for runtime, detector in detectors.items()}
    told(f"a sweep of {SLICES} slices with inputs and gate", interleaved(tasks, 1))


def interleaved(tasks: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each task; runs in turn, so that a busy machine slows all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for name, task in [*tasks.items()] * rounds:
        start = time.perf_counter()
        task()
        seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def told(what: str, seconds: dict[str, float]) -> None:
    """Print each runtime's time, and how far it is ahead of our torch path."""
    ours = seconds["torch"]
    rows = [f"{name} {taken:.3f} s ({ours / taken:.2f}x)" for name, taken in seconds.items()]
    best = max(ours / taken for name, taken in seconds.items() if name != "torch")
    print(f"\n{what}, {THREADS} threads: {', '.join(rows)}; best {best:.2f}x (wanted 1.5)")
    assert np.isfinite(best)
