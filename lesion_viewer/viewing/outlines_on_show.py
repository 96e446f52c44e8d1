"""What a detector marks on the series on show: the liver, and the lesions of its candidates."""

from collections.abc import Mapping

from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.review.measurements.organ_volume import OrganVolume, liver_volume
from lesion_viewer.review.outlines import outlines
from lesion_viewer.viewing.review_model import ReviewModel
from lesion_viewer.viewing.signals import Signal


class OutlinesOnShow:
    """The pixels that are to be outlined in all views; for the GUI thread alone.

    While the detector's marks are hidden from the reader there are none.

    Parameters
    ----------
    review : ReviewModel
        The review on show.

    Attributes
    ----------
    changed : Signal[()]
        Others are to be outlined, on this slice or another one.
    """

    def __init__(self, review: ReviewModel) -> None:
        self.changed: Signal[()] = Signal()
        self._review, self._is_shown = review, True
        self._lesions: dict[str, tuple[Finding, Mapping[int, SliceMask]]] = {}
        review.findings_changed.connect(self.renew)
        review.threshold_changed.connect(lambda _: self.renew())
        review.selection_changed.connect(lambda _: self.renew())
        review.reading_changed.connect(self.renew)
        review.viewer.volume_changed.connect(lambda _: self.renew())

    @property
    def is_shown(self) -> bool:
        """Whether the reader wants to see them."""
        return self._is_shown

    @is_shown.setter
    def is_shown(self, is_shown: bool) -> None:
        if is_shown != self._is_shown:
            self._is_shown = is_shown
            self.changed.emit()

    def renew(self) -> None:
        """Tell that others may have to be outlined."""
        self.changed.emit()

    def liver(self) -> Mapping[int, SliceMask]:
        """The liver by slice, as far as the detector has marked it; empty where it is hidden."""
        return self._livers() if self._is_drawn else {}

    def liver_volume(self) -> OrganVolume | None:
        """The volume of the liver; None where none is marked, or the reader may not see it."""
        series, session = self._review.viewer.series, self._review.session
        livers = self._livers()
        if not livers or series is None or session is None:
            return None
        return liver_volume(livers, session.proposals.swept_slices(series.uid), series)

    def lesions(self) -> list[tuple[Finding, Mapping[int, SliceMask]]]:
        """The findings whose pixels are to be outlined, each with those by slice.

        A finding that is rejected has none, nor has a slice that a reader outlined: that outline is
        drawn as what it is.
        """
        if not self._is_drawn:
            return []
        drawn = [f for f in self._review.drawn() if f.masks and f.status is not Status.REJECTED]
        return [(finding, self._marked(finding)) for finding in drawn]

    def _marked(self, finding: Finding) -> Mapping[int, SliceMask]:
        """The finding's pixels by slice; found once, as long as it stays the same."""
        known = self._lesions.get(finding.id)
        if known is not None and known[0] is finding:
            return known[1]
        found = {i: one.mask for i, one in outlines(finding).items() if one.is_model}
        self._lesions[finding.id] = finding, found
        return found

    @property
    def _is_drawn(self) -> bool:
        return self._is_shown and not self._review.viewer.marks.is_hidden

    def _livers(self) -> Mapping[int, SliceMask]:
        review, series, session = self._review, self._review.viewer.series, self._review.session
        if series is None or session is None or review.reading.are_marks_hidden:
            return {}
        livers = session.proposals.livers(series.uid)
        return {i: m for i, m in livers.items() if not review.is_other_image(series.uid, i)}
