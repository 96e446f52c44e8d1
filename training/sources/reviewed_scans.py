"""Scans of reviewed slices from the images of their own project: PNGs of any name, or DICOM."""

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import numpy as np

from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.errors import CTError, TrainingError
from lesion_viewer.exchange.reviewed_slices import ReviewedProject, ReviewedSlice

from ..scan import Scan
from .reviewed_projects import LEARNED, TEST, learned_boxes


class ReviewedScans:
    """The reviewed slices of a project, each with the neighbours that an input needs.

    Slices of patients in the test part of the project's annotations are left out, and slices whose
    image is not there or not the one that was reviewed.

    Parameters
    ----------
    project : ReviewedProject
        With its series.
    definition : InputDefinition
        The model's input, which decides which neighbours are read.
    types : frozenset[str]
        Lesion types that are learned, without case; empty for all.

    Attributes
    ----------
    fates : Counter[str]
        What happened to a slice, in a few words -> number of slices.

    Raises
    ------
    TrainingError
        Where no slice can be learned from; names the reasons.
    """

    def __init__(
        self,
        project: ReviewedProject,
        definition: InputDefinition,
        types: frozenset[str] = frozenset(),
    ) -> None:
        self._project, self._definition = project, definition
        said = {id(one): self._why_not(one) or LEARNED for one in project.slices}
        self.fates = Counter(said.values())
        self._slices = [one for one in project.slices if said[id(one)] == LEARNED]
        self._boxes = [learned_boxes(one, types) for one in self._slices]
        if not self._slices:
            fates = ", ".join(f"{count} {fate}" for fate, count in self.fates.items())
            raise TrainingError(
                f"no slice of {project.name} can be learned from: {fates or 'none at all'}"
            )

    @property
    def identity(self) -> Mapping[str, Any]:
        """What decides every scan, without the pixels, which are those that were reviewed."""
        digest = sha256()
        for one, (lesions, ignored, types) in zip(self._slices, self._boxes, strict=True):
            place = (one.series_uid, one.slice_index, one.spacing_mm)
            digest.update(repr((place, lesions.tolist(), ignored.tolist(), types)).encode())
        return {"kind": "reviewed", "slices": digest.hexdigest()}

    def __len__(self) -> int:
        return len(self._slices)

    def scan(self, number: int) -> Scan:
        """A reviewed slice with the neighbours that the model's input takes, turned upright.

        Parameters
        ----------
        number : int
            Place among the slices that are learned from.

        Returns
        -------
        Scan
            Only the reviewed slice is wanted of it.

        Raises
        ------
        CTError
            Where the slice cannot be read any more.
        """
        one, (lesions, ignored, types) = self._slices[number], self._boxes[number]
        series = self._project.series[one.series_uid]
        read = {one.slice_index: series.decode(one.slice_index)}
        absent: set[int] = set()
        count, is_complete = series.shape[0], False
        while not is_complete:
            chosen = self._definition.neighbours.around(
                one.slice_index, count, series.spacing_mm, frozenset(absent)
            )
            is_complete = True
            for index in set(chosen) - read.keys():
                try:
                    read[index] = series.decode(index)
                except CTError:
                    absent.add(index)
                    is_complete = False
        first, last = min(*chosen, one.slice_index), max(*chosen, one.slice_index)
        voxels = np.zeros((last - first + 1, *series.shape[1:]), np.int16)
        for index in {one.slice_index, *chosen}:
            voxels[index - first] = read[index]
        turn, size, key = series.turn, series.shape[1:], one.slice_index - first
        return Scan(
            turn.apply(voxels),
            turn.spacing(series.spacing_mm),
            {key: turn.boxes(lesions, *size)},
            {key: turn.boxes(ignored, *size)},
            (key,),
            f"{self._project.name} {one.patient or one.folder}",
            frozenset(range(len(voxels))) - {i - first for i in (*chosen, one.slice_index)},
            {key: types},
        )

    def _why_not(self, one: ReviewedSlice) -> str:
        if TEST in one.splits:
            return "of a test patient"
        series = self._project.series.get(one.series_uid)
        if series is None:
            return "missing image"
        try:
            series.decode(one.slice_index)
        except CTError:
            return "missing image, or another one than was reviewed"
        return ""
