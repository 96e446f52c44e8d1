"""Synthetic and real slices side by side at one window, to be judged by eye."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.study import Study
from lesion_viewer.ct.values.window import Window, to_display
from lesion_viewer.errors import TrainingError
from training.recipe.recipe import Recipe
from training.recipe.synthesis_data import SynthesisData
from training.scan import Scan
from training.synthesis.synthetic_scans import SynthesisSource

TILE = 384
MARGIN = 3
YELLOW, CYAN = (255, 214, 0), (0, 200, 255)

Picture = NDArray[np.uint8]


def recipe_tiles(recipe: Recipe, real: Sequence[Path], count: int) -> list[Picture]:
    """``count`` slices of the recipe's validation scans, then as many of each real study.

    Raises
    ------
    TrainingError
        Where the recipe's data are not synthesis or their label volumes are not there.
    CTError
        Where a real study cannot be read.
    """
    if not isinstance(recipe.data, SynthesisData):
        raise TrainingError("a contact sheet shows a recipe whose data are of kind 'synthesis'")
    source = SynthesisSource(recipe.data, recipe.data.validation_seeds)
    window = recipe.input.window
    tiles = []
    for number in range(min(count, len(source))):
        scan = source.scan(number)
        tiles.append(scan_tile(scan, scan.wanted[len(scan.wanted) // 2], window))
    for path in real:
        tiles.extend(real_tiles(open_study(path), count, window))
    return tiles


def contact_sheet(tiles: Iterable[Picture], columns: int) -> Picture:
    """Tiles (rows, columns, 3) of one size in rows of ``columns``; the last row filled with black.

    Raises
    ------
    TrainingError
        Where there are no tiles.
    """
    shown = list(tiles)
    if not shown:
        raise TrainingError("a contact sheet needs a slice")
    shown += [np.zeros_like(shown[0])] * (-len(shown) % columns)
    rows = [np.hstack(shown[i : i + columns]) for i in range(0, len(shown), columns)]
    sheet: Picture = np.vstack(rows)
    return sheet


def scan_tile(scan: Scan, slice_index: int, window: Window) -> Picture:
    """A slice of a scan: lesions in yellow, what counts neither way in blue, both 3 px wider."""
    picture = Image.fromarray(to_display(scan.voxels[slice_index], window)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for boxes, colour in ((scan.boxes, YELLOW), (scan.ignored, CYAN)):
        for x1, y1, x2, y2 in boxes.get(slice_index, ()):
            draw.rectangle((x1 - MARGIN, y1 - MARGIN, x2 + MARGIN, y2 + MARGIN), outline=colour)
    return _fitted(picture)


def real_tiles(study: Study, most: int, window: Window) -> Iterator[Picture]:
    """At most ``most`` slices spread over the series of a study."""
    places = [(series, i) for series in study.series for i in range(len(series.slices))]
    for k in np.unique(np.linspace(0, len(places) - 1, most).round().astype(int)):
        series, index = places[k]
        yield _fitted(Image.fromarray(to_display(series.decode(index), window)).convert("RGB"))


def write_contact_sheet(file: Path, tiles: Sequence[Picture], columns: int) -> None:
    """Write the sheet as PNG; raises as ``contact_sheet``, or where it cannot be written."""
    sheet = Image.fromarray(contact_sheet(tiles, columns))
    try:
        sheet.save(file, "PNG")
    except OSError as error:
        raise TrainingError(f"{file} cannot be written: {error.strerror}") from error


def _fitted(picture: Image.Image) -> Picture:
    picture.thumbnail((TILE, TILE), Image.Resampling.LANCZOS)
    tile = np.zeros((TILE, TILE, 3), np.uint8)
    shown = np.asarray(picture)
    top, left = (TILE - shown.shape[0]) // 2, (TILE - shown.shape[1]) // 2
    tile[top : top + shown.shape[0], left : left + shown.shape[1]] = shown
    return tile
