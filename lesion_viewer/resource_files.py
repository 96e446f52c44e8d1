"""The files that come with the program: icons, style sheet, window presets, detectors."""

from pathlib import Path


def resource_folder() -> Path:
    """The folder of the files that come with the program.

    Returns
    -------
    Path
        ``lesion_viewer/resources`` in an installed wheel; in a checkout or an editable install,
        ``resources`` beside the package.
    """
    package = Path(__file__).parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"
