"""Volumes that are stored otherwise are learned from, scored and pictured in the same place."""

from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.values.window import Window
from tests.turned import WAYS, Ways, stored, write_stored
from training.evaluation.cases import volume_cases
from training.figures.contact_sheet import real_tiles
from training.phantom_studies import TRUTH
from training.sources.annotated_volumes import AnnotatedVolumes

AFFINE = np.array([[0.7, 0, 0, -11], [0, 0.9, 0, 12], [0, 0, 2.5, 130], [0, 0, 0, 1]])


def annotated(folder: Path, ways: Ways) -> Path:
    """A volume with a lesion of 200 HU on its second slice, and the table that names it.

    The table counts slices as they were stored, as tables of before do; files say which is meant.
    """
    hu = np.zeros((4, 30, 40), np.int16)
    hu[1, 6:12, 10:18] = 200
    write_stored(folder / "1" / "DICOM", hu, AFFINE, ways)
    there, _ = stored(hu, AFFINE, ways)
    index, rows, columns = np.nonzero(there == 200)
    box = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    line = ",".join(map(str, (f"IM{index[0] + 1:04d}.dcm", index[0], *box, 1)))
    (folder / "1" / TRUTH).write_text(f"source,slice_index,x1,y1,x2,y2,lesion\n{line}\n")
    return folder


@pytest.mark.parametrize("ways", WAYS)
def test_an_annotated_volume_is_learned_from_in_standard_orientation(
    tmp_path: Path, ways: Ways
) -> None:
    scan = AnnotatedVolumes(annotated(tmp_path, ways)).scan(0)
    assert scan.boxes[1].tolist() == [[10, 6, 18, 12]]
    assert [len(scan.boxes[i]) for i in range(4)] == [0, 1, 0, 0]
    assert (scan.voxels[1, 6:12, 10:18] == 200).all()
    assert scan.spacing_mm == pytest.approx((2.5, 0.9, 0.7))


@pytest.mark.parametrize("ways", WAYS)
def test_a_case_is_scored_where_its_table_and_its_files_say(tmp_path: Path, ways: Ways) -> None:
    folder = annotated(tmp_path, ways) / "1"
    (case,) = volume_cases(folder / "DICOM", folder / TRUTH)
    (lesion,) = case.lesions
    ((index, (corners,)),) = lesion.items()
    x1, y1, x2, y2 = map(int, corners)
    assert (case.volume.voxels[index, y1:y2, x1:x2] == 200).all()
    assert index == 1


def test_tiles_of_a_contact_sheet_are_in_standard_orientation(tmp_path: Path) -> None:
    tiles = []
    for number, ways in enumerate(WAYS[:8]):
        images = open_collection(annotated(tmp_path / str(number), ways) / "1" / "DICOM")
        tiles.append(list(real_tiles(images, 4, Window(400, 40))))
    assert all(np.array_equal(tile, tiles[0]) for tile in tiles)
