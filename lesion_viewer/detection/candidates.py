"""The results of a detector: boxes on a slice, and 3D candidates made of them."""

from dataclasses import dataclass

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
        Slice index to detection.
    """

    detections: dict[int, Detection]

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
