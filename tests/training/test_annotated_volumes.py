"""CT with synthetic lesions, learned from beside painted CT: every slice, box and refusal."""

from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.errors import TrainingError
from training.fitting.rendered_slices import cached_slices
from training.scan import Joined
from training.sources.annotated_volumes import AnnotatedVolumes
from training.sources.phantom_scans import PhantomData, PhantomSource

SHAPE, SPACING_MM = (6, 40, 48), (4.0, 1.0, 1.0)
HEADER = "slice_index,x1,y1,x2,y2,lesion\n"


def write_volume(folder: Path, rows: str, hu: int) -> None:
    voxels = np.full(SHAPE, hu, np.int16)
    voxels[2:4, 10:20, 8:18] = hu + 50
    write_series(folder / "DICOM", voxels, SPACING_MM, seed=hu)
    (folder / "boxes.csv").write_text(HEADER + rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_volume(tmp_path / "a", "2,8,10,18,20,1\n3,8,10,18,20,1\n3,30,5,36,9,2\n", 40)
    write_volume(tmp_path / "b", "2,8,10,18,20,1\n", 100)
    return tmp_path


def test_each_slice_is_learned_from_with_all_of_its_boxes(folder: Path) -> None:
    scan = AnnotatedVolumes(folder).scan(0)
    assert scan.voxels.shape == SHAPE and scan.spacing_mm == pytest.approx(SPACING_MM)
    assert list(scan.wanted) == list(range(6))
    assert scan.boxes[2].tolist() == [[8, 10, 18, 20]]
    assert scan.boxes[3].tolist() == [[8, 10, 18, 20], [30, 5, 36, 9]]
    assert [len(scan.boxes[i]) for i in (0, 1, 4, 5)] == [0] * 4
    (x1, y1, x2, y2) = map(int, scan.boxes[2][0])
    assert (scan.voxels[2, y1:y2, x1:x2] == 90).all()


def test_they_come_after_the_painted_ones_and_count_in_the_cache(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    phantoms = PhantomSource(PhantomData((1, 2), (2, 3), (5.0,), 4.0, 96, 2, (2, 2)), (1, 2))
    joined = Joined((phantoms, AnnotatedVolumes(folder)))
    assert len(joined) == 3
    assert joined.scan(0).patient == phantoms.scan(0).patient
    assert [joined.scan(n).voxels[0, 0, 0] for n in (1, 2)] == [40, 100]
    with pytest.raises(IndexError):
        joined.scan(3)
    definition = InputDefinition(Window(400, 40), slices=3, pixel_mm=2.0)
    slices = cached_slices(joined, definition, tmp_path_factory.mktemp("cache"), "train")
    assert len(slices) == 2 + 6 + 6
    assert slices[2 + 3].boxes.tolist() == [[4, 5, 9, 10], [15, 2.5, 18, 4.5]]


def test_a_changed_table_is_another_source(folder: Path) -> None:
    before = AnnotatedVolumes(folder).identity
    assert before == AnnotatedVolumes(folder).identity
    (folder / "b" / "boxes.csv").write_text(HEADER)
    assert before != AnnotatedVolumes(folder).identity


def test_what_cannot_be_learned_from_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="holds no folder with DICOM and boxes.csv"):
        AnnotatedVolumes(tmp_path)
    write_volume(tmp_path / "a", "9,8,10,18,20,1\n", 40)
    with pytest.raises(TrainingError, match="names a slice that"):
        AnnotatedVolumes(tmp_path).scan(0)
