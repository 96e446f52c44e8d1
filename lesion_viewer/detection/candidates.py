"""The results of a detector: boxes on a slice, and 3D candidates made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.slice_mask import SliceMask


@dataclass(frozen=True, slots=True)
class Detection:
    """One box with its score.

    Attributes
    ----------
    box : Box
        Box in pixels of the stored image.
    score : float
        0 to 1.
    lesion_type : str
        Class that a model of several classes chose; else empty.
    mask : SliceMask | None
        Pixels of the lesion, of a model that marks them.
    """

    box: Box
    score: float
    lesion_type: str = ""
    mask: SliceMask | None = None


@dataclass(frozen=True, slots=True)
class SliceDetections:
    """All detections on one slice, the best score first.

    Attributes
    ----------
    slice_index : int
        Index from 0.
    detections : tuple[Detection, ...]
        Detections by falling score; empty where nothing was found.
    has_liver : bool | None
        Whether the slice contains liver, as a gate says; None where none was asked.
    liver : SliceMask | None
        The liver as the gate or the network marks it, without a margin; None where it marks none.
    """

    slice_index: int
    detections: tuple[Detection, ...]
    has_liver: bool | None = None
    liver: SliceMask | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Boxes of neighbouring slices that belong to one lesion.

    Attributes
    ----------
    detections : dict[int, Detection]
        Slice index to detection; of several on a slice to what they are together.
    parts : Mapping[int, tuple[Detection, ...]]
        Slice index to the detections there, of slices with several.
    """

    detections: dict[int, Detection]
    parts: Mapping[int, tuple[Detection, ...]] = field(default_factory=dict)

    def on(self, slice_index: int) -> tuple[Detection, ...]:
        """The detections on a slice, as the detector gave them.

        Parameters
        ----------
        slice_index : int
            One of those of ``detections``.

        Returns
        -------
        tuple[Detection, ...]
            One or several.
        """
        return self.parts.get(slice_index, (self.detections[slice_index],))

    @property
    def score(self) -> float:
        """The best score of the boxes."""
        return max(d.score for d in self.detections.values())

    @property
    def lesion_type(self) -> str:
        """The class of the box with the best score."""
        return self.detections[self.key_slice].lesion_type

    @property
    def key_slice(self) -> int:
        """The slice with the best score; the lowest of several equal ones."""
        return min(self.detections, key=lambda i: (-self.detections[i].score, i))


def together(found: Sequence[Detection]) -> Detection:
    """Several detections of one slice as one.

    Parameters
    ----------
    found : Sequence[Detection]
        At least one.

    Returns
    -------
    Detection
        The box round all of them and the pixels of all, with score and type of the best one.
    """
    if len(found) == 1:
        return found[0]
    best = max(found, key=lambda d: d.score)
    corners = list(zip(*(d.box.as_tuple() for d in found), strict=True))
    box = Box(min(corners[0]), min(corners[1]), max(corners[2]), max(corners[3]))
    masks = [d.mask for d in found if d.mask is not None]
    mask = reduce(SliceMask.joined, masks) if masks else None
    return Detection(box, best.score, best.lesion_type, mask)
