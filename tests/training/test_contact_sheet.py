"""Contact sheets: where the tiles and the boxes lie."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lesion_viewer.ct.values.window import Window
from lesion_viewer.errors import TrainingError
from training.figures.contact_sheet import (
    CYAN,
    YELLOW,
    contact_sheet,
    recipe_tiles,
    scan_tile,
    write_contact_sheet,
)
from training.recipe.recipe import parse_recipe
from training.scan import Scan


def scan_with(boxes: list[list[float]], ignored: list[list[float]]) -> Scan:
    return Scan(
        voxels=np.zeros((1, 384, 384), np.int16),
        spacing_mm=(5.0, 0.8, 0.8),
        boxes={0: np.array(boxes, np.float32).reshape(-1, 4)},
        ignored={0: np.array(ignored, np.float32).reshape(-1, 4)},
        wanted=(0,),
        patient="one",
    )


def test_a_lesion_is_framed_three_pixels_wider_and_what_is_ignored_in_blue() -> None:
    scan = scan_with([[100, 50, 120, 80]], [[200, 300, 220, 330]])
    tile = scan_tile(scan, 0, Window(300, 70))
    assert tuple(tile[47, 97]) == tuple(tile[83, 123]) == YELLOW
    assert tuple(tile[297, 197]) == tuple(tile[333, 223]) == CYAN
    # 0 HU lies 80 of 300 HU over the window's lower limit.
    assert tuple(tile[65, 110]) == (68, 68, 68)


def test_tiles_fill_rows_and_the_last_row_ends_black() -> None:
    tiles = [np.full((4, 4, 3), grey, np.uint8) for grey in (10, 20, 30)]
    sheet = contact_sheet(tiles, columns=2)
    assert sheet.shape == (8, 8, 3)
    assert [sheet[0, 0, 0], sheet[0, 4, 0], sheet[4, 0, 0], sheet[4, 4, 0]] == [10, 20, 30, 0]


def test_a_sheet_is_a_png(tmp_path: Path) -> None:
    file = tmp_path / "sheet.png"
    write_contact_sheet(file, [np.zeros((4, 4, 3), np.uint8)], columns=3)
    assert Image.open(file).size == (12, 4)


def test_no_slices_and_other_recipes_are_refused_in_one_line(recipe_text: str) -> None:
    with pytest.raises(TrainingError, match="needs a slice"):
        contact_sheet([], columns=2)
    with pytest.raises(TrainingError, match="synthesis"):
        recipe_tiles(parse_recipe(recipe_text), [], 1)
