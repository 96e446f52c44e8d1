"""What the events of a review tell beside its findings."""

from collections import defaultdict
from dataclasses import dataclass, field

from lesion_viewer.detection.candidates import Detection
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.review.finding import Origin, Place

MarkKey = tuple[str, int | None]  #: series uid and slice index; None for the whole series
DetectionKey = tuple[int, int]  #: slice index, and position among the slice's detections


@dataclass(slots=True)
class Run:
    """A detector's run over a series.

    Attributes
    ----------
    id : str
        Its UID.
    series_uid : str
        UID of the series.
    origin : Origin
        The model.
    slices : dict[int, tuple[Detection, ...]]
        Slice index -> all that it found there; an answer never changes.
    partners : dict[tuple[int, int], list[list[int]]]
        Slices (i, j) -> for each box of i the places of those boxes of j that may link to it;
        computed once, when it is needed.
    liver : set[int]
        Slices that contain liver, as the model's gate says.
    livers : dict[int, SliceMask]
        Slice index -> the liver there, of a model that marks it.
    is_over : bool
        Whether an image of the series was replaced since, so that a new run has to begin.
    """

    id: str
    series_uid: str
    origin: Origin
    slices: dict[int, tuple[Detection, ...]] = field(default_factory=dict)
    partners: dict[tuple[int, int], list[list[int]]] = field(default_factory=dict)
    liver: set[int] = field(default_factory=set)
    livers: dict[int, SliceMask] = field(default_factory=dict)
    is_over: bool = False


class Tables:
    """Runs, proposals and files; undo changes nothing of them.

    Attributes
    ----------
    runs : dict[str, Run]
        Id -> run.
    runs_on : dict[str, list[Run]]
        Series UID -> the runs on it, in the order in which they began.
    latest_runs : dict[str, str]
        Series UID -> id of the run that was begun or continued last.
    proposals : dict[str, tuple[DetectionKey, ...]]
        Id -> the detections last proposed for the finding.
    owners : dict[tuple[str, int, int], str]
        Run id, slice index, position -> id of the finding that the detection was proposed for.
    imported_labels : tuple[str, str] | None
        Name and SHA-256 of the annotation file whose labels are among the findings.
    imported_boxes : set[str]
        SHA-256 of each file of boxes or labels whose findings were taken up.
    reviewed : set[str]
        UIDs of the series on which anything was ever found, drawn, imported or marked.
    drawn_on : dict[Place, dict[str, None]]
        Slice -> UIDs of the annotations of no finding that were ever on it, the oldest first.
    """

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self.runs_on: dict[str, list[Run]] = defaultdict(list)
        self.latest_runs: dict[str, str] = {}
        self.proposals: dict[str, tuple[DetectionKey, ...]] = {}
        self.owners: dict[tuple[str, int, int], str] = {}
        self.imported_labels: tuple[str, str] | None = None
        self.imported_boxes: set[str] = set()
        self.reviewed: set[str] = set()
        self.drawn_on: dict[Place, dict[str, None]] = defaultdict(dict)
