"""Computes pictures of planes on a thread, where they take longer than a frame."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, SignalInstance

from lesion_viewer.ct.planes.picture import PlanePicture
from lesion_viewer.ct.planes.slabs import Slab
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ui.workers import Worker
from lesion_viewer.viewing.views.plane_view import PlaneView

Letters = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """A picture that is to be computed, and of what it is.

    Attributes
    ----------
    volume : CTVolume | None
        What is seen.
    letters : Letters
        Directions at the edges, which tell planes apart.
    slab : Slab
        What is shown of which thickness.
    compute : Callable[[], PlanePicture | None]
        Computes it, on any thread.
    """

    volume: CTVolume | None
    letters: Letters
    slab: Slab
    compute: Callable[[], PlanePicture | None]

    @classmethod
    def by(cls, view: PlaneView) -> "Wanted":
        """What a view shows now.

        Parameters
        ----------
        view : PlaneView
            The view.

        Returns
        -------
        Wanted
            Its picture.
        """
        return cls(view.viewer.volume, _letters(view), view.slab, view.drawing())

    def is_of(self, view: PlaneView) -> bool:
        """Whether a view still shows this, though maybe at another place.

        Parameters
        ----------
        view : PlaneView
            The view.

        Returns
        -------
        bool
            False where it shows another volume, direction or thickness.
        """
        is_same = self.volume is view.viewer.volume and self.letters == _letters(view)
        return is_same and self.slab == view.slab


class PlaneDrawer(QObject):
    """Computes the picture that was wanted last; those that were wanted meanwhile are dropped.

    Parameters
    ----------
    parent : QObject
        The canvas.

    Signals
    -------
    drawn : a picture is done; the PlanePicture, and the Wanted
    errored : a picture could not be computed; one sentence
    """

    drawn = Signal(object, object)
    errored = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._worker: PlaneWorker | None = None
        self._next: Wanted | None = None

    def draw(self, wanted: Wanted) -> None:
        """Compute a picture as soon as the one that is under way is done.

        Parameters
        ----------
        wanted : Wanted
            Which picture.
        """
        self._next = wanted
        self._begin()

    def drop(self) -> None:
        """Compute nothing more."""
        self._next = None

    def _begin(self) -> None:
        if self._worker is None and self._next is not None:
            self._worker = PlaneWorker(self._next, self.errored)
            self._next = None
            self._worker.drawn.connect(self.drawn)
            self._worker.finished.connect(self._end)
            self._worker.begin()

    def _end(self) -> None:
        self._worker = None
        self._begin()


class PlaneWorker(Worker):
    """Computes one picture.

    Parameters
    ----------
    wanted : Wanted
        Which picture.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    drawn : it is done; the PlanePicture, and the Wanted
    """

    drawn = Signal(object, object)

    def __init__(self, wanted: Wanted, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._wanted = wanted

    def work(self) -> None:
        """Compute it."""
        picture = self._wanted.compute()
        if not self.is_cancelled:
            self.drawn.emit(picture, self._wanted)


def _letters(view: PlaneView) -> Letters:
    return view.section.letters if view.section is not None else ("", "", "", "")
