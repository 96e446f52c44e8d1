"""The cascade of two networks: lesions are looked for in the liver that the first one marks."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.checkpoints.checkpoint import Card
from lesion_viewer.detection.fcn.chances import (
    HALF,
    Chances,
    Part,
    chances_of,
    grid_of,
    on_image,
    through_slices,
)
from lesion_viewer.detection.fcn.liver import LIVER, LiverNetwork
from lesion_viewer.detection.identity import SegmenterInfo
from lesion_viewer.detection.inputs import resampled
from lesion_viewer.detection.runtimes.network import Network
from lesion_viewer.detection.score_calibration import calibrated, calibration_on
from lesion_viewer.detection.segmenter import Masks
from lesion_viewer.detection.slice_mask import SliceMask

LESION = "lesion"

LEVELS = (0.3, 0.1)
"""Probabilities at which connected voxels are taken for a lesion. A part is found at the highest
level that it reaches, so that a weak lesion does not merge with a strong one."""

LEAST_MM = 3.0
"""Smallest diameter of a lesion: of a ball of its volume, on a single slice of a disc of its
area."""

ROUND_LIVER_PX = 16
"""Pixels round the liver that the network sees, so that its edge is not the picture's."""

THROUGH_MM = 2.0
"""Standard deviation in mm of the smoothing of the lesions' probabilities through the slices."""

LIVER_PART = 0.4
"""Share of the work that finds the liver."""


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """What the cascade marks in a volume.

    Attributes
    ----------
    livers : tuple[SliceMask | None, ...]
        The liver on each slice; None where it shows none.
    lesions : tuple[tuple[Detection, ...], ...]
        The lesions on each slice, with masks, by falling score.
    """

    livers: tuple[SliceMask | None, ...]
    lesions: tuple[tuple[Detection, ...], ...]


@dataclass(frozen=True, slots=True)
class Cascade:
    """The two networks.

    Attributes
    ----------
    liver : LiverNetwork
        Marks the liver.
    network : Network
        What gives the probability of a lesion of an input.
    card : Card
        Its card.
    """

    liver: LiverNetwork
    network: Network
    card: Card

    def mark(self, volume: CTVolume, on_progress: Callable[[float], None]) -> Marked:
        """The liver and the lesions in it.

        Parameters
        ----------
        volume : CTVolume
            Volume in which every slice was read, or is recorded in ``failures``.
        on_progress : Callable[[float], None]
            Called with the share that is done; may raise, which ends the work.

        Returns
        -------
        Marked
            In pixels of the stored slices; scores are calibrated as the card says.

        Raises
        ------
        DetectionError
            A number of a network is not finite.
        """
        shares = self.liver.shares(volume, lambda share: on_progress(LIVER_PART * share))
        livers = tuple(SliceMask.of(on_image(of_slice, volume)) for of_slice in shares)
        grid = grid_of(volume, self.card)
        inside = np.stack([resampled(of_slice, *grid) >= HALF for of_slice in shares])
        lesions: list[list[Detection]] = [[] for _ in livers]
        if inside.any():
            part = _part(inside)
            found = chances_of(
                self.network,
                self.card,
                volume,
                LESION,
                lambda share: on_progress(LIVER_PART + (1 - LIVER_PART) * share),
                part,
                np.asarray(inside.any(axis=(1, 2))),
            )
            found.values[:] = through_slices(found, THROUGH_MM, volume.failures)
            found.values[~inside[(slice(None), *part)]] = 0
            for index, detection in self._detections(volume, found, part):
                lesions[index].append(detection)
        on_progress(1.0)
        return Marked(livers, tuple(tuple(sorted(of, key=lambda d: -d.score)) for of in lesions))

    def _detections(
        self, volume: CTVolume, found: Chances, part: Part
    ) -> Iterator[tuple[int, Detection]]:
        """Each lesion on each of its slices, with the slice's index."""
        grid = grid_of(volume, self.card)
        for voxels, (first, *corner) in lesions_of(found):
            for index in np.flatnonzero(voxels.any(axis=(1, 2))):
                at = int(first + index)
                rows, columns = (
                    slice(p.start + c, p.start + c + n)
                    for p, c, n in zip(part, corner, voxels.shape[1:], strict=True)
                )
                whole = np.zeros(grid, np.float32)
                whole[rows, columns] = voxels[index]
                mask = SliceMask.of(on_image(whole, volume))
                if mask is None:
                    continue
                there = found.values[at][
                    tuple(slice(c, c + n) for c, n in zip(corner, voxels.shape[1:], strict=True))
                ]
                line = calibration_on(self.card.calibrations, self.card.neighbours, volume, at)
                score = calibrated(there[voxels[index]].mean(), line)
                box = Box(mask.left, mask.top, mask.left + mask.width, mask.top + mask.height)
                yield at, Detection(box, float(score), mask=mask)


