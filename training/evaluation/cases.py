"""Volumes whose lesions are known, to measure a detector on."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lesion_viewer.ct.phantom.abdomen import make_phantom
from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.detection.linking import link
from lesion_viewer.errors import TrainingError
from lesion_viewer.exchange.deeplesion.annotation_rows import PADDING_PX

from ..deeplesion.scans import DeepLesionSource, open_rows
from ..recipe.deeplesion_data import DeepLesionData
from ..scan import Scan, Source
from .matching import Corners, Lesion

CORNERS = (("x1", "y1", "x2", "y2"), ("x0", "y0", "x1", "y1"))
"""Names of a box's columns; the second group where there is an ``x0``."""


@dataclass(frozen=True, slots=True)
class Case:
    """A volume with its known lesions.

    Attributes
    ----------
    name : str
        For messages and results.
    patient : str
        Identifies the patient; intervals are drawn over patients.
    volume : CTVolume
        The images.
    lesions : tuple[Lesion, ...]
        Tight boxes of each lesion by slice, in pixels.
    scored : tuple[int, ...]
        Indices of the slices that count; on the others the lesions are not all known.
    padding_px : float
        Pixels by which boxes are widened on each side before they are compared.
    organ : str
        Where the lesions are; empty where that is not known.
    ignored : Lesion
        Regions by slice that are neither lesion nor background.
    source : str
        Where the case is from, in words.
    """

    name: str
    patient: str
    volume: CTVolume
    lesions: tuple[Lesion, ...]
    scored: tuple[int, ...]
    padding_px: float = 0.0
    organ: str = ""
    ignored: Lesion = field(default_factory=dict)
    source: str = ""

    @property
    def spacing_mm(self) -> tuple[float, float, float] | None:
        """Distances in mm of (slices, rows, columns); None where unknown."""
        return self.volume.series.spacing_mm


def phantom_cases(count: int, seed: int) -> Iterator[Case]:
    """Whole phantoms with all their lesions, made one after the other.

    Parameters
    ----------
    count : int
        Number of phantoms.
    seed : int
        Seed of the first; the others follow, one apart.

    Returns
    -------
    Iterator[Case]
        One case for each phantom.
    """
    for number in range(seed, seed + count):
        phantom = make_phantom(number)
        lesions = tuple(
            {i: (box,) for i, box in lesion.boxes.items()} for lesion in phantom.lesions
        )
        volume = volume_of(f"phantom {number}", phantom.hu, phantom.spacing_mm)
        scored = tuple(range(len(phantom.hu)))
        name = f"phantom {number}"
        known = tuple(filter(None, lesions))
        yield Case(name, name, volume, known, scored, organ="liver", source="phantoms")


def scan_cases(source: Source) -> Iterator[Case]:
    """Scans whose lesions are all known, made one after the other.

    Parameters
    ----------
    source : Source
        Gives the scans, such as painted CT; their patients are those of its label volumes.

    Returns
    -------
    Iterator[Case]
        One case for each scan. Its boxes are those of one lesion where they would be linked to one
        candidate.
    """
    for number in range(len(source)):
        scan = source.scan(number)
        volume = volume_of(f"scan {number}", scan.voxels, scan.spacing_mm)
        for absent in scan.missing:
            volume.fail(absent, "there is no such slice")
        boxes = [
            SliceDetections(i, tuple(Detection(Box(*_corners(b)), 1.0) for b in scan.boxes[i]))
            for i in scan.wanted
        ]
        lesions = tuple(
            {i: (d.box.as_tuple(),) for i, d in one.detections.items()} for one in link(boxes)
        )
        ignored = {i: tuple(map(_corners, found)) for i, found in scan.ignored.items()}
        name, wanted = f"scan {number}", tuple(scan.wanted)
        yield Case(
            name,
            scan.patient,
            volume,
            lesions,
            wanted,
            organ="liver",
            ignored=ignored,
            source="painted scans",
        )


def volume_cases(path: Path, boxes: Path) -> Iterator[Case]:
    """The series in a path with the lesions of a CSV, which names every lesion of each series.

    Parameters
    ----------
    path : Path
        File or folder of images, in any form that the viewer opens.
    boxes : Path
        Columns ``slice_index``, the corners ``x1, y1, x2, y2`` or ``x0, y0, x1, y1`` (tight,
        0-based edges), and ``lesion`` or ``structure``; for several series also ``source``, the
        slice's file as ``lesion-viewer detect`` names it. Boxes are in its
        stored pixels.

    Returns
    -------
    Iterator[Case]
        One case for each series.

    Raises
    ------
    CTError, TrainingError
        Where the images or the CSV cannot be used, or the CSV names a slice that the images do not
        have.
    """
    images = open_collection(path)
    source = name_of(path)
    columns, rows = _rows_of(boxes)
    by_file = "source" in columns
    known = {s.file for series in images.series for s in series.slices}
    if by_file and (strange := {row["source"] for row in rows} - known):
        raise TrainingError(f"{boxes} names {min(strange)}, which {path} does not hold")
    if len(images.series) > 1 and not by_file:
        raise TrainingError(f"{path} holds {len(images.series)} series; {boxes} names no source")
    for series in images.series:
        files = [s.file for s in series.slices]
        lesions: dict[str, dict[int, tuple[Corners, ...]]] = defaultdict(dict)
        for row in rows:
            if by_file and row["source"] not in files:
                continue
            index, name, corners = _lesion_in(row, boxes)
            if by_file and files.count(row["source"]) == 1:
                # A slice with a file of its own is known by it, in whatever order slices are.
                index = files.index(row["source"])
            lesions[name][index] = (*lesions[name].get(index, ()), corners)
        if any(i >= len(series.slices) for found in lesions.values() for i in found):
            raise TrainingError(f"{boxes} names a slice that {path} does not have")
        volume = load_volume(series)
        patient = series.study_uid or path.name
        found, scored = tuple(lesions.values()), tuple(range(len(volume)))
        yield Case(path.name, patient, volume, found, scored, source=source)


