"""Two DICOM studies of a phantom: an earlier one, and a later one moved with its lesions grown."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.uid import UID

from lesion_viewer.ct.dicom.writing import Described, write_series
from lesion_viewer.ct.phantom.abdomen import PhantomScene
from lesion_viewer.ct.phantom.canvas import Point
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.registration.rigid_map import RigidMap
from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.session import Session
from lesion_viewer.review.user_folders import journal_path
from tests.ct.registration.moved_phantoms import centred_grid, map_of, moved

SHAPE, SPACING_MM = (36, 112, 112), (5.0, 3.2, 3.2)
SEED, LESIONS = 7, 3
GROWN = 1.25
MOVED = map_of((4, -2, 1), (9, -14, 310))
PRIOR_DATE, DATE = "20250301", "20251001"
DAYS = 214

_SHARED: "list[TwoStudies]" = []


@dataclass(frozen=True)
class TwoStudies:
    """Folders of the studies, and where each lesion's middle lies in each of them."""

    prior: Path
    current: Path
    prior_places: list[Point]
    current_places: list[Point]


def shared_two_studies(factory: pytest.TempPathFactory) -> TwoStudies:
    """The studies, made once for all tests of a process; no test may change their files."""
    if not _SHARED:
        _SHARED.append(write_two_studies(factory.mktemp("two")))
    return _SHARED[0]


def write_two_studies(folder: Path) -> TwoStudies:
    """The later study has the same patient on another table, every lesion a quarter larger."""
    earlier, later = (PhantomScene(SEED, SHAPE, SPACING_MM, LESIONS) for _ in range(2))
    later.lesions = tuple(replace(one, axes=larger(one.axes)) for one in later.lesions)
    hu = [np.stack([scene.slice_at(i)[0] for i in range(SHAPE[0])]) for scene in (earlier, later)]
    grid = centred_grid(SHAPE, SPACING_MM)
    new_grid = grid.copy()
    new_grid[:3, 3] += MOVED.point((0.0, 0.0, 0.0))
    hu[1] = moved(hu[1], grid, MOVED, SHAPE, new_grid)
    places = [lesion.centre for lesion in earlier.lesions]
    two = TwoStudies(
        folder / "before", folder / "now", places, [MOVED.point(place) for place in places]
    )
    write(two.prior, hu[0], "before", PRIOR_DATE, grid)
    write(two.current, hu[1], "now", DATE, new_grid)
    return two


def larger(axes: Point) -> Point:
    a, b, c = axes
    return GROWN * a, GROWN * b, GROWN * c


def write(
    folder: Path, hu: np.ndarray, key: str, date: str, grid: np.ndarray, patient: str = "PHANTOM"
) -> None:
    write_series(folder, hu, SPACING_MM, SEED, affine=grid, described=Described(patient, key=key))
    state(folder, StudyDate=date)


def state(folder: Path, **elements: str) -> None:
    """Let all files of a folder state something else."""
    for file in folder.iterdir():
        image = pydicom.dcmread(file)
        for name, value in elements.items():
            setattr(image, name, value)
        image.save_as(file)


def add_series(folder: Path, slices: int) -> None:
    """Add a series of the first slices of a study's only one, in the same frame of reference."""
    for number, file in enumerate(sorted(folder.iterdir())[:slices], 1):
        image = pydicom.dcmread(file)
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = UID(f"1.2.3.{number}")
        image.SeriesInstanceUID, image.SeriesNumber = "1.2.9", 2
        image.SeriesDescription = "Second"
        image.save_as(folder / f"second{number:04d}.dcm")


@contextmanager
def review_of(folder: Path) -> Iterator[tuple[Session, Study]]:
    """The usual review of a study, closed again at the end."""
    study = open_study(folder)
    session = Session.open(journal_path(study.key), study.key, "ann")
    session.pictures.describe(study)
    try:
        yield session, study
    finally:
        session.close()


def mark(folder: Path, places: list[Point], sides_mm: list[float]) -> list[str]:
    """Draw a square of a size at each place, on its slice; UIDs of the findings."""
    with review_of(folder) as (session, study):
        (series,) = study.series
        return [
            session.add(series.uid, *_square(series, place, side))
            for place, side in zip(places, sides_mm, strict=True)
        ]


def _square(series: object, place: Point, side_mm: float) -> tuple[int, Box]:
    at = series.geometry.nearest(place)  # type: ignore[attr-defined]
    half = side_mm / SPACING_MM[1] / 2
    return at.slice_index, Box(at.x - half, at.y - half, at.x + half, at.y + half)


def true_map() -> RigidMap:
    """From the current patient frame to the prior's."""
    return MOVED.inverse
