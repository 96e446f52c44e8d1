"""What a method is, in the few words that reviews, files and the screen need of it."""

from dataclasses import dataclass

import numpy as np

from lesion_viewer.detection.neighbours import Neighbours


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What a score threshold gives on the data that the detector was measured on.

    Attributes
    ----------
    threshold : float
        Score from which a box counts, 0 to 1.
    sensitivity : float
        Share of lesions that are found, 0 to 1.
    false_positives_per_slice, false_positives_per_volume : float
        Mean numbers.
    """

    threshold: float
    sensitivity: float
    false_positives_per_slice: float
    false_positives_per_volume: float


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured number.

    Attributes
    ----------
    name : str
        What was measured.
    value : float
        The number.
    data : str
        The data that it was measured on.
    date : str
        Date in ISO 8601.
    """

    name: str
    value: float
    data: str
    date: str


@dataclass(frozen=True, slots=True)
class SeenRange:
    """What a detector has seen of a trait of CT.

    Attributes
    ----------
    trait : str
        Name of the trait, see ``detection.unlike``.
    low, high : float
        Between them lies most of what it learned from.
    """

    trait: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells a method from all others.

    Attributes
    ----------
    name, version : str
        Identify it in reviews and files; another version is another method.
    sha256 : str
        SHA-256 of its weights; empty for a method without weights.
    """

    name: str
    version: str
    sha256: str = ""

    @property
    def title(self) -> str:
        """Name and version, as lists and files show them."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class SegmenterInfo(Identity):
    """What a segmenter is.

    Attributes
    ----------
    labels : tuple[str, ...]
        What it marks: the name of value 1, of value 2 and so on.
    """

    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DetectorInfo(Identity):
    """What a detector is; one that nobody measured has no operating points.

    Attributes
    ----------
    classes : tuple[str, ...]
        Names of the lesion classes.
    neighbours : Neighbours
        Slices that it looks at to answer for one.
    default_threshold : float
        Score from which boxes are shown at first, 0 to 1.
    operating_points : tuple[OperatingPoint, ...]
        In any order; empty where none was measured.
    measured_on : str
        Data that the operating points were measured on.
    taught_on_phantoms : bool
        Whether it learned from phantoms alone, and is no help with a patient's CT.
    seen : tuple[SeenRange, ...]
        What the CT was like that it learned from; empty where that was not measured.
    """

    classes: tuple[str, ...] = ("lesion",)
    neighbours: Neighbours = Neighbours()
    default_threshold: float = 0.5
    operating_points: tuple[OperatingPoint, ...] = ()
    measured_on: str = ""
    taught_on_phantoms: bool = False
    seen: tuple[SeenRange, ...] = ()

    def false_positives_per_volume(self, threshold: float) -> float | None:
        """False positives to expect in a volume, interpolated linearly between measured points.

        Parameters
        ----------
        threshold : float
            Score from which a box counts, 0 to 1.

        Returns
        -------
        float | None
            Above the highest measured threshold the number of that threshold, an upper bound; None
            under the lowest one, or where nothing was measured.
        """
        points = sorted(self.operating_points, key=lambda p: p.threshold)
        if not points or threshold < points[0].threshold:
            return None
        counts = [p.false_positives_per_volume for p in points]
        return float(np.interp(threshold, [p.threshold for p in points], counts))
