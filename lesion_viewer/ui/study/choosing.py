"""The system's dialogs that ask for what is to be opened."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from lesion_viewer.ui.settings import Settings
from lesion_viewer.ui.texts import tr


def chosen_folder(window: QWidget, settings: Settings) -> Path | None:
    """A folder that the reader chooses.

    Parameters
    ----------
    window : QWidget
        Parent of the dialog.
    settings : Settings
        Know what was opened last.

    Returns
    -------
    Path | None
        None where the reader gave up.
    """
    chosen = QFileDialog.getExistingDirectory(window, tr("Open folder"), _last_folder(settings))
    return Path(chosen) if chosen else None


def chosen_file(window: QWidget, settings: Settings) -> Path | None:
    """A file that the reader chooses.

    Parameters
    ----------
    window : QWidget
        Parent of the dialog.
    settings : Settings
        Know what was opened last.

    Returns
    -------
    Path | None
        None where the reader gave up.
    """
    volumes = "*.nii *.nii.gz *.hdr *.img *.nrrd *.nhdr *.mha *.mhd"
    kinds = tr("CT (*.dcm *.zip {volumes} *.png);;All files (*)", volumes=volumes)
    title, folder = tr("Open file"), _last_folder(settings)
    chosen, _ = QFileDialog.getOpenFileName(window, title, folder, kinds)
    return Path(chosen) if chosen else None


def _last_folder(settings: Settings) -> str:
    return str(Path(settings.recent[0][0]).parent) if settings.recent else ""
