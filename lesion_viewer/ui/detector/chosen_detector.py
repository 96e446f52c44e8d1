"""The detector that the reader chose among the installed ones, and its process."""

from collections.abc import Sequence

from lesion_viewer.detection.detector_process import ChildDetector
from lesion_viewer.detection.identity import DetectorInfo
from lesion_viewer.detection.installed import InstalledDetector, installed_detectors, why_not_run
from lesion_viewer.review.finding import Origin
from lesion_viewer.review.worklist.proposals import origin_of
from lesion_viewer.ui.settings import Settings, save_settings
from lesion_viewer.ui.texts import tr


class ChosenDetector:
    """One of the installed detectors; its process is started when it is first asked for.

    Parameters
    ----------
    settings : Settings
        Keep which detector is chosen, the device, and whether it searches everywhere.

    Attributes
    ----------
    installed : tuple[InstalledDetector, ...]
        The detectors to choose from: those that can run here; all, where none can.
    unavailable : str
        Why nothing can be detected, one sentence; empty where it can.
    row : int
        Place of the chosen one in ``installed``.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        found = installed_detectors()
        self.unavailable = why_unavailable(found)
        self.installed = (
            found if self.unavailable else tuple(one for one in found if not why_not_run(one))
        )
        self.row = self._preferred_row()
        self._process: ChildDetector | None = None
        self._runs_by = ("", "")

    @property
    def info(self) -> DetectorInfo | None:
        """What the chosen detector is; without its gate where it searches everywhere."""
        if not self.installed:
            return None
        return self.installed[self.row].info(not self._settings.search_everywhere)

    @property
    def name(self) -> str:
        """Name of the chosen detector."""
        return self.installed[self.row].info().name

    @property
    def origin(self) -> Origin:
        """What findings of the chosen detector have as their origin."""
        info = self.info
        assert info is not None
        return origin_of(info)

    def info_behind(self, origin: Origin | None, threshold: float) -> DetectorInfo | None:
        """The detector whose candidates are on show.

        Parameters
        ----------
        origin : Origin | None
            Of the run that proposed them; None where there was none.
        threshold : float
            Score from which candidates are shown.

        Returns
        -------
        DetectorInfo | None
            The chosen one where there was no run. None for one that is not installed here, and for
            a search that kept no boxes down to the threshold: nobody measured how many are false.
        """
        if origin is None or not self.installed or self.origin == origin:
            return self.info
        if origin.lowest_score > threshold:
            return None
        infos = [one.info(is_gated) for one in self.installed for is_gated in (True, False)]
        return next((info for info in infos if origin_of(info) == origin.as_installed), None)

    def process(self) -> ChildDetector:
        """The chosen detector in its own process; only one search at a time may use it.

        A new process, where the settings name another device or runtime than before.
        """
        device, runtime = self._settings.device, self._settings.runtime
        if self._runs_by != (device, runtime):
            self.close()
        if self._process is None or self._process.is_closed:
            is_gated = not self._settings.search_everywhere
            chosen = self.installed[self.row]
            self._runs_by = device, runtime
            self._process = ChildDetector(chosen, device, is_gated=is_gated, runtime=runtime)
        return self._process

    def choose(self, row: int) -> None:
        """Take another detector, also at the next start.

        Parameters
        ----------
        row : int
            Place in ``installed``.
        """
        self.close()
        self.row = row
        self._settings.detector = self.installed[row].key
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
        keys = [detector.key for detector in self.installed]
        return keys.index(self._settings.detector) if self._settings.detector in keys else 0


def why_unavailable(installed: Sequence[InstalledDetector]) -> str:
    """Why nothing can be detected here; imports none of the packages that it looks for.

    Parameters
    ----------
    installed : Sequence[InstalledDetector]
        The installed detectors.

    Returns
    -------
    str
        One or two sentences; empty where a detector can run.
    """
    reasons = list(map(why_not_run, installed)) or [tr("no detector is installed")]
    if not all(reasons):
        return ""
    return tr("Detection is unavailable: {reason}. The review works without it.", reason=reasons[0])
