"""Slices a second that eight consumers get of shards, beside PNG, DICOM and what eight GPUs take.

Printed, not judged. The consumers are processes that take their share of each batch as fast as it
comes, as eight GPUs would of one machine; all of them and their loading share this one's cores.
Slices a second of a core are by processor time, so that other work on the machine does not count.
"""

import os
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import PhantomScene
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.detection.inputs import InputDefinition
from training.deeplesion.slice_images import SliceImages
from training.fitting.rendered_slices import rendered
from training.fitting.sample_order import Stream
from training.fitting.sharded_slices import ShardedSlices
from training.recipe.recipe import Augmentation, Recipe, parse_recipe
from training.recipe.shard_data import ShardData
from training.scan import Scan
from training.shards.reading import shards_of
from training.shards.writing import write_shards

CONSUMERS, BATCH, SIDE, SLICES, SCANS = 8, 16, 512, 16, 16
SPACING = (5.0, 0.8, 0.8)
DEFINITION = InputDefinition(Window(450, 50), max_side=SIDE)
CHANGES = Augmentation(
    flip=0.5,
    scale=(0.8, 1.25),
    shift=0.08,
    rotation=15.0,
    level=0.06,
    contrast=(0.8, 1.25),
    noise=0.03,
    blur=0.3,
)

PUBLISHED = 16 / 0.210 * (800 * 1066) / (SIDE * SIDE)
"""Slices a second of 8 V100 by Detectron2's model zoo: Faster R-CNN, ResNet-50 and FPN, 16 images
in .210 s; theirs are of about 800 x 1066 pixels, and time is taken to go with the pixels."""

FASTER = float(os.environ.get("LESION_BENCH_GPU_FACTOR", "5"))
"""How much faster than a V100 a GPU of today is taken to be."""


class Phantoms:
    """Scans of one phantom, again and again."""

    identity = {"kind": "benchmark"}

    def __init__(self) -> None:
        scene = PhantomScene(7, (SLICES + 2, SIDE, SIDE), SPACING, 8)
        painted = [scene.slice_at(k) for k in range(SLICES + 2)]
        self.voxels = np.stack([hu for hu, _ in painted])
        self._boxes = {
            k: np.array(list(found.values()), np.float32).reshape(-1, 4)
            for k, (_, found) in enumerate(painted)
        }

    def __len__(self) -> int:
        return SCANS

    def scan(self, number: int) -> Scan:
        wanted = range(1, SLICES + 1)
        # Another number in the air beside the patient: no two shards are equal.
        voxels = self.voxels.copy()
        voxels[:, 0, 0] = number
        return Scan(voxels, SPACING, self._boxes, {}, wanted, f"phantom {number}")


class FakeFabric:
    """What the order of samples asks of Fabric, for one of eight processes."""

    device = torch.device("cpu")
    world_size = CONSUMERS

    def __init__(self, rank: int) -> None:
        self.global_rank = rank


@pytest.fixture(scope="module")
def phantoms() -> Phantoms:
    return Phantoms()


