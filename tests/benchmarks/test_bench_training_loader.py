"""Slices that the loader gives in a second, against those that a training step takes."""

import statistics
import time

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric

from lesion_viewer.ct.phantom.abdomen import PhantomScene
from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.detection.models import build_model
from training.fitting.rendered_slices import CachedSlices, cached_slices
from training.fitting.sample_order import Stream
from training.recipe.recipe import Augmentation
from training.scan import Scan

SIDE, SLICES, BATCH, STEPS = 512, 16, 2, 2
ALL_CHANGES = Augmentation(
    flip=0.5,
    scale=(0.8, 1.25),
    shift=0.08,
    rotation=15.0,
    level=0.06,
    contrast=(0.8, 1.25),
    noise=0.03,
    blur=0.3,
)


class OnePhantom:
    """Neighbouring slices of one phantom, of DeepLesion's usual size."""

    identity = {"kind": "benchmark"}

    def __len__(self) -> int:
        return 1

    def scan(self, number: int) -> Scan:
        scene = PhantomScene(7, (SLICES, SIDE, SIDE), (5.0, 0.8, 0.8), 8)
        painted = [scene.slice_at(k) for k in range(SLICES)]
        boxes = {
            k: np.array(list(found.values()), np.float32).reshape(-1, 4)
            for k, (_, found) in enumerate(painted)
        }
        voxels = np.stack([hu for hu, _ in painted])
        return Scan(voxels, (5.0, 0.8, 0.8), boxes, {}, range(SLICES), "phantom 7")


@pytest.fixture(scope="module")
def slices(tmp_path_factory: pytest.TempPathFactory) -> CachedSlices:
    definition = InputDefinition(Window(450, 50), max_side=SIDE)
    return cached_slices(OnePhantom(), definition, tmp_path_factory.mktemp("cache"), "bench")


@pytest.mark.parametrize("changes", [Augmentation(), ALL_CHANGES], ids=["as they are", "changed"])
def test_what_the_loader_gives_and_faster_rcnn_takes(
    slices: CachedSlices, changes: Augmentation
) -> None:
    stream = Stream(slices, changes, seed=1)
    fabric = Fabric(accelerator="cpu", devices=1)
    given = slices_per_second(stream, fabric, 2 * SLICES)
    taken = taken_per_second(stream, fabric)

    print(f"loader {given:.0f} slices/s, step {taken:.2f} slices/s, {given / taken:.0f} x")


def slices_per_second(stream: Stream, fabric: Fabric, count: int) -> float:
    """The loader alone, in the process and with the threads that a step has."""
    for _ in stream.batches(fabric, range(2), BATCH):
        pass
    begin = time.perf_counter()
    for _ in stream.batches(fabric, range(count // BATCH), BATCH):
        pass
    return count / (time.perf_counter() - begin)


def taken_per_second(stream: Stream, fabric: Fabric) -> float:
    """Forward, backward and optimiser of Faster R-CNN with ResNet-50 and FPN, in the median."""
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    model = build_model("faster_rcnn", {"backbone": "resnet50"}, 3).train()
    optimiser = torch.optim.AdamW(model.parameters())
    times = []
    for batch in stream.batches(fabric, range(STEPS + 1), BATCH):
        begin = time.perf_counter()
        losses = model([one.image for one in batch], [one.target for one in batch])
        optimiser.zero_grad()
        torch.stack(list(losses.values())).sum().backward()
        optimiser.step()
        times.append(time.perf_counter() - begin)
    return BATCH / statistics.median(times[1:])
