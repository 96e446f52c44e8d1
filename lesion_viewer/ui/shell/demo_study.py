"""The phantom study of the demonstration."""

import os
import shutil
from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.errors import LesionViewerError
from lesion_viewer.system.home_folder import home_folder
from lesion_viewer.ui.texts import tr
from lesion_viewer.ui.workers import Worker

SEED = 2
LESIONS = 6


def write_demo_study(folder: Path) -> None:
    """Write the slices of the phantom; a study that is there is replaced.

    Parameters
    ----------
    folder : Path
        Folder of the study; it is whole or not there.
    """
    from lesion_viewer.ct.dicom.writing import write_series
    from lesion_viewer.ct.phantom.abdomen import make_phantom

    unfinished = folder.with_name(f"{folder.name}.unfinished")
    for leftover in (unfinished, folder):
        if leftover.exists():
            shutil.rmtree(leftover)
    phantom = make_phantom(SEED, lesions=LESIONS)
    write_series(unfinished, phantom.hu, phantom.spacing_mm, seed=SEED)
    os.replace(unfinished, folder)


class DemoWriter(Worker):
    """Writes the demonstration's study into the program's home folder, where it is not there yet.

    Parameters
    ----------
    on_error : SignalInstance
        Receives one sentence where the study cannot be written.

    Signals
    -------
    written : the study is there; its folder, a Path
    """

    written = Signal(object)

    def __init__(self, on_error: SignalInstance) -> None:
        super().__init__(on_error)

    def work(self) -> None:
        """Write the study.

        Raises
        ------
        LesionViewerError
            Where the home folder takes no files.
        """
        folder = home_folder() / "demo"
        try:
            if not folder.exists():
                folder.parent.mkdir(parents=True, exist_ok=True)
                write_demo_study(folder)
        except OSError as error:
            reason = error.strerror or str(error)
            raise LesionViewerError(
                tr("The demonstration cannot be written: {reason}", reason=reason)
            ) from error
        self.written.emit(folder)
