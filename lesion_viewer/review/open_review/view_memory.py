"""What was last on screen of each series, for the next start."""

from lesion_viewer.review.events.encoding import decode_window, encode_window
from lesion_viewer.review.journal.damage import undamaged
from lesion_viewer.review.on_screen import ViewState
from lesion_viewer.review.open_review.review_file import ReviewFile


class ViewMemory:
    """What was on screen, for an open review; no event, and replaced each time.

    Parameters
    ----------
    review : ReviewFile
        The open review.
    """

    def __init__(self, review: ReviewFile) -> None:
        self._review = review

    def save_view(self, shown: ViewState) -> None:
        """Keep what is on screen for the next start; a read-only review keeps nothing.

        Parameters
        ----------
        shown : ViewState
            Takes the place of what was kept of the series, which becomes the one looked at last.
        """
        if not self._review.read_only:
            number = self._review.journal.slices.number(shown.series_uid, shown.slice_index)
            fields = {"slice": number, "window": encode_window(shown.window)}
            self._review.journal.save_view(
                shown.series_uid, {**fields, "threshold": shown.threshold}
            )

    def view(self, series_uid: str) -> ViewState | None:
        """What was last on screen of a series.

        Parameters
        ----------
        series_uid : str
            UID of the series.

        Returns
        -------
        ViewState | None
            None where nothing was kept.
        """
        return self._views().get(series_uid)

    def last_view(self) -> ViewState | None:
        """What was on screen last, of whichever series; None where nothing was kept."""
        return next(reversed(self._views().values()), None)

    def _views(self) -> dict[str, ViewState]:
        slices = self._review.journal.slices
        with undamaged(self._review.path):
            return {
                uid: ViewState(
                    uid,
                    slices.index(int(fields["slice"])),
                    decode_window(fields["window"]),
                    fields["threshold"],
                )
                for uid, fields in self._review.journal.views().items()
            }
