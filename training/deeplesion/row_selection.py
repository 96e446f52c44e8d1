"""Which rows of a DeepLesion CSV are learned from, and why the others are not."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lesion_viewer.errors import TrainingError
from lesion_viewer.exchange.deeplesion.annotation_rows import (
    Annotation,
    lesion_type_of,
    read_annotations,
    slice_number,
)

from ..recipe.deeplesion_data import DeepLesionData
from .lesanet import Tags, read_tags
from .slice_images import SliceImages
from .splits import (
    OFFICIAL,
    PARTS,
    SLICES_76_15_9,
    by_patient,
    faster_rcnn_parts,
    in_two_parts,
)

NEEDED = (
    "Patient_index",
    "Coarse_lesion_type",
    "Possibly_noisy",
    "Spacing_mm_px_",
    "Image_size",
    "Train_Val_Test",
)
NOT_ASKED_FOR, UNSURE = "not in the subset", "a reader was unsure"
OF_STATUS = {"rejected": "rejected by a reader", "unsure": UNSURE}
"""Reason to leave out a row, by its ``Status`` in a CSV that the viewer exported."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A row that is not learned from.

    Attributes
    ----------
    row : int
        Number in the CSV, from 0, without the header.
    file_name : str
        DeepLesion's name of the slice.
    reason : str
        Why the row is left out, in a few words.
    """

    row: int
    file_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that a recipe learns from, and those that it leaves out.

    Attributes
    ----------
    parts : Mapping[str, tuple[Annotation, ...]]
        ``train``, ``validation``, ``test`` -> rows with a usable box.
    dropped : tuple[Dropped, ...]
        All other rows, in the order of the CSV.
    unsure : Mapping[str, tuple[Annotation, ...]]
        File name -> rows with a box that a reader marked as unsure.
    """

    parts: Mapping[str, tuple[Annotation, ...]]
    dropped: tuple[Dropped, ...]
    unsure: Mapping[str, tuple[Annotation, ...]]

    def reasons(self) -> dict[str, int]:
        """How many rows were dropped, by reason, the most frequent first."""
        return dict(Counter(one.reason for one in self.dropped).most_common())


def read_rows(data: DeepLesionData, images: SliceImages) -> Rows:
    """The rows that a recipe asks for, by part.

    Parameters
    ----------
    data : DeepLesionData
        Which rows the recipe asks for.
    images : SliceImages
        Slices that exist; rows of others are dropped.

    Returns
    -------
    Rows
        The rows by part, and those that were left out.

    Raises
    ------
    TrainingError
        Where a column is missing, or LesaNet's tags are of another CSV.
    ExchangeError
        Where the CSV cannot be used; names the line and column.
    """
    annotations = read_annotations(data.path(data.annotations))
    tags = read_tags(data.path(data.tags)) if data.needs_tags else Tags({}, {})
    _check(annotations, tags, data)
    tagged = tags.rows_of(data.tag) if data.tag else None
    reasons = {
        one.row: NOT_ASKED_FOR if not _is_asked_for(one, data, tagged) else _fault(one, images)
        for one in annotations
    }
    left = [one for one in annotations if not reasons[one.row]]
    parts = _parts(left, data, tags)
    reasons |= {one.row: "in no part of the split" for one in left if one.row not in parts}
    patients = {one.row: one.values["Patient_index"] for one in left}
    reasons |= dict.fromkeys(in_two_parts(patients, parts), "of a patient in another part")
    unsure = defaultdict(list)
    for one in annotations:
        if reasons[one.row] == UNSURE and one.box is not None:
            unsure[one.file_name].append(one)
    kept = [one for one in left if not reasons[one.row]]
    return Rows(
        {part: tuple(one for one in kept if parts[one.row] == part) for part in PARTS},
        tuple(
            Dropped(one.row, one.file_name, reason)
            for one in annotations
            if (reason := reasons[one.row])
        ),
        {name: tuple(of_file) for name, of_file in unsure.items()},
    )


def folder_and_number(file_name: str) -> tuple[str, int]:
    """Folder and slice number in DeepLesion's name of a slice, ``000001_01_01_109.png``.

    Parameters
    ----------
    file_name : str
        DeepLesion's name of a slice.

    Returns
    -------
    tuple[str, int]
        Folder, ``000001_01_01``, and slice number, 109; -1 where the name has no number.
    """
    number = slice_number(file_name)
    return file_name.rpartition("_")[0], int(number) if number.isdecimal() else -1


def numbers_in(text: str) -> tuple[float, ...]:
    """The numbers in a column that holds several.

    Parameters
    ----------
    text : str
        Numbers separated by commas.

    Returns
    -------
    tuple[float, ...]
        The numbers; empty where one of them cannot be read.
    """
    try:
        return tuple(float(number) for number in text.split(","))
    except ValueError:
        return ()


def _check(annotations: Sequence[Annotation], tags: Tags, data: DeepLesionData) -> None:
    path = data.path(data.annotations)
    if not annotations:
        raise TrainingError(f"{path} holds no rows")
    for name in NEEDED:
        if name not in annotations[0].values:
            raise TrainingError(f"{path}, line 1: the column {name} is missing")
    if tags.parts and (last := max(tags.parts)) > annotations[-1].row:
        raise TrainingError(
            f"{data.path(data.tags)} speaks of row {last} of the full DL_info.csv;"
            f" {path} has {len(annotations)} rows"
        )


def _is_asked_for(one: Annotation, data: DeepLesionData, tagged: frozenset[int] | None) -> bool:
    is_tagged = tagged is None or one.row in tagged
    return is_tagged and (
        not data.types or lesion_type_of(one.values).casefold() in data.type_names
    )


def _fault(one: Annotation, images: SliceImages) -> str:
    """Why a row cannot be learned from; empty where it can."""
    if one.values["Possibly_noisy"] == "1":
        return "possibly noisy"
    if reason := OF_STATUS.get(one.values.get("Status", "")):
        return reason
    if one.box is None and not one.values["Bounding_boxes"].strip():
        return "no box"
    if one.box is None:
        return "box without area inside its padding"
    size = numbers_in(one.values["Image_size"])
    if len(size) != 2:
        return "no image size"
    if one.box.x1 < 0 or one.box.y1 < 0 or one.box.x2 > size[0] or one.box.y2 > size[1]:
        return "box outside the image"
    spacing = numbers_in(one.values["Spacing_mm_px_"])
    if len(spacing) != 3 or not all(0 < mm < float("inf") for mm in spacing):
        return "no spacing"
    folder, number = folder_and_number(one.file_name)
    return "" if number in images.numbers(folder) else "missing image"


def _parts(left: Sequence[Annotation], data: DeepLesionData, tags: Tags) -> dict[int, str]:
    """Row -> part; rows that the split does not name are left out."""
    if data.split == "official":
        given = {one.row: OFFICIAL.get(one.values["Train_Val_Test"]) for one in left}
        return {row: part for row, part in given.items() if part}
    if data.split == "patients":
        patients = [one.values["Patient_index"] for one in left]
        shared = by_patient(patients, SLICES_76_15_9, data.seed)
        return {one.row: shared[one.values["Patient_index"]] for one in left}
    known = [one for one in left if one.row in tags.parts]
    if data.split == "paper":
        return {one.row: tags.parts[one.row] for one in known}
    rows = [(one.row, one.values["Patient_index"], tags.parts[one.row]) for one in known]
    return faster_rcnn_parts(rows, data.seed)