def deeplesion_cases(data: DeepLesionData, part: str, definition: InputDefinition) -> list[Case]:
    """The key slices of a part of DeepLesion, scored with padded boxes as is usual for DeepLesion.

    Parameters
    ----------
    data : DeepLesionData
        Which rows of DeepLesion.
    part : str
        ``train``, ``validation`` or ``test``.
    definition : InputDefinition
        The model's input, which decides which neighbours are read.

    Returns
    -------
    list[Case]
        One case for each key slice.

    Raises
    ------
    TrainingError, ExchangeError
        Where the data cannot be used, or no row is in the part.
    """
    rows, images = open_rows(data)
    source = DeepLesionSource(data, definition, rows, images, part)
    if not len(source):
        raise TrainingError(f"no row of {data.path(data.annotations)} is in the {part} part")
    cases = []
    for number, key in enumerate(source.key_slices):
        scan = source.scan(number)
        (index,) = scan.wanted
        file = f"{key.folder}/{images.numbers(key.folder)[key.number]}"
        lesions = tuple({index: (_corners(box),)} for box in scan.boxes[index])
        volume = _volume_of_scan(scan, index, file)
        cases.append(
            Case(
                file,
                key.patient,
                volume,
                lesions,
                (index,),
                PADDING_PX,
                " and ".join(sorted(set(filter(None, key.types)))),
                source="DeepLesion",
            )
        )
    return cases


def volume_of(
    name: str,
    voxels: np.ndarray[tuple[int, int, int], np.dtype[np.int16]],
    spacing_mm: tuple[float, float, float] | None,
    files: Sequence[str] = (),
) -> CTVolume:
    """A volume from an array, as if it had been read from files.

    Parameters
    ----------
    name : str
        For messages, and the series' UID.
    voxels : np.ndarray[tuple[int, int, int], np.dtype[np.int16]]
        int16 (slices, rows, columns), HU.
    spacing_mm : tuple[float, float, float] | None
        Distances in mm of (slices, rows, columns); None where unknown.
    files : Sequence[str]
        File name of each slice; numbers from 0 when left out.

    Returns
    -------
    CTVolume
        The volume, with all slices read.
    """
    series = Series(
        uid=name,
        study_uid="",
        modality="CT",
        description=name,
        number=None,
        slices=tuple(SliceSource(f) for f in files or map(str, range(len(voxels)))),
        shape=voxels.shape,
        spacing_mm=spacing_mm,
        geometry=None,
        faults=(),
        decode=lambda index: voxels[index],
    )
    volume = CTVolume(series)
    for index, hu in enumerate(voxels):
        volume.put(index, hu)
    return volume


def name_of(path: Path) -> str:
    """What a volume is called, without its path.

    Parameters
    ----------
    path : Path
        Its file or folder.

    Returns
    -------
    str
        Name of the folder; of the folder above where it is called ``DICOM``.
    """
    path = path.resolve()
    return path.parent.name if path.name.upper() == "DICOM" else path.name


def _volume_of_scan(scan: Scan, index: int, file: str) -> CTVolume:
    files = ["" for _ in scan.voxels]
    files[index] = file
    volume = volume_of(file, scan.voxels, scan.spacing_mm, files)
    for absent in scan.missing:
        volume.fail(absent, "there is no such slice")
    return volume


def _rows_of(boxes: Path) -> tuple[Sequence[str], list[dict[str, str]]]:
    """Columns and rows of a table."""
    try:
        with boxes.open(newline="", encoding="utf-8") as stream:
            reader = csv.DictReader(stream)
            return reader.fieldnames or (), list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(f"{boxes} cannot be read: {error}") from error


def _lesion_in(row: Mapping[str, str], boxes: Path) -> tuple[int, str, Corners]:
    names = CORNERS["x0" in row]
    try:
        x1, y1, x2, y2 = (float(row[name]) for name in names)
        return int(row["slice_index"]), row.get("lesion") or row["structure"], (x1, y1, x2, y2)
    except (KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"{boxes}: a row cannot be used: {error}") from error


def _corners(box: Sequence[float]) -> Corners:
    x1, y1, x2, y2 = map(float, box)
    return x1, y1, x2, y2