@pytest.fixture(scope="module")
def folder(phantoms: Phantoms, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shards")
    sources = {"train": phantoms, "validation": phantoms}
    write_shards(recipe(), sources, str(folder), 2 * 9_000_000, lambda *what: None)
    return folder


def recipe() -> Recipe:
    from tests.training.conftest import RECIPE

    text = RECIPE.replace("pixel_mm = 6.0", "max_side = 512")
    return parse_recipe(text)


def consume(
    folder: str, cache: str, changes: Augmentation, steps: int, begin: Barrier, rank: int, said: Any
) -> None:
    """Take this consumer's share of all batches."""
    torch.set_num_threads(1)
    shards = shards_of(ShardData(folder), DEFINITION)["train"]
    slices = ShardedSlices(shards, DEFINITION, Path(cache), "train", False)
    stream, taken = Stream(slices, changes, 1), 0
    begin.wait()
    began, busy = time.perf_counter(), time.process_time()
    for batch in stream.batches(FakeFabric(rank), range(steps), BATCH):  # type: ignore[arg-type]
        taken += len(batch)
    said.put((taken, began, time.perf_counter(), time.process_time() - busy))


def consumed(folder: Path, cache: Path, changes: Augmentation) -> tuple[float, float]:
    """Slices of an epoch in a second over all consumers, and in a second of a core."""
    context, steps = get_context("fork"), SCANS * SLICES // BATCH
    begin, said = context.Barrier(CONSUMERS), context.Queue()
    arguments = (str(folder), str(cache), changes, steps, begin)
    processes = [
        context.Process(target=consume, args=(*arguments, rank, said)) for rank in range(CONSUMERS)
    ]
    for process in processes:
        process.start()
    results = [said.get() for _ in processes]
    for process in processes:
        process.join()
    taken = sum(one[0] for one in results)
    assert taken == SCANS * SLICES
    wall = max(one[2] for one in results) - min(one[1] for one in results)
    return float(taken / wall), float(taken / sum(one[3] for one in results))


def per_core(slices: int, work: Callable[[], object]) -> float:
    """Slices in a second of a core."""
    began = time.process_time()
    work()
    return slices / (time.process_time() - began)


def of_pngs(root: Path, phantoms: Phantoms) -> float:
    """A key slice and its neighbours decoded and rendered, as DeepLesion's are."""
    series = root / "000001_01_01"
    series.mkdir(parents=True)
    for k, hu in enumerate(phantoms.voxels):
        Image.fromarray((hu.astype(np.int32) + 32768).astype(np.uint16)).save(
            series / f"{k:03}.png"
        )
    images = SliceImages(root)

    def work() -> None:
        for k in range(1, SLICES + 1):
            read = images.read("000001_01_01", (k - 1, k, k + 1))
            voxels = np.stack([read[i] for i in sorted(read)])
            rendered(Scan(voxels, SPACING, {}, {}, (1,), "png"), DEFINITION)

    return per_core(SLICES, work)


def of_dicom(root: Path, phantoms: Phantoms) -> float:
    """A series opened, decoded and rendered whole, so that no neighbour is read twice."""
    write_series(root, phantoms.voxels, SPACING, seed=7)

    def work() -> None:
        (series,) = open_study(root).series
        voxels = load_volume(series).voxels
        rendered(Scan(voxels, SPACING, {}, {}, range(1, SLICES + 1), "dicom"), DEFINITION)

    return per_core(SLICES, work)


def test_eight_consumers_of_shards(folder: Path, phantoms: Phantoms, tmp_path: Path) -> None:
    png = of_pngs(tmp_path / "png", phantoms)
    dicom = of_dicom(tmp_path / "dicom", phantoms)
    run = partial(consumed, folder, tmp_path / "cache")
    shown = {
        "first epoch: fetched, verified, rendered": run(Augmentation()),
        "later epochs, as they are": run(Augmentation()),
        "later epochs, with all changes": run(CHANGES),
    }

    print(
        f"\n{CONSUMERS} consumers on {os.cpu_count()} cores, {SIDE} x {SIDE}, slices/s: all, a core"
    )
    for name, (together, core) in shown.items():
        print(f"  {name:42}{together:6.0f}{core:6.0f}")
    print(f"  read anew from PNG, from DICOM, a core      {png:10.0f}{dicom:6.0f}")
    first, as_they_are, changed = (core for _, core in shown.values())
    print(
        f"  shards beside PNG {first / png:.1f} x, later epochs {as_they_are / png:.0f} x;"
        f" beside DICOM {first / dicom:.1f} x and {as_they_are / dicom:.0f} x"
    )
    for name, factor in (("8 V100, published", 1.0), (f"8 GPUs {FASTER:g} x as fast", FASTER)):
        need = PUBLISHED * factor
        print(
            f"  {name}: take {need:.0f} slices/s, which {need / as_they_are:.1f} cores load as they"
            f" are and {need / changed:.0f} with all changes"
        )
