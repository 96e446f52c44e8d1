"""What was last on screen of each series, for the next start."""

from collections.abc import Mapping
from typing import Any

from lesion_viewer.review.journal.damage import undamaged
from lesion_viewer.review.journal.encoding import decode_window, encode_window
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
            self._journal.save_view(shown.series_uid, encode_view(shown))

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
        with undamaged(self.path):
            return {uid: decode_view(uid, fields) for uid, fields in self._journal.views().items()}


def encode_view(shown: ViewState) -> dict[str, Any]:
    """What was on screen as JSON, without the series.

    Parameters
    ----------
    shown : ViewState
        What was on screen.

    Returns
    -------
    dict[str, Any]
        ``slice``, ``window`` and ``threshold``.
    """
    window = encode_window(shown.window)
    return {"slice": shown.slice_index, "window": window, "threshold": shown.threshold}


def decode_view(series_uid: str, fields: Mapping[str, Any]) -> ViewState:
    """What was on screen, from what ``encode_view`` made of it.

    Parameters
    ----------
    series_uid : str
        UID of the series.
    fields : Mapping[str, Any]
        ``slice``, ``window`` and ``threshold``.

    Returns
    -------
    ViewState
        What was on screen.
    """
    window = decode_window(fields["window"])
    return ViewState(series_uid, int(fields["slice"]), window, fields["threshold"])
