"""The identity of the images of a series, to detect other images under the same UIDs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.errors import CTError

Position = tuple[float, float, float]
Name = tuple[str, int]  #: SOP Instance UID, else the file's name without folders; and the frame

# Rounding of decimal strings is far smaller, one pixel of a CT far larger.
SAME_PLACE_MM = 0.1
SAME_COSINE = 0.005
SAME_SPACING = 1e-3  # relative
SHOWN = 3  # numbers of slices that a difference names


@dataclass(frozen=True, slots=True)
class Picture:
    """The identity of the images of a series, without their pixels.

    Attributes
    ----------
    size : tuple[int, int]
        Rows and columns.
    spacing_mm : tuple[float, float, float] | None
        Distances of (slices, rows, columns) in mm; None where unknown.
    orientation : tuple[float, ...]
        Directions of the row and of the column (LPS); empty where unknown.
    names : tuple[Name, ...]
        Name of each slice; the frame is -1 where it is unknown.
    positions : tuple[Position, ...]
        Centre of each slice's first pixel in mm (LPS); empty where unknown.
    """

    size: tuple[int, int]
    spacing_mm: tuple[float, float, float] | None
    orientation: tuple[float, ...]
    names: tuple[Name, ...]
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a series compares with a former one under the same UIDs.

    Attributes
    ----------
    places : tuple[int | None, ...]
        For each slice of the former series its present index; None where it is missing.
    differences : tuple[str, ...]
        What differs, each as a noun phrase; empty for the same images, of which there may be more
        now, or in another order.
    """

    places: tuple[int | None, ...]
    differences: tuple[str, ...]

    @property
    def is_renumbered(self) -> bool:
        """Whether any slice has another index than before."""
        return any(place != index for index, place in enumerate(self.places))


def slice_name(source: SliceSource) -> Name:
    """A name of a slice that does not depend on its folder or its place in the series.

    Parameters
    ----------
    source : SliceSource
        Source of the slice.

    Returns
    -------
    Name
        SOP Instance UID, or the file name where there is none; and the frame.
    """
    return source.sop_instance_uid or PurePosixPath(source.file).name, source.frame


def picture_of(series: Series) -> Picture:
    """The identity of the images of a series; no pixels are read.

    Parameters
    ----------
    series : Series
        The series.

    Returns
    -------
    Picture
        Size, spacing, orientation, and name and position of each slice.
    """
    orientation: tuple[float, ...] = ()
    if series.affine is not None:
        axes = series.affine[:3, :2] / np.linalg.norm(series.affine[:3, :2], axis=0)
        orientation = tuple(round(float(v), 6) for v in axes.T.ravel())
    return Picture(
        size=series.shape[1:],
        spacing_mm=series.spacing_mm,
        orientation=orientation,
        names=tuple(map(slice_name, series.slices)),
        positions=_positions_of(series),
    )


def compare(before: Picture, now: Picture) -> Comparison:
    """How ``now`` compares with ``before``; a value that one of them lacks counts as equal.

    Parameters
    ----------
    before : Picture
        The former series.
    now : Picture
        The present series.

    Returns
    -------
    Comparison
        Present index of each former slice, and the differences.
    """
    places = _places(before, now)
    checks = (
        _size_difference(before, now),
        _spacing_difference(before, now),
        _orientation_difference(before, now),
        _missing(places),
        _position_difference(before, now, places),
    )
    return Comparison(places, tuple(filter(None, checks)))


def compare_pixels_too(before: Picture, digests: Mapping[Name, str], now: Series) -> Comparison:
    """How a series compares with a former one; the slices in ``digests`` are read.

    Parameters
    ----------
    before : Picture
        The former series.
    digests : Mapping[Name, str]
        Name of a slice to its former digest, see ``digest_of``.
    now : Series
        The present series.

    Returns
    -------
    Comparison
        Present index of each former slice, and the differences.
    """
    comparison = compare(before, picture_of(now))
    others = other_pixels(now, digests)
    if not others:
        return comparison
    pixels = f"pixels of {_images(others)}"
    return replace(comparison, differences=(*comparison.differences, pixels))


def digest_of(hu: NDArray[np.int16]) -> str:
    """A digest of the pixels of a slice: 32 hexadecimal digits of a SHA-256.

    Parameters
    ----------
    hu : NDArray[np.int16]
        (rows, columns) in HU.

    Returns
    -------
    str
        Digits that depend on the shape and on all values.
    """
    pixels = np.ascontiguousarray(hu, "<i2")
    return sha256(repr(pixels.shape).encode() + pixels.tobytes()).hexdigest()[:32]


