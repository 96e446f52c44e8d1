"""Files that come with the program: icons, style sheet, window presets, detectors."""

from pathlib import Path


def resource_folder() -> Path:
    """Folder of the files that come with the program.

    Returns
    -------
    Path
        ``lesion_viewer/resources`` where the program is installed from a wheel; in a checkout, and
        so in an editable install, ``resources`` beside the package.
    """
    package = Path(__file__).parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"
