"""Small archives of phantom studies."""

from pathlib import Path

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import make_phantom

SHAPE = (4, 96, 96)
SPACING_MM = (8.0, 4.0, 4.0)


def write_studies(folder: Path, count: int, first: int = 0) -> list[Path]:
    """A folder for each study, named by its seed."""
    folders = []
    for seed in range(first, first + count):
        phantom = make_phantom(seed, SHAPE, SPACING_MM, lesions=3)
        write_series(folder / f"{seed:04d}", phantom.hu, SPACING_MM, seed)
        folders.append(folder / f"{seed:04d}")
    return folders
