"""A finding: one lesion, or what somebody took for one, with what was decided on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.recist import Axes


class Status(StrEnum):
    """What a reader said of a finding."""

    UNDECIDED = "undecided"  #: nobody has looked at it yet
    ACCEPTED = "accepted"  #: a lesion, boxes as they came
    CORRECTED = "corrected"  #: a lesion, with a box that the reader changed
    REJECTED = "rejected"  #: not a lesion
    ADDED = "added"  #: a lesion that the reader drew
    UNSURE = "unsure"  #: the reader cannot tell; ignored in training


class OriginKind(StrEnum):
    """Who proposed a finding."""

    MODEL = "model"
    READER = "reader"
    LABEL = "label"  #: a row of an annotation file


@dataclass(frozen=True, slots=True)
class Origin:
    """Who proposed a finding: a model (name, version, weights' SHA-256), a reader or a label file.

    ``row`` is the 0-based data row in the label file.
    """

    kind: OriginKind
    name: str
    version: str = ""
    sha256: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided when, and through which window (HU) and score threshold it was seen."""

    reader: str
    decided_at: str  #: UTC, ISO 8601 with microseconds, unique within a journal
    threshold: float | None = None
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one of several readers said of a finding, before a third one settled it.

    Attributes
    ----------
    boxes : slice index -> box, as that reader left it; empty where it was no lesion
    """

    reader: str
    status: Status
    boxes: Mapping[int, Box]
    reason: str = ""
    note: str = ""
    decided_at: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One lesion over its slices.

    Attributes
    ----------
    boxes : slice index -> box as it now stands
    original_boxes : slice index -> box as it came from its origin; empty for a drawn one
    scores : slice index -> the model's score for the box as it came
    axes, original_axes : slice index -> RECIST axes, as they now stand and as they came
    readings : what former readers said of it, where this is the third reading
    """

    id: str
    series_uid: str
    origin: Origin
    boxes: Mapping[int, Box]
    original_boxes: Mapping[int, Box] = field(default_factory=dict)
    scores: Mapping[int, float] = field(default_factory=dict)
    status: Status = Status.UNDECIDED
    reason: str = ""
    note: str = ""
    decision: Decision | None = None
    axes: Mapping[int, Axes] = field(default_factory=dict)
    original_axes: Mapping[int, Axes] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()

    @property
    def score(self) -> float | None:
        """The best of its boxes' scores; None where no model scored it."""
        return max(self.scores.values(), default=None)

    @property
    def key_slice(self) -> int:
        """The slice to look at first: the best score, else the largest box."""
        return max(self.boxes, key=lambda i: (self.scores.get(i, 0.0), self.boxes[i].area, -i))
