"""Synthetic and real slices side by side at one window, to be judged by eye."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.study import Collection
from lesion_viewer.ct.values.window import Window, to_display
from lesion_viewer.errors import TrainingError

from ..recipe.recipe import Recipe
from ..recipe.synthesis_data import SynthesisData
from ..scan import Scan
from ..synthesis.synthetic_scans import SynthesisSource

TILE = 384
MARGIN = 3
YELLOW, CYAN = (255, 214, 0), (0, 200, 255)

Picture = NDArray[np.uint8]


def recipe_tiles(recipe: Recipe, real: Sequence[Path], count: int) -> list[Picture]:
    """Slices of a recipe's validation scans, and of real studies.

    Parameters
    ----------
    recipe : Recipe
        A recipe whose data are of kind ``synthesis``.
    real : Sequence[Path]
        Paths of real studies.
    count : int
        Number of slices of the recipe, and most slices of each real study.

    Returns
    -------
    list[Picture]
        uint8 (TILE, TILE, 3), those of the recipe first.

    Raises
    ------
    CTError
        Where a real study cannot be read.
    TrainingError
        Where the recipe's data are of another kind, or the label volumes are missing.
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
        tiles.extend(real_tiles(open_collection(path), count, window))
    return tiles


def contact_sheet(tiles: Iterable[Picture], columns: int) -> Picture:
    """Tiles side by side as one picture; the last row is filled with black.

    Parameters
    ----------
    tiles : Iterable[Picture]
        uint8 (rows, columns, 3), all of one size.
    columns : int
        Tiles in a row.

    Returns
    -------
    Picture
        uint8 (rows, columns, 3).

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
    """A slice of a scan with its lesions in yellow and ignored regions in blue, drawn 3 px wider.

    Parameters
    ----------
    scan : Scan
        Voxels and labels.
    slice_index : int
        Index of the slice.
    window : Window
        Width and level in HU to show it with.

    Returns
    -------
    Picture
        uint8 (TILE, TILE, 3).
    """
    picture = Image.fromarray(to_display(scan.voxels[slice_index], window)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for boxes, colour in ((scan.boxes, YELLOW), (scan.ignored, CYAN)):
        for x1, y1, x2, y2 in boxes.get(slice_index, ()):
            draw.rectangle((x1 - MARGIN, y1 - MARGIN, x2 + MARGIN, y2 + MARGIN), outline=colour)
    return _fitted(picture)


def real_tiles(images: Collection, most: int, window: Window) -> Iterator[Picture]:
    """Slices spread evenly over all series of what was opened.

    Parameters
    ----------
    images : Collection
        The studies that were opened.
    most : int
        Most slices to give.
    window : Window
        Width and level in HU to show them with.

    Yields
    ------
    Picture
        uint8 (TILE, TILE, 3).
    """
    places = [(series, i) for series in images.series for i in range(len(series.slices))]
    for k in np.unique(np.linspace(0, len(places) - 1, most).round().astype(int)):
        series, index = places[k]
        hu = np.ascontiguousarray(series.turn.apply(series.decode(index)))
        yield _fitted(Image.fromarray(to_display(hu, window)).convert("RGB"))


def write_contact_sheet(file: Path, tiles: Sequence[Picture], columns: int) -> None:
    """Write tiles side by side as PNG.

    Parameters
    ----------
    file : Path
        The PNG; replaced where it exists.
    tiles : Sequence[Picture]
        uint8 (rows, columns, 3), all of one size.
    columns : int
        Tiles in a row.

    Raises
    ------
    TrainingError
        Where there are no tiles, or the file cannot be written.
    """
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
