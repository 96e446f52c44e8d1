"""Synthetic lesions in a real CT: a test for a reader or a detector on one's own images."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from lesion_viewer.ct.dicom.writing import Described, write_series
from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.detection.checkpoints.checkpoint import GATE, find_checkpoint
from lesion_viewer.detection.gate import load_gate
from lesion_viewer.detection.planes import why_not_searched
from lesion_viewer.errors import TrainingError
from lesion_viewer.system.atomic_files import save_bytes

from ..phantom_studies import COLUMNS, TRUTH
from .lesion_shapes import LEAST_SHARE, Lesion, paint_lesion
from .liver_lesions import draw_lesion
from .painting import SEEN_SHARE, Layout, extent_of
from .tissues import BODY, LIVER, Tissues, draw_tissues

GATED = "liver"
"""The bundled detector whose gate locates the liver."""

DESCRIBED = Described(
    subject="SYNTHETIC LESIONS", study="CT with synthetic lesions", series="", key="inserted"
)
DEPTH_MM = 5.0
"""Smallest depth of a lesion's middle in the liver."""

ENHANCED_HU = 80.0
"""Lowest HU of a liver that is taken to be in the portal venous phase."""

SMOOTH_MM = 2.5
LIKE_PARENCHYMA_HU = 20.0
"""A place whose HU, smoothed by ``SMOOTH_MM``, differ more from the liver is in another organ."""

LIKE_LIVER_HU = 60.0
"""A voxel that differs more from the liver is no parenchyma: a large vessel, a clip, air."""

BLUR_PX = 0.6
ATTEMPTS = 200

Boxes = dict[int, tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True)
class Inserted:
    """A volume with synthetic lesions.

    Attributes
    ----------
    hu : NDArray[np.int16]
        int16 (slices, rows, columns), HU.
    lesions : tuple[tuple[Lesion, Boxes], ...]
        Each lesion with its tight boxes by slice, in pixels.
    """

    hu: NDArray[np.int16]
    lesions: tuple[tuple[Lesion, Boxes], ...]


def insert(study: Path, count: int, seed: int, output: Path) -> Path:
    """Write a CT with synthetic liver lesions as DICOM, with a table of their boxes.

    The copy holds the image and no data of the patient, and says that it is synthetic.

    Parameters
    ----------
    study : Path
        File or folder of the CT, in any form that the viewer opens; its longest series is used.
    count : int
        Number of lesions.
    seed : int
        Decides the lesions and the UIDs.
    output : Path
        Folder of the copy, empty or new.

    Returns
    -------
    Path
        The table, ``boxes.csv``.

    Raises
    ------
    CTError, DetectionError, ExchangeError, TrainingError
        Where the study cannot be used, shows no liver, has no room for so many lesions, or the
        output is not empty or cannot be written.
    """
    if output.exists() and any(output.iterdir()):
        raise TrainingError(f"{output} holds something already; choose another folder")
    series = _series_of(study)
    assert series.spacing_mm is not None
    volume = load_volume(series)
    if volume.failures:
        index, why = next(iter(volume.failures.items()))
        raise TrainingError(f"slice {index + 1} of {study} cannot be read: {why}")
    gate = load_gate(find_checkpoint(GATED) / GATE)
    liver = np.stack([gate.locate(volume, i).on_image() for i in range(len(volume))])
    done = inserted(volume, liver, count, seed)
    described = replace(DESCRIBED, series=f"{count} synthetic lesions, seed {seed}")
    write_series(
        output / "DICOM",
        done.hu,
        series.spacing_mm,
        seed,
        affine=series.affine,
        described=described,
    )
    _write_boxes(output, done)
    return output / TRUTH


def inserted(volume: CTVolume, liver: NDArray[np.bool_], count: int, seed: int) -> Inserted:
    """A volume with lesions painted into its liver.

    The lesions' contrast is added to the image, so that noise and texture stay the scanner's.

    Parameters
    ----------
    volume : CTVolume
        The CT, with all slices read.
    liver : NDArray[np.bool_]
        Mask of the liver (slices, rows, columns).
    count : int
        Number of lesions.
    seed : int
        Decides the lesions.

    Returns
    -------
    Inserted
        The volume and its lesions.

    Raises
    ------
    TrainingError
        Where there is no liver, or no room for so many lesions.
    """
    hu = volume.voxels.astype(np.float32)
    _, row_mm, _ = volume.series.spacing_mm or (1.0, 1.0, 1.0)
    places = _places(hu, liver, row_mm)
    if not len(places):
        raise TrainingError("no liver was found in which a lesion could lie")
    rng = np.random.default_rng([seed, 8])
    tissues = _tissues_of(rng, float(np.median(hu[liver])))
    layout = _layout_of(volume)
    is_taken = np.zeros_like(liver)
    lesions: list[tuple[Lesion, Boxes]] = []
    for _ in range(ATTEMPTS * count):
        if len(lesions) == count:
            break
        k, i, j = places[rng.integers(len(places))]
        lesion = draw_lesion(rng, tissues, _place(layout, k, i, j))
        shares = _shares(layout, liver, lesion, tissues)
        parts = {n: (part, share) for n, (part, share, _) in shares.items()}
        boxes = {n: extent_of(s, part) for n, (part, s) in parts.items() if s.max() >= SEEN_SHARE}
        if not boxes or any(
            is_taken[n][part][s > LEAST_SHARE].any() for n, (part, s) in parts.items()
        ):
            continue
        for n, (part, share, change) in shares.items():
            is_taken[n][part] |= share > LEAST_SHARE
            is_liver = np.abs(hu[n][part] - tissues.liver_hu) < LIKE_LIVER_HU + 3 * abs(change)
            hu[n][part] += np.where(is_liver, change, 0)
        lesions.append((lesion, boxes))
    if len(lesions) < count:
        raise TrainingError(f"the liver has room for {len(lesions)} lesions, not for {count}")
    return Inserted(np.clip(np.rint(hu), -32768, 32767).astype(np.int16), tuple(lesions))


