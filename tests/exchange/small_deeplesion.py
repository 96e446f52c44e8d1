"""A small DeepLesion on disk: three patients, four annotated slices, real pixels in each."""

from pathlib import Path

import numpy as np
from PIL import Image

from lesion_viewer.exchange.deeplesion.annotation_rows import COLUMNS

SIDE = 128
NAMES = (
    "000001_01_01_010.png",
    "000001_01_01_014.png",
    "000002_01_01_007.png",
    "000003_01_01_020.png",
)
UIDS = ("000001_01_01/009-015", "000001_01_01/009-015", "000002_01_01/006-008", "000003_01_01/020")


def write_project(folder: Path) -> tuple[Path, Path]:
    """Images and annotations; each label is 20, 30 to 41, 51 in pixel edges, the first slice two.

    The patients are of the training, training, validation and test split, in the slices' order.
    """
    images, labels = folder / "Images_png", folder / "labels.csv"
    rows = [",".join(COLUMNS)]
    extents = ("9, 12", "13, 15", "6, 8", "20, 20")
    boxes = ["16, 26, 46, 56", "66, 66, 96, 96"]
    for n, (name, extent) in enumerate(zip(NAMES, extents, strict=True)):
        series, _, number = name.removesuffix(".png").rpartition("_")
        first, last = map(int, extent.split(","))
        for k in range(first, last + 1):
            _write_slice(images / series / f"{k:03d}.png", seed=k)
        for box in boxes[: 2 if n == 0 else 1]:
            rows.append(_row(name, int(number), box, extent, split="1123"[n]))
    labels.write_text("\n".join(rows) + "\n")
    return images, labels


def _row(name: str, number: int, box: str, extent: str, split: str) -> str:
    patient = str(int(name[:6]))
    spacing = '"0.8, 0.8, 5"'
    size = f'"{SIDE}, {SIDE}"'
    return (
        f'{name},{patient},1,1,{number},,"{box}",,,4,0,"{extent}",{spacing},{size},'
        f'"-175, 275",F,50.0,{split}'
    )


def _write_slice(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    hu = np.random.default_rng(seed).normal(40, 15, (SIDE, SIDE)).astype(np.int32)
    hu[30:51, 20:41] += 60
    Image.fromarray((hu + 32768).astype(np.uint16)).save(path)
