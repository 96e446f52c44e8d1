"""What a detector answers: boxes on a slice, and the 3D candidates that they make."""

from dataclasses import dataclass

from lesion_viewer.detection.boxes import Box


@dataclass(frozen=True, slots=True)
class Detection:
    """One box with its score, 0 to 1.

    ``lesion_type`` is the class that a model of several classes saw; else empty.
    """

    box: Box
    score: float
    lesion_type: str = ""


@dataclass(frozen=True, slots=True)
class SliceDetections:
    """All that a detector found on one slice, best score first; possibly nothing."""

    slice_index: int
    detections: tuple[Detection, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Boxes of neighbouring slices that belong to one lesion: slice index -> detection."""

    detections: dict[int, Detection]

    @property
    def score(self) -> float:
        """The best score of its boxes."""
        return max(d.score for d in self.detections.values())

    @property
    def lesion_type(self) -> str:
        """The class of the box with the best score."""
        return self.detections[self.key_slice].lesion_type

    @property
    def key_slice(self) -> int:
        """The slice of the best score; of equal ones the lowest."""
        return min(self.detections, key=lambda i: (-self.detections[i].score, i))
