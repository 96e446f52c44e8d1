"""What the program remembers between starts, and the file that it is kept in."""

import getpass
import json
import logging
from copy import deepcopy
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeGuard

from lesion_viewer.detection.lesion_types import NUMBERS, lesion_type_in
from lesion_viewer.errors import ExchangeError
from lesion_viewer.system.atomic_files import save_bytes
from lesion_viewer.system.home_folder import home_folder

MAX_RECENT = 10
MAX_TYPES = 100

log = logging.getLogger(__name__)


def login_name() -> str:
    """Name under which the person is logged in; ``reader`` where the system gives none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "reader"


@dataclass(slots=True)
class Settings:
    """The reader's choices.

    Attributes
    ----------
    reader : str
        Name that is written into every decision.
    language : str
        Of the window: ``system``, ``en`` or ``de``.
    notice_accepted : bool
        Whether the notice of the first start was read.
    mouse_scheme : str
        ``default`` or ``pacs``.
    layout : str
        How the views share the window: ``1``, ``1+2`` or ``2x2``.
    detector : str
        Folder name of the chosen detector; empty for the first bundled one.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    runtime : str
        What runs the detector's network: one of ``dialogs.RUNTIMES``.
    detect_on_opening : bool
        Whether the detector starts once the first slice is shown.
    search_everywhere : bool
        Whether a detector that has a gate searches outside the liver as well.
    show_outlines : bool
        Whether what a detector marks is outlined.
    reading_mode : str
        How a study that nobody has begun to review is read: ``concurrent``, ``second_reader`` or
        ``blind``.
    keep_recent : bool
        Whether ``recent`` is saved; folders may be named after patients.
    keys : dict[str, list[str]]
        Keys in Qt's portable notation by id of the action that they call; without those actions
        that keep their own.
    lesion_types : list[str]
        Types that the reader added to DeepLesion's eight.
    theme : str
        ``system``, ``dark`` or ``light``.
    text_percent : int
        Size of all text, 100 to 250.
    cine_per_s : int
        Slices that the cine shows in a second.
    cine_rocks : bool
        Whether the cine turns back at the ends, in place of beginning anew.
    columns : list[str]
        Columns of the table of findings from left to right; empty for the usual order.
    hidden_columns : list[str]
        Those that are not shown.
    own_windows : list[dict[str, Any]]
        The reader's own window presets, as ``OwnWindow`` encodes them.
    recent : list[list[str]]
        What was opened, newest first: a path, or a project's images, annotations and, where it was
        named, review.
    """

    reader: str = field(default_factory=login_name)
    language: str = "system"
    notice_accepted: bool = False
    mouse_scheme: str = "default"
    layout: str = "1"
    detector: str = ""
    device: str = "auto"
    runtime: str = "auto"
    detect_on_opening: bool = True
    search_everywhere: bool = False
    show_outlines: bool = True
    reading_mode: str = "concurrent"
    keep_recent: bool = False
    keys: dict[str, list[str]] = field(default_factory=dict)
    lesion_types: list[str] = field(default_factory=list)
    theme: str = "system"
    text_percent: int = 100
    cine_per_s: int = 10
    cine_rocks: bool = False
    columns: list[str] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    own_windows: list[dict[str, Any]] = field(default_factory=list)
    recent: list[list[str]] = field(default_factory=list)
    _in_file: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def remember(self, *paths: Path) -> None:
        """Put what was opened at the top of the recent list.

        Parameters
        ----------
        *paths : Path
            Path of a study; or of the images, annotations and review of a project.
        """
        opened = [str(path.resolve()) for path in paths]
        self.recent = [opened, *(other for other in self.recent if other != opened)][:MAX_RECENT]

    def keep_type(self, lesion_type: str) -> None:
        """Offer a lesion type from now on, where it is not one of DeepLesion's; saved at once.

        Parameters
        ----------
        lesion_type : str
            As the reader wrote it; empty for none.
        """
        is_known = not lesion_type or lesion_type in (*NUMBERS, *self.lesion_types)
        if not is_known:
            self.lesion_types = [*self.lesion_types, lesion_type][-MAX_TYPES:]
            save_settings(self)


def settings_path() -> Path:
    """File of the settings, in the program's home folder."""
    return home_folder() / "settings.json"


def load_settings() -> Settings:
    """The saved settings; defaults where there are none, or where they cannot be read."""
    settings = Settings()
    for name, value in _values_in_file().items():
        setattr(settings, name, value)
    settings.text_percent = min(max(settings.text_percent, 100), 250)
    settings.columns, settings.hidden_columns = (
        [name for name in names if isinstance(name, str)]
        for names in (settings.columns, settings.hidden_columns)
    )
    settings.keys = {name: keys for name, keys in settings.keys.items() if _is_texts(keys)}
    known = (lesion_type_in(t) for t in settings.lesion_types if isinstance(t, str))
    settings.lesion_types = [t for t in dict.fromkeys(known) if t][-MAX_TYPES:]
    kept = settings.recent if settings.keep_recent else []
    settings.recent = [opened for opened in kept if _is_recent(opened)][:MAX_RECENT]
    settings._in_file = _values(settings)
    return settings


def _values(settings: Settings) -> dict[str, Any]:
    """What of the settings is saved."""
    return {f.name: deepcopy(getattr(settings, f.name)) for f in fields(Settings) if f.init}


def _values_in_file() -> dict[str, Any]:
    """The values of the file that have the type of the defaults; none where it cannot be read."""
    try:
        saved = json.loads(settings_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(saved, dict):
        return {}
    usual = _values(Settings())
    return {n: saved[n] for n in usual if n in saved and type(saved[n]) is type(usual[n])}


def _is_recent(opened: object) -> bool:
    """Whether a saved value is the paths of something that was opened."""
    return _is_texts(opened) and 1 <= len(opened) <= 3


def _is_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def save_settings(settings: Settings) -> None:
    """Write the settings to their file; where that cannot be written, a line goes to the log.

    What other windows saved since these settings were loaded is kept, where these did not change
    it.

    Parameters
    ----------
    settings : Settings
        The settings that are written.
    """
    values, before, now = _values(settings), settings._in_file, _values_in_file()
    kept = {
        name: _merged(value, before[name], now[name]) if name in before and name in now else value
        for name, value in values.items()
    }
    if not kept["keep_recent"]:
        kept["recent"] = values["recent"] = []
    try:
        save_bytes(settings_path(), json.dumps(kept, indent=2).encode())
    except ExchangeError:
        log.warning("the settings cannot be kept")
    else:
        settings._in_file = values


def _merged(ours: Any, before: Any, theirs: Any) -> Any:
    """A value that this window may have changed, and others as well; lists keep what both added."""
    if ours == before:
        return theirs
    if isinstance(ours, list) and theirs != before:
        return [*ours, *(one for one in theirs if one not in before and one not in ours)]
    return ours