class LesionSegmenter:
    """Marks the liver, and in it the lesions; implements ``segmenter.Segmenter``.

    Parameters
    ----------
    cascade : Cascade
        The networks.

    Attributes
    ----------
    info : SegmenterInfo
        What it is.
    """

    def __init__(self, cascade: Cascade) -> None:
        card = cascade.card
        self.info = SegmenterInfo(card.name, card.version, card.sha256, (LIVER, LESION))
        self._cascade = cascade

    def segment(self, volume: CTVolume, on_progress: Callable[[float], None]) -> Masks:
        """The liver and its lesions; see ``segmenter.Segmenter``.

        Parameters
        ----------
        volume : CTVolume
            Volume in which every slice was read, or is recorded in ``failures``.
        on_progress : Callable[[float], None]
            Called with the share that is done.

        Returns
        -------
        Masks
            Label ``liver``, and over it ``lesion`` where the score is at least the card's
            threshold.
        """
        marked = self._cascade.mark(volume, on_progress)
        least = self._cascade.card.default_threshold
        size = volume.series.shape[1:]
        values = np.zeros(volume.series.shape, np.uint8)
        for index, (liver, lesions) in enumerate(zip(marked.livers, marked.lesions, strict=True)):
            if liver is not None:
                values[index][liver.on(*size)] = 1
            for lesion in lesions:
                if lesion.score >= least and lesion.mask is not None:
                    values[index][lesion.mask.on(*size)] = 2
        return Masks(values, self.info.labels)


class LesionDetector:
    """The boxes round the lesions of the cascade; implements ``detector.Detector``.

    It looks at the whole volume when it is first asked for a slice of it.

    Parameters
    ----------
    cascade : Cascade
        The networks.
    min_score : float
        Boxes with a lower score are left out, 0 to 1.

    Attributes
    ----------
    info : DetectorInfo
        What the card says that the detector is.
    """

    batch_size = 1

    def __init__(self, cascade: Cascade, min_score: float) -> None:
        self.info = cascade.card.info
        self._cascade, self._min_score = cascade, min_score
        self._marked: Marked | None = None
        self._marked_of: weakref.ref[CTVolume] | None = None

    @property
    def device_name(self) -> str:
        """The device in words, and what runs the networks there."""
        return self._cascade.network.device_name

    def detect(self, volume: CTVolume, slice_indices: Sequence[int]) -> Iterator[SliceDetections]:
        """The lesions on the given slices, in their order; see ``detector.Detector``.

        Parameters
        ----------
        volume : CTVolume
            Volume in which every slice was read, or is recorded in ``failures``.
        slice_indices : Sequence[int]
            Slices to answer for, from 0.

        Yields
        ------
        SliceDetections
            One answer for each slice, with masks of the liver and of each lesion.
        """
        if self._marked is None or self._marked_of is None or self._marked_of() is not volume:
            self._marked = self._cascade.mark(volume, lambda share: None)
            self._marked_of = weakref.ref(volume)
        for index in slice_indices:
            liver = self._marked.livers[index]
            kept = tuple(d for d in self._marked.lesions[index] if d.score >= self._min_score)
            yield SliceDetections(index, kept, liver is not None, liver)


def lesions_of(found: Chances) -> list[tuple[NDArray[np.bool_], tuple[int, int, int]]]:
    """The connected parts of what is likely, found from the highest level down.

    A part that holds one of a higher level belongs to it and is not given again.

    Parameters
    ----------
    found : Chances
        Probabilities of a lesion, 0 outside the liver.

    Returns
    -------
    list[tuple[NDArray[np.bool_], tuple[int, int, int]]]
        Of each part its voxels in a box, and the index of the box's first slice, row and column.
    """
    from scipy import ndimage

    is_taken = np.zeros(found.values.shape, bool)
    lesions = []
    for level in LEVELS:
        labels, count = ndimage.label(found.values >= level)
        has_taken = np.zeros(count + 1, bool)
        has_taken[np.unique(labels[is_taken])] = True
        for label, box in enumerate(ndimage.find_objects(labels), 1):
            if has_taken[label]:
                continue
            voxels = labels[box] == label
            if _is_large(voxels, found):
                corner = tuple(side.start for side in box)
                lesions.append((voxels, corner))
                is_taken[box] |= voxels
    return lesions


def _is_large(voxels: NDArray[np.bool_], found: Chances) -> bool:
    slice_mm, row_mm, column_mm = found.spacing_mm
    if len(found.values) == 1:
        return bool(voxels.sum() * row_mm * column_mm >= np.pi / 4 * LEAST_MM**2)
    return bool(voxels.sum() * slice_mm * row_mm * column_mm >= np.pi / 6 * LEAST_MM**3)


def _part(inside: NDArray[np.bool_]) -> Part:
    """Rows and columns that hold the liver and its surroundings."""
    ends = []
    for axis in (1, 2):
        there = np.flatnonzero(inside.any(axis=(0, 3 - axis)))
        last = min(int(there[-1]) + 1 + ROUND_LIVER_PX, inside.shape[axis])
        ends.append(slice(max(int(there[0]) - ROUND_LIVER_PX, 0), last))
    return ends[0], ends[1]
