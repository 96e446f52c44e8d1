"""Pixels as one closed line along their edges, as DICOM draws regions, and back."""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Corner = tuple[int, int]


def outline_of(pixels: NDArray[np.bool_], corner: Corner) -> Points:
    """The closed line round pixels.

    Parts that do not touch, and holes, are on it as well: the line goes to each of them and back by
    the same way, so that the rule of even and odd crossings gives the pixels again.

    Parameters
    ----------
    pixels : NDArray[np.bool_]
        (rows, columns), at least one of them true.
    corner : Corner
        Column and row of the first one.

    Returns
    -------
    Points
        (n, 2), column and row of each corner in pixel edges; the first one again at the end.
    """
    x, y = corner
    first, *others = _loops(np.pad(pixels, 1))
    corners = first
    for loop in others:
        corners = [*corners, *loop, first[0]]
    return np.array(corners, np.float64) + (x - 1, y - 1)


def pixels_in(outline: Points, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """The pixels whose centres lie in a closed line, by the rule of even and odd crossings.

    Parameters
    ----------
    outline : Points
        (n, 2), column and row of each corner in pixel edges.
    shape : tuple[int, int]
        Rows and columns of the image.

    Returns
    -------
    NDArray[np.bool_]
        (rows, columns).
    """
    rows, columns = shape
    crossings = np.zeros((rows, columns + 1), np.int64)
    for start, end in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        (x1, y1), (x2, y2) = sorted((start, end), key=lambda corner: (corner[1], corner[0]))
        top, bottom = (int(np.clip(np.ceil(edge - 0.5), 0, rows)) for edge in (y1, y2))
        if top < bottom:
            at = x1 + (np.arange(top, bottom) + 0.5 - y1) * (x2 - x1) / (y2 - y1)
            after = np.clip(np.ceil(at - 0.5), 0, columns).astype(int)
            crossings[np.arange(top, bottom), after] += 1
    inside: NDArray[np.bool_] = np.cumsum(crossings, axis=1)[:, :columns] % 2 == 1
    return inside


def _loops(pixels: NDArray[np.bool_]) -> list[list[Corner]]:
    """The closed lines between pixels and others, with the pixels on their right."""
    ways: dict[Corner, list[Corner]] = {}

    def add(edges: NDArray[np.bool_], begin: Corner, end: Corner) -> None:
        for row, column in np.argwhere(edges).tolist():
            start = column + begin[0], row + begin[1]
            ways.setdefault(start, []).append((column + end[0], row + end[1]))

    inner = pixels[1:-1, 1:-1]
    add(inner & ~pixels[:-2, 1:-1], (1, 1), (2, 1))
    add(inner & ~pixels[1:-1, 2:], (2, 1), (2, 2))
    add(inner & ~pixels[2:, 1:-1], (2, 2), (1, 2))
    add(inner & ~pixels[1:-1, :-2], (1, 2), (1, 1))
    loops = []
    while ways:
        start = at = min(ways)
        loop = [start]
        while True:
            ends = ways[at]
            came = (at[0] - loop[-2][0], at[1] - loop[-2][1]) if len(loop) > 1 else (1, 0)
            to = min(ends, key=lambda end: _is_left(came, at, end))
            ends.remove(to)
            if not ends:
                del ways[at]
            at = to
            loop.append(at)
            if at == start:
                break
        loops.append(_straightened(loop))
    return loops


def _is_left(came: Corner, at: Corner, to: Corner) -> bool:
    """Whether a way turns to the left; where two meet, the right one goes round one pixel."""
    return came[0] * (to[1] - at[1]) - came[1] * (to[0] - at[0]) < 0


def _straightened(loop: list[Corner]) -> list[Corner]:
    """A closed line without the corners at which it goes straight on."""
    before, after = loop[:-1], loop[1:]
    kept = [loop[0]]
    for (x1, y1), (x2, y2), (x3, y3) in zip(before, after, after[1:], strict=False):
        if (x2 - x1, y2 - y1) != (x3 - x2, y3 - y2):
            kept.append((x2, y2))
    return [*kept, loop[0]]
