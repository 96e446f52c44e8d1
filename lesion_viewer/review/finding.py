"""A finding: a lesion, or what was taken for one, and what was decided on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.review.annotations.annotation import Annotation
from lesion_viewer.review.recist import Axes

Place = tuple[str, int]
"""UID of a series, and index of a slice of it from 0."""


KEPT_FROM = "@"


class Status(StrEnum):
    """What a reader decided on a finding."""

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
    """Who proposed a finding.

    Attributes
    ----------
    kind : OriginKind
        A model, a reader or an annotation file.
    name : str
        Name of the model, the reader or the file.
    version : str
        Version of the model; empty for others.
    sha256 : str
        SHA-256 of the model's weights; empty for others.
    row : int | None
        Data row in the annotation file, from 0; None for others.
    """

    kind: OriginKind
    name: str
    version: str = ""
    sha256: str = ""
    row: int | None = None

    def kept_from(self, score: float) -> "Origin":
        """The same model where fewer boxes were kept than it gives: it is another origin.

        Parameters
        ----------
        score : float
            Lowest of those that were kept, 0 to 1.

        Returns
        -------
        Origin
            Its version ends in ``@`` and the score.
        """
        return replace(self, version=f"{self.version}{KEPT_FROM}{score:g}")

    @property
    def lowest_score(self) -> float:
        """The score from which boxes were kept, where that is not all; else 0."""
        try:
            return float(self.version.partition(KEPT_FROM)[2] or 0)
        except ValueError:
            return 0.0

    @property
    def as_installed(self) -> "Origin":
        """The model itself, however many of its boxes were kept."""
        return replace(self, version=self.version.partition(KEPT_FROM)[0])


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided when, and what was on screen then.

    Attributes
    ----------
    reader : str
        Name of the reader.
    decided_at : str
        UTC, ISO 8601 with microseconds, unique within a journal.
    threshold : float | None
        Score threshold below which candidates were hidden; None where there was none.
    window : Window | None
        Width and level of the shown range in HU; None where nothing was shown.
    """

    reader: str
    decided_at: str  #: UTC, ISO 8601 with microseconds, unique within a journal
    threshold: float | None = None
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one of several readers said of a finding, before a third one settled it.

    Attributes
    ----------
    reader : str
        Name of the reader.
    status : Status
        What that reader decided.
    boxes : Mapping[int, Box]
        Slice index -> box in pixels, as that reader left it; empty where it was no lesion.
    reason : str
        Why the reader decided so; may be empty.
    note : str
        The reader's note; may be empty.
    decided_at : str
        UTC, ISO 8601; empty where the reader decided nothing.
    lesion_type : str
        Lesion type that the reader gave; empty for none.
    """

    reader: str
    status: Status
    boxes: Mapping[int, Box]
    reason: str = ""
    note: str = ""
    decided_at: str = ""
    lesion_type: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One lesion over its slices.

    Attributes
    ----------
    id : str
        Its UID, the same in every journal and file, which DICOM may track it by.
    series_uid : str
        UID of the series.
    origin : Origin
        Who proposed it.
    boxes : Mapping[int, Box]
        Slice index -> present box, in pixels.
    original_boxes : Mapping[int, Box]
        Slice index -> box as it came from its origin; empty for a drawn finding.
    scores : Mapping[int, float]
        Slice index -> the model's score for the box as it came, 0 to 1.
    masks : Mapping[int, SliceMask]
        Slice index -> the lesion's pixels as the model marked them, of a model that does; see
        ``outlines`` for what holds now.
    status : Status
        What the reader decided.
    reason : str
        Why the reader decided so; may be empty.
    note : str
        The reader's note; may be empty.
    decision : Decision | None
        The last one; None where nobody has decided.
    axes : Mapping[int, Axes]
        Slice index -> present RECIST axes.
    original_axes : Mapping[int, Axes]
        Slice index -> RECIST axes as they came.
    readings : tuple[Reading, ...]
        What two former readers decided, where this is the third reading.
    annotation_ids : Mapping[int, int | str]
        Slice index -> COCO ``id`` of the box that another tool added there.
    annotations : Mapping[str, Annotation]
        UID -> what else is drawn on its slices.
    lesion_type : str
        Present lesion type; free text, usually one of ``DEEPLESION_TYPES``, empty for none.
    original_type : str
        Lesion type as it came; empty for none.
    arrival : int
        Place among all the findings that the journal ever had, from 1, to sort by; 0 outside of
        one. It does not count in a comparison.
    """

    id: str
    series_uid: str
    origin: Origin
    boxes: Mapping[int, Box]
    original_boxes: Mapping[int, Box] = field(default_factory=dict)
    scores: Mapping[int, float] = field(default_factory=dict)
    masks: Mapping[int, SliceMask] = field(default_factory=dict, kw_only=True)
    status: Status = Status.UNDECIDED
    reason: str = ""
    note: str = ""
    decision: Decision | None = None
    axes: Mapping[int, Axes] = field(default_factory=dict)
    original_axes: Mapping[int, Axes] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    annotation_ids: Mapping[int, int | str] = field(default_factory=dict)
    annotations: Mapping[str, Annotation] = field(default_factory=dict)
    lesion_type: str = ""
    original_type: str = ""
    arrival: int = field(default=0, compare=False)

    @property
    def score(self) -> float | None:
        """The best of its boxes' scores; None where no model scored it."""
        return max(self.scores.values(), default=None)

    @property
    def is_mere_proposal(self) -> bool:
        """Whether a model proposed it and nobody has decided on it."""
        return self.origin.kind is OriginKind.MODEL and self.decision is None

    @property
    def key_slice(self) -> int:
        """The slice to look at first: the best score, else the largest box."""
        return max(self.boxes, key=lambda i: (self.scores.get(i, 0.0), self.boxes[i].area, -i))
