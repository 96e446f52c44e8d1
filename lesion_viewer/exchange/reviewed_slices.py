"""What readers decided slice by slice, as a file of its own for those who learn from it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from lesion_viewer.ct.images.numbered_slices import NumberedSlices
from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.picture_identity import Picture
from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.reviewed_images import ReviewedImages
from lesion_viewer.exchange.same_pictures import ReviewedPicture
from lesion_viewer.system.atomic_files import save_bytes

VERSION = 1


@dataclass(frozen=True, slots=True)
class ReviewedSlice:
    """A slice on which a reader decided something.

    Attributes
    ----------
    folder : str
        Of its image, as the list names it; of an archive the UID of its series.
    number : int
        Of its image in the folder; of an archive its index in the series.
    patient : str
        As the annotations name the patient, of an archive its study; empty where they do not.
    splits : frozenset[str]
        DeepLesion's ``Train_Val_Test`` of all the patient's rows.
    shape : tuple[int, int]
        Rows and columns.
    spacing_mm : tuple[float, float, float] | None
        Of slices, rows and columns; None where it is unknown.
    is_read_in_full : bool
        Whether there is no other lesion on the slice.
    lesions : list[Box]
        Tight boxes that were accepted, corrected or added.
    rejected : list[Box]
        Boxes that are no lesion.
    open : list[Box]
        Boxes that a reader was unsure of, or labels that nobody decided.
    types : list[str]
        Of each of ``lesions``; empty where nobody said.
    series_uid : str
        UID of its series.
    slice_index : int
        Its index in the series, from 0, as the journal counts.
    """

    folder: str
    number: int
    patient: str
    splits: frozenset[str]
    shape: tuple[int, int]
    spacing_mm: tuple[float, float, float] | None
    is_read_in_full: bool
    lesions: list[Box] = field(default_factory=list)
    rejected: list[Box] = field(default_factory=list)
    open: list[Box] = field(default_factory=list)
    types: list[str] = field(default_factory=list, repr=False)
    # ``repr`` names the content of a review, for runs that are resumed.
    series_uid: str = field(default="", repr=False)
    slice_index: int = field(default=0, repr=False)


@dataclass(frozen=True, slots=True)
class ReviewedProject:
    """The reviewed slices of a work list, and what names their content.

    Attributes
    ----------
    name : str
        Of the review's file.
    sha256 : str
        Of what was decided, in hexadecimal digits.
    slices : tuple[ReviewedSlice, ...]
        By folder and number.
    is_of_deeplesion : bool
        Whether its images have DeepLesion's names.
    images : ReviewedImages
        What is known of the images of the slices.
    series : Mapping[str, Series]
        UID -> series of the slices, where their images were looked for; slices are decoded by the
        indices of the journal, and one that is another image now raises CTError.
    """

    name: str
    sha256: str
    slices: tuple[ReviewedSlice, ...]
    is_of_deeplesion: bool
    images: ReviewedImages
    series: Mapping[str, Series] = field(default_factory=dict, repr=False)

    def with_series(self, root: Path) -> Self:
        """The project with those of its series that are there.

        Parameters
        ----------
        root : Path
            The images.

        Raises
        ------
        CTError
            Where there is no CT under the path.
        """
        series_of, there = self.images.among(root), {}
        for uid in dict.fromkeys(one.series_uid for one in self.slices):
            with suppress(KeyError):
                there[uid] = series_of(uid)
        return replace(self, series=there)


def save_slices(path: Path, project: ReviewedProject) -> None:
    """Write reviewed slices as JSON.

    Parameters
    ----------
    path : Path
        The file; replaced where it exists.
    project : ReviewedProject
        The slices.

    Raises
    ------
    ExchangeError
        Where the file cannot be written.
    """
    uids = dict.fromkeys(one.series_uid for one in project.slices)
    content = {
        "reviewed_slices": VERSION,
        "name": project.name,
        "sha256": project.sha256,
        "is_of_deeplesion": project.is_of_deeplesion,
        "image_names": list(project.images.names),
        "series": {uid: _encoded_series(project.images, uid) for uid in uids},
        "slices": [_encoded_slice(one) for one in project.slices],
    }
    save_bytes(path, json.dumps(content, indent=1).encode())


def read_slices(path: Path) -> ReviewedProject:
    """The reviewed slices in a file that ``save_slices`` wrote.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    ReviewedProject
        As it was written, with the images of the slices' series.

    Raises
    ------
    ExchangeError
        Where the file cannot be read, or is no such file.
    """
    try:
        content = json.loads(path.read_bytes())
        if content["reviewed_slices"] != VERSION:
            raise ExchangeError(f"{path} is no file of reviewed slices of version {VERSION}")
        series = content["series"]
        pictures = {uid: _decoded_picture(one) for uid, one in series.items()}
        numbered = {
            uid: NumberedSlices(
                one["folder"],
                range(one["first"], one["first"] + len(one["names"])),
                pictures[uid].picture.size,
                pictures[uid].picture.spacing_mm,
                None,
            )
            for uid, one in series.items()
            if "folder" in one
        }
        return ReviewedProject(
            content["name"],
            content["sha256"],
            tuple(map(_decoded_slice, content["slices"])),
            content["is_of_deeplesion"],
            ReviewedImages(pictures.__getitem__, numbered, content["image_names"]),
        )
    except OSError as error:
        raise ExchangeError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ExchangeError(f"{path} is no file of reviewed slices: {error}") from error


def _encoded_series(images: ReviewedImages, uid: str) -> dict[str, Any]:
    """What is known of a series; the digests of its slices beside their names."""
    known, numbered = images.picture_of(uid), images.numbered.get(uid)
    picture = known.picture
    where = {} if numbered is None else {"folder": numbered.folder, "first": numbered.numbers[0]}
    return {
        **where,
        "size": picture.size,
        "spacing_mm": picture.spacing_mm,
        "orientation": picture.orientation,
        "names": picture.names,
        "positions": picture.positions,
        "digests": [(*name, digest) for name, digest in known.digests.items()],
    }


def _decoded_picture(encoded: Mapping[str, Any]) -> ReviewedPicture:
    spacing = encoded["spacing_mm"]
    picture = Picture(
        tuple(encoded["size"]),
        None if spacing is None else tuple(spacing),
        tuple(encoded["orientation"]),
        tuple((name, frame) for name, frame in encoded["names"]),
        tuple((x, y, z) for x, y, z in encoded["positions"]),
    )
    return ReviewedPicture(picture, {(name, f): digest for name, f, digest in encoded["digests"]})


def _encoded_slice(one: ReviewedSlice) -> dict[str, Any]:
    return {
        "folder": one.folder,
        "number": one.number,
        "patient": one.patient,
        "splits": sorted(one.splits),
        "shape": one.shape,
        "spacing_mm": one.spacing_mm,
        "is_read_in_full": one.is_read_in_full,
        "lesions": _encoded_boxes(one.lesions),
        "types": one.types,
        "rejected": _encoded_boxes(one.rejected),
        "open": _encoded_boxes(one.open),
        "series_uid": one.series_uid,
        "slice_index": one.slice_index,
    }


def _decoded_slice(encoded: Mapping[str, Any]) -> ReviewedSlice:
    spacing, boxes = encoded["spacing_mm"], ("lesions", "rejected", "open")
    return ReviewedSlice(
        **{
            **encoded,
            "splits": frozenset(encoded["splits"]),
            "shape": tuple(encoded["shape"]),
            "spacing_mm": None if spacing is None else tuple(spacing),
            **{name: [Box(*corners) for corners in encoded[name]] for name in boxes},
        }
    )


def _encoded_boxes(boxes: Iterable[Box]) -> list[Sequence[float]]:
    return [box.as_tuple() for box in boxes]