def sampled_slices(count: int) -> tuple[int, ...]:
    """Indices of the slices whose pixels represent a series: first, middle and last.

    Parameters
    ----------
    count : int
        Number of slices in the series, 1 or more.

    Returns
    -------
    tuple[int, ...]
        One to three ascending indices.
    """
    return tuple(sorted({0, count // 2, count - 1}))


def digests_of(series: Series) -> dict[Name, str]:
    """Digests of the sampled slices of a series; slices that cannot be read are left out.

    Parameters
    ----------
    series : Series
        The series whose slices are decoded.

    Returns
    -------
    dict[Name, str]
        Name of a slice to its digest.
    """
    digests = {}
    for index in sampled_slices(series.shape[0]):
        try:
            digests[slice_name(series.slices[index])] = digest_of(series.decode(index))
        except CTError:
            continue
    return digests


def other_pixels(series: Series, digests: Mapping[Name, str]) -> tuple[int, ...]:
    """Indices of the slices whose pixels do not match ``digests``; only those slices are read.

    A slice that cannot be read does not count as different.

    Parameters
    ----------
    series : Series
        The present series.
    digests : Mapping[Name, str]
        Name of a slice to its former digest, see ``digest_of``.

    Returns
    -------
    tuple[int, ...]
        Ascending indices from 0.
    """
    counts = Counter(map(slice_name, series.slices))
    different = []
    for index, source in enumerate(series.slices):
        name = slice_name(source)
        if name not in digests or counts[name] > 1:
            continue
        try:
            if digest_of(series.decode(index)) != digests[name]:
                different.append(index)
        except CTError:
            continue
    return tuple(different)


def _images(indices: Sequence[int]) -> str:
    shown = ", ".join(str(index + 1) for index in indices[:SHOWN])
    return f"Im {shown}" + (" ..." if len(indices) > SHOWN else "")


def _positions_of(series: Series) -> tuple[Position, ...]:
    """Positions by the affine at both ends, interpolated in between by the slice locations."""
    if series.affine is None:
        return ()
    last = len(series.slices) - 1
    ends = [(series.affine @ (0, 0, k, 1))[:3] for k in (0, last)]
    at = [source.location_mm for source in series.slices]
    begin, end = at[0], at[last]
    positions = []
    for index, location in enumerate(at):
        share = index / max(last, 1)
        if location is not None and begin is not None and end is not None and begin != end:
            share = (location - begin) / (end - begin)
        x, y, z = (round(float(v), 3) for v in ends[0] + share * (ends[1] - ends[0]))
        positions.append((x, y, z))
    return tuple(positions)


def _places(before: Picture, now: Picture) -> tuple[int | None, ...]:
    """Indices by the names of the slices; by their order where names are not unique."""
    for length in (1, 2):
        old = [name[:length] for name in before.names]
        new = [name[:length] for name in now.names]
        is_told = length == 1 or all(frame >= 0 for _, frame in before.names)
        counts = Counter(new)
        if is_told and len(set(old)) == len(old) and all(counts[name] <= 1 for name in old):
            index_of = {name: index for index, name in enumerate(new)}
            return tuple(map(index_of.get, old))
    if Counter(name for name, _ in before.names) != Counter(name for name, _ in now.names):
        return (None,) * len(before.names)
    return _in_order(before, now)


def _in_order(before: Picture, now: Picture) -> tuple[int | None, ...]:
    """Indices in the same order along the patient; the same order where positions are unknown."""
    count = len(now.names)
    # Reviews without positions have slices ordered along the normal of the stored pixels.
    was_along = _is_along_normal(before) if before.positions else True
    is_turned = bool(now.positions) and _is_along_normal(now) != was_along
    return tuple(range(count)[::-1]) if is_turned else tuple(range(count))


def _is_along_normal(picture: Picture) -> bool:
    row, column = picture.orientation[:3], picture.orientation[3:]
    step = np.subtract(picture.positions[-1], picture.positions[0])
    return float(np.cross(row, column) @ step) >= 0


def _size_difference(before: Picture, now: Picture) -> str:
    if before.size == now.size:
        return ""
    return f"size ({_pixels(now)} pixels, was {_pixels(before)})"


def _pixels(picture: Picture) -> str:
    rows, columns = picture.size
    return f"{columns} x {rows}"


def _spacing_difference(before: Picture, now: Picture) -> str:
    if before.spacing_mm is None or now.spacing_mm is None:
        return ""
    # The slice distance is not compared where positions are, or where slices were added.
    is_placed = bool(before.positions and now.positions)
    first = 1 if is_placed or len(before.names) != len(now.names) else 0
    pairs = zip(before.spacing_mm[first:], now.spacing_mm[first:], strict=True)
    if all(abs(a - b) <= SAME_SPACING * max(a, b) for a, b in pairs):
        return ""
    return f"spacing ({_lengths(now.spacing_mm)} mm, was {_lengths(before.spacing_mm)})"


def _lengths(spacing_mm: tuple[float, float, float]) -> str:
    return " x ".join(f"{mm:.3g}" for mm in reversed(spacing_mm))


def _orientation_difference(before: Picture, now: Picture) -> str:
    pairs = zip(before.orientation, now.orientation, strict=False)
    return "orientation" if any(abs(a - b) > SAME_COSINE for a, b in pairs) else ""


def _missing(places: tuple[int | None, ...]) -> str:
    missing = places.count(None)
    if not missing:
        return ""
    if missing == len(places):
        return "images (none of those that were reviewed is there)"
    return f"images ({missing} of the {len(places)} that were reviewed are not there)"


def _position_difference(before: Picture, now: Picture, places: tuple[int | None, ...]) -> str:
    if not (before.positions and now.positions):
        return ""
    if not any(place is not None for place in places) and len(places) == len(now.positions):
        places = tuple(range(len(places)))  # other images: compared by index
    pairs = zip(before.positions, places, strict=True)
    moved = max((_distance(a, now.positions[i]) for a, i in pairs if i is not None), default=0.0)
    return f"positions (up to {moved:.1f} mm away)" if moved > SAME_PLACE_MM else ""


def _distance(a: Position, b: Position) -> float:
    return float(np.linalg.norm(np.subtract(a, b)))
