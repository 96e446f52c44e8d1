"""What a reader sees: values that gestures record, and that the next start shows again."""

from dataclasses import dataclass

from lesion_viewer.ct.values.window import Window


@dataclass(frozen=True, slots=True)
class Context:
    """What the reader sees while deciding.

    Attributes
    ----------
    window : Window | None
        Width and level of the shown range, in HU; None where nothing is shown.
    threshold : float | None
        Candidates with a lower score are hidden; None where there is no detector.
    """

    window: Window | None = None
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class ViewState:
    """What was on screen of a series.

    Attributes
    ----------
    series_uid : str
        UID of the series.
    slice_index : int
        The slice, from 0.
    window : Window | None
        Width and level of the shown range, in HU; None for the series' own.
    threshold : float | None
        Candidates with a lower score were hidden; None where there was no detector.
    """

    series_uid: str
    slice_index: int
    window: Window | None = None
    threshold: float | None = None
