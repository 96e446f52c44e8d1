"""Two series that are scrolled together."""

from lesion_viewer.viewing.followup.link import Found, Link
from lesion_viewer.viewing.signals import Signal
from lesion_viewer.viewing.viewer_model import ViewerModel


class LinkedScroll:
    """Lets the slice of one series follow that of another, in both directions.

    Parameters
    ----------
    current, prior : ViewerModel
        What is on show, and what is beside it.

    Attributes
    ----------
    beyond_changed : Signal[bool]
        The one that follows does not reach where the other one is, or does so again.
    """

    def __init__(self, current: ViewerModel, prior: ViewerModel) -> None:
        self.beyond_changed: Signal[bool] = Signal()
        self._current, self._prior = current, prior
        self._link: Link | None = None
        self._is_on = True
        self._is_following = False
        self._is_beyond = False
        self._last: tuple[int, int] | None = None
        current.slice_changed.connect(self._follow_current)
        prior.slice_changed.connect(self._follow_prior)

    @property
    def link(self) -> Link | None:
        """What leads from one to the other; None where nothing does."""
        return self._link

    @link.setter
    def link(self, link: Link | None) -> None:
        self._link, self._last = link, None
        self._follow_current(self._current.slice_index)

    @property
    def is_on(self) -> bool:
        """Whether one follows the other."""
        return self._is_on

    @is_on.setter
    def is_on(self, is_on: bool) -> None:
        self._is_on, self._last = is_on, None
        self._follow_current(self._current.slice_index)

    def show_both(self, current_index: int, prior_index: int) -> None:
        """Show a slice of each, whether they belong together or not.

        Parameters
        ----------
        current_index, prior_index : int
            Indices from 0.
        """
        self._is_following = True
        try:
            self._current.show_slice(current_index)
            self._prior.show_slice(prior_index)
        finally:
            self._is_following = False
        self._last = current_index, prior_index
        self._tell(False)

    def _follow_current(self, slice_index: int) -> None:
        link = self._usable()
        if link is not None and (self._last is None or slice_index != self._last[0]):
            found = link.in_prior(slice_index)
            self._last = slice_index, found.slice_index
            self._show(self._prior, found)

    def _follow_prior(self, slice_index: int) -> None:
        link = self._usable()
        # A series that is shown anew tells its slice again, which nobody has moved.
        if link is not None and (self._last is None or slice_index != self._last[1]):
            found = link.in_current(slice_index)
            self._last = found.slice_index, slice_index
            self._show(self._current, found)

    def _usable(self) -> Link | None:
        """The link, where it is of what is on show, and nothing is following already."""
        link, shown = self._link, (self._current.series, self._prior.series)
        if link is None or not self._is_on or (link.current, link.prior) != shown:
            self._tell(False)
            return None
        return None if self._is_following else link

    def _show(self, viewer: ViewerModel, found: Found) -> None:
        self._is_following = True
        try:
            viewer.show_slice(found.slice_index)
        finally:
            self._is_following = False
        self._tell(found.is_beyond)

    def _tell(self, is_beyond: bool) -> None:
        if is_beyond != self._is_beyond:
            self._is_beyond = is_beyond
            self.beyond_changed.emit(is_beyond)
