"""What was last on screen of each series, for the next start."""

from lesion_viewer.review.events.encoding import decode_window, encode_window
from lesion_viewer.review.journal.damage import undamaged
from lesion_viewer.review.on_screen import ViewState
from lesion_viewer.review.open_review.review_file import ReviewFile


class ViewMemory(ReviewFile):
    """An open review that keeps what was on screen; this is no event and is replaced each time."""

    def save_view(self, shown: ViewState) -> None:
        """Keep what is on screen for the next start; a read-only review keeps nothing.

        Parameters
        ----------
        shown : ViewState
            Takes the place of what was kept of the series, which becomes the one looked at last.
        """
        if not self.read_only:
            number = self._journal.slices.number(shown.series_uid, shown.slice_index)
            fields = {"slice": number, "window": encode_window(shown.window)}
            self._journal.save_view(shown.series_uid, {**fields, "threshold": shown.threshold})

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
        slices = self._journal.slices
        with undamaged(self.path):
            return {
                uid: ViewState(
                    uid,
                    slices.index(int(fields["slice"])),
                    decode_window(fields["window"]),
                    fields["threshold"],
                )
                for uid, fields in self._journal.views().items()
            }