def _series_of(study: Path) -> Series:
    """The longest axial series of a path whose geometry is known and regular."""
    known = [
        s
        for s in open_collection(study).series
        if s.affine is not None
        and not s.faults
        and not why_not_searched(s, GATED)
        and s.spacing_mm is not None
        and abs(s.spacing_mm[1] - s.spacing_mm[2]) < 0.01 * s.spacing_mm[1]
    ]
    if not known:
        raise TrainingError(
            f"{study} holds no series of evenly spaced axial slices with square pixels"
        )
    return max(known, key=lambda s: s.shape[0])


def _tissues_of(rng: np.random.Generator, liver_hu: float) -> Tissues:
    """Tissues of a patient whose liver has these HU."""
    tissues = draw_tissues(rng)
    phase = "portal" if liver_hu >= ENHANCED_HU else "plain"
    values = tissues.hu + (liver_hu - tissues.liver_hu)
    return Tissues(phase, values, liver_hu)


def _layout_of(volume: CTVolume) -> Layout:
    count, rows, columns = volume.series.shape
    slice_mm, pixel_mm, _ = volume.series.spacing_mm or (1.0, 1.0, 1.0)
    z = (np.arange(count) - (count - 1) / 2) * slice_mm
    return Layout(tuple(map(float, z)), slice_mm, rows, columns, pixel_mm)


def _places(hu: NDArray[np.float32], liver: NDArray[np.bool_], pixel_mm: float) -> NDArray[np.intp]:
    """Voxels (n, 3) that are deep enough in the largest connected part of the liver."""
    if not liver.any():
        return np.empty((0, 3), np.intp)
    smooth = np.stack([ndimage.gaussian_filter(slice_, SMOOTH_MM / pixel_mm) for slice_ in hu])
    is_liver = liver & (np.abs(smooth - np.median(hu[liver])) < LIKE_PARENCHYMA_HU)
    depth = np.stack([ndimage.distance_transform_edt(part) for part in is_liver]) * pixel_mm
    parts, count = ndimage.label(depth >= DEPTH_MM)
    if not count:
        return np.empty((0, 3), np.intp)
    return np.argwhere(parts == 1 + np.argmax(np.bincount(parts.ravel())[1:]))


def _place(layout: Layout, k: int, i: int, j: int) -> tuple[float, float, float]:
    return (
        layout.z_mm[k],
        (i - (layout.rows - 1) / 2) * layout.pixel_mm,
        (j - (layout.columns - 1) / 2) * layout.pixel_mm,
    )


Part = tuple[slice, slice]


def _shares(
    layout: Layout, liver: NDArray[np.bool_], lesion: Lesion, tissues: Tissues
) -> Mapping[int, tuple[Part, NDArray[np.float32], NDArray[np.float32]]]:
    """By slice: a part of it, the lesion's share of its pixels, and the change in HU."""
    reach = 1.4 * max(lesion.radii_mm) + layout.thickness_mm + 2
    found = {}
    for index in np.flatnonzero(np.abs(np.array(layout.z_mm) - lesion.middle_mm[0]) <= reach):
        grid = layout.grid(int(index))
        labels = np.where(liver[index], LIVER, BODY).astype(np.uint8)
        labels = np.broadcast_to(labels, (len(grid.z_mm), *labels.shape))
        hu = np.full(labels.shape, tissues.liver_hu, np.float32)
        painted = paint_lesion(hu, labels, grid, lesion)
        if painted is None:
            continue
        part, share = painted
        change = (hu[(slice(None), *part)] - tissues.liver_hu).mean(0)
        blurred = ndimage.gaussian_filter(change, BLUR_PX)
        found[int(index)] = (part, share.mean(0), blurred)
    return found


def _write_boxes(output: Path, done: Inserted) -> None:
    """Write the table of the boxes, in the columns of the phantoms' table."""
    (series,) = open_collection(output / "DICOM").series
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for number, (lesion, boxes) in enumerate(done.lesions, 1):
        for index, box in sorted(boxes.items()):
            source = series.slices[index]
            writer.writerow(
                (
                    source.file,
                    series.study_uid,
                    series.uid,
                    source.sop_instance_uid,
                    index,
                    source.location_mm,
                    *box,
                    number,
                    lesion.look.kind,
                    round(lesion.look.hu, 1),
                )
            )
    save_bytes(output / TRUTH, text.getvalue().encode())
