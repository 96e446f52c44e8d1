"""The detector that the reader chose among the installed ones, and its process."""

from importlib.util import find_spec
from pathlib import Path

from lesion_viewer.detection.checkpoints.checkpoint import Card, bundled_checkpoints, load_card
from lesion_viewer.detection.detector_process import ChildDetector
from lesion_viewer.errors import LesionViewerError
from lesion_viewer.review.finding import Origin, OriginKind
from lesion_viewer.ui.settings import Settings, save_settings


class ChosenDetector:
    """One of the installed detectors; its process is started when it is first asked for.

    Parameters
    ----------
    settings : Settings
        Keep which detector is chosen, the device, and whether it searches everywhere.

    Attributes
    ----------
    cards : tuple[tuple[Path, Card], ...]
        Folders and cards of the installed detectors.
    unavailable : str
        Why nothing can be detected, one sentence; empty where it can.
    row : int
        Place of the chosen one in ``cards``.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.cards = installed_detectors()
        self.unavailable = why_unavailable(self.cards)
        self.row = self._preferred_row()
        self._process: ChildDetector | None = None

    @property
    def card(self) -> Card | None:
        """The chosen detector's card; without its gate where it searches everywhere."""
        if not self.cards:
            return None
        card = self.cards[self.row][1]
        return card.without_gate() if self._settings.search_everywhere else card

    @property
    def name(self) -> str:
        """Name on the chosen detector's card."""
        return self.cards[self.row][1].name

    @property
    def origin(self) -> Origin:
        """What findings of the chosen detector have as their origin."""
        card = self.card
        assert card is not None
        return Origin(OriginKind.MODEL, card.name, card.version, card.sha256)

    def process(self) -> ChildDetector:
        """The chosen detector in its own process; only one search at a time may use it."""
        if self._process is None or self._process.is_closed:
            folder = self.cards[self.row][0]
            is_gated = not self._settings.search_everywhere
            self._process = ChildDetector(folder, self._settings.device, is_gated=is_gated)
        return self._process

    def choose(self, row: int) -> None:
        """Take another detector, also at the next start.

        Parameters
        ----------
        row : int
            Place in ``cards``.
        """
        self.close()
        self.row = row
        self._settings.detector = self.cards[row][0].name
        save_settings(self._settings)

    def set_everywhere(self, is_everywhere: bool) -> None:
        """Search without the gate, or with it, also at the next start.

        Parameters
        ----------
        is_everywhere : bool
            Whether a detector that has a gate searches outside it too.
        """
        self.close()
        self._settings.search_everywhere = is_everywhere
        save_settings(self._settings)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.close()
            self._process = None

    def _preferred_row(self) -> int:
        names = [folder.name for folder, _ in self.cards]
        return names.index(self._settings.detector) if self._settings.detector in names else 0


def installed_detectors() -> tuple[tuple[Path, Card], ...]:
    """Folders and cards of the bundled detectors; one whose card cannot be read is left out."""
    found = []
    for folder in bundled_checkpoints():
        try:
            found.append((folder, load_card(folder)))
        except LesionViewerError:
            continue
    return tuple(found)


def why_unavailable(cards: tuple[tuple[Path, Card], ...]) -> str:
    """Why nothing can be detected here; does not import torch.

    Parameters
    ----------
    cards : tuple[tuple[Path, Card], ...]
        Folders and cards of the installed detectors.

    Returns
    -------
    str
        One or two sentences; empty where a detector can run.
    """
    if not (_is_installed("torch") and _is_installed("torchvision")):
        return "Detection is unavailable: torch is not installed. The review works without it."
    if not cards:
        return "Detection is unavailable: no detector is installed. The review works without it."
    return ""


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ValueError:  # imported, but barred
        return False
