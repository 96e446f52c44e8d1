"""A small folder of 16-bit PNGs with names of any kind, and COCO or a table of boxes on them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

SIDE = 64
IMAGES = ("site a/scan.png", "site b/scan.png", "000001_01_01/009.png", "000001_01_01/010.png")
FIRST, SECOND = "site a/scan.png", "000001_01_01/010.png"


def write_pngs(folder: Path, names: Sequence[str] = IMAGES, side: int = SIDE) -> Path:
    """The folder, with an image of 40 HU for each of the names."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((side, side), 32808, np.uint16)).save(path)
    return folder


def coco(boxes: Mapping[str, Sequence[Any]], side: int = SIDE, **more: Any) -> dict[str, Any]:
    """COCO of boxes by image, with ids from 11; an annotation is a box or its whole entry."""
    images = [
        {"id": n, "file_name": name, "width": side, "height": side}
        for n, name in enumerate(boxes, 1)
    ]
    annotations: list[dict[str, Any]] = []
    for n, found in enumerate(boxes.values(), 1):
        for box in found:
            entry = box if isinstance(box, dict) else {"bbox": box}
            number = {"id": 11 + len(annotations)}
            annotations.append({**number, "image_id": n, "category_id": 7, "iscrowd": 0, **entry})
    categories = [{"id": 7, "name": "metastasis"}]
    return {"images": images, "annotations": annotations, "categories": categories, **more}


def write_json(path: Path, content: Any) -> Path:
    """The file."""
    path.write_text(json.dumps(content))
    return path
