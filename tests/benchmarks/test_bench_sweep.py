"""A CT through the viewer's detector: what the whole search takes beside its networks alone."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torchvision.models.detection import fasterrcnn_resnet50_fpn

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.detection.checkpoints.checkpoint import GATE, Card, find_checkpoint, load_card
from lesion_viewer.detection.detector import Detector, load_detector
from lesion_viewer.detection.gate import load_gate
from lesion_viewer.detection.inputs import volume_input
from lesion_viewer.detection.running import Sweep
from lesion_viewer.detection.runtimes.choice import load_network

RUNS, REPEATS, SLICES = 3, 2, 2_000
THREADS = 1
"""As in the window, which keeps the other core."""


@pytest.fixture
def case(real_data: Path) -> CTVolume:
    return load_volume(open_study(real_data / "ircadb01/case01/DICOM").series[0])


def long_ct(case: CTVolume) -> CTVolume:
    """2,000 slices: the case upwards and downwards, again and again."""
    up = range(len(case))
    order = [*up, *reversed(up)] * (SLICES // (2 * len(case)) + 1)
    sources = tuple(
        replace(case.series.slices[0], location_mm=float(place)) for place in range(SLICES)
    )
    shape = (SLICES, *case.series.shape[1:])
    volume = CTVolume(replace(case.series, slices=sources, shape=shape))
    for place in range(SLICES):
        volume.put(place, case.voxels[order[place]])
    return volume


def clocked(task: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and of all processors."""
    started = time.perf_counter(), time.process_time()
    task()
    return time.perf_counter() - started[0], time.process_time() - started[1]


def networks_alone(volume: CTVolume, slices: Sequence[int], runtime: str) -> Callable[[], object]:
    """The gate's network on all slices and the detector's where liver is; inputs are ready."""
    folder = find_checkpoint("liver")
    cards = load_card(folder), load_card(folder / GATE)
    network, gate_network = (
        load_network(at, card, "cpu", print, runtime, THREADS)
        for at, card in zip((folder, folder / GATE), cards, strict=True)
    )
    gate = load_gate(folder / GATE, print, runtime, THREADS)
    looked_at = images(volume, slices, cards[1])
    searched = images(volume, [i for i in slices if gate.locate(volume, i).is_there], cards[0])

    def run() -> None:
        for image in looked_at:
            gate_network.run([image])
        for image in searched:
            network.run([image])

    return run


def images(volume: CTVolume, slices: Sequence[int], card: Card) -> list[NDArray[np.float32]]:
    return [volume_input(volume, i, card.input).image for i in slices]


def tell(title: str, tasks: Mapping[str, Callable[[], object]], runs: int = RUNS) -> None:
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in tasks}
    for _ in range(runs):  # In turn, so that a busy machine slows all alike.
        for name, task in tasks.items():
            times[name].append(clocked(task))
    found = {
        name: [statistics.median(column) for column in zip(*taken, strict=True)]
        for name, taken in times.items()
    }
    ours = found["ours"]
    print(f"\n{title}: wall, processor, times ours")
    for name, (wall, processor) in found.items():
        print(
            f"  {name:26s} {wall:7.3f} s {processor:7.3f} s"
            f"   {wall / ours[0]:.2f}, {processor / ours[1]:.2f} x"
        )


@pytest.mark.realdata
def test_a_slice(case: CTVolume) -> None:
    """One slice of the liver, and torchvision's Faster R-CNN on it as it comes."""
    torch.set_num_threads(THREADS)
    torchvisions = fasterrcnn_resnet50_fpn(weights=None, weights_backbone=None).eval()
    middle = len(case) // 2
    image = torch.from_numpy(images(case, [middle], load_card(find_checkpoint("liver")))[0])
    ours, openvinos, rounded, torchs = detectors()

    def torchvision() -> None:
        with torch.inference_mode():
            for _ in range(REPEATS):
                torchvisions([image])

    tasks: dict[str, Callable[[], object]] = {
        "ours": lambda: [list(ours.detect(case, [middle])) for _ in range(REPEATS)],
        "OpenVINO": lambda: [list(openvinos.detect(case, [middle])) for _ in range(REPEATS)],
        "OpenVINO in bfloat16": lambda: [
            list(rounded.detect(case, [middle])) for _ in range(REPEATS)
        ],
        "our torch path": lambda: [list(torchs.detect(case, [middle])) for _ in range(REPEATS)],
        "torchvision": torchvision,
    }
    tell(f"{REPEATS} times one slice", tasks)


@pytest.mark.realdata
def test_129_slices(case: CTVolume) -> None:
    ours, openvinos, rounded, torchs = detectors()
    every = range(len(case))
    tasks = {
        "ours": lambda: list(Sweep(ours, case)),
        "its networks alone": networks_alone(case, every, "onnx"),
        "OpenVINO": lambda: list(Sweep(openvinos, case)),
        "OpenVINO in bfloat16": lambda: list(Sweep(rounded, case)),
        "our torch path": lambda: list(Sweep(torchs, case)),
    }
    tell("a sweep of 129 slices", tasks)


@pytest.mark.realdata
def test_2000_slices(case: CTVolume) -> None:
    volume = long_ct(case)
    ours, *_ = detectors()
    tasks = {
        "ours": lambda: list(Sweep(ours, volume)),
        "its networks alone": networks_alone(volume, range(SLICES), "onnx"),
    }
    tell("a sweep of 2,000 slices", tasks, runs=1)


def detectors() -> list[Detector]:
    """Ours on ONNX Runtime, on OpenVINO in its two precisions, and on torch."""
    folder = find_checkpoint("liver")
    return [
        load_detector(folder, "cpu", runtime=runtime, threads=THREADS)
        for runtime in ("onnx", "openvino", "openvino-bf16", "torch")
    ]
