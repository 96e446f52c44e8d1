"""What the program remembers between starts, and the file that it is kept in."""

import getpass
import json
import logging
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from lesion_viewer.errors import ExchangeError
from lesion_viewer.review.user_folders import home_folder
from lesion_viewer.system.atomic_files import save_bytes

MAX_RECENT = 10

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
    reader : name that is written into every decision
    notice_accepted : whether the notice of the first start was read
    mouse_scheme : ``default`` or ``pacs``
    detector : name of the chosen detector; empty for the first bundled one
    device : ``auto``, ``cpu``, ``cuda`` or ``mps``
    detect_on_opening : whether the detector starts once the first slice is shown
    search_everywhere : whether a detector that has a gate searches outside the liver as well
    keep_recent : whether ``recent`` lasts until the next start; folders may be named after patients
    recent : what was opened, newest first: a path, or a project's images, annotations and, where
        it was named, review
    """

    reader: str = field(default_factory=login_name)
    notice_accepted: bool = False
    mouse_scheme: str = "default"
    detector: str = ""
    device: str = "auto"
    detect_on_opening: bool = True
    search_everywhere: bool = False
    keep_recent: bool = False
    recent: list[list[str]] = field(default_factory=list)

    def remember(self, *paths: Path) -> None:
        """Put what was opened from ``paths`` at the top of the recent ones."""
        opened = [str(path.resolve()) for path in paths]
        self.recent = [opened, *(other for other in self.recent if other != opened)][:MAX_RECENT]


def settings_path() -> Path:
    """File of the settings, in the program's home folder."""
    return home_folder() / "settings.json"


def load_settings() -> Settings:
    """Settings as they were saved; the defaults where there are none or they cannot be read."""
    settings = Settings()
    try:
        saved = json.loads(settings_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return settings
    for item in fields(Settings):
        value = saved.get(item.name) if isinstance(saved, dict) else None
        if type(value) is type(getattr(settings, item.name)):
            setattr(settings, item.name, value)
    kept = settings.recent if settings.keep_recent else []
    settings.recent = [opened for opened in kept if _is_recent(opened)][:MAX_RECENT]
    return settings


def _is_recent(opened: object) -> bool:
    """Whether a saved value is the paths of something that was opened."""
    is_list = isinstance(opened, list) and 1 <= len(opened) <= 3
    return is_list and all(isinstance(path, str) for path in opened)  # type: ignore[attr-defined]


def save_settings(settings: Settings) -> None:
    """Write the settings whole; on a disk that is full or read-only they last until the end."""
    kept = asdict(settings) if settings.keep_recent else {**asdict(settings), "recent": []}
    content = json.dumps(kept, indent=2).encode()
    try:
        save_bytes(settings_path(), content)
    except ExchangeError:
        log.warning("the settings cannot be kept")
