"""Plays the slices of a series at a speed."""

import time
from collections import deque

from PySide6.QtCore import QObject, QTimer, Signal

from lesion_viewer.viewing.viewer_model import ViewerModel

SLOWEST, FASTEST = 1, 60
SPEEDS = (1, 2, 5, 8, 10, 15, 20, 25, 30, 40, 60)
"""Slices a second that the keys step through."""

COUNTED_S = 2.0


class Cine(QObject):
    """Shows one slice after the other; those whose image is missing are skipped.

    Parameters
    ----------
    viewer : ViewerModel
        What is on show.
    parent : QObject
        Owner.

    Attributes
    ----------
    rocks : bool
        Whether it turns back at the ends, in place of beginning anew.

    Signals
    -------
    playing_changed : it plays, or no longer; whether it does
    speed_changed : it is to play at another speed; slices a second
    stepped : a slice was shown; slices a second that were really shown, 0 while too few were
    """

    playing_changed = Signal(bool)
    speed_changed = Signal(int)
    stepped = Signal(float)

    def __init__(self, viewer: ViewerModel, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._direction = 1
        self._per_s = 10
        self._shown_at: deque[float] = deque()
        self.rocks = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)
        self.per_s = self._per_s

    @property
    def is_playing(self) -> bool:
        """Whether slices are played."""
        return self._timer.isActive()

    @is_playing.setter
    def is_playing(self, is_playing: bool) -> None:
        if is_playing is self.is_playing:
            return
        self._shown_at.clear()
        if is_playing:
            self._direction = 1
            self._timer.start()
        else:
            self._timer.stop()
        self.playing_changed.emit(is_playing)

    @property
    def per_s(self) -> int:
        """Slices that are to be shown in a second."""
        return self._per_s

    @per_s.setter
    def per_s(self, per_s: int) -> None:
        self._per_s = min(max(per_s, SLOWEST), FASTEST)
        self._timer.setInterval(round(1000 / self._per_s))
        self._shown_at.clear()
        self.speed_changed.emit(self._per_s)

    def step_speed(self, steps: int) -> None:
        """Play faster, or more slowly.

        Parameters
        ----------
        steps : int
            Places further in ``SPEEDS``; negative is slower.
        """
        faster = [s for s in SPEEDS if s > self.per_s]
        slower = [s for s in SPEEDS if s < self.per_s]
        if steps > 0 and faster:
            self.per_s = faster[min(steps, len(faster)) - 1]
        elif steps < 0 and slower:
            self.per_s = slower[max(steps, -len(slower))]

    def _step(self) -> None:
        following = self._viewer.neighbour(self._direction)
        if following is None and self.rocks:
            self._direction = -self._direction
            following = self._viewer.neighbour(self._direction)
        if following is not None:
            self._viewer.show_slice(following)
        elif not self.rocks:
            self._viewer.show_first()
        self.stepped.emit(self._count())

    def _count(self) -> float:
        now = time.monotonic()
        self._shown_at.append(now)
        while now - self._shown_at[0] > COUNTED_S:
            self._shown_at.popleft()
        passed = now - self._shown_at[0]
        return (len(self._shown_at) - 1) / passed if passed > COUNTED_S / 4 else 0.0
