"""A labelling project on the disk: a few slices of noise with bright discs, and their CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from lesion_viewer.exchange.deeplesion.annotation_rows import COLUMNS

SIDE = 128


@dataclass(frozen=True)
class Label:
    """A labelled disc: its key slice, its middle pixel and its radius in pixels."""

    folder: str
    number: int
    x: int
    y: int
    radius: int = 6
    organ: int = 4
    noisy: int = 0
    first: int | None = None
    last: int | None = None

    def row(self) -> str:
        """DeepLesion's row: counted from 1, padded by 5 px, long axis across and short axis up."""
        x, y, r = self.x + 1, self.y + 1, self.radius
        ends = (x - r, y, x + r, y, x, y - r + 1, x, y + r - 1)
        box = (x - r - 5, y - r + 1 - 5, x + r + 5, y + r - 1 + 5)
        patient, study, series = (str(int(part)) for part in self.folder.split("_"))
        first, last = self.first or self.number, self.last or self.number
        cells = {
            "File_name": f"{self.folder}_{self.number:03d}.png",
            "Patient_index": patient,
            "Study_index": study,
            "Series_ID": series,
            "Key_slice_index": str(self.number),
            "Measurement_coordinates": _joined(ends),
            "Bounding_boxes": _joined(box),
            "Lesion_diameters_Pixel_": _joined((2 * r, 2 * r - 2)),
            "Normalized_lesion_location": '"0.5, 0.5, 0.5"',
            "Coarse_lesion_type": str(self.organ),
            "Possibly_noisy": str(self.noisy),
            "Slice_range": f'"{first}, {last}"',
            "Spacing_mm_px_": '"0.8, 0.8, 5"',
            "Image_size": f'"{SIDE}, {SIDE}"',
            "DICOM_windows": '"-175, 275"',
            "Patient_gender": "F",
            "Patient_age": "51.0",
            "Train_Val_Test": "2",
        }
        return ",".join(cells[name] for name in COLUMNS)


LABELS = (
    Label("000001_01_01", 12, 40, 40, first=10, last=16),
    Label("000002_01_01", 5, 60, 60),
    Label("000002_01_01", 5, 90, 30, radius=4),
    Label("000003_01_01", 7, 30, 90, organ=5),
    Label("000004_01_01", 9, 50, 50, organ=2, noisy=1),
)
PRESENT = {"000001_01_01": range(10, 15), "000002_01_01": (5,), "000003_01_01": (7,)}
"""Slices whose images are there; that of the fourth patient is missing."""


def write_project(folder: Path, labels: Sequence[Label] = LABELS) -> tuple[Path, Path]:
    """The folder of the images and the CSV."""
    images = folder / "Images_png"
    for name, numbers in PRESENT.items():
        (images / name).mkdir(parents=True)
        for number in numbers:
            on_slice = [d for d in labels if d.folder == name and abs(d.number - number) <= 2]
            _save(images / name / f"{number:03d}.png", on_slice)
    csv = folder / "labels.csv"
    csv.write_text("\n".join([",".join(COLUMNS), *(d.row() for d in labels), ""]))
    return images, csv


def _save(path: Path, discs: Sequence[Label]) -> None:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    hu = np.random.default_rng(1).normal(60, 4, (SIDE, SIDE))
    for disc in discs:
        hu[np.hypot(columns - disc.x, rows - disc.y) <= disc.radius] = 130
    Image.fromarray((hu + 32768).astype(np.uint16)).save(path)


def _joined(numbers: Sequence[float]) -> str:
    return '"' + ", ".join(f"{n:g}" for n in numbers) + '"'
